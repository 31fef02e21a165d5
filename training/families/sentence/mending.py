"""What a draft that is not right may become with little change: words of it replaced, left out, or added."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from redraft_text.everyday.lexicon import lexicon
from redraft_text.everyday.parsing import PREPOSITIONS, TERMINAL_OF
from training.families.sentence.grammar import OUTDOORS, VOWELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["changes", "likeness", "mend", "with_articles"]

LONGEST_CUT = 4
FUNCTION_WORDS = frozenset({*TERMINAL_OF, *PREPOSITIONS, "every"})
DETERMINERS = frozenset({"the", "a", "an", "my", "his", "her", "our", "some", "two"})


def changes(parts: Sequence[str], words: Sequence[str], missing: Sequence[str]) -> Iterator[list[str]]:
    """Yield a draft with less and less left of it.

    First as it is, then with missing words in the places of words that nobody asked for or that stand there twice, then
    without some of its words, those first.

    Args:
        parts: The draft's words.
        words: The words of its task.
        missing: Those that it lacks.
    """
    yield [*parts]
    spare = _spare(parts, words)
    yield from _replaced(parts, spare, missing)
    cuts = [(start, start + size) for size in range(1, LONGEST_CUT + 1) for start in range(len(parts) - size)]
    cuts.sort(key=lambda cut: not any(cut[0] <= index < cut[1] for index in spare))
    for start, end in cuts:
        kept = [*parts[:start], *parts[end:]]
        yield [kept[0][:1].upper() + kept[0][1:], *kept[1:]]


def _spare(parts: Sequence[str], words: Sequence[str]) -> list[int]:
    """Return where content words stand that nobody asked for, or that stand there for the second time."""
    forms = {form: word for word in words for form in lexicon().forms(word)}
    seen: set[str] = set()
    spare = []
    for index, part in enumerate(parts):
        if not part.isalpha() or part.lower() in FUNCTION_WORDS:
            continue
        word = lexicon().lemmas.get(part.lower()) or forms.get(part, part)
        if word not in words or word in seen:
            spare.append(index)
        seen.add(word)
    return spare


def _replaced(parts: Sequence[str], spare: Sequence[int], missing: Sequence[str]) -> Iterator[list[str]]:
    whole, left = [*parts], [*missing]
    for index in spare:
        fitting = [(word, form) for word in missing if (form := _in_place_of(parts[index], word))]
        for word, form in fitting:
            yield [*parts[:index], form, *parts[index + 1 :]]
            if word in left and whole[index] == parts[index]:
                whole[index] = form
                left.remove(word)
    if len(missing) - len(left) > 1:
        yield whole


def _in_place_of(part: str, word: str) -> str | None:
    """Return a word in the form of a part of the draft, or None where it is of another class."""
    lex, lemma = lexicon(), lexicon().lemmas.get(part.lower()) or part
    if lex.class_of(lemma) != lex.class_of(word):
        return None
    forms = [form.lower() for form in lex.forms(lemma)]
    form = lex.forms(word)[forms.index(part.lower()) if part.lower() in forms else 0]
    return form[:1].upper() + form[1:] if part[0].isupper() else form


def likeness(draft: Sequence[str], target: Sequence[str]) -> float:
    """Return how much of a draft a target keeps, from 0 to 1."""
    return SequenceMatcher(None, draft, target, autojunk=False).ratio()


def with_articles(draft: Sequence[str]) -> list[str]:
    """Return the draft with `a` before consonants and `an` before vowels."""
    wanted = {True: {"a": "an", "A": "An"}, False: {"an": "a", "An": "A"}}
    return [wanted[after[0] in VOWELS].get(word, word) for word, after in pairwise([*draft, "."])]


def mend(draft: Sequence[str], missing: Sequence[str]) -> list[str]:
    """Return the draft with the missing words added where they fit with the least change."""
    words = [word for word, after in pairwise([*draft, ""]) if word != after or word in ",."]
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
        if word in _nouns() and before.lower() in DETERMINERS:
            article = ("an" if adjective[0] in VOWELS else "a") if before.lower() in {"a", "an"} else before
            article = article.capitalize() if before[0].isupper() else article
            return [*words[: index - 1], article, adjective, *words[index:]]
    return [*words[:-1], "and", "is", adjective, "."]


@cache
def _nouns() -> frozenset[str]:
    lex = lexicon()
    return frozenset(
        f for w in lex.words if lex.class_of(w) == "nouns" and lex.group_of(w) != "time" for f in lex.forms(w)
    )
