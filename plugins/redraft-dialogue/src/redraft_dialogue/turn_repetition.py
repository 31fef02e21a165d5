"""The evaluator `turn_repetition`: whether a reply says again what the assistant said in earlier turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.reasons import quoted
from redraft_dialogue.conversation import conversation_of
from redraft_dialogue.runs import joined, longest_run, mostly_unspaced, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft import Draft, Task

__all__ = ["TurnRepetitionParams", "turn_repetition"]

_WORDS, _CHARACTERS = 4, 8
_SHORTEST = 3


class TurnRepetitionParams(BaseModel):
    """How much repetition is ordinary.

    Attributes:
        tolerated: Share of the reply that may have been said before at no cost.
        length: From how many words on (or characters, in scripts without spaces) a sequence counts as said before; by
            default 4 words, or 8 characters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerated: float = Field(default=0.1, ge=0, lt=1)
    length: int | None = Field(default=None, ge=1, le=100)


@evaluator("turn_repetition", kind="heuristic", params=TurnRepetitionParams)
def turn_repetition(draft: Draft, task: Task, params: TurnRepetitionParams) -> Score:
    """How little of the reply stands word for word in the assistant's earlier turns; 1 where there are none."""
    reply = tokens(draft.text)
    earlier = [tokens(turn) for turn in conversation_of(task).said_by("assistant")]
    if len(reply) < _SHORTEST or not earlier:
        return Score(1.0)
    size = params.length or (_CHARACTERS if mostly_unspaced(reply) else _WORDS)
    share = 1.0 if reply in earlier else _repeated_share(reply, earlier, size)
    if share <= params.tolerated:
        return Score(1.0)
    value = 1 - (share - params.tolerated) / (1 - params.tolerated)
    return Score(max(0.0, value), [_reason(share, reply, earlier)])


def _repeated_share(reply: Sequence[str], earlier: Sequence[Sequence[str]], size: int) -> float:
    """Return the share of a reply's words that lie in a sequence of an earlier turn."""
    known = {gram for turn in earlier for gram in _grams(turn, size)}
    repeated, end = 0, 0
    for start, gram in enumerate(_grams(reply, size)):
        if gram in known:
            repeated += start + size - max(start, end)
            end = start + size
    return repeated / len(reply)


def _grams(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(size)), strict=False))


def _reason(share: float, reply: Sequence[str], earlier: Sequence[Sequence[str]]) -> str:
    runs = [longest_run(reply, turn) for turn in earlier]
    number = max(range(len(runs)), key=lambda place: runs[place].length)
    run = runs[number]
    said = joined(reply[run.start : run.start + run.length])
    return f"{share:.0%} of the reply was said before; in turn {number + 1} of the assistant: {quoted(said)}"
