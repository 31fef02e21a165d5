"""The evaluator `coverage`: the share of required words that a draft uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict

from redraft.builtin.inflection import forms
from redraft.evaluation import evaluator
from redraft.task import Score
from redraft.text import folded, is_unspaced

if TYPE_CHECKING:
    from redraft.task import Draft, Task

__all__ = ["CoverageParams", "coverage", "required_words", "uses"]

_TOKEN = regex.compile(r"[^\W_]+")
_SPACED = regex.compile(r"[\w\s'’\-]+")
_GAP = r"[\s'’\-]+"


class CoverageParams(BaseModel):
    """How strictly `coverage` looks.

    Attributes:
        exact: Count only the words as they are given, not their inflected forms.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    exact: bool = False


@evaluator("coverage", kind="verifier", needs=("words",), params=CoverageParams)
def coverage(draft: Draft, task: Task, params: CoverageParams) -> Score:
    """Share of the required words that the draft uses; inflected English forms count."""
    required = required_words(task)
    text = folded(draft.text)
    tokens = frozenset(_TOKEN.findall(text))
    missing = [word for word in required if not _uses(text, tokens, folded(word), exact=params.exact)]
    return Score(1 - len(missing) / len(required), [f'"{word}" is missing' for word in missing])


def required_words(task: Task) -> tuple[str, ...]:
    """Return the words that a task requires, each once, as they were given.

    Raises:
        ValueError: The input `words` is not a list of words, or has none.
    """
    words = task.inputs["words"]
    given = words.split(",") if isinstance(words, str) else words
    if not isinstance(given, list) or any(isinstance(word, list | dict | bool) or word is None for word in given):
        raise ValueError("the input 'words' must be a list of words")
    found = {folded(word): word for word in (" ".join(str(item).split()) for item in reversed(given)) if word}
    if not found:
        raise ValueError("the input 'words' has no words")
    return tuple(reversed(found.values()))


def uses(text: str, word: str) -> bool:
    """Return whether a text uses a word or phrase, or an inflected form of it."""
    text = folded(text)
    return _uses(text, frozenset(_TOKEN.findall(text)), folded(word), exact=False)


def _uses(text: str, tokens: frozenset[str], word: str, *, exact: bool) -> bool:
    """Return whether a folded text, given with its tokens, uses a folded word."""
    if is_unspaced(word):
        return "".join(word.split()) in "".join(text.split())
    parts = _TOKEN.findall(word)
    if not parts or not _SPACED.fullmatch(word):
        return _literal(word).search(text) is not None
    choices = [frozenset({part}) if exact else forms(part) for part in parts]
    if len(parts) == 1:
        return not choices[0].isdisjoint(tokens)
    return _bounded(_GAP.join(f"(?:{'|'.join(sorted(choice))})" for choice in choices)).search(text) is not None


def _literal(word: str) -> regex.Pattern[str]:
    """Return a pattern for a word with signs in it: `c++` is in `c++11`, `$5` is not in `$50`."""
    before = r"(?<![^\W_])" if word[0].isalnum() else ""
    after = r"(?![^\W_])" if word[-1].isalnum() else ""
    return regex.compile(before + regex.escape(word) + after)


def _bounded(pattern: str) -> regex.Pattern[str]:
    """Return a pattern that matches nothing inside a longer word: `cat` is not in `catalogue`."""
    return regex.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])")
