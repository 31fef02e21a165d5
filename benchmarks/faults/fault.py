"""A fault: a distribution whose plugin is wrong in one way."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["GOOD", "Fault", "call", "distribute", "load", "meddle"]

_HEAD = """
import asyncio, atexit, ctypes, gc, json, locale, logging, os, re, resource, shutil, signal, socket, subprocess, sys
import tempfile, threading, time, types
from decimal import Decimal
from pydantic import BaseModel
from redraft import Score, evaluator, hookimpl
"""

_CHANNEL = """
def channel():
    return next(fd for fd in range(3, 64) if is_socket(fd))

def is_socket(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}").startswith("socket:")
    except OSError:
        return False
"""

_HOOK = """
@hookimpl
def redraft_evaluators():
    return [bad]
"""

GOOD = """
from redraft import Score, evaluator, hookimpl

@evaluator("good")
def good(draft):
    return Score(1.0 if draft.text else 0.0)

@hookimpl
def redraft_evaluators():
    return [good]
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to be wrong.

    Args:
        name: What the table calls it; its distribution is `fault-<name>`.
        source: The plugin.
        told: What is said of it: in the score's error, in the list of plugins, or in the log.
        loads: Whether the plugin loads, and shows what is wrong when its evaluator is called.
        logged: Whether it is only the log that names it: the evaluator scores all the same.
        entry: The entry point, where it is not the plugin's module.
        files: Other files of the distribution; None in the place of one that is missing.
    """

    name: str
    source: str
    told: str
    loads: bool = True
    logged: bool = False
    entry: str | None = None
    files: Mapping[str, bytes | None] = field(default_factory=dict)

    @property
    def distribution(self) -> str:
        """The name of its distribution."""
        return f"fault-{self.name}"


def call(name: str, told: str, body: str, *, before: str = "", declared: str = "") -> Fault:
    """Return a fault that shows when the evaluator is called.

    Args:
        name: What the table calls it.
        told: What is said of it.
        body: What the evaluator does.
        before: What stands before it in the module; `CHANNEL` for what finds the child's connection.
        declared: What the evaluator declares.
    """
    keyword = "async def" if body.startswith("async\n") else "def"
    lines = textwrap.indent(textwrap.dedent(body.removeprefix("async\n")).strip(), "    ")
    declared = declared if "timeout" in declared else f"timeout=1.0, {declared}"
    head = f'@evaluator("bad", {declared})\n{keyword} bad(draft, task, ctx):\n'
    before = _CHANNEL if before == "CHANNEL" else before
    return Fault(name, f"{_HEAD}\n{textwrap.dedent(before)}\n{head}{lines}\n{_HOOK}", told)


def meddle(name: str, told: str, body: str) -> Fault:
    """Return a fault that only the log names: the evaluator scores all the same."""
    return replace(call(name, told, body), logged=True)


def load(name: str, told: str, source: str, **rest: object) -> Fault:
    """Return a fault that shows when the plugin loads; `EVALUATOR` and `HOOK` stand for what is right."""
    right = '@evaluator("bad")\ndef bad(draft):\n    return 1.0\n'
    text = re.sub("^HOOK$", _HOOK, textwrap.dedent(source).replace("EVALUATOR", right), flags=re.MULTILINE)
    return Fault(name, f"{_HEAD}\n{text}", told, loads=False, **rest)  # type: ignore[arg-type]


def distribute(folder: Path, distribution: str, source: str, fault: Fault | None = None) -> None:
    """Put a distribution into a folder, as an installer leaves it."""
    module = distribution.replace("-", "_")
    (folder / f"{module}.py").write_bytes(source.encode("utf-8", "surrogateescape"))
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    files: dict[str, bytes | None] = {
        "METADATA": f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n".encode(),
        "INSTALLER": b"pip\n",
        "entry_points.txt": f"[redraft]\n{(fault and fault.entry) or f'{distribution} = {module}'}\n".encode(),
        "RECORD": f"{module}.py,,\n{info.name}/METADATA,,\n{info.name}/entry_points.txt,,\n".encode(),
    }
    files |= fault.files if fault else {}
    for name, content in files.items():
        if content is not None:
            (info / name).write_bytes(content)
