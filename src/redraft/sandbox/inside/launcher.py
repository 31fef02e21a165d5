"""Starts one command inside the sandbox, watches over it, and reports how it ended."""

from __future__ import annotations

import marshal
import os
import sys

from . import start, supervision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redraft.sandbox.plan import Plan

__all__ = ["attend", "main"]


def main() -> None:
    """Run the plan found in one inherited file, and write the report to another."""
    plan, report, control = (int(one) for one in sys.argv[2:5])
    for handle in (plan, report, control):
        os.set_inheritable(handle, False)  # noqa: FBT003 - positional only
    try:
        told = supervision.supervise(_read(plan), control=control, close=(report, control))
    except OSError as error:
        told = {"problem": str(error)}
    os.write(report, marshal.dumps(dict(told)))


def attend() -> None:
    """Be the first process of a world that bubblewrap made: start the command and wait for it."""
    plan, status = (int(one) for one in sys.argv[2:4])
    os.set_inheritable(status, False)  # noqa: FBT003
    start.in_container(_read(plan), status=status)


def _read(handle: int) -> Plan:
    with open(handle, "rb") as file:
        plan: Plan = marshal.load(file)  # noqa: S302 - written by the process that started this one
    return plan
