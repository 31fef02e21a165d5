"""What a rule says about a draft, given the sentence that it should become."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from redraft.task import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

from training.grammar import OUTDOORS, VOWELS
from training.lexicon import lexicon

__all__ = ["criticise", "likeness", "mend", "with_articles"]

MOST_PROBLEMS = 4
LONGEST_FIX = 12
ARTICLES = frozenset({"the", "a", "an", "my", "his", "her", "our", "some", "two"})


def criticise(draft: Sequence[str], target: Sequence[str], missing: Sequence[str]) -> tuple[Problem, ...]:
    """Name each place where the draft differs from the target, what is wrong there, and the fix.

    Every word in `where` and `fix` follows a space, as it does in a sentence: the model copies tokens, and a word
    after a quotation mark is another token.
    """
    hunks = [op for op in SequenceMatcher(None, draft, target, autojunk=False).get_opcodes() if op[0] != "equal"]
    if len(hunks) > MOST_PROBLEMS or any(j2 - j1 > LONGEST_FIX for *_, j1, j2 in hunks):
        return (Problem(where="in all of it", problem=_what(missing, ()), fix=f"say {' '.join(target[:LONGEST_FIX])}"),)
    return tuple(_problem(draft[:i2], draft[i1:i2], target[j1:j2], missing) for _, i1, i2, j1, j2 in hunks)


def _problem(upto: Sequence[str], wrong: Sequence[str], right: Sequence[str], missing: Sequence[str]) -> Problem:
    said = {part.lower() for part in right}
    lost = [word for word in missing if not said.isdisjoint(form.lower() for form in lexicon().forms(word))]
    before = upto[: len(upto) - len(wrong)][-2:]
    place = f"after {' '.join(before)}" if before else "at the start"
    if not wrong:
        return Problem(where=place, problem=_what(lost, ()), fix=f"add {' '.join(right)}")
    if not right:
        return Problem(where=place, problem="too much", fix=f"remove {' '.join(wrong[:LONGEST_FIX])}")
    return Problem(where=place, problem=_what(lost, wrong), fix=f"say {' '.join(right)} for {' '.join(wrong[:8])}")


def _what(missing: Sequence[str], wrong: Sequence[str]) -> str:
    if missing:
        return f"no {' and no '.join(missing)}"
    return "wrong words" if wrong else "not complete"


def likeness(draft: Sequence[str], target: Sequence[str]) -> float:
    """Return how much of a draft a target keeps, from 0 to 1."""
    return SequenceMatcher(None, draft, target, autojunk=False).ratio()


def with_articles(draft: Sequence[str]) -> list[str]:
    """Return the draft with `a` before consonants and `an` before vowels."""
    wanted = {True: {"a": "an", "A": "An"}, False: {"an": "a", "An": "A"}}
    pairs = zip(draft, [*draft[1:], "."], strict=True)
    return [wanted[after[0] in VOWELS].get(word, word) for word, after in pairs]


def mend(draft: Sequence[str], missing: Sequence[str]) -> list[str]:
    """Return the draft with the missing words added where they fit with the least change."""
    words = [word for word, after in zip(draft, [*draft[1:], ""], strict=True) if word != after or word in ",."]
    if not words or words[-1] != ".":
        words = [*words, "."]
    for word in missing:
        words = _described(words, word) if lexicon().class_of(word) == "adjectives" else _with(words, word)
    return words


def _with(words: list[str], word: str) -> list[str]:
    lex = lexicon()
    kind, group = lex.class_of(word), lex.group_of(word)
    if kind == "verbs":
        stand_in = lex.without.get(group)
        return [*words[:-1], "and", "can", word, *((stand_in,) if stand_in else ()), "."]
    if kind == "adverbs":
        return [*words[:-1], word, "."]
    if group == "time":
        return [*words[:-1], *lex.phrase_for_time(word), "."]
    return [*words[:-1], *_beside(word), "."]


def _beside(noun: str) -> tuple[str, ...]:
    """Return the plainest phrase that brings a noun into a sentence."""
    lex = lexicon()
    if noun in {"star", "cloud"}:
        return ("under", "the", lex.plural(noun))
    if noun in OUTDOORS:
        return (OUTDOORS[noun], "the", noun)
    if noun in lex.prepositions or lex.group_of(noun) in {"place", "vehicle"}:
        return (lex.prepositions.get(noun, ("in",))[0], "the", noun)
    return ("with", "the", noun)


def _described(words: list[str], adjective: str) -> list[str]:
    """Put an adjective before the first noun that follows an article."""
    for index, word in enumerate(words[1:], start=1):
        before = words[index - 1]
        if word in _nouns() and before.lower() in ARTICLES:
            article = ("an" if adjective[0] in "aeiou" else "a") if before.lower() in {"a", "an"} else before
            article = article.capitalize() if before[0].isupper() else article
            return [*words[: index - 1], article, adjective, *words[index:]]
    return [*words[:-1], "and", "is", adjective, "."]


@cache
def _nouns() -> frozenset[str]:
    lex = lexicon()
    return frozenset(
        f for w in lex.words if lex.class_of(w) == "nouns" and lex.group_of(w) != "time" for f in lex.forms(w)
    )
