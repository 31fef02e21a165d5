"""The footprint of processes: of all below one, and of those alone."""

from __future__ import annotations

import os
import subprocess
import sys

from redraft.evaluation.footprint import below, resident_below

GROWN = """
import subprocess, sys
held = b"x" * (64 << 20)
subprocess.run([sys.executable, "-c", "import sys; print(1, flush=True); sys.stdin.read()"])
"""


def test_what_a_process_started_counts_with_it():
    with subprocess.Popen([sys.executable, "-c", GROWN], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as grown:
        grown.stdout.readline()
        found = set(below(os.getpid()))
        assert grown.pid in found
        assert set(below(grown.pid)) < found
        assert 0 < resident_below(grown.pid) < 64 << 20 < resident_below(os.getpid())
        grown.stdin.close()


def test_a_process_that_has_gone_has_nothing():
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    assert (list(below(gone.pid)), resident_below(gone.pid)) == ([], 0)
