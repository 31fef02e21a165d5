"""How well a draft does the task of `graphs/sentence.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.builtin.coverage import CoverageParams, coverage
from redraft.builtin.length import LengthParams, length
from redraft.task import Draft, Message, Task, Verdict
from redraft_text.everyday.parsing import accepts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.task import Score

__all__ = ["is_right", "missing_words", "scores_of", "task_for", "verdict_for"]

PROMPT = "Write one sentence that uses all of these words: {words}."
MOST_WORDS = 25


def task_for(words: Sequence[str]) -> Task:
    """Return the task that `graphs/sentence.toml` makes of some words."""
    return Task(
        messages=(Message(role="user", content=PROMPT.format(words=", ".join(words))),), inputs={"words": [*words]}
    )


def scores_of(task: Task, text: str) -> dict[str, Score]:
    """Return what the evaluators of `graphs/sentence.toml` say about a draft, the judge left out."""
    draft = Draft(text=text)
    return {
        "coverage": coverage(draft, task, CoverageParams()).model_copy(update={"kind": "verifier"}),
        "length": length(draft, LengthParams(max_words=MOST_WORDS, max_sentences=1)).model_copy(
            update={"kind": "verifier"}
        ),
    }


def verdict_for(task: Task, text: str) -> Verdict:
    """Return the verdict of these evaluators."""
    weights = {"coverage": 2.0}
    scores = scores_of(task, text).items()
    return Verdict(
        scores=tuple(
            score.model_copy(update={"evaluator": name, "weight": weights.get(name, 1.0)}) for name, score in scores
        )
    )


def missing_words(verdict: Verdict) -> list[str]:
    """Return the words that coverage misses."""
    score = verdict.score_of("coverage")
    return [reason.split('"')[1] for reason in (score.reasons if score else ())]


def is_right(words: Sequence[str], text: str) -> bool:
    """Whether a text does the task in truth: every word, the length kept, and a sentence of the grammar."""
    return verdict_for(task_for(words), text).value == 1 and accepts(text, words)
