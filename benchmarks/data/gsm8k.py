"""GSM8K: word problems with a number as their answer."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from benchmarks.data.converting import converted, field_of, json_task, text_of
from redraft.bench.json_lines import kind_of, lines_of
from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redraft.bench.tasks import Broken

__all__ = ["GRAPH", "tasks"]

GRAPH = "word_problem"

_CALCULATION = re.compile(r"<<[^<>]*>>")
_FINAL = re.compile(r"####[ \t]*([^\n]*)\s*\Z")
_NUMBER = re.compile(r"[$]?(-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)\.?")


def tasks(path: Path) -> Iterator[dict[str, Any] | Broken]:
    """Yield the tasks of a file as OpenAI publishes it (`question`, `answer`) or Self-Refine (`input`, `target`).

    Raises:
        UsageError: The file cannot be read.
    """
    return converted(path, lines_of(path), json_task(_task), name="gsm8k")


def _task(row: dict[str, Any]) -> dict[str, Any]:
    if "input" in row and "question" not in row:
        return {"inputs": {"question": text_of(row, "input")}, "truth": {"answer": _number(field_of(row, "target"))}}
    question, solution = text_of(row, "question"), _CALCULATION.sub("", text_of(row, "answer"))
    final = _FINAL.search(solution)
    if final is None:
        raise UsageError("the answer does not end in a line '#### NUMBER'")
    worked = solution[: final.start()].rstrip()
    return {"inputs": {"question": question}, "truth": {"answer": _number(final[1]), "solution": worked}}


def _number(value: Any) -> float:
    """Return a number, whole where it is.

    Raises:
        UsageError: It is none.
    """
    if isinstance(value, str):
        found = _NUMBER.fullmatch(value.strip())
        if found is None:
            raise UsageError(f"the answer {value.strip()!r:.40} is no number")
        text = found[1].replace(",", "")
        return float(text) if "." in text else int(text)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UsageError(f"the answer is a number, not {kind_of(value)}")
    return int(value) if value == int(value) else value
