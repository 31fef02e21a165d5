"""Faults: what a weak model does to a function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from training.families.functions.operations import filled, operation_of, operations
from training.families.functions.steps import body_of, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from training.families.functions.operations import Operation

__all__ = ["spoil"]

TWO = 0.2
BROKEN = 0.04


def spoil(code: str, rng: Random) -> str:
    """Return a function with a fault or two, most often another meaning of a vague wording or a step much like it."""
    body = body_of(code)
    for _ in range(1 + (rng.random() < TWO)):
        fault = rng.choices(list(FAULTS), list(FAULTS.values()))[0]
        body = fault(body, rng)
    text = written(body)
    return _broken(text, rng) if rng.random() < BROKEN else text


def _other_meaning(body: Sequence[str], rng: Random) -> list[str]:
    """Take a vague wording in another sense, where a step could have had one."""
    places = [place for place, step in enumerate(body) if _confused(step)]
    if not places:
        return _like(body, rng)
    place = rng.choice(places)
    return _put(body, place, _refilled(rng.choice(_confused(body[place])), body[place], rng))


def _confused(step: str) -> list[Operation]:
    """Return the operations that share a vague wording with a step's."""
    name = operation_of(step)
    groups = [{meant.name: meant for meant in saying.meanings} for saying in operations().vague]
    return [meant for group in groups if name in group for other, meant in group.items() if other != name]


def _like(body: Sequence[str], rng: Random) -> list[str]:
    """Put another operation on the same kind of thing in a step's place, most often one that looks alike."""
    place = rng.randrange(len(body))
    name = operation_of(body[place])
    known = operations().named.get(name or "")
    others = [other for other in operations().named.values() if known and other.on == known.on and other.name != name]
    alike = [other for other in others if known and other.code[:8] == known.code[:8]] or others
    return _put(body, place, _refilled(rng.choice(alike), body[place], rng)) if alike else list(body)


def _slot(body: Sequence[str], rng: Random) -> list[str]:
    """Write another digit or letter in a step."""
    places = [place for place, step in enumerate(body) if re.search(r"\b[3-9]\b|'[a-z]'", step)]
    if not places:
        return _like(body, rng)
    place = rng.choice(places)
    digit, letter = str(rng.randint(2, 9)), rng.choice("aeiorstn")
    changed = re.sub(r"\b[3-9]\b", digit, body[place], count=1)
    return _put(body, place, re.sub(r"'[a-z]'", f"'{letter}'", changed, count=1))


def _lost(body: Sequence[str], rng: Random) -> list[str]:
    place = rng.randrange(len(body))
    return [*body[:place], *body[place + 1 :]]


def _said_twice(body: Sequence[str], rng: Random) -> list[str]:
    place = rng.randrange(len(body))
    return [*body[: place + 1], *body[place:]]


def _swapped(body: Sequence[str], rng: Random) -> list[str]:
    if len(body) == 1:
        return _said_twice(body, rng)
    place = rng.randrange(len(body) - 1)
    return [*body[:place], body[place + 1], body[place], *body[place + 2 :]]


def _one_more(body: Sequence[str], rng: Random) -> list[str]:
    operation = rng.choice(list(operations().named.values()))
    place = rng.randint(0, len(body))
    return [*body[:place], _refilled(operation, "", rng), *body[place:]]


def _put(body: Sequence[str], place: int, step: str) -> list[str]:
    return [*body[:place], step, *body[place + 1 :]]


def _refilled(operation: Operation, step: str, rng: Random) -> str:
    """Return the code of an operation with the digits and letters of the step that it stands for."""
    slots = operations().slots(operation, rng)
    given = {
        "k": re.findall(r"\b\d\b", step),
        "c": re.findall(r"'([a-z])'", step),
        "w": re.findall("'([a-z]{3,})'", step),
    }
    slots |= {name: found[0] for name, found in given.items() if found}
    return filled(operation.code, slots)


def _broken(text: str, rng: Random) -> str:
    """Return a text that was cut, or that lost a sign."""
    parts = re.findall(r"\s*(?:\w+|\W)", text)
    place = rng.randrange(1, len(parts))
    return "".join(parts[:place] + parts[place + 1 :] if rng.random() < 0.7 else parts[:place])  # noqa: PLR2004


FAULTS: dict[Callable[[Sequence[str], Random], list[str]], int] = {
    _other_meaning: 40,
    _like: 22,
    _slot: 12,
    _lost: 10,
    _said_twice: 3,
    _swapped: 7,
    _one_more: 6,
}
