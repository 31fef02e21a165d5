"""The final answer of a text: what it says at its end, or where it says "the answer is"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from redraft.numbers import number_list
from redraft.text import sentence_list, words

if TYPE_CHECKING:
    from redraft.numbers import Number

__all__ = ["Answer", "final_answer"]

_HASHES = regex.compile(r"^[ \t]*####[ \t]*(?P<said>\S.*)$", regex.MULTILINE)
_BEGINS_WITH_NUMBER = regex.compile(r"[-+−]?\s*(?:US)?[$€£¥]?\s*[-+−]?\.?[0-9]")
_BOX = "\\boxed{"
_PHRASE = regex.compile(
    r"""
    (?<![\p{L}\p{N}])(?:(?:final\ |correct\ )?answer|final\ result)[*_]*
        \s*(?:\b(?:is|are|was|equals|would\ be)\b|[:=])[*_]*(?:\ *[:=])?
    |(?:答案|(?:最终|最后|最終|最後)(?:结果|結果))[*_]*\s*(?:应该是|應該是|等于|等於|[是为為:：=])[*_]*\s*[:：]?
    |(?<=^|\n)\s*[*_]*答[*_]*\s*[:：][*_]*
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_MARKUP = " \t\r\n*_`"
_END_MARKS = ".。!！,，;；:："
_BEFORE = "is "
_READ = 20_000
_LEADING_WORDS, _SHORT = 1, 5


@dataclass(frozen=True)
class Answer:
    """What a text answers in the end.

    Args:
        text: The answer, without markup and the full stop at its end.
        marked: Whether the text said that this is its answer; otherwise it is the whole text.
    """

    text: str
    marked: bool

    @cached_property
    def number(self) -> Number | None:
        """The number that the answer gives: the last one, or the one that a marked answer begins with."""
        # Of a very long text that marks no answer, the end is enough.
        skipped = max(0, len(self.text) - _READ)
        numbers = [replace(number, start=number.start + skipped) for number in number_list(self.text[skipped:])]
        found = [number for number in numbers if not number.ordinal] or numbers
        if not found:
            return None
        first = found[0]
        if self.marked and "=" not in self.text and words(self.text[: first.start]) <= _LEADING_WORDS:
            return first
        return next((number for number in reversed(found) if not _is_weak(number)), found[-1])


def final_answer(text: str) -> Answer:
    r"""Return what a text answers in the end.

    In this order: what stands behind the last `####` (as in GSM8K), in the last `\boxed{…}` (as in MATH), behind the
    last "the answer is" or "答案是" (to the end of that sentence); else the whole text.
    """
    said = _behind_hashes(text) or _boxed(text) or _behind_phrase(text)
    return Answer(_bare(said or text), marked=bool(said))


def _behind_hashes(text: str) -> str | None:
    """Return what stands behind the last `####` that is no heading: it begins with a number, or ends the text."""
    found = [match for match in _HASHES.finditer(text) if _answers(match, text)]
    return found[-1]["said"] if found else None


def _answers(match: regex.Match[str], text: str) -> bool:
    return _BEGINS_WITH_NUMBER.match(match["said"]) is not None or not text[match.end() :].strip()


def _boxed(text: str) -> str | None:
    start = text.rfind(_BOX)
    if start < 0:
        return None
    depth = 0
    for place, sign in enumerate(text[start:], start):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "}" and depth == 0:
            return text[start + len(_BOX) : place]
    return None


def _behind_phrase(text: str) -> str | None:
    for match in reversed(list(_PHRASE.finditer(text))):
        line = text[match.end() :].strip(_MARKUP).partition("\n")[0]
        if line:
            # Not at the beginning of a line, where "18." is the number of a list item.
            said = sentence_list(_BEFORE + line)[0].removeprefix(_BEFORE)
            return None if _heads(match, said) else said
    return None


def _heads(match: regex.Match[str], said: str) -> bool:
    """Return whether a text only begins with "Answer:", and works the answer out behind it."""
    behind = match.string[match.end() :].strip(_MARKUP)
    begins, goes_on = not match.string[: match.start()].strip(_MARKUP), len(behind) > len(said)
    return begins and goes_on and ("=" in said or words(said) > _SHORT)


def _bare(text: str) -> str:
    bare = text.strip(_MARKUP).rstrip(_END_MARKS + _MARKUP)
    return bare.strip("$") if bare[1:] and bare[0] == bare[-1] == "$" else bare


def _is_weak(number: Number) -> bool:
    """Return whether a number may be no more than a word: `one of them`, `half`, a single Chinese numeral."""
    return number.form != "digits" and (number.text.casefold() in ("one", "half", "一半") or len(number.text) == 1)
