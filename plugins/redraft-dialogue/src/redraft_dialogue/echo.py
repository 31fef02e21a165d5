"""The evaluator `echo`: whether a reply has words of its own, or repeats the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.reasons import quoted
from redraft_dialogue.conversation import conversation_of
from redraft_dialogue.runs import joined, longest_run, mostly_unspaced, tokens

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["EchoParams", "echo"]

_WORDS, _CHARACTERS = 6, 12
_SHORTEST = 3


class EchoParams(BaseModel):
    """How much of the user's words is ordinary.

    Attributes:
        tolerated: Share of the reply that may be copied in one piece at no cost.
        length: From how many words on (or characters, in scripts without spaces) a piece counts as copied; by default
            6 words, or 12 characters: `The capital of France is …` is how one answers.
        turns: How many of the user's last turns are looked at.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerated: float = Field(default=0.2, ge=0, lt=1)
    length: int | None = Field(default=None, ge=1, le=1000)
    turns: int = Field(default=1, ge=1, le=1000)


@evaluator("echo", kind="heuristic", params=EchoParams)
def echo(draft: Draft, task: Task, params: EchoParams) -> Score:
    """How little of the reply is one piece of what the user said: 1 for words of one's own, 0 for a parrot."""
    reply = tokens(draft.text)
    least = params.length or (_CHARACTERS if mostly_unspaced(reply) else _WORDS)
    said = [tokens(turn) for turn in conversation_of(task).said_by("user")[-params.turns :]]
    runs = [longest_run(reply, turn) for turn in said]
    longest = max(runs, key=lambda run: run.length)
    # A short reply that is nothing but the user's words is a copy too; `Thank you` and `Hello` are not.
    is_whole = _SHORTEST <= len(reply) == longest.length
    share = longest.length / len(reply) if reply and (longest.length >= least or is_whole) else 0.0
    if share <= params.tolerated:
        return Score(1.0)
    copied = joined(reply[longest.start : longest.start + longest.length])
    value = 1 - (share - params.tolerated) / (1 - params.tolerated)
    return Score(max(0.0, value), [f"{share:.0%} of the reply is copied from the user: {quoted(copied)}"])
