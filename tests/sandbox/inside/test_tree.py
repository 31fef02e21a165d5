from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from redraft.sandbox.inside import tree

PARENT = """
import os, sys
for _ in range(2):
    if os.fork() == 0:
        if os.fork() == 0:
            kept = bytearray(b"x" * (30 << 20))
            sys.stdout.write("x")
            sys.stdout.flush()
        sys.stdin.read()
        os._exit(0)
sys.stdin.read()
"""


@pytest.fixture
def family():
    """A process with two children, each with a child of its own that keeps 30 MiB."""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout.read(2) == b"xx"
        yield parent.pid
        tree.kill_below(parent.pid)
        parent.kill()


def test_all_generations_are_found_parents_first(family):
    found = tree.below(family)
    assert len(found) == 4
    assert tree.below(family, most=1) == found[:2]
    assert {os.path.basename(os.readlink(f"/proc/{pid}/exe")) for pid in found} == {  # noqa: PTH115, PTH119
        os.path.basename(os.path.realpath(sys.executable))  # noqa: PTH119
    }
    for pid in found[2:]:
        (parent,) = (one for one in found[:2] if pid in tree.below(one))
        assert found.index(parent) < found.index(pid)


def test_threads_count_one_each(family):
    assert tree.tasks(tree.below(family)) == 4
    assert tree.tasks([1 << 30]) == 1


def test_memory_that_is_shared_counts_once_where_it_matters(family):
    pids = tree.below(family)
    plain = tree.memory(pids, limit=1 << 40)
    exact = tree.memory(pids, limit=0)
    assert 60 << 20 < exact < plain


def test_killing_leaves_nobody(family):
    pids = tree.below(family)
    assert tree.kill_below(family)
    until = time.monotonic() + 10
    while [pid for pid in pids if _is_running(pid)]:
        assert time.monotonic() < until


def _is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
