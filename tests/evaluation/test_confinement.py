"""Confinement: what a process gives up before it evaluates."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone has these")


def said(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout


@linux
def test_who_leaves_the_network_has_no_way_out_where_the_kernel_allows_it():
    left, devices = said("""
from pathlib import Path
from redraft.evaluation.confinement import leave_network
print(leave_network())
print(sum(":" in line for line in Path("/proc/thread-self/net/dev").read_text().splitlines()))
""").split()
    assert left == "False" or devices == "1"


@linux
def test_who_follows_a_parent_that_has_gone_ends_at_once():
    code = "from redraft.evaluation.confinement import follow; follow(1 << 22, 15); print('lives')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")


@linux
def test_it_leaves_no_core_and_is_the_first_to_go():
    assert (
        said("""
import resource
from pathlib import Path
from redraft.evaluation.confinement import die_first
die_first()
print(resource.getrlimit(resource.RLIMIT_CORE), Path("/proc/self/oom_score_adj").read_text().strip())
""")
        == "(0, 0) 1000\n"
    )


def test_what_c_code_holds_back_is_written():
    assert (
        said("""
import ctypes
from redraft.evaluation.confinement import flush_c
ctypes.CDLL(None).printf(b"held back")
flush_c()
import os
os._exit(0)
""")
        == "held back"
    )


def test_signals_have_names():
    from redraft.evaluation.process import _signal_name

    assert (_signal_name(signal.SIGSEGV), _signal_name(99)) == ("SIGSEGV", "signal 99")
