"""The evaluator `glossary`: whether a translation uses the terms that are laid down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.builtin.inflection import forms
from redraft.reasons import few, quoted
from redraft.text import folded, is_unspaced
from redraft_translate.direction import source_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft import Draft, Task

__all__ = ["GlossaryParams", "glossary"]

_PART = regex.compile(r"[^\W_]+")
_GAP = r"[\s'’\-]+"
_MOST_TARGETS = 3


class GlossaryParams(BaseModel):
    """The terms, beside those of the task's input `glossary`.

    Attributes:
        glossary: For each term of the source what it is translated as: a term, or a list of which one is enough.
        exact: Whether terms count only as they are given, not in their inflected English forms.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    glossary: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    exact: bool = False

    @cached_property
    def terms(self) -> dict[str, _Term]:
        """The terms by what they are in the source: a base of hundreds is read once."""
        return _read(self.glossary)


@dataclass(frozen=True, slots=True)
class _Term:
    """A term; one in a script without spaces can only stand where its first sign does."""

    source: str
    targets: tuple[str, ...]
    sign: str


@evaluator("glossary", kind="verifier", needs={"source": "text"}, params=GlossaryParams)
def glossary(draft: Draft, task: Task, params: GlossaryParams) -> Score:
    """Share of the glossary's terms in the source that the draft translates as laid down."""
    terms = _terms(task, params)
    if not terms:
        raise ValueError("there is no glossary: give the input 'glossary', or the parameter")
    found = _found(terms, source_of(task), exact=params.exact)
    missing = [term for term in found if not _has_one(draft.text, term.targets, exact=params.exact)]
    return Score(1 - len(missing) / len(found) if found else 1.0, few(_reason(term, draft.text) for term in missing))


def _terms(task: Task, params: GlossaryParams) -> list[_Term]:
    """Return the terms, the longest first.

    Raises:
        TypeError: The input `glossary` is no table of terms.
        ValueError: A term has no translation.
    """
    given = task.inputs.get("glossary", {})
    if not isinstance(given, dict):
        raise TypeError("the input 'glossary' must be a table: the source's term, then its translation")
    both = {**params.terms, **_read(given)}
    return sorted(both.values(), key=lambda term: -len(term.source))


def _read(listed: Mapping[str, object]) -> dict[str, _Term]:
    each = {source: source.strip() for source in listed}
    return {term: _Term(term, _targets(source, listed[source]), _sign(term)) for source, term in each.items() if term}


def _sign(term: str) -> str:
    plain = folded(term)
    return plain[0] if is_unspaced(plain) else ""


def _targets(source: str, given: object) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list | tuple) or not all(isinstance(target, str) and target.strip() for target in listed):
        raise ValueError(f"the glossary must have a term, or a list of them, for '{source}'")
    if not listed:
        raise ValueError(f"the glossary has no translation for '{source}'")
    return tuple(target.strip() for target in listed)


def _found(terms: list[_Term], source: str, *, exact: bool) -> list[_Term]:
    """Return the terms that a source has: where it says `data centre`, the term `data` is not in it."""
    left, found = folded(source), []
    for term in terms:
        if term.sign and term.sign not in left:
            continue
        left, count = _pattern(term.source, exact=exact).subn("\n", left)
        found += [term] if count else []
    return found


def _has_one(text: str, targets: tuple[str, ...], *, exact: bool) -> bool:
    plain = folded(text)
    return any(_pattern(target, exact=exact).search(plain) for target in targets)


@lru_cache(maxsize=4096)
def _pattern(term: str, *, exact: bool) -> regex.Pattern[str]:
    """Return what finds a term in a folded text: whole words, inflected; in Chinese also broken by spaces."""
    plain = folded(term)
    if is_unspaced(plain):
        return regex.compile(r"\s*".join(regex.escape(sign) for sign in "".join(plain.split())))
    parts = _PART.findall(plain)
    if not parts or _PART.sub("", plain).strip(" '’-"):
        return _bounded(regex.escape(plain))
    choices = (sorted({part} if exact else forms(part)) for part in parts)
    return _bounded(_GAP.join(f"(?:{'|'.join(choice)})" for choice in choices))


def _bounded(pattern: str) -> regex.Pattern[str]:
    """Return a pattern that matches nothing inside a longer word; letters of Chinese may stand beside it."""
    letter = r"[\p{L}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]]"
    return regex.compile(rf"(?<!{letter})(?:{pattern})(?!{letter})", regex.V1)


def _reason(term: _Term, text: str) -> str:
    wanted = " or ".join(quoted(target) for target in term.targets[:_MOST_TARGETS])
    untranslated = _pattern(term.source, exact=False).search(folded(text)) is not None
    kept = "; the draft leaves it as it is" if untranslated else ""
    return f"{quoted(term.source)} must be translated as {wanted}, which the draft lacks{kept}"
