"""Mistakes that a translation can have, made on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.families.translation.confusion import alike, forms, measures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

__all__ = ["spoil"]

LONGEST_CUT = 3
LEAST = 3
SIGNS = frozenset({".", ",", "。", "，"})
AFTER_PLACE = frozenset("里上边")


def spoil(words: Sequence[str], rng: Random) -> list[str]:
    """Return the words of a translation with one to three mistakes in them; a mistake that does not fit is another."""
    spoiled = list(words)
    for _ in range(rng.choices((1, 2, 3), (72, 22, 6))[0]):
        fault = rng.choices(list(FAULTS), list(FAULTS.values()))[0]
        spoiled = fault(spoiled, rng) or _other_word(spoiled, rng) or _left_out(spoiled, rng)
        if len(spoiled) < LEAST:
            break
    return spoiled


def _replaced(words: list[str], at: int, word: str) -> list[str]:
    capital = words[at][:1].isupper() and at == 0
    return [*words[:at], word[:1].upper() + word[1:] if capital else word, *words[at + 1 :]]


def _other_word(words: list[str], rng: Random) -> list[str]:
    places = [at for at, word in enumerate(words) if word.lower() in alike()]
    if not places:
        return []
    at = rng.choice(places)
    return _replaced(words, at, rng.choice(alike()[words[at].lower()]))


def _left_out(words: list[str], rng: Random) -> list[str]:
    size = min(rng.choice((1, 1, 1, 2, LONGEST_CUT)), len(words) - 1)
    start = rng.randrange(max(1, len(words) - size))
    return [*words[:start], *words[start + size :]]


def _wrong_form(words: list[str], rng: Random) -> list[str]:
    """Take another form of an English word, or another Chinese measure word, or add or lose a `了`."""
    places = [at for at, word in enumerate(words) if word.lower() in forms() or word in measures()]
    if not places or ("了" in words and rng.random() < 0.3):  # noqa: PLR2004
        return [word for word in words if word != "了"] if "了" in words else []
    at = rng.choice(places)
    word = words[at]
    others = [other for other in measures() if other != word] if word in measures() else forms()[word.lower()]
    return _replaced(words, at, rng.choice(others))


def _small_word(words: list[str], rng: Random) -> list[str]:
    """Lose or change a word that has little meaning of its own."""
    changes = {
        "a": "the", "an": "the", "the": "a", "of": "", "to": "", "will": "", "not": "", "many": "", "in": "at",
        "at": "in", "on": "in", "两": "二", "的": "", "在": "", "里": "", "上": "里", "会": "", "不": "没有",
        "没有": "不", "了": "", "一": "", "想": "", "很多": "",
    }  # fmt: skip
    places = [at for at, word in enumerate(words) if word.lower() in changes]
    if not places:
        return []
    at = rng.choice(places)
    other = changes[words[at].lower()]
    return _replaced(words, at, other) if other else [*words[:at], *words[at + 1 :]]


def _in_another_order(words: list[str], rng: Random) -> list[str]:
    """Say a Chinese place after the verb, as English does, or swap two neighbours."""
    start = words.index("在") if "在" in words else -1
    end = next((at for at in range(start + 1, len(words)) if words[at] in AFTER_PLACE), -1)
    if 0 <= start < end and words[-1] in SIGNS:
        return [*words[:start], *words[end + 1 : -1], *words[start : end + 1], words[-1]]
    inner = [at for at in range(1, len(words) - 2) if not SIGNS.intersection(words[at : at + 2])]
    if not inner:
        return []
    at = rng.choice(inner)
    return [*words[:at], words[at + 1], words[at], *words[at + 2 :]]


def _doubled(words: list[str], rng: Random) -> list[str]:
    size = rng.choice((1, 1, 2, 3))
    at = rng.randrange(max(1, len(words) - size))
    return [*words[: at + size], *words[at:]]


def _no_end(words: list[str], rng: Random) -> list[str]:
    kept = max(1, len(words) - 1 - rng.choice((1, 2, 3, 4)))
    return [*words[:kept], words[-1]]


def _other_digits(words: list[str], rng: Random) -> list[str]:
    places = [at for at, word in enumerate(words) if word.isdecimal()]
    return _replaced(words, places[0], str(rng.randint(11, 60))) if places else []


FAULTS: dict[Callable[[list[str], Random], list[str]], int] = {
    _other_word: 38,
    _left_out: 18,
    _wrong_form: 14,
    _small_word: 10,
    _in_another_order: 5,
    _doubled: 4,
    _no_end: 4,
    _other_digits: 7,
}
