"""The evaluator `round_trip`: whether a translation, translated back, says what its source says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from redraft import Score, Task, evaluator
from redraft.reasons import quoted
from redraft.text import folded, is_unspaced, word_list
from redraft_translate.direction import Direction, from_language, source_of

if TYPE_CHECKING:
    from redraft import Draft
    from redraft.evaluation import Context

__all__ = ["RoundTripParams", "round_trip"]

_COPY, _LEAST_COPY = 0.8, 12
_LEAST_WORD = 4
_SHOWN, _MOST_WORDS = 120, 5
# What is said beyond many times the source's length is not compared: it can only lower the value, and takes time.
_LONGER = 20


class RoundTripParams(Direction):
    """Who translates back.

    Attributes:
        agent: The agent that is asked. It reads `draft`, the text to translate, and `task`, whose input
            `source_language` names the language to translate into.
    """

    agent: str = "back_translator"


@evaluator(
    "round_trip",
    kind="heuristic",
    needs={"source": "text"},
    params=RoundTripParams,
    timeout=300.0,
    deterministic=False,
    cost="high",
)
async def round_trip(draft: Draft, task: Task, params: RoundTripParams, ctx: Context) -> Score:
    """The chrF between the source and the draft translated back by a model, which does not see the source."""
    source = source_of(task)
    if not draft.text.strip():
        return Score(0.0, ["the draft is empty"])
    if len(source) >= _LEAST_COPY and await _chrf(draft.text, source) >= _COPY:
        # It would come back as it went, and prove nothing.
        return Score(0.0, ["the draft repeats the source instead of translating it"])
    language = from_language(task, params)
    inputs = {"source_language": language.name if language else "English"}
    asked = Task.model_validate({"prompt": "Translate the draft back.", "inputs": inputs})
    back = await ctx.generate(params.agent, {"draft": draft, "task": asked})
    value = await _chrf(back, source)
    return Score(value, _reasons(back, source) if value < 1 else ())


async def _chrf(text: str, source: str) -> float:
    """Return the chrF of a text against a source; counted in a thread, for the loop is not only ours."""
    return await asyncio.to_thread(_counted, text[: _LONGER * len(source)], source)


def _counted(text: str, source: str) -> float:
    from sacrebleu.metrics.chrf import CHRF

    return min(1.0, float(CHRF().sentence_score(text, [source]).score) / 100)


def _reasons(back: str, source: str) -> list[str]:
    reasons = [f"translated back, the draft says: {quoted(back, _SHOWN)}"]
    missing = _missing_words(back, source)
    if missing:
        reasons.append(f"words of the source that do not come back: {', '.join(map(quoted, missing[:_MOST_WORDS]))}")
    return reasons


def _missing_words(back: str, source: str) -> list[str]:
    """Return the longer words of a source whose beginnings do not stand in its back-translation."""
    said = folded(back)
    words = dict.fromkeys(word for word in word_list(source) if len(word) >= _LEAST_WORD and not is_unspaced(word))
    return [word for word in words if folded(word)[:_LEAST_WORD] not in said]
