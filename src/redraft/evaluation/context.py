"""The context of an evaluation: what an evaluator can reach beside the draft, the task and its parameters."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from redraft.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.evaluation.declaration import Isolation
    from redraft.llama.calibration import Calibration
    from redraft.sandbox import Sandbox
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

    async def generate(self, agent: str, values: dict[str, object], *, seed: int = 0) -> str:
        """Return what an agent writes, for the values that it reads."""
        ...

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one embedding for each text."""
        ...

    async def score(
        self, scorer: str, query: str, documents: Sequence[str], *, calibration: Calibration | None = None
    ) -> tuple[float, ...]:
        """Return a value from 0 to 1 for each document, by a reranker or reward model."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What an evaluator gets as `ctx`.

    Args:
        models: The models of the run; None outside of one, and in a process of the evaluator's own.
        history: The last drafts of the run with their verdicts, oldest first.
        log: Where an evaluator logs to.
        least: The strength of sandbox that the evaluator declared.
    """

    models: Models | None = None
    history: Sequence[Assessed] = ()
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("redraft.evaluators"))
    least: Isolation | None = None

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

    async def generate(self, agent: str, values: dict[str, object], *, seed: int = 0) -> str:
        """Return what an agent writes, for the values that it reads.

        Raises:
            RuntimeError: There is no model here.
        """
        return await self._models().generate(agent, values, seed=seed)

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one embedding for each text.

        Raises:
            RuntimeError: There is no model here.
        """
        return await self._models().embed(texts)

    async def score(
        self, scorer: str, query: str, documents: Sequence[str], *, calibration: Calibration | None = None
    ) -> tuple[float, ...]:
        """Return a value from 0 to 1 for each document, by a reranker or reward model.

        Args:
            scorer: The model that a parameter `scorer` of the evaluator names.
            query: What the documents answer.
            documents: The texts to score.
            calibration: What the model's numbers are worth; None for what they say themselves.

        Raises:
            RuntimeError: There is no model here.
        """
        return await self._models().score(scorer, query, documents, calibration=calibration)

    @property
    def sandbox(self) -> Sandbox:
        """The strongest sandbox of this machine, at least as strong as the evaluator declared.

        Raises:
            DefinitionError: The evaluator declared none.
            SandboxError: This machine has none that is strong enough.
        """
        if self.least is None:
            raise DefinitionError(
                "the evaluator declares no sandbox", mend='Declare sandbox="process" or a stronger one.'
            )
        from redraft.sandbox import strongest

        return strongest(self.least)

    def _models(self) -> Models:
        if self.models is None:
            raise RuntimeError("no model is at hand")
        return self.models
