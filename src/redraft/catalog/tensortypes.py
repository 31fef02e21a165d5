"""The tensors of a GGUF file, and the sizes of their types."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Tensor", "bytes_of_row"]

# Type: numbers in a block, bytes of a block (ggml.c, type_traits).
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36), 41: (128, 18),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a tensor stands in its file, and what it is.

    Attributes:
        name: Its name.
        shape: Its extents in ggml's order: the length of a row first.
        kind: ggml's number of its type.
        begin: Its first byte, counted from the beginning of the file.
        size: Its bytes.
    """

    name: str
    shape: tuple[int, ...]
    kind: int
    begin: int
    size: int


def bytes_of_row(kind: int, length: int) -> int | None:
    """Return the bytes of a row of numbers, or None where there is no such type or no such row."""
    numbers, size = _BLOCKS.get(kind, (0, 0))
    if not numbers or length < 1 or length % numbers:
        return None
    return length // numbers * size
