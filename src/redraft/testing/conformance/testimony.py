"""A testimony: what a fresh process saw an evaluator do, also where the evaluator ended that process."""

from __future__ import annotations

import functools
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from redraft.testing.conformance.answer import Answer
from redraft.testing.conformance.effects import Effects

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Testimony", "heard"]

_START = 60.0
_GRACE = 1.0
_MOST_DEATHS = 4
_CODE = "import sys; sys.path[:] = {path!r}; from redraft.testing.conformance import witness; witness.main()"


@dataclass(frozen=True, slots=True)
class Testimony:
    """What was seen.

    Args:
        not_imported: Why the evaluator could not be imported there; empty where it could.
        answers: What it did for each draft; one that is missing was never come to.
        effects: What its calls did beside that; None where the process ended too early.
    """

    __test__ = False

    not_imported: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    effects: Effects | None = None


@functools.lru_cache(maxsize=4)
def heard(order: str, seconds: float) -> Testimony:
    """Return what witnesses of an order saw; where one dies, the next one goes on behind the draft that killed it.

    Args:
        order: The order as JSON.
        seconds: How long one call may take.
    """
    wanted: dict[str, Any] = json.loads(order)
    answers: dict[str, Answer] = {}
    effects: Effects | None = None
    left: list[str] = list(wanted["names"])
    for _ in range(_MOST_DEATHS):
        seen = _listen(wanted | {"names": left}, seconds)
        if seen.not_imported:
            return seen
        answers.update(seen.answers)
        effects = effects or seen.effects
        left = [name for name in left if name not in answers]
        if not left or any(answers[name].how in ("late", "died") for name in wanted["first"] if name in answers):
            break
    return Testimony("", answers, effects)


def _listen(order: dict[str, Any], seconds: float) -> Testimony:
    """Return what one witness saw until it ended, or took too long."""
    with tempfile.TemporaryDirectory(prefix="redraft-witness-", ignore_cleanup_errors=True) as folder:
        process = _start(order, Path(folder))
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_forward, args=(process, lines), daemon=True).start()
        try:
            return _collect(order, process, lines, seconds)
        finally:
            _end(process)


def _start(order: dict[str, Any], folder: Path) -> subprocess.Popen[str]:
    for name in ("work", "tmp"):
        (folder / name).mkdir()
    path = [os.path.abspath(entry) for entry in sys.path]  # noqa: PTH100 - an entry may be a zip file or be missing
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder / "tmp"))
    process = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", _CODE.format(path=path)],
        cwd=folder / "work",
        env={**os.environ, **temporary, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        start_new_session=True,
    )
    with _piped(process.stdin) as pipe:
        pipe.write(json.dumps(order | {"path": path, "printed": str(folder / "tmp" / "printed")}))
    return process


def _end(process: subprocess.Popen[str]) -> None:
    """End a witness, and what it started where the system can tell."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _piped(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise ValueError("the process was started without a pipe")
    return stream


def _forward(process: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    with _piped(process.stdout) as pipe:
        for line in pipe:
            lines.put(line)
    lines.put("")


def _collect(
    order: dict[str, Any], process: subprocess.Popen[str], lines: queue.SimpleQueue[str], seconds: float
) -> Testimony:
    answers: dict[str, Answer] = {}
    effects: Effects | None = None
    left: list[str] = list(order["names"])
    wait = _START
    while True:
        try:
            line = lines.get(timeout=wait)
        except queue.Empty:
            answers[left[0]] = Answer("late", detail=f"gave nothing within {seconds:g} s")
            return Testimony("", answers, effects)
        if not line:
            if left:
                answers[left[0]] = Answer("died", detail=f"ended its process ({_status(process)})")
            return Testimony("", answers, effects)
        told = json.loads(line)
        if told.get("imported"):
            return Testimony(told["imported"])
        if "effects" in told:
            effects = Effects(**told["effects"])
        elif "name" in told:
            answers[told["name"]] = Answer.from_json(told["answer"])
            left.remove(told["name"])
        # Between two lines lie two calls at most.
        wait = 2 * seconds + _GRACE


def _status(process: subprocess.Popen[str]) -> str:
    code = process.wait()
    return f"signal {-code}" if code < 0 else f"exit code {code}"
