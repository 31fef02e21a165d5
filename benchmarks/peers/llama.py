"""One reused `Llama` of llama-cpp-python, one request after another."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import TYPE_CHECKING, Any

from benchmarks.engine_workload import SCHEMA, Workload, run_loop
from benchmarks.gguf_vocabulary import made_vocabulary
from benchmarks.peers.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.engine_workload import Call, Plan
    from benchmarks.peers.interface import Answer, Setup

__all__ = ["counting", "opened"]

GREEDY = {"temp": 0.0, "top_k": 1, "top_p": 1.0, "min_p": 0.0, "repeat_penalty": 1.0}


class _Reused:
    def __init__(self, setup: Setup) -> None:
        from llama_cpp import Llama, LlamaGrammar
        from llama_cpp.llama_speculative import LlamaPromptLookupDecoding

        options = dict(setup.options or {})
        layout, guessed = options.pop("layout", "role"), options.pop("lookup", 0)
        if guessed:
            # A prompt longer than a batch fails with a draft model (0.3.36).
            options |= {
                "draft_model": LlamaPromptLookupDecoding(num_pred_tokens=guessed),
                "n_batch": setup.context,
                "n_ubatch": 512,
            }
        self._count = [0]
        self._model = Llama(
            setup.model, n_ctx=setup.context, n_threads=setup.threads, n_gpu_layers=-1, verbose=False, **options
        )
        counting(self._model, self._count)
        self._grammar = LlamaGrammar.from_json_schema(json.dumps(SCHEMA), verbose=False)
        self._work = Workload(made_vocabulary(setup.vocabulary), layout)
        self._clock = Clock()
        self._prompt = 0

    def loops(self, plan: Plan) -> Answer:
        self._restart()
        for number in range(plan.loops):
            asyncio.run(run_loop(self._ask, self._work, plan, number))
        return self._told()

    def calls(self, calls: Sequence[Call]) -> Answer:
        self._restart()
        written = [self._write(call) for call in calls]
        return self._told(self._work.wrong(calls, written))

    def _restart(self) -> None:
        self._count[0] = self._prompt = 0
        self._clock = Clock()

    def _told(self, wrong: int = 0) -> Answer:
        return self._clock.answer(prompt=self._prompt, evaluated=self._count[0], wrong=wrong)

    async def _ask(self, call: Call) -> tuple[int, ...]:
        return self._write(call)

    def _write(self, call: Call) -> tuple[int, ...]:
        self._prompt += len(call.ids)
        times, ids = self._clock.request(), []
        grammar: Any = self._grammar if call.constrained else None
        tokens = self._model.generate(list(call.ids), grammar=grammar, **GREEDY)
        for token in itertools.islice(tokens, call.tokens):
            times.append(Clock.now())
            ids.append(token)
        return tuple(ids)

    def close(self) -> None:
        self._model.close()


def counting(model: Any, count: list[int]) -> None:
    """Make a `Llama` add to a counter what it evaluates of prompts: all that is more than the token just written."""
    evaluate = model.eval

    def counted(tokens: Sequence[int]) -> None:
        count[0] += len(tokens) if len(tokens) > 1 and model.draft_model is None else 0
        evaluate(tokens)

    model.eval = counted


def opened(setup: Setup) -> _Reused:
    """Return the system, its model loaded."""
    return _Reused(setup)
