"""The evaluator `artefact`: whether a draft is an answer and nothing else. A gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict

from redraft.builtin.markers import markers
from redraft.evaluation import evaluator
from redraft.task import Score
from redraft.text import folded

if TYPE_CHECKING:
    from redraft.builtin.markers import Marker
    from redraft.task import Draft, Task

__all__ = ["ArtefactParams", "artefact"]

_UNSEEN = regex.compile(r"[\s\p{Cc}\p{Cf}\p{Z}]+")
_AT_ENDS = regex.compile(r"^\W+|\W+$")
_TOKEN = regex.compile(r"\p{Han}|[^\W_]+")
_LOOKED_AT = 20_000
_GRAM = 4
_LEAST_PROMPT = 8
_LEAST_ECHO = 6
_ECHOED = 0.9
_SHOWN = 60


class ArtefactParams(BaseModel):
    """What else counts as an artefact.

    Attributes:
        echo: Whether a draft that repeats the task fails. Off for tasks whose answer quotes all of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    echo: bool = True


@evaluator("artefact", kind="heuristic", params=ArtefactParams)
def artefact(draft: Draft, task: Task, params: ArtefactParams) -> Score:
    """Whether the draft is whole, and free of text that belongs to the loop instead of the answer: 1 or 0."""
    text = _ends(draft.text)
    if not _UNSEEN.sub("", text):
        return Score(0.0, ["the draft is empty"])
    found = ["the draft was cut at the token limit"] if draft.cut else []
    found += _leaks(text, _ends(task.prompt))
    if params.echo and _echoes(text, task.messages[-1].content):
        found.append("the draft repeats the task")
    return Score(0.0 if found else 1.0, found)


def _ends(text: str) -> str:
    """Return a text, or the ends of a very long one: what leaks stands first or last."""
    return text if len(text) <= 2 * _LOOKED_AT else f"{text[:_LOOKED_AT]}\n{text[-_LOOKED_AT:]}"


def _leaks(text: str, prompt: str) -> list[str]:
    said = folded(prompt)
    shown = ((marker.what, _leak(marker, text, said)) for marker in markers())
    found = {what: leak for what, leak in shown if leak}
    return [f'{what} in the answer: "{leak}"' for what, leak in found.items()]


def _leak(marker: Marker, text: str, said: str) -> str | None:
    """Return what a marker finds in a text, unless the prompt says it itself or asks for it."""
    if marker.unless and marker.unless.search(said):
        return None
    for match in marker.pattern.finditer(text):
        leak = " ".join(str(match.group(match.lastindex or 0)).split())
        if not _mentions(said, leak):
            return leak[:_SHOWN]
    return None


def _mentions(said: str, leak: str) -> bool:
    """Return whether a folded prompt has the words of a leak itself: who asks for feedback may get `Feedback:`."""
    words = _AT_ENDS.sub("", folded(leak))
    if not words.isascii():
        return words in said
    return regex.search(rf"(?<!\w){regex.escape(words)}(?!\w)", said) is not None


def _echoes(text: str, prompt: str) -> bool:
    """Return whether a draft repeats the whole prompt, or breaks off in the middle of repeating it.

    An answer may quote what the prompt gives it (to translate, to correct); it never needs the prompt's first words
    and its last ones and nearly all between them.
    """
    asked = _TOKEN.findall(folded(prompt[: 2 * _LOOKED_AT]))
    said = _TOKEN.findall(folded(text))
    if len(asked) < _LEAST_PROMPT:
        return False
    if len(said) >= _LEAST_ECHO and said == asked[: len(said)]:
        return len(said) == len(asked) or _breaks_off(prompt, len(said))
    wanted, given = _grams(asked), set(_grams(said))
    return {wanted[0], wanted[-1]} <= given and sum(gram in given for gram in wanted) >= _ECHOED * len(wanted)


def _grams(tokens: list[str]) -> list[tuple[str, ...]]:
    return [tuple(tokens[start : start + _GRAM]) for start in range(len(tokens) - _GRAM + 1)]


def _breaks_off(prompt: str, count: int) -> bool:
    """Return whether a prompt's token number `count` ends inside a sentence."""
    match = list(_TOKEN.finditer(folded(prompt)))[count - 1]
    return not regex.match(r"[^\w,，;；]*[.!?。！？\n:：]", folded(prompt)[match.end() :])
