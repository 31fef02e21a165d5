from __future__ import annotations

import os
import subprocess
import sys

import pytest

from redraft.llama.machine import threads
from redraft.llama.machine.threads import OpenMP, most_threads, usable_cpus

POLICIES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")

ASK = """
import ctypes, os, sys
for name in sys.argv[1:]:
    ctypes.CDLL(name)
from redraft.llama.machine.threads import most_threads, openmp_state
state = openmp_state()
print(sorted(state.before), state.reused, state.chosen, state.spins, most_threads() == 1)
"""


@pytest.fixture
def asked():
    """What a new process, in which these libraries were loaded before, says of its threads."""

    def ask(*libraries, **environment):
        kept = {name: value for name, value in os.environ.items() if name not in POLICIES}
        command = [sys.executable, "-c", ASK, *libraries]
        return subprocess.run(
            command, env=kept | environment, capture_output=True, text=True, check=True, timeout=60
        ).stdout.strip()

    return ask


@pytest.mark.skipif(sys.platform != "linux", reason="libgomp's name is Linux's")
def test_a_runtime_that_was_there_before_spins_unless_the_environment_forbade_it(subtests, asked):
    for libraries, environment, answer in [
        ((), {}, f"[] False False False {usable_cpus() == 1}"),
        (("libgomp.so.1",), {}, "['libgomp.so.1'] True False True True"),
        (("libgomp.so.1",), {"OMP_WAIT_POLICY": "PASSIVE"}, f"['libgomp.so.1'] True True False {usable_cpus() == 1}"),
    ]:
        with subtests.test(libraries=libraries, environment=environment):
            assert asked(*libraries, **environment) == answer


def test_a_runtime_that_llama_cpp_does_not_use_does_no_harm():
    assert not OpenMP(frozenset({"libomp.so"}), reused=False, chosen=False).spins


def test_the_quota_of_a_control_group_counts(subtests, monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)
    for quota, count in [(None, 8), (16.0, 8), (4.0, 4), (2.5, 2), (0.5, 1)]:
        with subtests.test(quota=quota):
            monkeypatch.setattr("redraft.llama.machine.cgroup.cpu_quota", lambda quota=quota: quota)
            assert usable_cpus() == count


def test_threads_that_would_spin_are_not_started(monkeypatch):
    monkeypatch.setattr(threads, "usable_cpus", lambda: 6)
    for spins, most in [(True, 1), (False, 6)]:
        monkeypatch.setattr(threads, "spins", lambda spins=spins: spins)
        assert most_threads() == most
