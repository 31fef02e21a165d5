"""Lint's word on random graphs and mutations: a twentieth of the count here, all of it under `-m soak`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("n", [100, pytest.param(2000, marks=pytest.mark.soak)])
def test_lint_keeps_its_word(n: int) -> None:
    command = [sys.executable, "-m", "benchmarks.soundness", "--n", str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert f"{n} graphs, {n} mutations, 0 misses, 0 too slow" in done.stdout
