"""What keeps one generation within a schema or a grammar, as the engine sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from redraft.llama.sampling.sampler import Sampler

__all__ = ["Constrained"]


class Constrained(Protocol):
    """Takes tokens one by one, each only where the output may go on with it."""

    @property
    def complete(self) -> bool:
        """Whether the output is whole and nothing can follow."""
        ...

    @property
    def closing(self) -> tuple[int, ...]:
        """The tokens that end the output soonest from here; none where it is whole, or can only be cut."""
        ...

    def pick(self, logits: NDArray[np.float32], sampler: Sampler, draw: float, *, left: int) -> int | None:
        """Take the token that a draw picks among those allowed, and return it; None where the output must be closed.

        Args:
            logits: The model's logits.
            sampler: The request's sampler.
            draw: The token's draw.
            left: Tokens that may still be written, this one included.

        Raises:
            GenerationError: No token is allowed, and nothing closes the output.
        """
        ...

    def forced(self, left: int) -> Iterator[int]:
        """Yield the tokens that must come next, as the model would split their text, each taken when it is asked for.

        Args:
            left: Tokens that may still be written, a closing included.
        """
        ...
