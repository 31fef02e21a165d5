"""A frame: some bytes with their length before them, as parent and child send them to each other."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

__all__ = ["Frames", "GarbledError", "framed", "receive"]

_HEAD = struct.Struct(">I")


class GarbledError(Exception):
    """What came is no frame, or a longer one than is taken."""


def framed(content: bytes) -> bytes:
    """Return bytes as a frame."""
    return _HEAD.pack(len(content)) + content


def receive(connection: socket.socket) -> bytes | None:
    """Return the content of the next frame, waiting for it; None where the other side is gone."""
    head = _exactly(connection, _HEAD.size)
    return None if head is None else _exactly(connection, _HEAD.unpack(head)[0])


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    content = bytearray()
    while len(content) < size:
        part = connection.recv(min(size - len(content), 1 << 20))
        if not part:
            return None
        content += part
    return bytes(content)


class Frames:
    """Frames that arrive in parts of any size, from somebody who is not trusted.

    Args:
        longest: Bytes that the content of one may have.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._buffer = bytearray()

    def feed(self, part: bytes) -> list[bytes]:
        """Take some bytes, and return the contents of the frames that they complete.

        Raises:
            GarbledError: A frame says that it is longer than any may be.
        """
        self._buffer += part
        complete = []
        while len(self._buffer) >= _HEAD.size:
            (size,) = _HEAD.unpack_from(self._buffer)
            if size > self._longest:
                raise GarbledError(f"a frame of {size} bytes")
            end = _HEAD.size + size
            if len(self._buffer) < end:
                break
            complete.append(bytes(self._buffer[_HEAD.size : end]))
            del self._buffer[:end]
        return complete

    @property
    def pending(self) -> bool:
        """Whether there is the beginning of another frame."""
        return bool(self._buffer)
