"""The bridge to a run's models, for whoever asks them from another loop than theirs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from redraft.evaluation.context import Models
    from redraft.llama.calibration import Calibration

__all__ = ["Bridge"]

_T = TypeVar("_T")


class Bridge:
    """Hands questions to the models of a run, and answers back.

    Args:
        models: The models.
        home: The loop that they live in.
    """

    def __init__(self, models: Models, home: asyncio.AbstractEventLoop) -> None:
        self._models = models
        self._home = home

    async def rate(self, agent: str, values: dict[str, object]) -> tuple[float, ...]:
        """Return the probability of each of an agent's choices."""
        return await self._ask(self._models.rate(agent, values))

    def choices(self, agent: str) -> tuple[str, ...]:
        """Return what an agent chooses from."""
        return self._models.choices(agent)

    async def generate(self, agent: str, values: dict[str, object], *, seed: int = 0) -> str:
        """Return what an agent writes."""
        return await self._ask(self._models.generate(agent, values, seed=seed))

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one embedding for each text."""
        return await self._ask(self._models.embed(texts))

    async def score(
        self, scorer: str, query: str, documents: Sequence[str], *, calibration: Calibration | None = None
    ) -> tuple[float, ...]:
        """Return a value from 0 to 1 for each document."""
        return await self._ask(self._models.score(scorer, query, documents, calibration=calibration))

    async def _ask(self, question: Coroutine[Any, Any, _T]) -> _T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(question, self._home))
