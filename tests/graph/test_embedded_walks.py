"""A compiled graph with the embedded model and scripted scores: what the scores say decides what the model is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from redraft.agents import get_agent
from redraft.convergence import Revert, StopRules
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.events import Charged, Criticised, Decided, DraftFinished, Warned
from redraft.graph.loading import load_graph
from redraft.graph.state import SAVED_TYPES, start_state
from tests.graph.walking import Walked, values

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from redraft.graph.events import NodeEvent

    Walk = Callable[..., Awaitable["Walked"]]

AGENTS = {name: get_agent(name).model_copy(update={"max_tokens": 20}) for name in ("generator", "reviser")}
AGENTS["critic"] = get_agent("critic")


@pytest.fixture
def walk(recorded: Any) -> Walk:
    """Walk the graph `refine` with these scores and stop rules; whatever the model writes is new or the same."""

    async def walked(*scores: float, seed: int = 0, **rules: Any) -> Walked:
        free = {"plateau": None, "fixpoint": False, "oscillation": None, "score": 0.95, "rounds": 3}
        spec = load_graph("refine").model_copy(update={"stop": StopRules(**(free | rules))})
        graph = compile_graph(spec, Parts(AGENTS, {"evaluate": (values(*scores),)}, {"default": recorded}))
        events: list[NodeEvent] = []
        state = start_state(spec.task("Write one sentence about a dog in a park.", {}), seed=seed)
        return Walked(await graph.ainvoke(state, context=RunContext(events.append)), events)

    return walked


async def test_a_good_first_draft_is_not_revised(walk: Walk, recorded: Any) -> None:
    walked = await walk(0.97)
    assert walked.state["stop"].check == "score"
    assert [request.agent for request in recorded.requests] == ["generator"]


async def test_agents_are_asked_in_the_order_of_the_graph(walk: Walk, recorded: Any) -> None:
    await walk(0.1, regression=False, rounds=2)
    assert [request.agent for request in recorded.requests] == ["generator", *["critic", "reviser"] * 2]


async def test_rounds_end_a_walk_that_never_gets_better(walk: Walk) -> None:
    walked = await walk(0.1, regression=False, rounds=2)
    assert walked.state["stop"].check == "rounds"
    assert [event.draft.round for event in walked.of(DraftFinished)] == [0, 1, 2]


async def test_the_reviser_reads_the_draft_the_checks_and_the_critique(walk: Walk, recorded: Any) -> None:
    walked = await walk(0.1, regression=False, rounds=1)
    prompt = "".join(piece.text for piece in recorded.requests[-1].pieces)
    (criticised,) = walked.of(Criticised)
    assert walked.of(DraftFinished)[0].draft.text in prompt
    assert "- could be better" in prompt
    assert all(problem.problem.strip() in prompt for problem in criticised.critique.problems)


async def test_a_better_revision_becomes_the_best(walk: Walk) -> None:
    walked = await walk(0.2, 0.97)
    drafts = [event.draft for event in walked.of(DraftFinished)]
    if drafts[1].text != drafts[0].text:
        assert walked.state["best"].draft == drafts[1]


async def test_a_regression_reverts_to_the_best_with_a_new_seed(walk: Walk, recorded: Any) -> None:
    walked = await walk(0.5, 0.2, 0.1, rounds=9)
    drafts = [event.draft for event in walked.of(DraftFinished)]
    decisions = [event.decision for event in walked.of(Decided)]
    seeds = [request.seed for request in recorded.requests if request.agent == "reviser"]
    assert len(set(seeds)) == len(seeds)
    assert walked.state["best"].draft == drafts[0]
    assert all(decision.to == 0 for decision in decisions if isinstance(decision, Revert))


async def test_critiques_of_the_model_need_no_warning(walk: Walk) -> None:
    walked = await walk(0.1, regression=False)
    assert len(walked.of(Criticised)) == 3
    assert walked.of(Warned) == []


async def test_every_budget_of_tokens_is_kept_to_the_token(walk: Walk) -> None:
    for tokens in range(1, 60, 7):
        walked = await walk(0.1, regression=False, tokens=tokens, rounds=50)
        assert sum(event.completion_tokens for event in walked.of(Charged)) <= tokens
        assert walked.state["stop"].check == "tokens"


async def test_the_same_seed_walks_the_same_way(walk: Walk) -> None:
    one, two = [await walk(0.1, 0.3, seed=5) for _ in range(2)]
    assert one.events == two.events


async def test_the_state_stays_bounded_however_long_the_walk(walk: Walk) -> None:
    walked = await walk(0.5, rounds=15, regression=False, oscillation=4)
    assert len(walked.state["memory"].recent) <= 5


async def test_an_identical_draft_keeps_its_verdict(walk: Walk) -> None:
    walked = await walk(0.1, 0.2, 0.3, 0.4, regression=False)
    verdicts = {}
    for assessed in walked.state["memory"].recent:
        assert verdicts.setdefault(assessed.draft.text, assessed.verdict) == assessed.verdict


async def test_a_walk_is_saved_as_it_ended(recorded: Any) -> None:
    spec = load_graph("refine")
    saver = InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=SAVED_TYPES))
    parts = Parts(AGENTS, {"evaluate": (values(0.1),)}, {"default": recorded})
    graph = compile_graph(spec, parts, checkpointer=saver)
    config = {"configurable": {"thread_id": "one"}}
    state = await graph.ainvoke(start_state(spec.task("Go.", {})), config)
    saved = (await graph.aget_state(config)).values
    assert {key: saved[key] for key in state} == state
