"""What the tests of commands that measure graphs share."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["GRAPH", "graph_in", "keys_without_a_row", "lines", "require_one_message"]

GRAPH = """\
redraft = 1
extends = "sentence"
embedded = true

[bench]
truth = { coverage = 1.0, length = { weight = 1.0, max_words = 12 } }
tasks = "mine.jsonl"
"""


def lines(tasks: Iterable[Sequence[str]]) -> str:
    """Tasks by their words, as a file has them."""
    return "".join(json.dumps({"inputs": {"words": words}}) + "\n" for words in tasks)


def graph_in(project: Path, tasks: Iterable[Sequence[str]], more: str = "") -> Path:
    """The file of the graph `mine`, which is measured by verifiers, with its tasks beside it."""
    folder = project / "graphs"
    folder.mkdir()
    (folder / "mine.toml").write_text(GRAPH + more, encoding="utf-8")
    (folder / "mine.jsonl").write_text(lines(tasks), encoding="utf-8")
    return folder / "mine.toml"


def require_one_message(done: subprocess.CompletedProcess[str], code: int, said: str) -> None:
    """Assert that a command ended with this code, one message on stderr, and nothing on stdout."""
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) <= 5


def keys_without_a_row(schema: Mapping[str, Any], section: str) -> set[str]:
    """The keys of a report that a section of its page does not name."""
    named = set(re.findall(r"`(\w+)`", section)) | set(re.findall(r"[{ ](\w+)[,}]", section))
    parts = [schema, *schema["$defs"].values()]
    return {key for part in parts for key in part.get("properties", {})} - named
