"""A cursor that reads a JSON text byte by byte, and knows at each byte the shortest way to end it.

A cursor is a set of states, one for each reading that the bytes so far allow. A state either consumes the next byte or
refuses it; what follows it is a chain of continuations. Every object here is immutable, so a cursor can be tried
on a token and dropped.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from redraft.llama.grammar.numerals import ending_of, is_complete, is_start
from redraft.llama.grammar.shape import Choice, Field, ListOf, Number, Record, Shape, Text, Words
from redraft.llama.grammar.strings import in_string

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft.llama.grammar.state import State, Then

__all__ = ["Cursor", "shortest"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """All readings of the bytes so far."""

    readings: tuple[State, ...]

    @staticmethod
    def at(shape: Shape) -> Cursor:
        """Return a cursor at the beginning of a value of this shape."""
        return Cursor(_begin(shape, _End()))

    def advance(self, data: bytes) -> Cursor | None:
        """Return the cursor after more bytes, or None where they are refused."""
        readings = self.readings
        for byte in data:
            readings = tuple(after for state in readings for after in state.feed(byte))
            if not readings:
                return None
        return Cursor(readings)

    @property
    def done(self) -> bool:
        """Whether the text is complete and no byte can follow."""
        return all(isinstance(state, _Done) for state in self.readings)

    def ending(self) -> bytes | None:
        """Return the shortest bytes that complete the text; empty where it is complete, None where nothing does."""
        return _least(state.ending() for state in self.readings)


def _least(endings: Iterable[bytes | None]) -> bytes | None:
    return min((ending for ending in endings if ending is not None), key=len, default=None)


@dataclass(frozen=True, slots=True)
class _End:
    def states(self) -> tuple[State, ...]:
        """Return the states that may come next."""
        return (_Done(),)

    def ending(self) -> bytes:
        """Return the shortest bytes that complete the text from here."""
        return b""


@dataclass(frozen=True, slots=True)
class _Done:
    def feed(self, byte: int) -> tuple[State, ...]:
        """Return the states after one more byte; none where it does not fit."""
        del byte
        return ()

    def ending(self) -> bytes | None:
        """Return the shortest bytes that complete the text from here."""
        return b""


@dataclass(frozen=True, slots=True)
class _Exactly:
    """The bytes of a fixed text from `at` on."""

    text: bytes
    at: int
    then: Then

    def feed(self, byte: int) -> tuple[State, ...]:
        """Return the states after one more byte; none where it does not fit."""
        if self.text[self.at] != byte:
            return ()
        if self.at + 1 == len(self.text):
            return self.then.states()
        return (_Exactly(self.text, self.at + 1, self.then),)

    def ending(self) -> bytes | None:
        """Return the shortest bytes that complete the text from here."""
        return self.text[self.at :] + self.then.ending()


@dataclass(frozen=True, slots=True)
class _InNumber:
    """Inside a number, of which `text` was read."""

    shape: Number
    then: Then
    text: str = ""

    def feed(self, byte: int) -> tuple[State, ...]:
        """Return the states after one more byte; none where it does not fit."""
        longer = self.text + chr(byte)
        if is_start(self.shape, longer):
            return (_InNumber(self.shape, self.then, longer),)
        if not is_complete(self.shape, self.text):
            return ()
        return tuple(after for state in self.then.states() for after in state.feed(byte))

    def ending(self) -> bytes | None:
        """Return the shortest bytes that complete the text from here."""
        rest = ending_of(self.shape, self.text)
        return None if rest is None else rest.encode() + self.then.ending()


@dataclass(frozen=True, slots=True)
class _AfterItem:
    """After `count` items of an array."""

    shape: ListOf
    count: int
    then: Then

    def states(self) -> tuple[State, ...]:
        """Return the states that may come next."""
        close = _exactly(b"]", self.then) if self.count >= self.shape.low else ()
        if self.count == self.shape.high:
            return close
        item, after = self.shape.at(self.count), _AfterItem(self.shape, self.count + 1, self.then)
        return close + (_exactly(b",", _Begin(item, after)) if self.count else _begin(item, after))

    def ending(self) -> bytes:
        """Return the shortest bytes that complete the text from here."""
        items = ",".join(_missing(self.shape, self.count))
        comma = "," if self.count and items else ""
        return f"{comma}{items}]".encode() + self.then.ending()


@dataclass(frozen=True, slots=True)
class _AfterField:
    """Inside an object, before the field `at`; `first` where none was written yet."""

    shape: Record
    at: int
    then: Then
    first: bool = False

    def states(self) -> tuple[State, ...]:
        """Return the states that may come next."""
        found: tuple[State, ...] = ()
        for at, entry in enumerate(self.shape.fields[self.at :], start=self.at):
            value = _Begin(entry.shape, _AfterField(self.shape, at + 1, self.then))
            found += _exactly(_key(entry, first=self.first), value)
            if entry.required:
                return found
        return found + _exactly(b"}", self.then)

    def ending(self) -> bytes:
        """Return the shortest bytes that complete the text from here."""
        return _rest(self.shape, self.at, first=self.first) + self.then.ending()


@dataclass(frozen=True, slots=True)
class _Begin:
    """A value that begins here."""

    shape: Shape
    then: Then

    def states(self) -> tuple[State, ...]:
        """Return the states that may come next."""
        return _begin(self.shape, self.then)

    def ending(self) -> bytes:
        """Return the shortest bytes that complete the text from here."""
        return shortest(self.shape).encode() + self.then.ending()


def _exactly(text: bytes, then: Then) -> tuple[State, ...]:
    return (_Exactly(text, 0, then),)


def _begin(shape: Shape, then: Then) -> tuple[State, ...]:
    match shape:
        case Words(texts):
            return tuple(_Exactly(text.encode(), 0, then) for text in texts)
        case Text():
            return _exactly(b'"', _Open(shape, then))
        case Number():
            return (_InNumber(shape, then),)
        case ListOf():
            return _exactly(b"[", _AfterItem(shape, 0, then))
        case Record():
            return _exactly(b"{", _AfterField(shape, 0, then, first=True))
        case Choice(options):
            return tuple(state for option in options for state in _begin(option, then))


@dataclass(frozen=True, slots=True)
class _Open:
    """The inside of a string, after its opening quote."""

    shape: Text
    then: Then

    def states(self) -> tuple[State, ...]:
        """Return the states that may come next."""
        return (in_string(self.shape, self.then),)

    def ending(self) -> bytes:
        """Return the shortest bytes that complete the text from here."""
        return in_string(self.shape, self.then).ending() or b""


def _key(entry: Field, *, first: bool) -> bytes:
    return (("" if first else ",") + json.dumps(entry.name, ensure_ascii=False) + ":").encode()


def _rest(shape: Record, at: int, *, first: bool) -> bytes:
    text = b""
    for entry in shape.fields[at:]:
        if entry.required:
            text += _key(entry, first=first and not text) + shortest(entry.shape).encode()
    return text + b"}"


def _missing(shape: ListOf, count: int) -> list[str]:
    """Return the shortest items that an array of `count` items still needs."""
    first = [shortest(item) for item in shape.first[count : shape.low]]
    others = shape.low - max(count, len(shape.first))
    return first + ([shortest(shape.item)] * others if shape.item and others > 0 else [])


@lru_cache(maxsize=1024)
def shortest(shape: Shape) -> str:
    """Return the shortest JSON text of this shape, in bytes of UTF-8."""
    match shape:
        case Words(texts):
            return min(texts, key=lambda text: len(text.encode()))
        case Text():
            return '"' + (in_string(shape, _End()).ending() or b"").decode()
        case Number():
            return ending_of(shape, "") or "0"
        case ListOf():
            return "[" + ",".join(_missing(shape, 0)) + "]"
        case Record():
            return "{" + _rest(shape, 0, first=True).decode()
        case Choice(options):
            return min((shortest(option) for option in options), key=lambda text: len(text.encode()))
