"""Starts one command inside the sandbox, watches over it, and reports how it ended."""

from __future__ import annotations

import marshal
import os
import sys

from . import supervision

__all__ = ["main"]


def main() -> None:
    """Run the plan found in one inherited file, and write the report to another."""
    plan, report, control = (int(one) for one in sys.argv[2:5])
    for handle in (plan, report, control):
        os.set_inheritable(handle, False)  # noqa: FBT003 - positional only
    with open(plan, "rb") as file:
        wanted = marshal.load(file)  # noqa: S302 - written by the process that started this one
    try:
        told = supervision.supervise(wanted, control=control, close=(report, control))
    except OSError as error:
        told = {"problem": str(error)}
    os.write(report, marshal.dumps(dict(told)))
