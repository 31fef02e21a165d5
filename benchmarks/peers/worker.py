"""A system in a process of its own, told what to do by lines of JSON.

A process of its own, because how threads wait is fixed when a library loads, and because a peer may die.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from benchmarks.engine_workload import Call, Plan
from benchmarks.peers.interface import Answer, Setup, quiet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

__all__ = ["SYSTEMS", "Worker"]

ROOT = Path(__file__).parents[2]
SYSTEMS = ("redraft", "llama", "langgraph", "server")
"""Modules beside this one, each with a function `opened(setup)`."""


class Worker:
    """The other end of a process in which a system runs.

    Args:
        system: One of `SYSTEMS`.
        setup: How it is opened.
        policy: How its threads wait: `alike` or `default`.
    """

    def __init__(self, system: str, setup: Setup, *, policy: str = "alike") -> None:
        self.system = system
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.peers.worker", system]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=quiet(policy))
        self._tell(dataclasses.asdict(setup))

    def loops(self, plan: Plan) -> Answer:
        """Run refinement loops."""
        return self._tell({"plan": dataclasses.asdict(plan)})

    def calls(self, calls: Iterable[Call]) -> Answer:
        """Answer some requests, as many at once as the system can."""
        return self._tell({"calls": [dataclasses.asdict(call) for call in calls]})

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate(timeout=60)

    def _tell(self, job: dict[str, Any]) -> Answer:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError(f"{self.system} ended with exit code {self._process.returncode}")
        return Answer(**json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def main() -> None:
    """Serve the jobs on standard input."""
    # llama.cpp and others may print; the answers' own way out is kept for the answers.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    lines = iter(sys.stdin)
    setup = Setup(**json.loads(next(lines)))
    system = import_module(f"benchmarks.peers.{sys.argv[1]}").opened(setup)
    _say(out, Answer(0.0))
    for line in lines:
        job = json.loads(line)
        if "plan" in job:
            _say(out, system.loops(Plan(**job["plan"])))
        else:
            _say(out, system.calls([Call(**call | {"ids": tuple(call["ids"])}) for call in job["calls"]]))
    system.close()


def _say(out: Any, answer: Answer) -> None:
    out.write(json.dumps(dataclasses.asdict(answer)) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
