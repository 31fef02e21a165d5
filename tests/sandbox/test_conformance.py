"""Each sandbox keeps in what it has to, and without a sandbox everything gets out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from redraft.sandbox import available
from redraft.sandbox.conformance import CHECKS, examine, has_to_pass
from redraft.sandbox.interface import STRENGTHS
from tests.sandbox.bare import Bare

ORDINARY = Path(__file__).with_name("ordinary.py")
NAMES = [check.name for check in CHECKS]

MACHINE = {
    "capabilities",  # an ordinary user has none
    "priority",
    "chroot",
    "mount",
    "set user id programs",  # switched off in some containers
    "new namespaces",  # forbidden on some machines
    "clone into new namespaces",
    "trace of the parent",  # forbidden where Yama is
    "memory of the parent",
    "internet",  # a machine without a route
    "listener on loopback of ipv6",
}
"""What some machines keep in by themselves, from some users."""


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_it_is_kept_in(check, sandbox):
    if not has_to_pass(sandbox.strength, check):
        pytest.skip(f"strength '{sandbox.strength}' need not keep it in")
    assert check.breach(sandbox) is None


@pytest.fixture(scope="module")
def got_out():
    """What got out where there is no sandbox, by the name of the check."""
    bare = Bare()
    try:
        with ThreadPoolExecutor(16) as pool:
            found = pool.map(lambda check: check.breach(bare), CHECKS)
            return dict(zip(NAMES, found, strict=True))
    finally:
        bare.close()


@pytest.mark.parametrize("name", NAMES)
def test_without_a_sandbox_it_gets_out(name, got_out):
    if got_out[name] is None and name in MACHINE:
        pytest.skip("this machine itself keeps it in")
    assert got_out[name]


def test_there_are_enough_checks_and_the_strongest_has_to_pass_them_all():
    assert len(set(NAMES)) == len(CHECKS) >= 30
    required = {strength: [check for check in CHECKS if has_to_pass(strength, check)] for strength in STRENGTHS}
    assert len(required["process"]) >= 30
    assert required["container"] == list(CHECKS)
    assert all(check.about.endswith(".") for check in CHECKS)


def test_a_finding_says_what_got_out_and_whether_it_may():
    bare = Bare()
    try:
        (finding,) = examine(bare, [check for check in CHECKS if check.name == "exit codes"])
    finally:
        bare.close()
    assert finding.required
    assert finding.breach == "7 was told as 1, 'exit'"


IDENTITY = [
    *("fork bomb", "memory bomb of many processes", "disk filled by many files", "write outside", "capabilities"),
    *("the caller is killed", "signal to everybody", "canary in the home folder", "environment of the parent"),
    *("raised limits", "new namespaces", "working folder left behind"),
]
"""The checks whose outcome depends on who runs the sandbox."""

TRIED = """
import json, sys
from redraft.sandbox import available
from redraft.sandbox import available
from redraft.sandbox.conformance import CHECKS, has_to_pass
names = json.loads(sys.argv[1])
usable = [provider for provider in available() if provider.usable]
print(json.dumps({
    f"{provider.strength}: {check.name}": check.breach(provider.sandbox)
    for provider in usable[: int(sys.argv[2])]
    for check in CHECKS if check.name in names and has_to_pass(provider.strength, check)
}))
"""


def tried(prefix, *, before="", providers=3, names=IDENTITY):
    """Return what got out of the sandboxes of another process, by strength and check."""
    command = [*prefix, sys.executable, "-c", before + TRIED, json.dumps(names), str(providers)]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def kept_in(found):
    return {name: breach for name, breach in found.items() if breach} == {}


def test_an_ordinary_user_is_kept_in(ordinary):
    found = tried(ordinary)
    assert len(found) >= 6
    assert kept_in(found), found


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_is_kept_in_where_others_can_run_the_interpreter():
    found = tried([sys.executable, str(ORDINARY), "--root"], providers=1)
    assert len(found) >= 6
    assert kept_in(found), found


SUPERUSER = """
import os
from redraft.sandbox.inside import kernel
user, group = os.geteuid(), os.getegid()
kernel.unshare(kernel.NEW_USER)
for file, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
    with open(f"/proc/self/{file}", "w") as settings:
        settings.write(text)
"""
ISOLATED = "from redraft.evaluation.confinement import leave_network; leave_network()"


@pytest.mark.parametrize("before", [SUPERUSER, ISOLATED], ids=["root of a namespace", "without network"])
def test_it_holds_within_namespaces_of_the_caller(ordinary, before):
    if "namespace" not in {provider.strength for provider in available() if provider.usable}:
        pytest.skip("this machine has no namespaces")
    names = ["fork bomb", "capabilities", "signal to everybody", "write outside"]
    found = tried(ordinary, before=before, providers=2, names=names)
    assert "namespace: fork bomb" in found
    assert kept_in(found), found
