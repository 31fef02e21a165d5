"""The share of tests that fail without the embedded model: those that run the real thing.

    python benchmarks/without_model.py

Copies the working tree to a temporary folder, leaves the model out, and runs the tests there. A test with a table
counts once, however many of its rows fail. A test that fails with the model too would count as well, so let `pytest`
pass first. Exits 1 where fewer than 30 % fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODEL = "training/embedded.gguf"
LEAST = 0.3


class Tally:
    """A pytest plugin that keeps which tests ran and which of them failed, be it in a fixture."""

    def __init__(self) -> None:
        self.ran: set[str] = set()
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count one report: of a fixture, of the test itself, or of one of its rows."""
        self.ran.add(report.nodeid)
        if report.failed:
            self.failed.add(report.nodeid)


def copy_without_model(folder: Path) -> None:
    """Copy what git knows, or would add, except the model."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in set(names) - {"", MODEL}:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def main() -> int:
    """Run the tests of the copy, and print the share."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        copy_without_model(Path(name))
        os.chdir(name)
        os.environ["PYTHONPATH"] = str(Path(name, "src"))
        sys.path[:0] = [name, os.environ["PYTHONPATH"]]
        pytest.main(["-q", "--tb=no", "--show-capture=no", "-r", "N", "-p", "no:cacheprovider", *sys.argv[1:]], [tally])
        os.chdir(ROOT)
    share = len(tally.failed) / len(tally.ran) if tally.ran else 0.0
    print(f"{len(tally.failed)} of {len(tally.ran)} tests fail without the model ({share:.0%})")
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    raise SystemExit(main())
