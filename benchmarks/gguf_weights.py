"""Random weights, made in the form in which they are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gguf
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KINDS", "Weights"]

BLOCK = 32
KINDS = {
    "f32": gguf.GGMLQuantizationType.F32,
    "f16": gguf.GGMLQuantizationType.F16,
    "q8_0": gguf.GGMLQuantizationType.Q8_0,
    "q4_0": gguf.GGMLQuantizationType.Q4_0,
}
SPREADS = {"q8_0": 73.3, "q4_0": 4.32}
"""Standard deviation of evenly drawn levels: -127 to 127, and -7 to 7."""


@dataclass
class Weights:
    """Draws matrices. A quantised one is drawn as blocks, which takes a hundredth of the time of quantising it.

    Args:
        kind: How matrices are stored.
        seed: Where chance begins.
    """

    kind: str
    seed: int = 0
    random: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)

    def matrix(self, rows: int, columns: int, spread: float) -> NDArray[Any]:
        """Return a matrix as it is stored, its values around 0 with this standard deviation."""
        if self.kind not in SPREADS:
            stored = np.float16 if self.kind == "f16" else np.float32
            return (self.random.standard_normal((rows, columns), np.float32) * np.float32(spread)).astype(stored)
        blocks = rows * columns // BLOCK
        scale = np.full(blocks, spread / SPREADS[self.kind], np.float16).view(np.uint8).reshape(blocks, 2)
        levels = self._bytes(blocks) if self.kind == "q8_0" else self._nibbles(blocks)
        return np.concatenate([scale, levels], axis=1).reshape(rows, -1)

    def _bytes(self, blocks: int) -> NDArray[np.uint8]:
        return self.random.integers(-127, 128, (blocks, BLOCK), np.int8).view(np.uint8)

    def _nibbles(self, blocks: int) -> NDArray[np.uint8]:
        low, high = self.random.integers(1, 16, (2, blocks, BLOCK // 2), np.uint8)
        return np.asarray(low | (high << 4), np.uint8)

    def vector(self, size: int, value: float = 1.0) -> NDArray[np.float32]:
        """Return a vector of one value."""
        return np.full(size, value, np.float32)
