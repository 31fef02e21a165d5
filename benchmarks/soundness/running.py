"""One run of a random graph by LangGraph: scripted models, scores, failures and people by chance."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.types import Command

from benchmarks.soundness.watching import watched
from benchmarks.soundness.world import BOOK
from redraft.errors import GenerationError
from redraft.evaluation import Use, evaluator
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.node import EvaluateNode
from redraft.graph.state import SAVED_TYPES, start_state
from redraft.graph.termination import bound
from redraft.testing import ScriptedEngine

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from redraft.graph.spec import GraphSpec
    from redraft.llama.interface import Request
    from redraft.task import Draft

__all__ = ["Ran", "run"]

LUCK = "out of luck"


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a run: how it ended, what it visited and read, and in what it broke lint's word."""

    ended: str
    visits: int
    bound: int
    reads: int
    asked: int
    broken: tuple[str, ...]


@dataclass(slots=True)
class _Luck:
    """Everything that a graph does not decide. `lean` is how often what is asked fails or holds, from 0 to 1."""

    draw: random.Random
    lean: float

    def answer(self, request: Request, visit: int) -> str:
        self.maybe_fail()
        if request.agent in {"critic", "finder", "merger"}:
            return self.draw.choice(['{"problems": []}', '{"problems": [{"where": "a", "problem": "b", "fix": "c"}]}'])
        return self.draw.choice(["yes", "no", f"draft {visit}"])

    def called(self, **given: Any) -> str:
        self.maybe_fail()
        return self.draw.choice(["yes", "no"])

    def called_twice(self, **given: Any) -> dict[str, str]:
        return {"facts": self.called(), "doubts": self.called()}

    def maybe_fail(self) -> None:
        if self.draw.random() < self.lean / 5:
            raise GenerationError(LUCK)

    def person(self, question: dict[str, Any]) -> str:
        if question["choices"]:
            return self.draw.choice(question["choices"])
        return self.draw.choice(["yes", "no"] + ([""] if question["draft"] or question["writes"] == "critique" else []))


def run(spec: GraphSpec, draw: random.Random, *, lean: float) -> Ran:
    """Run a graph that lints clean to its end.

    Args:
        spec: The graph.
        draw: What chance does.
        lean: How often a model fails and a score is high, from 0 to 1.
    """
    luck = _Luck(draw, lean)
    with watched() as watch:
        state, asked = asyncio.run(_walked(spec, luck))
    stop, limit = state["stop"], bound(spec)
    unlucky = stop.detail.endswith(LUCK)
    broken = list(watch.missing)
    if watch.visits > limit:
        broken.append(f"{watch.visits} visits, and the bound is {limit}")
    if stop.check in {"error", "timeout", "steps"} and not unlucky:
        broken.append(f"it ended by '{stop.check}': {stop.detail}")
    if state.get("current") is None and not unlucky:
        broken.append("it ended without a draft")
    return Ran(stop.check, watch.visits, limit, watch.reads, asked, tuple(broken))


async def _walked(spec: GraphSpec, luck: _Luck) -> tuple[Any, int]:
    @evaluator("proof", kind="verifier")
    async def scored(draft: Draft) -> float:
        return 1.0 if luck.draw.random() < luck.lean else luck.draw.choice([0.0, 0.5])

    @evaluator("guard")
    async def guarded(draft: Draft) -> float:
        return luck.draw.choice([0.0, 1.0])

    functions = {"any": luck.called, "two": luck.called_twice, "cut": luck.called}
    uses = {
        name: (Use(scored), *((Use(guarded, gate=True),) if len(node.evaluators) > 1 else ()))
        for name, node in _evaluating(spec)
    }
    parts = Parts(BOOK, uses, {"default": ScriptedEngine(luck.answer)}, functions=functions)
    saver = InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=SAVED_TYPES)) if spec.asks else None
    graph = compile_graph(spec, parts, checkpointer=saver)
    config: Any = {"configurable": {"thread_id": "one"}} if saver else None
    given, asked = start_state(spec.task("Go." if spec.prompt is None else None, {})), 0
    while True:
        state = await graph.ainvoke(given, config, context=RunContext(lambda _: None))
        questions = state.get("__interrupt__", ())
        if not questions:
            return state, asked
        asked += 1
        given = Command(resume=luck.person(questions[0].value))


def _evaluating(spec: GraphSpec, prefix: str = "") -> Iterator[tuple[str, EvaluateNode]]:
    """Yield the nodes that evaluate by name, those in graphs in it by the way to them."""
    for name, node in spec.nodes.items():
        if isinstance(node, EvaluateNode):
            yield prefix + name, node
        inner = spec.inner(name)
        if inner:
            yield from _evaluating(inner, f"{prefix}{name}/")
