"""The evaluator `language`: whether a draft is in the language asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.errors import UsageError, nearest
from redraft.reasons import quoted
from redraft_text.given import given_text
from redraft_text.identification import NAMES, Passage, known_languages, passages

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["LanguageParams", "language"]

_SHOWN = 40


class LanguageParams(BaseModel):
    """Which language `language` asks for.

    Attributes:
        language: Its name or ISO 639 code, `zh-hans` or `zh-hant` for one Chinese script alone; not set: the task's
            input `language`.
        tolerated: Share of the draft that may be in other languages at no cost: names, quotations.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str | None = None
    tolerated: float = Field(default=0.1, ge=0, lt=1)


@evaluator("language", kind="heuristic", params=LanguageParams, cost="medium")
def language(draft: Draft, task: Task, params: LanguageParams) -> Score:
    """Share of the draft that is in the language asked for."""
    asked = _code(given_text(task, "language", params.language))
    found = passages(draft.text, asked)
    total = sum(passage.weight for passage in found)
    if not total:
        return Score(0.0, ["the draft has no words"])
    other = [passage for passage in found if passage.language != asked]
    share = sum(passage.weight for passage in other) / total
    if share <= params.tolerated:
        return Score(1.0)
    return Score(1 - share, [_reason(passage, asked) for passage in other])


def _code(given: str) -> str:
    """Return the code of a language that is named or given by its code.

    Raises:
        UsageError: It is not known.
    """
    code = given.casefold().replace("_", "-")
    names = {name.casefold(): code for code, names in NAMES.items() for name in names}
    code = names.get(code, code)
    if code in known_languages():
        return code
    base = code.partition("-")[0]
    if base in known_languages() and base != "zh":
        return base
    raise UsageError(f"no language '{given}' is known.{nearest(code, [*names, *known_languages()])}")


def _reason(passage: Passage, asked: str) -> str:
    return f"line {passage.line} is in {_name(passage.language)}, not in {_name(asked)}: {quoted(passage.text, _SHOWN)}"


def _name(code: str) -> str:
    return NAMES.get(code, (f"the language '{code}'",))[0]
