"""Checks of evaluators that are `async`: they share one loop with everything else in the run."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from redraft.testing.conformance.answer import answer_of
from redraft.testing.conformance.calling import run_alone
from redraft.testing.conformance.case import Case, best_of, require
from redraft.testing.scripted_models import ScriptedModels

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence

    from redraft.evaluation import Models

__all__ = ["ConcurrencyChecks"]

_PATIENCE = 1.0
_GAP = 0.25
_TICK = 0.01


class ConcurrencyChecks(Case):
    """An async evaluator gives way, and ends when it is told to."""

    def test_it_can_be_cancelled(self) -> None:
        """Cancelled while a model is silent, it ends at once, and does not turn that into a score."""
        coroutine = self._coroutine(_SilentModels())

        async def cancelled() -> str:
            task = asyncio.ensure_future(coroutine)
            await asyncio.sleep(_TICK)
            if not task.cancel():
                return ""  # It asked nobody, and was ready before.
            done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
            if not done:
                return f"it goes on for more than {_PATIENCE:g} s after it was cancelled"
            return "" if task.cancelled() else "cancelled, it ends as if nothing had happened"

        what = run_alone(cancelled())
        require(not what, what, "Do not catch asyncio.CancelledError, or raise it again.")

    def test_it_asks_only_whom_a_parameter_names(self) -> None:
        """Whom it asks is named by its parameter `agent` or `scorer`: a run loads the models of these."""
        models = _HeardModels(self._models)
        coroutine = self._coroutine(models)
        answer_of(lambda: run_alone(coroutine))
        params = self._params()
        named = {getattr(params, field, None) for field in ("agent", "scorer")}
        unnamed = sorted(name for name in models.asked if name not in named)
        require(
            not unnamed,
            f"it asks '{unnamed[0] if unnamed else ''}', which none of its parameters names",
            'Give its parameters a field `agent: str = "…"`, and ask params.agent.',
        )

    def test_it_does_not_block_the_loop(self) -> None:
        """While it works, others in the loop go on."""
        self._coroutine(self._models).close()

        async def longest() -> float:
            coroutine = self._coroutine(self._models)
            task, gap, last = asyncio.ensure_future(coroutine), 0.0, time.monotonic()
            while not task.done():
                await asyncio.sleep(0)
                gap, last = max(gap, time.monotonic() - last), time.monotonic()
            task.exception()
            return gap

        gap = best_of(lambda: run_alone(longest()), enough=_GAP)
        require(
            gap <= _GAP,
            f"it keeps the loop for {gap:.2g} s at a time, and everybody else waits",
            "Await what takes time: asyncio.to_thread(…), asyncio.create_subprocess_exec(…), ctx.generate(…).",
        )

    def _coroutine(self, models: Any) -> Coroutine[Any, Any, Any]:
        if not self._evaluator.is_async:
            raise SkipTest("it is not async")
        given = self._arguments(self._good, models=models)
        coroutine: Coroutine[Any, Any, Any] = self._evaluator.function(**given)
        return coroutine


class _HeardModels:
    """Models that note who is asked."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._models, name)

        def heard(*args: Any, **kwargs: Any) -> Any:
            if name != "embed":
                self.asked.add(str(args[0] if args else next(iter(kwargs.values()))))
            return method(*args, **kwargs)

        return heard


class _SilentModels(ScriptedModels):
    """Models that never answer."""

    async def rate(self, agent: str, values: Mapping[str, Any]) -> tuple[float, ...]:
        await asyncio.Event().wait()
        return await super().rate(agent, values)

    async def generate(self, agent: str, values: Mapping[str, Any], *, seed: int = 0) -> str:
        await asyncio.Event().wait()
        return await super().generate(agent, values, seed=seed)

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        await asyncio.Event().wait()
        return await super().embed(texts)
