"""A hundred and more plugins, each wrong in one way, and whether redraft contains it.

    python -m benchmarks.plugin_faults [--only NAME] [--jobs 2] [--json]

Each plugin is a distribution of its own, installed into a fresh folder beside a good one. Then real processes run
`redraft plugins ls`, `redraft evaluators ls` and `redraft run` on the embedded model. A fault is contained where all of
them exit with 0, print one JSON document and nothing else, and leave no process behind; the fault is told with the name
of its distribution; and the good evaluators score. Exits 1 where one is not contained.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psutil

from benchmarks.faults.calling import CALLING
from benchmarks.faults.fault import GOOD, Fault, distribute
from benchmarks.faults.loading import LOADING

if TYPE_CHECKING:
    from collections.abc import Iterator

FAULTS: tuple[Fault, ...] = (*LOADING, *CALLING)
MOST = 60
REDRAFT = (
    "import logging, sys; logging.basicConfig(level=logging.INFO, stream=sys.stderr);"
    " from redraft.cli import main; sys.exit(main())"
)
RUN = ("run", "-g", "sentence", "-i", "words=dog,ball,park", "--rounds", "1", "--quiet", "--json", "-e", "good")
ROOT = Path(__file__).parents[1]


class UncontainedError(Exception):
    """A fault went further than it may; the message says how far."""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a fault: what was said of it, or how far it went."""

    fault: Fault
    told: str
    seconds: float
    contained: bool


class Installed:
    """A folder with the faulty distribution, and the good one."""

    def __init__(self, folder: Path, fault: Fault) -> None:
        self.fault = fault
        self._mark = uuid4().hex
        site, self._project = folder / "site", folder / "project"
        site.mkdir()
        self._project.mkdir()
        distribute(site, fault.distribution, fault.source, fault)
        distribute(site, "fault-good", GOOD)
        path = os.pathsep.join([str(site), str(ROOT / "src")])
        self._environ = {
            **os.environ, "PYTHONPATH": path, "XDG_CONFIG_HOME": str(folder), "REDRAFT_FAULT": self._mark
        }  # fmt: skip

    def redraft(self, *arguments: str) -> tuple[Any, str]:
        """Return the JSON that a command prints, and its log.

        Raises:
            UncontainedError: It fails, hangs, prints something else, or leaves a process behind.
        """
        command = " ".join(("redraft", *arguments[:2]))
        try:
            done = subprocess.run(
                [sys.executable, "-c", REDRAFT, *arguments],
                capture_output=True, text=True, timeout=MOST, cwd=self._project, env=self._environ, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise UncontainedError(f"{command} hangs") from error
        left = list(self._left())
        for process in left:
            process.kill()
        if left:
            raise UncontainedError(f"{command} leaves {left[0].cmdline()} behind")
        if done.returncode:
            raise UncontainedError(f"{command} exits with {done.returncode}: {done.stderr.strip()[-200:]}")
        try:
            return json.loads(done.stdout), done.stderr
        except ValueError as error:
            raise UncontainedError(f"{command} prints {done.stdout[:80]!r}") from error

    def _left(self) -> Iterator[psutil.Process]:
        ends = time.monotonic() + 2
        while left := [process for process in psutil.process_iter() if self._is_ours(process)]:
            if time.monotonic() > ends:
                yield from left
                return

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("REDRAFT_FAULT") == self._mark
        except psutil.Error:
            return False


def told(installed: Installed) -> str:
    """Return what is said of a fault.

    Raises:
        UncontainedError: It went further, or is not named.
    """
    fault = installed.fault
    infos, _ = installed.redraft("plugins", "ls", "--json")
    info = next((info for info in infos if info["distribution"] == fault.distribution), None)
    if info is None:
        raise UncontainedError("it is not listed")
    if bool(info["error"]) == fault.loads:
        raise UncontainedError(f"it is listed with {info['error']}")
    names = {row["name"] for row in installed.redraft("evaluators", "ls", "--json")[0]}
    if not names & {"good", "fault-good:good"}:
        raise UncontainedError("the good evaluator is not listed")
    run, log = installed.redraft(
        *RUN_FULL if fault.name == "name-taken" else RUN, *(["-e", "bad"] if fault.loads else [])
    )
    scores = {score["evaluator"]: score for score in run["drafts"][0]["scores"]}
    for good in ("good", "coverage"):
        if scores[good]["value"] is None:
            raise UncontainedError(f"{good} does not score: {scores[good]['error']}")
    if not fault.loads:
        return f"{fault.distribution}: {info['error']['phase']}: {info['error']['message']}"
    if fault.logged:
        return next((line for line in log.splitlines() if fault.distribution in line and fault.told in line), "")
    return scores["bad"]["error"] or ""


RUN_FULL = (*RUN[:-1], "fault-good:good")


def tried(fault: Fault) -> Found:
    """Return what becomes of a fault."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            said = told(Installed(Path(folder), fault))
            contained = fault.distribution in said and fault.told in said
            said = said if contained else f"said of it: {said!r}, not {fault.told!r}"
        except UncontainedError as error:
            said, contained = str(error), False
    return Found(fault, said, time.monotonic() - began, contained)


def main() -> int:
    """Try all faults, print the table, and return 1 where one is not contained."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", metavar="NAME", help="only this fault; repeatable")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    wanted = parser.parse_args()
    faults = [fault for fault in FAULTS if not wanted.only or fault.name in wanted.only]
    rows = []
    with ThreadPoolExecutor(wanted.jobs) as pool:
        for found in pool.map(tried, faults):
            rows.append(found)
            if not wanted.json:
                mark = "contained" if found.contained else "NOT CONTAINED"
                print(f"{found.fault.name:28} {mark:14} {found.seconds:5.1f} s  {found.told[:110]}", flush=True)
    contained = sum(found.contained for found in rows)
    if wanted.json:
        keys = ("told", "seconds", "contained")
        print(json.dumps([{"name": row.fault.name} | {key: getattr(row, key) for key in keys} for row in rows]))
    else:
        print(f"\n{contained} of {len(rows)} contained")
    return int(contained < len(rows))


if __name__ == "__main__":
    sys.exit(main())
