"""Mistakes that a draft can have, made on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft_text.everyday.lexicon import lexicon
from training.families.sentence.grammar import Chunk, compose
from training.families.sentence.words import sample_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

__all__ = ["spoil"]

ARTICLES = frozenset({"a", "an", "the"})


def spoil(chunks: Sequence[Chunk], words: Sequence[str], rng: Random) -> list[Chunk]:
    """Return the sentence with one to three mistakes in it."""
    spoiled = list(chunks)
    for _ in range(rng.choices((1, 2, 3), (70, 24, 6))[0]):
        fault = rng.choices(list(FAULTS), list(FAULTS.values()))[0]
        spoiled = [chunk for chunk in fault(spoiled, words, rng) if chunk.words]
        if len(spoiled) < 3:  # noqa: PLR2004  (nothing left to spoil)
            break
    return spoiled


def _flat(chunks: Sequence[Chunk]) -> list[str]:
    return [word for chunk in chunks for word in chunk.words]


def _left_out(chunks: list[Chunk], _words: Sequence[str], rng: Random) -> list[Chunk]:
    loose = [index for index, chunk in enumerate(chunks) if chunk.loose]
    if not loose:
        return chunks
    gone = rng.choice(loose)
    return [chunk for index, chunk in enumerate(chunks) if index != gone]


def _word_left_out(chunks: list[Chunk], words: Sequence[str], rng: Random) -> list[Chunk]:
    """Leave an adjective out, or any given word where there is none."""
    lex = lexicon()
    adjectives = {word for word in words if lex.class_of(word) == "adjectives"}
    gone = rng.choice(sorted(adjectives or words))
    return [Chunk(tuple(w for w in c.words if w != gone), c.loose) for c in chunks]


def _other_word(chunks: list[Chunk], words: Sequence[str], rng: Random) -> list[Chunk]:
    """Write another word where a given one should stand: one like it, or another given one."""
    lex = lexicon()
    gone = rng.choice(words)
    other = rng.choice(lex.groups[lex.group_of(gone)]) if rng.random() < 0.6 else rng.choice(words)  # noqa: PLR2004
    forms = dict(zip(lex.forms(gone), lex.forms(other), strict=False))
    return [Chunk(tuple(forms.get(w, w) for w in c.words), c.loose) for c in chunks]


def _doubled(chunks: list[Chunk], _words: Sequence[str], rng: Random) -> list[Chunk]:
    index = rng.randrange(len(chunks) - 1)
    chunk = chunks[index]
    at = rng.randrange(len(chunk.words))
    chunks[index] = Chunk((*chunk.words[: at + 1], *chunk.words[at:]), chunk.loose)
    return chunks


def _no_article(chunks: list[Chunk], _words: Sequence[str], rng: Random) -> list[Chunk]:
    index = rng.randrange(len(chunks) - 1)
    chunks[index] = Chunk(tuple(w for w in chunks[index].words if w not in ARTICLES), chunks[index].loose)
    return chunks


def _wrong_form(chunks: list[Chunk], words: Sequence[str], _rng: Random) -> list[Chunk]:
    lex = lexicon()
    swap: dict[str, str] = {}
    for word in words:
        if lex.class_of(word) == "verbs":
            swap |= {word: lex.third_person(word), lex.third_person(word): word}
    return [Chunk(tuple(swap.get(w, w) for w in c.words), c.loose) for c in chunks]


def _repeated(chunks: list[Chunk], _words: Sequence[str], rng: Random) -> list[Chunk]:
    """Say the last phrase again and again, as a model does that has lost the thread."""
    last = chunks[-2]
    return [*chunks[:-1], *[last] * rng.choice((1, 1, 2, 4, 6)), chunks[-1]]


def _two_sentences(chunks: list[Chunk], _words: Sequence[str], rng: Random) -> list[Chunk]:
    more = compose(sample_words(rng, size=2), rng)
    first, *rest = _flat(more)
    return [*chunks, Chunk((first[:1].upper() + first[1:], *rest))]


def _no_end(chunks: list[Chunk], _words: Sequence[str], rng: Random) -> list[Chunk]:
    kept = max(1, len(chunks) - rng.choice((1, 2, 3)))
    return [*chunks[:kept], Chunk((".",))]


FAULTS: dict[Callable[[list[Chunk], Sequence[str], Random], list[Chunk]], int] = {
    _left_out: 36,
    _word_left_out: 22,
    _other_word: 22,
    _doubled: 4,
    _no_article: 3,
    _wrong_form: 4,
    _repeated: 4,
    _two_sentences: 2,
    _no_end: 6,
}
