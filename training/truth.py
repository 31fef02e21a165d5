"""How well a draft does the task of `graphs/sentence.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.builtin.coverage import CoverageParams, coverage
from redraft.builtin.length import LengthParams, length
from redraft.task import Draft, Message, Score, Task, Verdict
from training.parsing import accepts

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["is_right", "missing_words", "task_for", "verdict_for"]

PROMPT = "Write one sentence that uses all of these words: {words}."
MOST_WORDS = 25


def task_for(words: Sequence[str]) -> Task:
    """Return the task that `graphs/sentence.toml` makes of some words."""
    return Task(
        messages=(Message(role="user", content=PROMPT.format(words=", ".join(words))),), inputs={"words": [*words]}
    )


def verdict_for(task: Task, text: str, *, rated: float | None = None) -> Verdict:
    """Return what the evaluators of `graphs/sentence.toml` say about a draft; the judge is one where it has rated."""
    draft = Draft(text=text)
    scores: list[Score] = [
        coverage(draft, task, CoverageParams()).model_copy(
            update={"evaluator": "coverage", "kind": "verifier", "weight": 2.0}
        ),
        length(draft, LengthParams(max_words=MOST_WORDS, max_sentences=1)).model_copy(
            update={"evaluator": "length", "kind": "verifier"}
        ),
    ]
    if rated is not None:
        reasons = [f"{rated:.1f} of 5"]
        scores.append(Score((rated - 1) / 4, reasons, evaluator="judge", kind="judge", weight=1.0))
    return Verdict(scores=tuple(scores))


def missing_words(verdict: Verdict) -> list[str]:
    """Return the words that coverage misses."""
    score = verdict.score_of("coverage")
    return [reason.split('"')[1] for reason in (score.reasons if score else ())]


def is_right(words: Sequence[str], text: str) -> bool:
    """Whether a text does the task in truth: every word, the length kept, and a sentence of the grammar."""
    return verdict_for(task_for(words), text).value == 1 and accepts(text, words)
