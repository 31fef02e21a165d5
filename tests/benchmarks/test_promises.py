"""The counts that the benchmarks run whole: a twentieth of each here, all of it under `-m soak`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def bench(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / f"{name}.py"), *options]
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "LANGSMITH_TRACING": "false"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)


@pytest.mark.parametrize("n", [500, pytest.param(10_000, marks=pytest.mark.soak)])
def test_no_adversary_breaks_the_loop(n: int) -> None:
    done = bench("adversaries", "--n", str(n))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert f"{n} runs, 0 violations" in done.stdout


@pytest.mark.parametrize("n", [500, pytest.param(10_000, marks=pytest.mark.soak)])
def test_every_critique_of_the_embedded_model_parses(n: int) -> None:
    done = bench("critiques", "--n", str(n))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert f"{n} critiques, 0 failures" in done.stdout
