"""The oracle `gist`: whether a summary is one of those that say what it should, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from redraft import Score, evaluator
from redraft.reasons import quoted
from redraft_summary.templates import Templates

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["Gist", "gist"]

_SHOWN = 4


class Gist(BaseModel):
    """The input `gist`: the summaries that are right, as sentences with slots.

    Attributes:
        sentences: Whole summaries; `{name}` is a slot.
        slots: What may stand in each slot: phrases, which may have slots again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentences: Annotated[tuple[str, ...], Field(min_length=1)]
    slots: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = {}


@evaluator("gist", kind="oracle", needs={"gist": "json"})
def gist(draft: Draft, task: Task) -> Score:
    """Whether the draft is, word for word, one of the summaries that the input `gist` makes of sentences and slots."""
    given = task.inputs["gist"]
    try:
        wanted = Gist.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise ValueError(f"the input 'gist' is no table of `sentences` and `slots`: {place}: {first['msg']}") from error
    text = " ".join(draft.text.split())
    reached = Templates(wanted.sentences, wanted.slots).reach(text)
    if reached is None:
        return Score(1.0)
    return Score(0.0, [_told(text, reached)])


def _told(text: str, reached: int) -> str:
    """Return what is to be said of a text that is right up to a place: whole words before it, and behind."""
    if not text:
        return "the summary is empty"
    start = text.rfind(" ", 0, reached) + 1 if text[reached - 1 : reached + 1].isalnum() else reached
    said, rest = text[:start].split()[-_SHOWN:], text[start:].strip()
    if reached == len(text):
        return f"no right summary ends with {quoted(' '.join(text.split()[-_SHOWN:]))}"
    if not said:
        return f"no right summary begins with {quoted(rest)}"
    return f"right up to {quoted(' '.join(said))}, but then {quoted(rest)}"
