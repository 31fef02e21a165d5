"""A trial: the draft's code before its tests, in the sandbox."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from redraft.sandbox import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.sandbox import Ran, Sandbox
    from redraft_code.plan import Exchange, Step

from redraft.text import excerpt

__all__ = ["Bounds", "Result", "exchanged", "run_inside", "tried"]

_MODULES = ("wire", "worker", "remote", "session", "tester")
# -I: neither the working folder, which the code under test can write to, nor the environment is looked at.
_FLAGS = ("-I", "-S")
_START = """
import json, sys, types
order = json.loads(sys.stdin.buffer.read())
for name, source in order["sources"].items():
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)
sys.modules["redraft_code.inside.tester"].main(order)
"""
_SPARE = 5.0
_MIB = 1 << 20
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Bounds:
    """What tests may take.

    Args:
        seconds: Time for one test.
        memory: Megabytes of memory for everything.
    """

    seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Result:
    """What the tests came to.

    Args:
        passed: How many passed.
        total: How many there are.
        reasons: What is wrong.
    """

    passed: int
    total: int
    reasons: tuple[str, ...]


def tried(sandbox: Sandbox, code: str, steps: Sequence[Step], bounds: Bounds, *, asked: str | None) -> Result:
    """Run tests in Python, each in its own time, and return how many pass.

    Args:
        sandbox: Where everything runs.
        code: The code under test.
        steps: The tests.
        bounds: What they may take.
        asked: A function of the code that may have a builtin's name.
    """
    count = sum(step.test for step in steps)
    order = {"code": code, "steps": [asdict(step) for step in steps], "asked": [asked] if asked else []}
    told = run_inside(sandbox, order, bounds, total=total_seconds(bounds.seconds, count))
    if "found" not in told:
        return Result(0, count, (told["load"],))
    faults = [fault for fault in told["found"] if fault is not None]
    return Result(count - len(faults), count, tuple(dict.fromkeys(faults)))


def total_seconds(seconds: float, count: int) -> float:
    """Return the time for some tests together: what each may take, within half a minute."""
    return max(seconds, min(25.0, seconds * count))


def run_inside(sandbox: Sandbox, order: dict[str, Any], bounds: Bounds, *, total: float) -> dict[str, Any]:
    """Have the tester do something, and return what it tells.

    Raises:
        RuntimeError: The tester itself failed.
    """
    secret = secrets.token_hex()
    order |= {"secret": secret, "seconds": bounds.seconds, "total": total, "sources": _sources()}
    limits = Limits(seconds=total + _SPARE, memory=bounds.memory * _MIB, processes=64)
    ran = sandbox.python(_START, stdin=json.dumps(order), limits=limits, flags=_FLAGS)
    for line in reversed(ran.stdout.splitlines()):
        if line.startswith(secret):
            told: dict[str, Any] = json.loads(line.removeprefix(secret))
            return told
    if ran.ended == "exit" and ran.exit_code == 1:
        raise RuntimeError(f"the tester failed: {excerpt(ran.stderr[-300:], 300)}")
    return {"load": f"the tests could not be finished: {_ending(ran)}"}


def exchanged(sandbox: Sandbox, code: str, exchanges: Sequence[Exchange], bounds: Bounds) -> Result:
    """Run the code as a program for each input, and return how many times it prints what it must.

    What it must print never enters the sandbox.
    """
    limits = Limits(seconds=bounds.seconds, memory=bounds.memory * _MIB)
    faults = []
    for exchange in exchanges:
        ran = sandbox.python(code, stdin=exchange.reads, limits=limits, flags=_FLAGS)
        fault = _difference(ran, exchange.prints)
        if fault:
            faults.append(f'input "{excerpt(exchange.reads, _SHOWN)}": {fault}')
    return Result(len(exchanges) - len(faults), len(exchanges), tuple(faults))


def _difference(ran: Ran, expected: str) -> str | None:
    if not ran.ok:
        return _ending(ran)
    wanted, got = _lines(expected), _lines(ran.stdout)
    if wanted == got:
        return None
    same = sum(1 for _ in _common(wanted, got))
    where = f"line {same + 1}: " if len(wanted) > 1 or len(got) > 1 else ""
    pair = [f'"{excerpt(lines[same], _SHOWN)}"' if same < len(lines) else "nothing more" for lines in (wanted, got)]
    return f"{where}expected {pair[0]}, got {pair[1]}"


def _common(wanted: list[str], got: list[str]) -> list[str]:
    for place, (left, right) in enumerate(zip(wanted, got, strict=False)):
        if left != right:
            return wanted[:place]
    return wanted[: min(len(wanted), len(got))]


def _lines(text: str) -> list[str]:
    """Return what is printed, without what nobody sees: blanks at the ends of lines and lines at the end."""
    return [line.rstrip() for line in text.replace("\r\n", "\n").rstrip().split("\n")]


def _ending(ran: Ran) -> str:
    """Say how a program ended that did not end well."""
    if ran.ended != "exit":
        return ran.detail or f"it was ended by signal {ran.signal}"
    last = ran.stderr.strip().split("\n")[-1]
    return f"it ended with exit code {ran.exit_code}{f': {excerpt(last, 120)}' if last else ''}"


def _sources() -> dict[str, str]:
    inside = files("redraft_code.inside")
    texts = {
        f"redraft_code.inside.{name}": inside.joinpath(f"{name}.py").read_text(encoding="utf-8") for name in _MODULES
    }
    return {"redraft_code": "", "redraft_code.inside": "", **texts}
