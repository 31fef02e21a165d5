"""A compiled graph runs as its file says: scripted models, real LangGraph."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.graph import END, START, StateGraph

from redraft.agents import get_agent
from redraft.convergence import Revert, StopRules
from redraft.errors import GenerationError
from redraft.evaluation import Use, evaluator
from redraft.graph.builder import Graph
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.events import Charged, Criticised, Decided, DraftFinished, Failed, Warned
from redraft.graph.loading import load_graph
from redraft.graph.state import SAVED_TYPES, State, seed_for, start_state
from redraft.llama.interface import Token
from redraft.testing import ScriptedEngine
from tests.graph.walking import Walked, values

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from redraft.graph.events import NodeEvent
    from redraft.graph.spec import GraphSpec
    from redraft.llama.interface import Request
    from redraft.task import Draft

COMPLAINT = json.dumps({"problems": [{"where": "", "problem": "dull", "fix": "shine"}]})


def cascade(*, when: Any = "stop", **rules: Any) -> GraphSpec:
    """A loop with two nodes that evaluate, one behind the other."""
    graph = Graph("cascade").node("quick", evaluators={"repetition": 1.0}).node("full", evaluators={"repetition": 1.0})
    for agent in ("generator", "critic", "reviser"):
        graph = graph.node(agent, agent=agent)
    graph = graph.edge("start", "generator", "quick", "full").edge("full", "end", when=when)
    return graph.edge("full", "critic", "reviser", "quick").stop(**rules).spec()


async def walk_over(spec: GraphSpec, uses: dict[str, tuple[Use, ...]]) -> Walked:
    """Walk a graph of the shipped agents, whose model revises without end."""

    def answer(request: Request, visit: int) -> str:
        return {"critic": COMPLAINT, "generator": "the first"}.get(request.agent, f"revision {visit}")

    agents = {name: get_agent(name) for name in ("generator", "critic", "reviser")}
    graph = compile_graph(spec, Parts(agents, uses, {"default": ScriptedEngine(answer)}))
    events: list[NodeEvent] = []
    state = await graph.ainvoke(start_state(spec.task("Shine.", {})), context=RunContext(events.append))
    return Walked(state, events)


async def walk(
    *uses: Use,
    script: Callable[[Request, int], str] | None = None,
    seed: int = 0,
    engine: ScriptedEngine | None = None,
    **rules: Any,
) -> Walked:
    def answer(request: Request, visit: int) -> str:
        return {"critic": COMPLAINT, "generator": "the first"}.get(request.agent, f"revision {visit}")

    settings = {"rounds": 3, "plateau": None, "score": 0.95} | rules
    spec = load_graph("refine").model_copy(update={"stop": StopRules(**settings)})
    agents = {name: get_agent(name) for name in ("generator", "critic", "reviser")}
    engine = engine or ScriptedEngine(script or answer)
    graph = compile_graph(spec, Parts(agents, {"evaluate": uses}, {"default": engine}))
    events: list[NodeEvent] = []
    state = await graph.ainvoke(start_state(spec.task("Shine.", {}), seed=seed), context=RunContext(events.append))
    return Walked(state, events)


async def test_a_critic_that_is_never_satisfied_ends_by_rounds() -> None:
    walked = await walk(values(0.1, 0.2, 0.3, 0.4))
    assert walked.state["stop"].check == "rounds"
    assert walked.texts == ["the first", "revision 0", "revision 1", "revision 2"]
    assert [event.draft.round for event in walked.of(DraftFinished)] == [0, 1, 2, 3]
    assert walked.state["best"].draft.text == "revision 2"


async def test_no_rounds_means_one_draft_with_its_verdict() -> None:
    walked = await walk(values(0.1), rounds=0)
    assert walked.texts == ["the first"]
    assert walked.state["best"].verdict.value == 0.1


async def test_a_good_first_draft_is_not_revised() -> None:
    walked = await walk(values(0.97))
    assert walked.state["stop"].check == "score"
    assert walked.texts == ["the first"]


async def test_an_alternating_reviser_ends_by_oscillation() -> None:
    def answer(request: Request, visit: int) -> str:
        return COMPLAINT if request.agent == "critic" else f"draft {visit % 2}"

    walked = await walk(values(0.1, 0.2, 0.3, 0.4, 0.5, 0.6), script=answer, rounds=50, fixpoint=False)
    assert walked.state["stop"].check == "oscillation"


async def test_an_identical_draft_keeps_its_verdict() -> None:
    def answer(request: Request, visit: int) -> str:
        return COMPLAINT if request.agent == "critic" else "the same"

    walked = await walk(values(0.1, 0.9), script=answer, fixpoint=False, oscillation=None, regression=False)
    assert [assessed.verdict.value for assessed in walked.state["memory"].recent] == [0.1] * len(
        walked.state["memory"].recent
    )


async def test_a_draft_is_evaluated_by_every_node_and_ranked_by_its_last_verdict() -> None:
    seen: list[str] = []

    @evaluator("quick")
    def quick(draft: Draft) -> float:
        seen.append("quick")
        return 1.0 if draft.text == "the first" else 0.9

    @evaluator("full")
    def full(draft: Draft) -> float:
        seen.append("full")
        return 0.1 if draft.text == "the first" else 0.6

    spec = cascade(score=0.95, rounds=1, regression=False)
    walked = await walk_over(spec, {"quick": (Use(quick),), "full": (Use(full),)})
    assert seen == ["quick", "full"] * 2
    assert walked.state["stop"].check == "rounds"
    assert walked.state["best"].draft.text == "revision 0"
    assert walked.state["best"].verdict.value == 0.6
    assert [rank[2] for rank in walked.state["memory"].ranks] == [0.1, 0.6]


async def test_an_edges_own_checks_give_the_reason() -> None:
    own = {"any": [{"score": 0.9}, {"rounds": 9}]}
    spec = cascade(when=own, score=0.5, rounds=1, regression=False)
    scores = values(0.1, 0.2, 0.3, 0.4, 0.95)
    walked = await walk_over(spec, {"quick": (values(1.0),), "full": (scores,)})
    assert len(walked.texts) == 5
    assert walked.state["stop"].check == "score"
    assert "0.95 reaches 0.90" in walked.state["stop"].detail
    assert [type(event.decision).__name__ for event in walked.of(Decided)] == ["Continue"] * 4 + ["Stop"]


async def test_a_regression_reverts_once_with_a_new_seed_then_stops() -> None:
    seeds: list[int] = []

    def answer(request: Request, visit: int) -> str:
        if request.agent == "reviser":
            seeds.append(request.seed)
        return {"critic": COMPLAINT, "generator": "the first"}.get(request.agent, f"worse {visit}")

    walked = await walk(values(0.5, 0.2, 0.1), script=answer, rounds=9)
    decisions = [event.decision for event in walked.of(Decided)]
    assert Revert(0) in decisions
    assert walked.state["stop"].check == "regression"
    assert [event.draft.parent for event in walked.of(DraftFinished)] == [None, 0, 0]
    assert walked.state["best"].draft.text == "the first"
    assert len(set(seeds)) == len(seeds) == 2


async def test_a_run_never_uses_more_tokens_than_it_may() -> None:
    for tokens in range(1, 40):
        walked = await walk(values(0.1, 0.2, 0.3, 0.4), tokens=tokens, rounds=9)
        assert sum(event.completion_tokens for event in walked.of(Charged)) <= tokens
        assert walked.state["stop"].check in {"tokens", "rounds"}


async def test_an_engine_that_ignores_its_limit_is_cut() -> None:
    class Greedy(ScriptedEngine):
        async def generate(self, request: Request) -> Any:
            for number in range(request.max_tokens * 3):
                yield Token(number, " word")

    engine = Greedy(lambda request, visit: "")
    walked = await walk(values(0.1), engine=engine, tokens=50, rounds=9)
    assert sum(event.completion_tokens for event in walked.of(Charged)) == 50
    assert all(event.draft.cut for event in walked.of(DraftFinished))


async def test_what_is_left_of_the_time_is_handed_to_the_engine() -> None:
    deadlines: list[float | None] = []

    def answer(request: Request, visit: int) -> str:
        deadlines.append(request.deadline)
        return COMPLAINT if request.agent == "critic" else f"draft {visit}"

    began = time.monotonic()
    await walk(values(0.1), script=answer, seconds=60.0, rounds=1)
    assert len(deadlines) == 3
    assert all(deadline and began + 59 < deadline <= time.monotonic() + 60 for deadline in deadlines)
    await walk(values(0.1), script=answer, rounds=0)
    assert deadlines[-1] is None


async def test_a_part_that_hangs_is_cut_at_the_clock_and_its_text_is_kept() -> None:
    class Hanging(ScriptedEngine):
        async def generate(self, request: Request) -> Any:
            async for token in super().generate(request):
                yield token
                await asyncio.Event().wait()

    walked = await walk(values(0.1), engine=Hanging(lambda request, visit: "a few words"), seconds=0.05)
    assert walked.state["stop"].check == "seconds"
    assert walked.state["best"].draft.cut
    assert walked.state["best"].draft.text == "a"
    assert 0.05 <= walked.state["counters"].seconds < 1.05
    assert walked.texts == ["a"]


async def test_a_model_that_fails_ends_the_run_with_the_best_draft() -> None:
    def answer(request: Request, visit: int) -> str:
        if request.agent == "reviser" and visit == 1:
            raise GenerationError("out of memory")
        return {"critic": COMPLAINT, "generator": "the first"}.get(request.agent, f"revision {visit}")

    walked = await walk(values(0.1, 0.2), script=answer)
    assert walked.state["stop"].check == "error"
    assert "out of memory" in walked.state["stop"].detail
    assert walked.state["best"].draft.text == "revision 0"
    assert isinstance(walked.of(Failed)[0].error, GenerationError)


async def test_an_unreadable_critique_gives_way_to_the_evaluators_reasons() -> None:
    def answer(request: Request, visit: int) -> str:
        return {"critic": "No changes needed!", "generator": "the first"}.get(request.agent, f"revision {visit}")

    walked = await walk(values(0.1, 1.0), script=answer)
    assert [problem.problem for problem in walked.of(Criticised)[0].critique.problems] == ["could be better"]
    assert walked.of(Warned)


async def test_the_state_stays_bounded() -> None:
    walked = await walk(values(0.5), rounds=40, fixpoint=False, oscillation=4, regression=False)
    assert len(walked.state["memory"].recent) <= 5
    assert len(walked.texts) == 41


async def test_a_node_may_be_called_like_a_key_of_the_state() -> None:
    from redraft.graph.builder import Graph

    graph = Graph("odd").node("critique", agent="generator").node("best", evaluators={"scripted": 1.0})
    spec = graph.edge("start", "critique", "best", "end").spec()
    parts = Parts(
        {"generator": get_agent("generator")}, {"best": (values(0.3),)}, {"default": ScriptedEngine(lambda *_: "x")}
    )
    state = await compile_graph(spec, parts).ainvoke(start_state(spec.task("Go.", {})))
    assert state["best"].draft.text == "x"
    assert state["stop"].check == "end"


async def test_a_parents_recursion_limit_ends_the_run_with_a_reason() -> None:
    spec = load_graph("refine").model_copy(update={"stop": StopRules(rounds=1000, regression=False)})
    agents = {name: get_agent(name) for name in ("generator", "critic", "reviser")}
    engine = ScriptedEngine(
        lambda request, visit: COMPLAINT if request.agent == "critic" else f"{request.agent} {visit}"
    )
    inner = compile_graph(spec, Parts(agents, {"evaluate": (values(0.5),)}, {"default": engine}))
    for limit in range(2, 14):
        outer = StateGraph(State).add_node("refine", inner).add_edge(START, "refine").add_edge("refine", END).compile()
        state = await outer.ainvoke(start_state(spec.task("Go.", {})), {"recursion_limit": limit})
        assert state["stop"].check == "steps"
        assert state["current"].draft.text


async def test_the_state_survives_a_saver() -> None:
    spec = load_graph("refine")
    agents = {name: get_agent(name) for name in ("generator", "critic", "reviser")}
    engine = ScriptedEngine(
        lambda request, visit: COMPLAINT if request.agent == "critic" else f"{request.agent} {visit}"
    )
    saver = InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=SAVED_TYPES))
    parts = Parts(agents, {"evaluate": (values(0.1, 0.2, 0.3, 0.4),)}, {"default": engine})
    graph = compile_graph(spec, parts, checkpointer=saver)
    config = {"configurable": {"thread_id": "one"}}
    state = await graph.ainvoke(start_state(spec.task("Go.", {})), config)
    saved = (await graph.aget_state(config)).values
    assert {key: saved[key] for key in state} == state
    assert all(type(saved[key]) is type(value) for key, value in state.items())


def test_seeds_differ_by_place_and_repeat_by_run(subtests: pytest.Subtests) -> None:
    for node, visit, sample in [("reviser", 2, 0), ("critic", 1, 0), ("reviser", 1, 1)]:
        with subtests.test(node=node):
            assert seed_for(7, node, visit, sample=sample) == seed_for(7, node, visit, sample=sample)
            assert seed_for(7, node, visit, sample=sample) != seed_for(7, "reviser", 1)
            assert 0 <= seed_for(7, node, visit, sample=sample) < 2**64


async def test_what_a_failed_call_cost_is_charged_and_the_first_draft_is_round_0() -> None:
    class Breaking(ScriptedEngine):
        async def generate(self, request: Request) -> Any:
            async for token in super().generate(request):
                yield token
                if request.agent == "reviser":
                    raise GenerationError("out of memory")

    engine = Breaking(lambda request, visit: COMPLAINT if request.agent == "critic" else "one two three")
    walked = await walk(values(0.1, 0.2), engine=engine)
    charged = {event.node: event.completion_tokens for event in walked.of(Charged)}
    assert charged["reviser"] == 1
    assert walked.state["stop"].check == "error"
    assert walked.of(DraftFinished)[0].draft.round == 0
