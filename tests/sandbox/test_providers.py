"""Which sandboxes there are, and what is said where there are none."""

from __future__ import annotations

import subprocess
import sys

import pytest

from redraft.cli.examination import examine
from redraft.errors import ExitCode, SandboxError
from redraft.sandbox import available, obstacles, providers, strongest
from redraft.sandbox.interface import STRENGTHS
from redraft.sandbox.portable import PortableSandbox


@pytest.fixture
def fresh(monkeypatch):
    """Forget what was found before, and forget again what is found meanwhile."""
    providers._provider.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    providers._provider.cache_clear()


def test_providers_come_from_the_weakest_to_the_strongest():
    assert tuple(provider.strength for provider in available()) == STRENGTHS
    for provider in available():
        assert provider.usable is (provider.sandbox is not None)
        assert provider.usable or (provider.missing and provider.mend)


def test_the_strongest_is_at_least_what_is_asked_for():
    usable = [provider for provider in available() if provider.usable]
    for provider in usable:
        assert strongest(provider.strength) is usable[-1].sandbox


def test_another_system_has_the_portable_one_and_says_what_is_missing(fresh):
    fresh.setattr("sys.platform", "darwin")
    fresh.setattr("platform.system", lambda: "Darwin")
    assert isinstance(strongest(), PortableSandbox)
    with pytest.raises(SandboxError) as caught:
        strongest("namespace")
    assert caught.value.exit_code is ExitCode.PLUGIN
    assert str(caught.value).startswith(
        "this machine has no sandbox of strength 'namespace': it is made of parts of Linux"
    )
    assert "Run redraft on Linux." in str(caught.value)
    notes = [symptom for symptom in examine() if symptom.name.startswith("sandbox")]
    assert [symptom.state for symptom in notes] == ["ok", "note", "note"]


def test_without_bubblewrap_the_mend_is_to_install_it(fresh):
    fresh.setattr("shutil.which", lambda name: None)
    container = available()[-1]
    assert container.missing == "bubblewrap is not installed"
    assert "apt-get install bubblewrap" in container.mend


def test_an_unknown_processor_is_named(fresh):
    fresh.setattr("platform.machine", lambda: "riscv64")
    assert "this is riscv64" in available()[1].missing


def test_a_failure_that_passes_is_tried_again(fresh):
    found = iter([obstacles.Obstacle("for a moment", ""), None])
    fresh.setattr(providers, "_tried", lambda sandbox: next(found, None))
    assert available()[0].usable


SETTINGS = [
    ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces"),
    ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "install bubblewrap"),
    ("none", "", "--security-opt seccomp=unconfined"),
]


def test_a_setting_that_forbids_namespaces_comes_with_what_changes_it(subtests, monkeypatch):
    for name, value, mend in SETTINGS:
        with subtests.test(name=name):
            monkeypatch.setattr(
                obstacles, "_setting", lambda asked, name=name, value=value: value if asked == name else ""
            )
            assert mend in obstacles.failure("namespace", "unshare: Operation not permitted").mend


def test_root_whose_interpreter_is_closed_to_others_is_told_so(monkeypatch):
    found = "cannot run 'python' in the sandbox: [Errno 13] Permission denied: 'python'"
    for user, mend in ((0, "chmod -R o+rX"), (1000, "In Docker")):
        monkeypatch.setattr("os.geteuid", lambda user=user: user)
        assert mend in obstacles.failure("container", found).mend


FORBIDDEN = """
from redraft.sandbox.inside import identity
identity.map_user(0)
open("/proc/sys/user/max_user_namespaces", "w").write("0")
from redraft.sandbox import available, strongest
for provider in available():
    print(provider.strength, provider.usable, provider.missing)
print(strongest().python("print('still')").stdout)
"""


def test_where_user_namespaces_are_forbidden_the_weakest_is_left(ordinary):
    if not available()[1].usable:
        pytest.skip(f"there are none anyway: {available()[1].missing}")
    done = subprocess.run(
        [*ordinary, sys.executable, "-c", FORBIDDEN], capture_output=True, check=False, text=True, timeout=120
    )
    told = done.stdout.splitlines()
    assert told[0].startswith("process True"), done.stderr
    assert told[1].startswith("namespace False")
    assert "max_user_namespaces is 0" in told[1]
    assert told[2].startswith("container False")
    assert told[3] == "still"
