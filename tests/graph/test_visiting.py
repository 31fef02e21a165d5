"""A node that fails: tried again, timed out, replaced by its fallback; and what all of that costs."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from redraft.agents import get_agent
from redraft.errors import GenerationError, ModelError
from redraft.evaluation import Use, evaluator
from redraft.graph.builder import Graph
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.events import Charged, Decided, DraftStarted, Failed, Warned
from redraft.graph.state import start_state
from redraft.testing import ScriptedEngine
from tests.graph.walking import Walked, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.graph.events import NodeEvent
    from redraft.graph.spec import GraphSpec
    from redraft.llama.interface import Request
    from redraft.task import Draft

AGENTS = {name: get_agent(name) for name in ("generator", "critic", "reviser")}
FINE = json.dumps({"problems": []})
DULL = json.dumps({"problems": [{"where": "", "problem": "dull", "fix": ""}]})


def looped(*, when: Any = "stop", **nodes: dict[str, Any]) -> GraphSpec:
    tables: dict[str, dict[str, Any]] = {name: {"agent": name} for name in AGENTS}
    graph = Graph("loop").node("scores", evaluators={"scripted": 1.0}).stop(rounds=2, regression=False, fixpoint=False)
    for name, table in (tables | nodes).items():
        graph.node(name, **table)
    return (
        graph.edge("start", "generator", "scores")
        .edge("scores", "end", when=when)
        .edge("scores", "critic", "reviser", "scores")
        .spec()
    )


async def walk(spec: GraphSpec, engine: ScriptedEngine, use: Use | None = None) -> Walked:
    parts = Parts(AGENTS, {"scores": (use or values(0.1),)}, {"default": engine})
    events: list[NodeEvent] = []
    state = await compile_graph(spec, parts).ainvoke(
        start_state(spec.task("Go.", {})), context=RunContext(events.append, "one")
    )
    return Walked(state, events)


class Shaky(ScriptedEngine):
    """Fails the first so many times that the reviser is asked, after it has written a word."""

    def __init__(self, failures: int, error: Callable[[], BaseException] | None = None) -> None:
        super().__init__(lambda request, visit: DULL if request.agent == "critic" else f"{request.agent} {visit}")
        self.failures = failures
        self.error = error or (lambda: GenerationError("out of memory"))
        self.seeds: list[int] = []

    async def generate(self, request: Request) -> Any:
        failing = request.agent == "reviser" and self.failures > 0
        if request.agent == "reviser":
            self.failures -= 1
            self.seeds.append(request.seed)
        async for token in super().generate(request):
            yield token
            if failing:
                raise self.error()


async def test_a_node_that_fails_is_tried_again_with_another_seed() -> None:
    engine = Shaky(2)
    walked = await walk(looped(reviser={"agent": "reviser", "retry": {"times": 2, "wait": 0}}), engine)
    assert walked.state["stop"].check == "rounds"
    assert [event.message for event in walked.of(Warned)] == [
        "'reviser' failed and is tried again, attempt 2",
        "'reviser' failed and is tried again, attempt 3",
    ]
    assert len(set(engine.seeds)) == len(engine.seeds) == 4
    assert [event.index for event in walked.of(DraftStarted)] == [0, 1, 1, 1, 2]


async def test_what_failed_attempts_cost_counts_against_the_budget() -> None:
    for failures in (0, 2):
        walked = await walk(looped(reviser={"agent": "reviser", "retry": {"times": 2, "wait": 0}}), Shaky(failures))
        paid = sum(event.completion_tokens for event in walked.of(Charged))
        assert walked.state["counters"].completion_tokens == paid
        assert walked.state["counters"].visits["reviser"] == 2


async def test_where_every_attempt_fails_the_run_ends_with_what_it_has() -> None:
    walked = await walk(looped(reviser={"agent": "reviser", "retry": {"times": 1, "wait": 0}}), Shaky(9))
    assert (walked.state["stop"].check, walked.state["stop"].detail) == ("error", "'reviser': out of memory")
    assert walked.state["best"].draft.text == "generator 0"
    assert len(walked.of(Failed)) == 1
    paid = sum(event.completion_tokens for event in walked.of(Charged))
    assert walked.state["counters"].completion_tokens == paid


async def test_what_cannot_go_better_is_not_tried_again() -> None:
    engine = Shaky(9, lambda: ModelError("no such template"))
    walked = await walk(looped(reviser={"agent": "reviser", "retry": {"times": 5, "wait": 0}}), engine)
    assert walked.state["stop"].check == "error"
    assert len(engine.seeds) == 1


async def test_a_fallback_goes_on_where_a_node_failed() -> None:
    spec = looped(reviser={"agent": "reviser", "fallback": "scores"})
    walked = await walk(spec, Shaky(1))
    assert walked.state["stop"].check == "rounds"
    assert walked.of(Failed) == []
    assert [event.message for event in walked.of(Warned)] == [
        "'reviser' failed: out of memory; the run goes on with 'scores'"
    ]
    assert walked.texts == ["generator 0", "reviser 1"]
    assert walked.state["counters"].visits == {"generator": 1, "scores": 3, "critic": 2, "reviser": 2}


async def test_a_fallback_can_be_the_end() -> None:
    walked = await walk(looped(reviser={"agent": "reviser", "fallback": "end"}), Shaky(1))
    assert (walked.state["stop"].check, walked.state["route"]) == ("end", "end")
    assert walked.state["best"].draft.text == "generator 0"


async def test_a_node_that_hangs_is_timed_out() -> None:
    class Hanging(ScriptedEngine):
        async def generate(self, request: Request) -> Any:
            async for token in super().generate(request):
                yield token
                if request.agent == "reviser":
                    await asyncio.Event().wait()

    def engine() -> Hanging:
        return Hanging(lambda request, visit: DULL if request.agent == "critic" else "one two")

    walked = await walk(looped(reviser={"agent": "reviser", "timeout": 0.05}), engine())
    assert (walked.state["stop"].check, walked.state["stop"].detail) == (
        "timeout",
        "'reviser': it took longer than 0.05 s",
    )
    paid = sum(event.completion_tokens for event in walked.of(Charged))
    assert walked.state["counters"].completion_tokens == paid
    walked = await walk(looped(reviser={"agent": "reviser", "timeout": 0.05, "fallback": "scores"}), engine())
    assert walked.state["stop"].check == "rounds"


async def test_a_condition_of_ones_own_leads_the_way_and_gives_the_reason() -> None:
    @evaluator("scripted")
    def growing(draft: Draft) -> float:
        return min(1.0, 0.3 * (draft.index + 1))

    engine = ScriptedEngine(lambda request, visit: DULL if request.agent == "critic" else f"{request.agent} {visit}")
    spec = looped(when={"any": [{"score": {"scripted": 0.6}}, "stop"]})
    walked = await walk(spec, engine, Use(growing))
    assert walked.state["stop"].check == "score"
    assert walked.state["stop"].detail == "scripted gives 0.60, which reaches 0.60"
    assert len(walked.texts) == 2
    assert type(walked.of(Decided)[-1].decision).__name__ == "Stop"


async def test_an_empty_critique_ends_the_loop() -> None:
    graph = Graph("calm").node("scores", evaluators={"scripted": 1.0})
    for name in AGENTS:
        graph.node(name, agent=name)
    spec = (
        graph.edge("start", "generator", "scores")
        .edge("scores", "end", when="stop")
        .edge("scores", "critic")
        .edge("critic", "end", when={"critique": "empty"})
        .edge("critic", "reviser", "scores")
        .spec()
    )
    engine = ScriptedEngine(
        lambda request, visit: (FINE if visit else DULL) if request.agent == "critic" else f"{request.agent} {visit}"
    )
    walked = await walk(spec, engine)
    assert (walked.state["stop"].check, walked.state["stop"].detail) == ("critique", "the critique names no problem")
    assert walked.texts == ["generator 0", "reviser 0"]
