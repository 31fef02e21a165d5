"""What a draft that is not right may become with little change: words of it replaced, or left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.lexicon import lexicon
from training.parsing import PREPOSITIONS, SINGULAR
from training.words import words_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["changes"]

LONGEST_CUT = 4
FUNCTION_WORDS = frozenset({*SINGULAR, *PREPOSITIONS, "every"})


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


def _lemma(part: str) -> str | None:
    return next(iter(words_in(part)), None)


def _spare(parts: Sequence[str], words: Sequence[str]) -> list[int]:
    """Return where content words stand that nobody asked for, or that stand there for the second time."""
    forms = {form: word for word in words for form in lexicon().forms(word)}
    seen: set[str] = set()
    spare = []
    for index, part in enumerate(parts):
        if not part.isalpha() or part.lower() in FUNCTION_WORDS:
            continue
        word = _lemma(part) or forms.get(part, part)
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
    lex, lemma = lexicon(), _lemma(part) or part
    if lex.class_of(lemma) != lex.class_of(word):
        return None
    forms = [form.lower() for form in lex.forms(lemma)]
    form = lex.forms(word)[forms.index(part.lower()) if part.lower() in forms else 0]
    return form[:1].upper() + form[1:] if part[0].isupper() else form
