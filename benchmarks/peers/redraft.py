"""redraft's own engine."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.engine_workload import SCHEMA, Workload, run_loop
from benchmarks.gguf_vocabulary import made_vocabulary
from benchmarks.peers.clock import Clock
from redraft.llama.interface import Piece, Request, Sampling
from redraft.llama.opening import open_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.engine_workload import Call, Plan
    from benchmarks.peers.interface import Answer, Setup

__all__ = ["opened"]


class _Redraft:
    def __init__(self, setup: Setup) -> None:
        self._runner = asyncio.Runner()
        options = dict(setup.options or {})
        if "states" in options:
            options["states"] = Path(options["states"])
        self._engine = open_engine(Path(setup.model), context=setup.context, threads=setup.threads, **options)
        self._work = Workload(made_vocabulary(setup.vocabulary))

    def loops(self, plan: Plan) -> Answer:
        async def all_of_them() -> int:
            asks = [Asker(self, clock, run=str(number)) for number in range(plan.loops)]
            return sum(await asyncio.gather(*(run_loop(asks[n], self._work, plan, n) for n in range(plan.loops))))

        before, clock = dataclasses.asdict(self._engine.stats), Clock()
        self._runner.run(all_of_them())
        return self._told(before, clock)

    def calls(self, calls: Sequence[Call]) -> Answer:
        async def all_of_them() -> list[tuple[int, ...]]:
            return await asyncio.gather(*(Asker(self, clock, run=str(n))(call) for n, call in enumerate(calls)))

        before, clock = dataclasses.asdict(self._engine.stats), Clock()
        written = self._runner.run(all_of_them())
        return self._told(before, clock, wrong=self._work.wrong(calls, written))

    def _told(self, before: dict[str, float], clock: Clock, wrong: int = 0) -> Answer:
        after = dataclasses.asdict(self._engine.stats)
        spent = {name: after[name] - before[name] for name in before}
        computed = int(spent["prompt_tokens"] - spent["prompt_tokens_reused"])
        return clock.answer(prompt=int(spent["prompt_tokens"]), evaluated=computed, wrong=wrong, more=spent)

    async def stream(self, call: Call, times: list[float], run: str) -> tuple[int, ...]:
        request = Request(
            (Piece(ids=call.ids),),
            Sampling(temperature=0),
            schema=SCHEMA if call.constrained else None,
            max_tokens=call.tokens,
            copies=call.copies,
            run=run,
        )
        ids: list[int] = []
        async with contextlib.aclosing(self._engine.generate(request)) as tokens:
            async for token in tokens:
                if token.id >= 0:
                    times.append(Clock.now())
                    ids.append(token.id)
        return tuple(ids)

    def close(self) -> None:
        self._runner.run(self._engine.close())
        self._runner.close()


@dataclasses.dataclass(frozen=True)
class Asker:
    """Asks the engine on behalf of one run."""

    system: _Redraft
    clock: Clock
    run: str

    async def __call__(self, call: Call) -> tuple[int, ...]:
        """Return the tokens written."""
        return await self.system.stream(call, self.clock.request(), self.run)


def opened(setup: Setup) -> _Redraft:
    """Return the system, its model loaded."""
    return _Redraft(setup)
