"""The context of an evaluation: what an evaluator can reach beside the draft, the task and its parameters."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.task import Assessed

__all__ = ["Context", "Models"]


class Models(Protocol):
    """The models that a run has loaded, reached through its agents."""

    async def rate(self, agent: str, values: dict[str, object]) -> tuple[float, ...]:
        """Return the probability of each of an agent's choices, for the values that it reads."""
        ...

    def choices(self, agent: str) -> tuple[str, ...]:
        """Return what an agent chooses from."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What an evaluator gets as `ctx`.

    Args:
        models: The models of the run; None outside of one.
        history: The last drafts of the run with their verdicts, oldest first.
        log: Where an evaluator logs to.
    """

    models: Models | None = None
    history: Sequence[Assessed] = ()
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("redraft.evaluators"))

    async def rate(self, agent: str, values: dict[str, object]) -> tuple[float, ...]:
        """Return the probability of each of an agent's choices, for the values that it reads.

        Raises:
            RuntimeError: There is no model here.
        """
        return await self._models().rate(agent, values)

    def choices(self, agent: str) -> tuple[str, ...]:
        """Return what an agent chooses from.

        Raises:
            RuntimeError: There is no model here.
        """
        return self._models().choices(agent)

    def _models(self) -> Models:
        if self.models is None:
            raise RuntimeError("no model is at hand")
        return self.models
