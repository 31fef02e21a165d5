"""The wire between tester and worker: plain data goes by value, everything else as a reference.

Nothing is pickled: what the worker sends can be data and nothing else, whatever the code under test did to it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
import fractions
import json
import os
import select
import time
from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["Channel", "ClosedError", "LateError", "decode", "encode"]

_MOST = 8 << 20
_SMALL = 1 << 53
_SEQUENCES: dict[type, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset", deque: "deque"}
_TIMES: dict[type, str] = {dt.datetime: "datetime", dt.date: "date", dt.time: "time"}
_BY_NAME: dict[str, Any] = {name: kind for kinds in (_SEQUENCES, _TIMES) for kind, name in kinds.items()}


class ClosedError(Exception):
    """The other side is gone, or sent what is no message."""


class LateError(Exception):
    """The other side did not answer in time."""


def encode(value: Any, keep: Callable[[Any], list[Any]]) -> Any:
    """Return a value as JSON can hold it.

    Args:
        value: What is sent.
        keep: Makes a reference of what is no plain data.
    """
    kind = type(value)
    if value is None or kind in (bool, str, float):
        return value
    if kind is int:
        return value if -_SMALL < value < _SMALL else ["int", hex(value)]
    if kind in _SEQUENCES:
        return [_SEQUENCES[kind], [encode(item, keep) for item in value]]
    if kind is dict:
        return ["dict", [[encode(key, keep), encode(item, keep)] for key, item in value.items()]]
    if kind in _TIMES:
        return [_TIMES[kind], value.isoformat()]
    return _rare(value) or keep(value)


def _rare(value: Any) -> list[Any] | None:
    take_apart = _APART.get(type(value))
    return [type(value).__name__, *take_apart(value)] if take_apart else None


def decode(sent: Any, find: Callable[[list[Any]], Any]) -> Any:
    """Return the value that was sent.

    Args:
        sent: What `encode` made of it.
        find: Returns what a reference stands for.
    """
    if not isinstance(sent, list):
        return sent
    name, *parts = sent
    if name in ("list", "tuple", "set", "frozenset", "deque"):
        return _BY_NAME[name](decode(item, find) for item in parts[0])
    if name == "dict":
        return {decode(key, find): decode(item, find) for key, item in parts[0]}
    if name in ("datetime", "date", "time"):
        return _BY_NAME[name].fromisoformat(parts[0])
    if name in _RARE:
        return _RARE[name](*parts)
    return find(sent)


_APART: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    bytes: lambda value: (value.hex(),),
    bytearray: lambda value: (value.hex(),),
    complex: lambda value: (value.real, value.imag),
    range: lambda value: (value.start, value.stop, value.step),
    decimal.Decimal: lambda value: (str(value),),
    fractions.Fraction: lambda value: (hex(value.numerator), hex(value.denominator)),
    dt.timedelta: lambda value: (value.days, value.seconds, value.microseconds),
}

_RARE: dict[str, Callable[..., Any]] = {
    "int": lambda digits: int(digits, 16),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "complex": complex,
    "range": range,
    "Decimal": decimal.Decimal,
    "Fraction": lambda over, under: fractions.Fraction(int(over, 16), int(under, 16)),
    "timedelta": dt.timedelta,
}


class Channel:
    """Messages over two pipes, each a length and JSON."""

    def __init__(self, reads: int, writes: int, drains: int | None = None) -> None:
        """Make a channel.

        Args:
            reads: The handle that messages come from.
            writes: The handle that they go to.
            drains: A handle whose content nobody wants: it is thrown away while a message is waited for.
        """
        self.reads = reads
        self.writes = writes
        self.drains = drains

    def close(self) -> None:
        """Close the handles."""
        for handle in {self.reads, self.writes, self.drains} - {None}:
            with contextlib.suppress(OSError):
                os.close(handle)  # type: ignore[arg-type]

    def send(self, message: Any) -> None:
        """Send a message.

        Raises:
            ClosedError: The other side is gone.
            ValueError: The message is too large.
        """
        body = json.dumps(message, check_circular=False).encode()
        if len(body) > _MOST:
            raise ValueError(f"a value takes more than {_MOST >> 20} MB")
        rest = memoryview(len(body).to_bytes(4, "big") + body)
        try:
            while rest:
                rest = rest[os.write(self.writes, rest) :]
        except OSError as error:
            raise ClosedError from error

    def receive(self, deadline: float | None = None) -> Any:
        """Return the next message.

        Args:
            deadline: The `time.monotonic()` at which it must be there.

        Raises:
            ClosedError: The other side is gone, or sent no message.
            LateError: It takes too long.
        """
        size = int.from_bytes(self._read(4, deadline), "big")
        if size > _MOST:
            raise ClosedError
        try:
            return json.loads(self._read(size, deadline))
        except (ValueError, RecursionError) as error:
            raise ClosedError from error

    def _wait(self, deadline: float | None) -> None:
        """Wait until something can be read."""
        ready: list[int] = []
        while self.reads not in ready:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            ready = select.select([self.reads, *([] if self.drains is None else [self.drains])], [], [], left)[0]
            if not ready:
                raise LateError
            if self.drains in ready and not os.read(self.drains, 1 << 16):
                os.close(self.drains)
                self.drains = None

    def _read(self, size: int, deadline: float | None) -> bytes:
        parts: list[bytes] = []
        while size:
            self._wait(deadline)
            part = os.read(self.reads, min(size, 1 << 16))
            if not part:
                raise ClosedError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)
