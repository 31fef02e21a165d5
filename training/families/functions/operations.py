"""Operations: what one step of a task can do, in words and in Python."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

__all__ = ["START", "Operation", "Operations", "Saying", "filled", "operation_of", "operations"]

START = {"numbers": "a list of numbers", "words": "a list of words", "text": "a text"}
DIGITS = "23456789"
LETTERS = "aeiorstn"
_SLOT = re.compile(r"\\\{([kcdw])\\\}")
_SHAPES = {"k": r"\d+", "c": "[a-z]", "d": "[a-z]", "w": "[a-z]+"}


@dataclass(frozen=True)
class Operation:
    """What a step does.

    Attributes:
        name: Its name.
        on: What `x` may be before it: numbers, number, words or text.
        gives: What `x` is after it; empty where it is what it was.
        code: The Python expression, with slots.
        digits: What the slot `k` can be.
    """

    name: str
    on: tuple[str, ...]
    gives: str
    code: str
    digits: str

    @cached_property
    def shape(self) -> re.Pattern[str]:
        """The expression with anything in its slots."""
        return re.compile(_SLOT.sub(lambda slot: _SHAPES[slot[1]], re.escape(self.code)))

    def after(self, kind: str) -> str:
        """Return what `x` is after it."""
        return self.gives or kind


@dataclass(frozen=True)
class Saying:
    """A wording of a step, and the operations that it may mean: one, or several where it is vague."""

    words: str
    meanings: tuple[Operation, ...]

    @property
    def vague(self) -> bool:
        """Whether only the tests tell what is meant."""
        return len(self.meanings) > 1


@dataclass(frozen=True)
class Operations:
    """All operations and wordings.

    Attributes:
        named: The operations by name.
        plain: The wordings of each operation that mean nothing else.
        vague: The wordings that mean several.
        words: The words that lists and texts are made of.
    """

    named: Mapping[str, Operation]
    plain: Mapping[str, tuple[Saying, ...]]
    vague: tuple[Saying, ...]
    words: tuple[str, ...]

    def on(self, kind: str) -> list[Operation]:
        """Return the operations that can be done to something."""
        return [operation for operation in self.named.values() if kind in operation.on]

    def vague_on(self, kind: str) -> list[Saying]:
        """Return the vague wordings all of whose meanings can be done to something."""
        return [saying for saying in self.vague if all(kind in meant.on for meant in saying.meanings)]

    @property
    def said(self) -> tuple[str, ...]:
        """The words of all wordings."""
        sayings = [*(saying for each in self.plain.values() for saying in each), *self.vague]
        return tuple(dict.fromkeys(word for saying in sayings for word in saying.words.split() if "{" not in word))

    def slots(self, operation: Operation, rng: Random) -> dict[str, str]:
        """Draw what stands in the slots of an operation and of its wording."""
        changed, put = rng.sample(LETTERS, 2)
        return {"k": rng.choice(operation.digits), "c": changed, "d": put, "w": rng.choice(self.words)}


@cache
def operations() -> Operations:
    """Return the operations of `operations.toml`."""
    content = tomllib.loads(Path(__file__).with_name("operations.toml").read_text(encoding="utf-8"))
    vague, words = content.pop("vague"), content.pop("words_given")
    named, plain = {}, {}
    for kinds, table in content.items():
        for name, given in table.items():
            made = Operation(name, tuple(kinds.split()), given.get("gives", ""), given["code"], given.get("k", DIGITS))
            named[name] = made
            plain[name] = tuple(Saying(words, (made,)) for words in given["says"])
    sayings = tuple(Saying(words, tuple(named[name] for name in meant)) for words, meant in vague.items())
    return Operations(named, plain, sayings, tuple(" ".join(words.values()).split()))


def filled(text: str, slots: Mapping[str, str]) -> str:
    """Return a wording or an expression with its slots filled."""
    for name, value in slots.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@lru_cache(maxsize=50_000)
def operation_of(expression: str) -> str | None:
    """Return the name of the operation that an expression is, whatever stands in its slots."""
    named = operations().named.values()
    return next((operation.name for operation in named if operation.shape.fullmatch(expression)), None)
