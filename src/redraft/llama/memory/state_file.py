"""A state file: the state of one sequence and the tokens it stands for, signed.

    magic             8 bytes
    key              32         what the state depends on
    tokens            4         how many
    state             8         how many bytes
    created           8         seconds since 1970
    state's MAC      32
    tokens        4 each
    MAC              32         of all the above
    state

Integers are little-endian, MACs are keyed BLAKE2b. The first part can be verified without reading the state.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import struct
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from redraft.llama.memory.private import create_private

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Tokens = Sequence[int] | NDArray[np.int32]

__all__ = ["Head", "make_head", "read_head", "read_state", "touch", "write_state"]

MAGIC = b"rdstate\x01"

MAC = 32

MAX_TOKENS, MAX_STATE = 2**22, 2**36
"""Tokens and bytes that a file may hold."""

_FIXED = struct.Struct("<8s32sIQQ32s")


@dataclass(frozen=True, eq=False)
class Head:
    """What a state is of.

    Args:
        key: What it depends on, 32 bytes.
        tokens: The tokens whose state it is.
        size: Its bytes.
    """

    key: bytes
    tokens: NDArray[np.int32]
    size: int

    @cached_property
    def name(self) -> str:
        """A name that no other tokens or key have."""
        return hashlib.blake2b(self.key + self.tokens.tobytes(), digest_size=16).hexdigest()

    @property
    def file_size(self) -> int:
        """The bytes of a file that holds it."""
        return _FIXED.size + self.tokens.nbytes + MAC + self.size

    @property
    def storable(self) -> bool:
        """Whether a file may hold it."""
        return 0 < len(self.tokens) <= MAX_TOKENS and 0 < self.size <= MAX_STATE


def make_head(key: bytes, tokens: Tokens, size: int) -> Head:
    """Return the head of a state, with a copy of its tokens.

    Args:
        key: What it depends on.
        tokens: The tokens whose state it is.
        size: Its bytes.
    """
    return Head(key, np.array(tokens, dtype="<i4"), size)


def write_state(path: Path, head: Head, state: bytes, secret: bytes) -> None:
    """Write a file that is there whole or not at all.

    Args:
        path: The file; an older one is replaced.
        head: What the state is of.
        state: The state.
        secret: The key of its MACs.

    Raises:
        OSError: It cannot be written.
    """
    fixed = _FIXED.pack(
        MAGIC, head.key, len(head.tokens), len(state), int(time.time()), _mac(secret, b"redraft payload", state)
    )
    tokens = head.tokens.tobytes()
    part = path.with_name(f"{path.stem}.{secrets.token_hex(8)}.part")
    try:
        with create_private(part) as file:
            file.writelines([fixed, tokens, _mac(secret, b"redraft head", fixed, tokens), state])
        touch(part)
        # Not synchronised: what a power cut leaves unfinished, its MAC betrays.
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def touch(path: Path) -> None:
    """Note that a file was used, finer than the system's clock for files ticks.

    Raises:
        OSError: It is not there.
    """
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def read_head(path: Path, secret: bytes) -> Head:
    """Return what the state in a file is of.

    Args:
        path: The file.
        secret: The key of its MACs.

    Raises:
        ValueError: The file is damaged, or made by someone without the secret.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return _verified(file, secret).head


def read_state(path: Path, head: Head, secret: bytes) -> bytes:
    """Return the state in a file.

    It is read into memory of this process and verified there: a file that is mapped may change after it was verified.

    Args:
        path: The file.
        head: What the state must be of.
        secret: The key of its MACs.

    Raises:
        ValueError: The file is damaged, made by someone without the secret, or holds another state.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        found = _verified(file, secret)
        if found.head.name != head.name:
            raise ValueError("it holds another state")
        state = file.read(found.head.size)
    if not hmac.compare_digest(_mac(secret, b"redraft payload", state), found.state_mac):
        raise ValueError("its state does not fit its MAC")
    return state


@dataclass(frozen=True, slots=True)
class _Verified:
    head: Head
    state_mac: bytes


def _verified(file: BinaryIO, secret: bytes) -> _Verified:
    """Read the part before the state, trusting no length that the file's own size does not bear out."""
    fixed = file.read(_FIXED.size)
    if len(fixed) < _FIXED.size or not fixed.startswith(MAGIC):
        raise ValueError("it is no state file")
    _magic, key, count, size, _created, state_mac = _FIXED.unpack(fixed)
    length = _FIXED.size + 4 * count + MAC + size
    if not 0 < count <= MAX_TOKENS or not 0 < size <= MAX_STATE or length != os.fstat(file.fileno()).st_size:
        raise ValueError("it is cut short, or too long")
    tokens = file.read(4 * count)
    if not hmac.compare_digest(_mac(secret, b"redraft head", fixed, tokens), file.read(MAC)):
        raise ValueError("its head does not fit its MAC")
    return _Verified(Head(key, np.frombuffer(tokens, dtype="<i4"), size), state_mac)


def _mac(secret: bytes, use: bytes, *parts: bytes) -> bytes:
    mac = hashlib.blake2b(key=secret, person=use, digest_size=MAC)
    for part in parts:
        mac.update(part)
    return mac.digest()
