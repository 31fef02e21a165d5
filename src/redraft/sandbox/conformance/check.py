"""A check: one attack on a sandbox, and what tells whether it was kept in."""

from __future__ import annotations

import os
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redraft.sandbox.interface import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.sandbox.interface import Ran, Sandbox, Strength

__all__ = ["LIMITS", "SHORT", "Check", "attack", "attempt", "attempt_on_parent", "check"]

_ATTEMPT = """
def attempt():
{body}

try:
    print("got", attempt())
except OSError as error:
    print("refused", error)
"""

_ON_PARENT = """
try:
    is_parent = open(f"/proc/{{parent}}/cmdline", "rb").read() == line
except OSError:
    is_parent = True
if not is_parent:  # another process has its number in here
    return None
{body}
"""

LIMITS = Limits(seconds=20.0, memory=128 << 20, output=64 << 10, disk=1 << 20, processes=8, files=32)
"""Small, so that what exceeds them is harmless even where nothing keeps it in."""

SHORT = LIMITS.model_copy(update={"seconds": 0.3})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a sandbox has to keep in.

    Args:
        name: What is tried.
        about: What has to come of it, in one sentence.
        least: The weakest strength that has to keep it in.
        breach: Tries it, and returns what got out: none where it was kept in.
    """

    name: str
    about: str
    least: Strength
    breach: Callable[[Sandbox], str | None]


def check(least: Strength) -> Callable[[Callable[[Sandbox], str | None]], Check]:
    """Make a check of a function: its name says what is tried, its docstring what has to come of it."""

    def make(function: Callable[[Sandbox], str | None]) -> Check:
        about = (function.__doc__ or "").strip()
        return Check(function.__name__.strip("_").replace("_", " "), about, least, function)

    return make


def attack(sandbox: Sandbox, code: str, *, stdin: str = "", limits: Limits = LIMITS, **given: object) -> Ran:
    """Run an attack in a sandbox.

    Args:
        sandbox: Where to run it.
        code: The attack, in Python.
        stdin: What it can read.
        limits: What it may use.
        given: Names that the code can use, and their values.
    """
    head = "".join(f"{name} = {value!r}\n" for name, value in given.items())
    return sandbox.python(head + textwrap.dedent(code), stdin=stdin, limits=limits)


def attempt(sandbox: Sandbox, body: str, **given: object) -> str | None:
    """Try something that a sandbox has to refuse, and return what was got: none where it was refused.

    Args:
        sandbox: Where to try it.
        body: The body of a function, in Python: it returns what was got, or raises an OSError where that is refused.
        given: Names that the code can use, and their values.
    """
    code = _ATTEMPT.format(body=textwrap.indent(textwrap.dedent(body), "    "))
    ran = attack(sandbox, code, stdin="", limits=LIMITS, **given)
    kind, _, rest = ran.stdout.strip().partition(" ")
    if kind == "refused" or (kind == "got" and rest == "None"):
        return None
    return rest if kind == "got" else f"the attempt itself failed: {ran.stderr.strip() or ran.detail}"


def attempt_on_parent(sandbox: Sandbox, body: str) -> str | None:
    """Try something on the process that runs the sandbox, whose number is `parent`, as `attempt` does."""
    line = Path("/proc/self/cmdline").read_bytes()
    return attempt(sandbox, _ON_PARENT.format(body=textwrap.dedent(body)), parent=os.getpid(), line=line)
