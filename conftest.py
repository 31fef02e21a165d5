"""The examples in README.md and docs/ are tests.

Python blocks run as they stand, bash blocks with `bash -e`, and a TOML block that begins with `# some/file.toml` is
written to that file; all blocks of one document share one fresh project folder. `<!--- skip: next "why" -->` before a
block excuses it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

if TYPE_CHECKING:
    from sybil import Example


def _run_bash(example: Example) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    folders = {f"REDRAFT_{kind.upper()}_DIR": str(Path.cwd() / f".{kind}") for kind in ("cache", "data")}
    done = subprocess.run(  # noqa: S603 -- the text of our own documents
        ["bash", "-e", "-o", "pipefail", "-c", example.parsed],  # noqa: S607 -- as a reader would run it
        capture_output=True,
        check=False,
        env={**os.environ, "PATH": path, **folders},
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"  # noqa: S101


def _write_toml(example: Example) -> None:
    head, _, _ = example.parsed.partition("\n")
    assert head.startswith("# "), "a TOML example begins with its file: # graphs/mine.toml"  # noqa: S101
    file = Path(head.removeprefix("# "))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(example.parsed, encoding="utf-8")


def _enter_project(namespace: dict[str, Any]) -> None:
    stack = namespace["_leave"] = contextlib.ExitStack()
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="redraft-docs-"))
    stack.enter_context(contextlib.chdir(folder))


def _leave_project(namespace: dict[str, Any]) -> None:
    namespace["_leave"].close()


pytest_collect_file = Sybil(
    parsers=[
        SkipParser(),
        PythonCodeBlockParser(),
        CodeBlockParser(language="bash", evaluator=_run_bash),
        CodeBlockParser(language="toml", evaluator=_write_toml),
    ],
    patterns=["README.md", "docs/*.md", "docs/graphs/*.md", "docs/domains/*.md"],
    setup=_enter_project,
    teardown=_leave_project,
).pytest()
