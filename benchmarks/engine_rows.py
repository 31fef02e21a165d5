"""What is demanded of the engine, and the table that says whether it is met."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TARGETS", "Row", "Skipped", "Target", "row", "table"]


@dataclass(frozen=True)
class Target:
    """One line of the table, before it is measured.

    Args:
        name: What is measured.
        against: What it is compared with.
        sense: Whether more or less is better; None where nothing is demanded.
        bound: The goal.
    """

    name: str
    against: str
    sense: Literal["≥", "≤"] | None = None
    bound: float = 0.0

    @property
    def goal(self) -> str | None:
        """The goal in words."""
        return None if self.sense is None else f"{self.sense} {self.bound:g}"

    def met(self, ratio: float) -> bool | None:
        """Return whether a ratio is good enough; None where nothing is demanded."""
        if self.sense is None:
            return None
        return ratio >= self.bound if self.sense == "≥" else ratio <= self.bound


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` is the median of the repeats, `low` and `high` are their extremes."""

    name: str
    against: str
    ratio: float
    low: float
    high: float
    goal: str | None
    ok: bool | None


@dataclass(frozen=True)
class Skipped:
    """A line that could not be measured, and why."""

    name: str
    against: str
    reason: str


def row(key: str, ratios: Sequence[float]) -> Row:
    """Return a line from the ratios of the repeats."""
    target, middle = TARGETS[key], median(ratios)
    met = target.met(middle)
    return Row(target.name, target.against, middle, min(ratios), max(ratios), target.goal, met)


def table(rows: Sequence[Row | Skipped]) -> str:
    """Return the lines as a table in Markdown."""
    lines = ["| what | against | ratio | low … high | goal | |", "| --- | --- | --- | --- | --- | --- |"]
    for line in rows:
        if isinstance(line, Skipped):
            lines.append(f"| {line.name} | {line.against} | skipped: {line.reason} | | | |")
            continue
        mark = {True: "ok", False: "MISSED", None: ""}[line.ok]
        spread = f"{line.low:.3g} … {line.high:.3g}"
        lines.append(f"| {line.name} | {line.against} | {line.ratio:.3g} | {spread} | {line.goal or ''} | {mark} |")
    return "\n".join(lines)


def as_json(rows: Sequence[Row | Skipped]) -> list[dict[str, object]]:
    """Return the measured lines as plain data."""
    return [dataclasses.asdict(line) for line in rows if isinstance(line, Row)]


_BATCHED = "llama-batched-bench -pps -kvu"
_LOOPS = "8 loops of 2 rounds"
_LLAMA, _CHAT, _SERVER = "one reused Llama", "ChatLlamaCpp in LangGraph", "llama-server -np 8"
_OFF = "speculation off"

TARGETS = {
    "decode-8": Target("decode tok/s at 8 sequences", _BATCHED, "≥", 0.95),
    "decode-16": Target("decode tok/s at 16 sequences", _BATCHED, "≥", 0.95),
    "gpu-1": Target("decode tok/s on a GPU at 1 sequence", _BATCHED, "≥", 0.95),
    "gpu-8": Target("decode tok/s on a GPU at 8 sequences", _BATCHED, "≥", 0.95),
    "gpu-32": Target("decode tok/s on a GPU at 32 sequences", _BATCHED, "≥", 0.95),
    "gpu-64": Target("decode tok/s on a GPU at 64 sequences", _BATCHED, "≥", 0.95),
    "loops-limit": Target(f"{_LOOPS}, one task", "limit from llama-batched-bench's rates", "≥", 0.85),
    "loops-chat": Target(f"{_LOOPS}, one task", _CHAT, "≥", 2.5),
    "loops-llama": Target(f"{_LOOPS}, one task", _LLAMA, "≥", 2.5),
    "loops-server": Target(f"{_LOOPS}, one task", f"{_SERVER} over HTTP", "≥", 1.3),
    "tasks-limit": Target(f"{_LOOPS}, 8 tasks", "limit from llama-batched-bench's rates", "≥", 0.85),
    "tasks-chat": Target(f"{_LOOPS}, 8 tasks", _CHAT, "≥", 2.5),
    "tasks-llama": Target(f"{_LOOPS}, 8 tasks", _LLAMA, "≥", 2.5),
    "tasks-server": Target(f"{_LOOPS}, 8 tasks", f"{_SERVER} over HTTP", "≥", 1.3),
    "one-loop": Target("one loop of 3 rounds", _CHAT, "≥", 1.5),
    "prompt-one": Target("prompt tokens evaluated, one loop of 2 rounds", _LLAMA, "≤", 0.55),
    "prompt-eight": Target("prompt tokens evaluated, 8 loops on one task", "no reuse", "≤", 0.25),
    "together": Target("prompt tokens, 8 requests on one 512-token task", _SERVER, "≤", 0.2),
    "together-time": Target("seconds to 8 first tokens, the same", _SERVER),
    "reviser-q8_0": Target("reviser, 90 % copied, Q8_0", _OFF, "≥", 2.0),
    "reviser-q4_0": Target("reviser, 90 % copied, Q4_0", _OFF, "≥", 1.7),
    "reviser-decoding-q8_0": Target("the same, from the first token on, Q8_0", _OFF),
    "reviser-decoding-q4_0": Target("the same, from the first token on, Q4_0", _OFF),
    "reviser-none-q8_0": Target("reviser, nothing copied, Q8_0", _OFF, "≥", 0.97),
    "reviser-none-q4_0": Target("reviser, nothing copied, Q4_0", _OFF, "≥", 0.97),
    "reviser-lookup-q8_0": Target("reviser, 90 % copied, Q8_0", "Llama + LlamaPromptLookupDecoding", "≥", 1.5),
    "reviser-lookup-q4_0": Target("reviser, 90 % copied, Q4_0", "Llama + LlamaPromptLookupDecoding", "≥", 1.5),
    "reviser-server-q8_0": Target("reviser, 90 % copied, Q8_0", "llama-server's n-gram speculation", "≥", 1.2),
    "reviser-server-q4_0": Target("reviser, 90 % copied, Q4_0", "llama-server's n-gram speculation", "≥", 1.2),
    "critique": Target("constrained critique tok/s, 152k vocabulary", "Llama + grammar", "≥", 1.4),
    "grammar": Target("constrained critique tok/s, 152k vocabulary", "the same without a grammar", "≥", 0.98),
    "hog-default": Target("decode tok/s beside a process that eats the CPU", "llama-cpp-python, 2 threads", "≥", 20),
    "hog-single": Target("decode tok/s beside a process that eats the CPU", "llama-cpp-python, 1 thread", "≥", 0.8),
    "resume": Target("resume of a 2,000-token state from disk", "computing it again", "≥", 50),
    "python": Target("Python's share of a step at 16 sequences", "the step", "≤", 0.02),
    "calls": Target("llama_decode calls, 8 requests of 64 tokens", "1", "≤", 120),
    "acceptance": Target("embedded model's own revisions: tokens accepted", "tokens written"),
    "own-revisions": Target("embedded model's own revisions: wall clock", _OFF),
}
"""Every line that can be measured, in the order of the table."""
