"""Mistakes that a weak model makes when it looks up or calculates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from training.families.questions.question import MARK
from training.families.questions.words import MOST, NAMES, PLACES, SIGNS, THINGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

__all__ = ["sentences_of", "spoil"]

_NUMBER = re.compile(r"\d+")
_STEP = re.compile(r"(\d+) ([-+*]) (\d+) = (\d+)")
GROUPS = (NAMES, THINGS, PLACES)


def sentences_of(passage: str) -> list[str]:
    """Return the sentences of a passage."""
    return re.findall(r"[^.]+\.", passage.replace(". ", "."))


def spoil(passage: str, solution: str, rng: Random) -> str:
    """Return a solution with a mistake, now and then with two."""
    kinds, weights = zip(*(_OF_SUMS if "=" in solution else _OF_LOOKUPS).items(), strict=True)
    spoiled = solution
    for kind in rng.choices(kinds, weights, k=1 + (rng.random() < 1 / 8)):
        spoiled = kind(spoiled, passage, rng)
    return spoiled


def _miscalculated(text: str, passage: str, rng: Random) -> str:
    """One result is wrong, and all that follows from it goes on from there."""
    del passage
    steps = list(_STEP.finditer(text))
    if not steps:
        return text
    return _recalculated(text, rng.randrange(len(steps)), rng)


def _recalculated(text: str, faulty: int, rng: Random) -> str:
    renamed: dict[str, str] = {}
    written = []
    for index, (one, sign, other, result) in enumerate(match.groups() for match in _STEP.finditer(text)):
        first, second = renamed.get(one, one) if index else one, renamed.get(other, other) if index else other
        value = SIGNS[sign](int(first), int(second)) if index > faulty else int(result)
        said = _near(value, rng) if index == faulty else value
        renamed = {result: str(max(said, 0))}
        written.append(f"{first} {sign} {second} = {max(said, 0)}.")
    return f"{' '.join(written)} {MARK} {written[-1].split()[-1]}"


def _near(value: int, rng: Random) -> int:
    """Return a number such as who calculates badly gets: a digit off, a forgotten ten, digits exchanged."""
    text = str(value)
    ways = [
        value + 1,
        value - 1,
        value + 10,
        value - 10,
        int(text[::-1]),
        value // 10 * 10 + rng.randrange(10),
        rng.randint(1, MOST),
    ]
    fits = [way for way in ways if 0 <= way != value]
    return rng.choice(fits)


def _other_answer(text: str, passage: str, rng: Random) -> str:
    """The proof is right, the answer is another one."""
    proof, mark, answer = text.partition(f" {MARK} ")
    if "=" in proof:
        number = _NUMBER.search(answer)
        return f"{proof}{mark}{_near(int(number[0]), rng) if number else rng.choice(_numbers(passage))}."
    found = [word for word in re.findall(r"[A-Za-z]+", passage) if any(word in group for group in GROUPS)]
    word = rng.choice(found)
    return f"{proof}{mark}{word if word in NAMES else f'the {word}'}."


def _other_sentence(text: str, passage: str, rng: Random) -> str:
    """Another sentence is quoted, and the answer is taken from it."""
    answer = text.partition(f" {MARK} ")[2].strip(". ").removeprefix("the ")
    group = next((group for group in GROUPS if answer in group), NAMES)
    others = [sentence for sentence in sentences_of(passage) if f'"{sentence.strip()}"' not in text]
    if not others:
        return text
    quoted = rng.choice(others)
    words = re.findall(r"[A-Za-z]+", quoted)
    word = next((word for word in reversed(words) if word in group), words[-1])
    return f'"{quoted}" {MARK} {word if word in NAMES else f"the {word}"}.'


def _misquoted(text: str, passage: str, rng: Random) -> str:
    """A word of the quotation is another one of its kind, mostly one of the passage."""
    places = [match for match in re.finditer(r"[A-Za-z]+", text.partition(MARK)[0]) if _group(match[0])]
    if not places:
        return text
    place = rng.choice(places)
    known = [word for word in _group(place[0]) if word in passage and word != place[0]]
    word = rng.choice(known if known and rng.random() < 3 / 4 else _group(place[0]))
    swapped = text[: place.start()] + word + text[place.end() :]
    return swapped.replace(place[0], word) if rng.random() < 1 / 2 else swapped


def _group(word: str) -> Sequence[str]:
    return next((group for group in GROUPS if word in group), ())


def _other_number(text: str, passage: str, rng: Random) -> str:
    """A number of the calculation is another one, mostly of the passage; the result is right, or what it was."""
    match = _STEP.search(text)
    if match is None:
        return text
    one, sign, other, result = match.groups()
    strange = rng.choice(_numbers(passage)) if rng.random() < 2 / 3 else str(rng.randint(1, MOST))
    one, other = (strange, other) if rng.random() < 1 / 2 else (one, strange)
    value = result if rng.random() < 1 / 5 else str(abs(SIGNS[sign](int(one), int(other))))
    return _from_first(text, match, f"{one} {sign} {other} = {value}")


def _other_sign(text: str, passage: str, rng: Random) -> str:
    """It calculates well, but not what was asked."""
    del passage
    match = _STEP.search(text)
    if match is None:
        return text
    one, sign, other, _ = match.groups()
    fits = "+-*" if int(one) * int(other) <= MOST else "+-"
    wrong = rng.choice([wrong for wrong in fits if wrong != sign])
    return _from_first(text, match, f"{one} {wrong} {other} = {abs(SIGNS[wrong](int(one), int(other)))}")


def _from_first(text: str, match: re.Match[str], step: str) -> str:
    """Return a text whose first step is another one; later steps go on from what it gives."""
    result, behind = step.rpartition(" ")[2], text[match.end() :]
    second = _STEP.search(behind)
    if second is None:
        return f"{step}. {MARK} {result}."
    _, sign, other, _ = second.groups()
    value = abs(SIGNS[sign](int(result), int(other)))
    return f"{step}. {result} {sign} {other} = {value}. {MARK} {value}."


def _numbers(passage: str) -> list[str]:
    return _NUMBER.findall(passage) or ["1"]


def _one_step(text: str, passage: str, rng: Random) -> str:
    """Only one of two steps is done."""
    del passage, rng
    match = _STEP.search(text)
    return f"{match[0]}. {MARK} {match[4]}." if match else text


def _unproved(text: str, passage: str, rng: Random) -> str:
    """There is an answer and nothing before it."""
    del passage, rng
    return f"{MARK}{text.partition(MARK)[2]}"


def _unmarked(text: str, passage: str, rng: Random) -> str:
    """There is no answer."""
    del passage, rng
    return text.partition(f" {MARK}")[0]


def _lost_word(text: str, passage: str, rng: Random) -> str:
    """A word is lost, or said twice."""
    del passage
    words = text.split(" ")
    index = rng.randrange(len(words))
    words[index : index + 1] = [] if rng.random() < 1 / 2 and len(words) > 1 else [words[index]] * 2
    return " ".join(words)


_OF_SUMS = {
    _miscalculated: 10,
    _other_number: 4,
    _other_sign: 3,
    _other_answer: 1,
    _one_step: 1,
    _unproved: 0.5,
    _unmarked: 0.5,
    _lost_word: 0.5,
}
_OF_LOOKUPS = {_other_sentence: 8, _misquoted: 6, _other_answer: 3, _unproved: 0.5, _unmarked: 0.5, _lost_word: 1}
