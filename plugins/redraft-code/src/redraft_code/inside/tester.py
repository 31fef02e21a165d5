"""The tester: knows the tests, has a worker run the code under test, and alone says what passed.

It runs in a process that the code cannot reach: it is no file, may not be traced or read, and takes plain data only.
Its line of output begins with a secret that the worker is never told.
"""

from __future__ import annotations

import ctypes
import json
import operator
import sys
import time

from redraft_code.inside.session import EndedError, Session, brief

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["main"]

_SET_DUMPABLE = 4
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": operator.is_,
    "is not": operator.is_not,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}


class _FailedError(Exception):
    """A test that does not hold; the message is what the critic reads."""


class _Trial:
    """All tests of one draft."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.ends = time.monotonic() + order["total"]
        self.set_up: list[dict[str, Any]] = []
        self.label = ""
        self.session = self.fresh()

    def fresh(self) -> Session:
        """Return a new session, with the code loaded and all that the tests have set up so far."""
        self.session = Session(self.order["sources"], self.order["seconds"], tuple(self.order["asked"]))
        self.allow()
        self.session.load(self.order["code"])
        self.session.namespace |= {"__redraft_check": self.check, "__redraft_true": self.true, "__redraft_same": _same}
        for step in self.set_up:
            exec(compile(step["code"], "tests", "exec"), self.session.namespace)  # noqa: S102 - the tests
        return self.session

    def run(self) -> list[str | None]:
        """Return for each test None where it passes, or else what is wrong."""
        found: list[str | None] = []
        blocked = ""
        for step in self.order["steps"]:
            if blocked or time.monotonic() > self.ends:
                fault: str | None = blocked or "not run: the time for all tests was up"
            else:
                fault = self.step(step)
            if step["test"]:
                found.append(fault)
            elif fault:
                blocked = fault
            else:
                self.set_up.append(step)
        self.session.stop()
        return found

    def step(self, step: dict[str, Any]) -> str | None:
        """Run one step of the tests, and return what is wrong with it."""
        try:
            if self.session.ended:
                self.fresh()
            self.allow()
            self.session.last_call, self.label = "", step["label"]
            exec(compile(step["code"], "tests", "exec"), self.session.namespace)  # noqa: S102 - the tests
        except BaseException as error:  # noqa: BLE001 - whatever a test raises, it has failed
            return f"{step['label']}: {self.told(error)}"
        return None

    def allow(self) -> None:
        """Give the next test its time."""
        self.session.deadline = min(time.monotonic() + self.order["seconds"], self.ends)

    def told(self, error: BaseException) -> str:
        """Return in words what ended a test."""
        if isinstance(error, _FailedError | EndedError):
            return str(error)
        name, text, line = error.__dict__.get("draft", (type(error).__name__, brief(error, plain=True), None))
        where = f" (line {line})" if line else ""
        if name == "EOFError":
            return f"the code reads input, and there is none{where}"
        if name == "SystemExit":
            return f"the code calls sys.exit({text}){where}"
        if isinstance(error, NameError) and "draft" not in error.__dict__:
            return f"the draft does not define it: {text}"
        return f"raised {name}: {text}{where}".removesuffix(": ")

    def check(self, sign: str, left: Any, right: Any, *, given: bool) -> None:
        """Fail a test unless a comparison holds.

        Args:
            sign: The operator.
            left: What stands before it.
            right: What stands after it.
            given: Whether it is the left side that the test gives, and the right one that the code makes.
        """
        if _OPERATORS[sign](left, right):
            return
        expected, got = (left, right) if given else (right, left)
        if sign == "==":
            raise _FailedError(f"expected {brief(expected)}, got {brief(got)}{self.called()}")
        raise _FailedError(f"got {brief(got)}, which is not {sign} {brief(expected)}{self.called()}")

    def true(self, value: Any) -> None:
        """Fail a test unless a value is true."""
        if not value:
            raise _FailedError(f"got {brief(value)}{self.called()}")

    def called(self) -> str:
        """Say what the code was last called with, where it was."""
        call = self.session.last_call
        return f"; {call}" if call and call.partition(" gave ")[0] not in self.label else ""


def _same(value: Any) -> Any:
    """Return a value as JSON would give it back, so that a tuple is a list."""
    if isinstance(value, list | tuple):
        return [_same(item) for item in value]
    return {key: _same(item) for key, item in value.items()} if isinstance(value, dict) else value


def _try(order: dict[str, Any]) -> dict[str, Any]:
    try:
        trial = _Trial(order)
    except BaseException as error:
        if not _is_of_code(error):
            raise
        return {"load": _Trial.__new__(_Trial).told(error)}
    return {"found": trial.run()}


def _is_of_code(error: BaseException) -> bool:
    """Return whether it was the code under test that raised, not this process."""
    return isinstance(error, EndedError) or "draft" in error.__dict__


def main(order: dict[str, Any]) -> None:
    """Run the tests, and write what they came to behind the secret.

    Args:
        order: The code, the tests in steps, the time, the sources of the worker, and the secret.
    """
    # The code under test belongs to the same user: without this it could read the tests and the secret in /proc.
    if ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError("this process cannot be closed to others")
    secret = order.pop("secret")
    told = _measure(order) if "workload" in order else _try(order)
    sys.stdout.write(f"\n{secret} {json.dumps(told)}\n")
    sys.stdout.flush()


def _measure(order: dict[str, Any]) -> dict[str, Any]:
    """Return how long each of two programs takes to be loaded and to do the workload, and what it gives.

    They take turns, in a fresh process each time, so that a busy machine slows both and nothing is remembered.
    """
    found: dict[str, Any] = {"code": [], "baseline": []}
    turns = [
        name for turn in range(order["repeats"]) for name in (("code", "baseline"), ("baseline", "code"))[turn % 2]
    ]
    ends = time.monotonic() + order["total"]
    for name in turns:
        if time.monotonic() > ends and all(found.values()):
            break
        try:
            seconds, value = _once(order, name)
        except BaseException as error:
            if not _is_of_code(error):
                raise
            return {"failed": name, "told": _Trial.__new__(_Trial).told(error)}
        if found.setdefault("value", value) != value:
            return {"differs": [brief(found["value"]), brief(value)], "second": name}
        found[name].append(seconds)
    return {name: found[name] for name in ("code", "baseline")}


def _once(order: dict[str, Any], name: str) -> tuple[float, Any]:
    session = Session(order["sources"], order["seconds"], ())
    try:
        session.ask("bool", 1)
        session.deadline = time.monotonic() + order["seconds"]
        began = time.monotonic()
        session.load(order[name])
        value = session.ask("evaluate", *order["workload"])
        return time.monotonic() - began, value
    finally:
        session.stop()
