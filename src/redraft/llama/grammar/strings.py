"""The inside of a JSON string, byte by byte: bounded in length, or sought through for a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.llama.grammar.automaton import json_bytes
from redraft.llama.grammar.determined import automaton_of

if TYPE_CHECKING:
    from redraft.llama.grammar.automaton import Automaton, Spot
    from redraft.llama.grammar.shape import Text
    from redraft.llama.grammar.state import State, Then

__all__ = ["in_string"]

ESCAPES = b'"\\bfnrt'
"""Letters allowed after a backslash; no `u`, so that no lone surrogate can be written."""

_UNESCAPED = {0x22: 0x22, 0x5C: 0x5C, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09}
"""The characters that these letters stand for."""

FILLER = "-"
"""What pads a string to its minLength where it is closed by force."""

_CONTINUING = range(0x80, 0xC0)
_SPACE, _QUOTE, _BACKSLASH, _ASCII = 0x20, 0x22, 0x5C, 0x7F


def in_string(shape: Text, then: Then) -> State:
    """Return the state behind the opening quote."""
    if shape.pattern is None:
        return _InText(shape, then)
    automaton = automaton_of(shape.pattern, shape.low, shape.high)
    return _InPattern(automaton, then, automaton.start)


@dataclass(frozen=True, slots=True)
class _InText:
    """Inside a string, after `count` whole characters; `low` and `high` bound the next UTF-8 byte of one begun."""

    shape: Text
    then: Then
    count: int = 0
    missing: int = 0
    low: int = 0x80
    high: int = 0xBF
    escaped: bool = False

    def feed(self, byte: int) -> tuple[State, ...]:
        """Return the states after one more byte; none where it does not fit."""
        if self.missing:
            return self._continue(byte)
        if self.escaped:
            return self._whole() if byte in ESCAPES else ()
        if byte == _QUOTE:
            return self.then.states() if self.count >= self.shape.low else ()
        if byte < _SPACE or self.count == self.shape.high:
            return ()
        return self._character(byte)

    def _character(self, byte: int) -> tuple[State, ...]:
        if byte == _BACKSLASH:
            return (_InText(self.shape, self.then, self.count, escaped=True),)
        return self._whole() if byte <= _ASCII else self._lead(byte)

    def _whole(self) -> tuple[State, ...]:
        return (_InText(self.shape, self.then, self.count + 1),)

    def _lead(self, byte: int) -> tuple[State, ...]:
        found = next((lead for lead in _LEADS if lead[0] <= byte <= lead[1]), None)
        return (_InText(self.shape, self.then, self.count, *found[2:]),) if found else ()

    def _continue(self, byte: int) -> tuple[State, ...]:
        if not self.low <= byte <= self.high:
            return ()
        whole = self.missing == 1
        return (_InText(self.shape, self.then, self.count + whole, self.missing - 1),)

    def ending(self) -> bytes | None:
        """Return the shortest bytes that complete the text from here."""
        begun = bytes([self.low, *[0x80] * (self.missing - 1)]) if self.missing else b"n" if self.escaped else b""
        fill = max(0, self.shape.low - self.count - bool(begun)) * FILLER.encode()
        return begun + fill + b'"' + self.then.ending()


# First byte from, to; continuation bytes missing; range of the next one (Unicode 15, table 3-7).
_LEADS = (
    (0xC2, 0xDF, 1, 0x80, 0xBF),
    (0xE0, 0xE0, 2, 0xA0, 0xBF),
    (0xED, 0xED, 2, 0x80, 0x9F),
    (0xE1, 0xEF, 2, 0x80, 0xBF),
    (0xF0, 0xF0, 3, 0x90, 0xBF),
    (0xF1, 0xF3, 3, 0x80, 0xBF),
    (0xF4, 0xF4, 3, 0x80, 0x8F),
)


@dataclass(frozen=True, slots=True)
class _InPattern:
    """Inside a string with a pattern, behind whole characters and the first bytes of one more."""

    automaton: Automaton
    then: Then
    spot: Spot
    begun: bytes = b""

    def feed(self, byte: int) -> tuple[State, ...]:
        """Return the states after one more byte; none where it does not fit."""
        if self.begun == b"\\":
            return self._after(_UNESCAPED.get(byte, -1))
        if self.begun:
            return self._longer(self.begun + bytes([byte]))
        if byte == _QUOTE:
            return self.then.states() if self.automaton.accepts(self.spot) else ()
        if byte == _BACKSLASH:
            return self._begin(b"\\") if self._escaped() is not None else ()
        if byte < _SPACE:
            return ()
        return self._after(byte) if byte <= _ASCII else self._longer(bytes([byte]))

    def _begin(self, begun: bytes) -> tuple[State, ...]:
        return (_InPattern(self.automaton, self.then, self.spot, begun),)

    def _after(self, code: int) -> tuple[State, ...]:
        spot = self.automaton.after(self.spot, code)
        return (_InPattern(self.automaton, self.then, spot),) if spot else ()

    def _longer(self, begun: bytes) -> tuple[State, ...]:
        span = _span(begun)
        if len(span) == 1:
            return self._after(span.start)
        return self._begin(begun) if span and self._within(span) is not None else ()

    def _within(self, span: range) -> int | None:
        return self.automaton.between(self.spot, span.start, span.stop - 1)

    def _escaped(self) -> int | None:
        """Return the character that ends the text soonest among those that a letter after a backslash stands for."""
        spots = ((code, self.automaton.after(self.spot, code)) for code in _UNESCAPED.values())
        found = [(self.automaton.needs(spot), code) for code, spot in spots if spot]
        return min(found)[1] if found else None

    def ending(self) -> bytes | None:
        """Return the shortest bytes that complete the text from here."""
        if not self.begun:
            return self.automaton.ending(self.spot) + b'"' + self.then.ending()
        code = self._escaped() if self.begun == b"\\" else self._within(_span(self.begun))
        spot = None if code is None else self.automaton.after(self.spot, code)
        if code is None or spot is None:
            return None
        rest = json_bytes(code)[len(self.begun) :]
        return rest + self.automaton.ending(spot) + b'"' + self.then.ending()


def _span(begun: bytes) -> range:
    """Return the characters whose UTF-8 begins with some bytes."""
    lead = next((lead for lead in _LEADS if lead[0] <= begun[0] <= lead[1]), None)
    if not lead or not all(byte in _CONTINUING for byte in begun[1:]):
        return range(0)
    missing = lead[2] + 1 - len(begun)
    if len(begun) > 1 and not lead[3] <= begun[1] <= lead[4]:
        return range(0)
    low = begun + (bytes([lead[3]]) + b"\x80" * (missing - 1) if len(begun) == 1 else b"\x80" * missing)
    high = begun + (bytes([lead[4]]) + b"\xbf" * (missing - 1) if len(begun) == 1 else b"\xbf" * missing)
    return range(ord(low.decode()), ord(high.decode()) + 1)
