"""Nodes side by side: what each finds, what the join makes of it, and what it costs; scripted models."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from redraft.agents import Agent, get_agent
from redraft.errors import GenerationError
from redraft.evaluation import Use, evaluator
from redraft.graph.builder import Graph
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.events import Charged, Chosen, DraftFinished, Evaluated, Failed, Warned
from redraft.graph.node import SelectNode
from redraft.graph.selecting import choice
from redraft.graph.state import SAVED_TYPES, start_state
from redraft.task import Assessed, Draft, Score, Verdict
from redraft.testing import ScriptedEngine
from tests.graph.walking import Walked

if TYPE_CHECKING:
    from redraft.graph.events import NodeEvent
    from redraft.graph.spec import GraphSpec
    from redraft.llama.interface import Request

SHIPPED = {name: get_agent(name) for name in ("generator", "critic", "reviser", "merger")}
NOTES = {
    name: Agent.model_validate({"name": name, "prompt": prompt, "reads": reads, "writes": writes})
    for name, prompt, reads, writes in (
        ("planner", "Plan.", (), "note"),
        ("chooser", "{% for one in pool %}[{{ one.draft.text }}]{% endfor %}", ("pool",), "draft"),
    )
}


def problem(what: str) -> str:
    return json.dumps({"problems": [{"where": "", "problem": what, "fix": ""}]})


@evaluator("length_of")
def length_of(draft: Draft) -> Score:
    """The longer, the better."""
    return Score(min(len(draft.text) / 20, 1), [] if len(draft.text) >= 20 else ["short"])


def panel(*, critics: tuple[str, ...] = ("one", "two"), **nodes: dict[str, Any]) -> GraphSpec:
    tables: dict[str, dict[str, Any]] = {
        "generator": {"agent": "generator"},
        **{critic: {"agent": "critic"} for critic in critics},
        "merger": {"agent": "merger"},
        "reviser": {"agent": "reviser"},
    }
    graph = Graph("panel").node("scores", evaluators={"length_of": 1.0}).stop(rounds=1, regression=False)
    for name, table in (tables | nodes).items():
        graph.node(name, **table)
    return (
        graph.edge("start", "generator", "scores")
        .edge("scores", "end", when="stop")
        .edge("scores", list(critics), "merger", "reviser", "scores")
        .spec()
    )


def sampled(samples: int = 3, *, select: str = "best", keep: int = 1, **rules: Any) -> GraphSpec:
    return (
        Graph("sampled")
        .node("generator", agent="generator", samples=samples)
        .node("scores", evaluators={"length_of": 1.0})
        .node("pick", select=select, keep=keep)
        .edge("start", "generator", "scores", "pick", "end")
        .stop(**rules)
        .spec()
    )


async def walk(spec: GraphSpec, engine: ScriptedEngine, *, saver: Any = None) -> Walked:
    uses = {name: (Use(length_of),) for name, node in spec.nodes.items() if node.kind == "evaluate"}
    parts = Parts(SHIPPED | NOTES, uses, {"default": engine})
    events: list[NodeEvent] = []
    graph = compile_graph(spec, parts, checkpointer=saver)
    config: Any = {"configurable": {"thread_id": "one"}} if saver else None
    state = await graph.ainvoke(start_state(spec.task("Go.", {})), config, context=RunContext(events.append, "run"))
    return Walked(state, events)


def scripted(**answers: Any) -> ScriptedEngine:
    """An engine that answers by agent; a list is gone through, a number of times that it was asked."""

    def answer(request: Request, visit: int) -> str:
        given = answers.get(request.agent, f"{request.agent} {visit}")
        return str(given[visit % len(given)] if isinstance(given, list) else given)

    return ScriptedEngine(answer)


async def test_critics_side_by_side_find_the_same_draft_and_their_problems_meet() -> None:
    prompts: dict[str, list[str]] = {}

    def answer(request: Request, visit: int) -> str:
        prompts.setdefault(request.agent, []).append("".join(piece.text for piece in request.pieces))
        return {"critic": problem(f"problem {visit}"), "merger": problem("all of it")}.get(request.agent, "a draft")

    walked = await walk(panel(), ScriptedEngine(answer))
    assert len(prompts["critic"]) == 2
    assert all("problem 0" in prompt and "problem 1" in prompt for prompt in prompts["merger"])
    assert all("all of it" in prompt and "problem 0" not in prompt for prompt in prompts["reviser"])
    assert walked.state["stop"].check in {"rounds", "fixpoint"}
    assert (walked.state["fan"], walked.state["landed"]) == (None, {})


async def test_what_two_critics_say_alike_is_said_once() -> None:
    merged: list[str] = []

    def answer(request: Request, visit: int) -> str:
        if request.agent == "merger":
            merged.append("".join(piece.text for piece in request.pieces))
        return problem("dull") if request.agent in {"critic", "merger"} else f"{request.agent} {visit}"

    await walk(panel(critics=("one", "two", "three")), ScriptedEngine(answer))
    assert merged[0].count("dull") == 1


async def test_every_visit_token_and_draft_of_a_fan_out_is_counted() -> None:
    walked = await walk(panel(), scripted(critic=problem("dull"), merger=problem("dull")))
    counters = walked.state["counters"]
    visits = {"generator": 1, "scores": 2, "one": 1, "two": 1, "merger": 1, "reviser": 1}
    assert counters.visits == visits
    assert counters.completion_tokens == sum(event.completion_tokens for event in walked.of(Charged))
    assert counters.prompt_tokens == sum(event.prompt_tokens for event in walked.of(Charged))


async def test_the_best_of_several_samples_is_chosen() -> None:
    walked = await walk(sampled(3), scripted(generator=["short", "the longest of them", "middle one"]))
    assert walked.state["current"].draft.text == "the longest of them"
    assert walked.state["current"].verdict is not None
    assert walked.state["best"].draft.text == "the longest of them"
    assert [event.index for event in walked.of(Chosen)] == [walked.state["current"].draft.index]
    assert sorted(event.draft.index for event in walked.of(DraftFinished)) == [0, 1, 2]
    assert [event.index for event in walked.of(Evaluated)] == [0, 1, 2]
    assert walked.state["counters"].drafts == 3
    assert walked.state["pool"].drafts == ()


async def test_samples_have_seeds_of_their_own() -> None:
    seeds: list[int] = []

    def answer(request: Request, visit: int) -> str:
        seeds.append(request.seed)
        return f"draft {visit}"

    await walk(sampled(8), ScriptedEngine(answer))
    assert len(set(seeds)) == 8
    again, seeds[:] = sorted(seeds), []
    await walk(sampled(8), ScriptedEngine(answer))
    assert sorted(seeds) == again


async def test_a_selection_keeps_as_many_as_it_says() -> None:
    walked = await walk(sampled(4, keep=2), scripted(generator=["a", "four", "three", "twoo two"]))
    assert [one.draft.text for one in walked.state["pool"].drafts] == ["twoo two", "three"]


async def test_the_majority_wins_and_its_first_draft_stands_for_it() -> None:
    walked = await walk(sampled(4, select="majority"), scripted(generator=["Seven long ago", "42.", " 42", "41"]))
    assert walked.state["current"].draft.text == "42."


async def test_an_agent_may_read_the_pool() -> None:
    spec = (
        Graph("told")
        .node("a", agent="generator")
        .node("b", agent="generator", samples=2)
        .node("chooser", agent="chooser")
        .edge("start", ["a", "b"], "chooser", "end")
        .spec()
    )
    seen: list[str] = []

    def answer(request: Request, visit: int) -> str:
        if request.agent == "chooser":
            seen.append("".join(piece.text for piece in request.pieces))
        return f"{request.agent} {visit}"

    walked = await walk(spec, ScriptedEngine(answer))
    assert sorted(part.split("]")[0] for part in seen[0].split("[")[1:]) == [f"generator {n}" for n in range(3)]
    assert walked.state["current"].draft.text == "chooser 0"
    assert sorted(event.draft.index for event in walked.of(DraftFinished)) == [0, 1, 2, 3]


async def test_notes_of_a_fan_out_are_merged_by_the_names_of_their_nodes() -> None:
    spec = (
        Graph("noted")
        .node("a", agent="planner")
        .node("b", agent="planner")
        .node("generator", agent="generator")
        .edge("start", ["a", "b"], "generator", "end")
        .spec()
    )
    walked = await walk(spec, scripted(planner=["first", "second"]))
    assert sorted(walked.state["notes"]) == ["a", "b"]
    assert sorted(walked.state["notes"].values()) == ["first", "second"]


class Broken(ScriptedEngine):
    """Fails for one seed in each fan-out: the first that is asked."""

    def __init__(self, fail: set[int]) -> None:
        super().__init__(lambda request, visit: problem(f"p{visit}") if "crit" in request.agent else request.agent)
        self.fail = fail
        self.asked = count()

    async def generate(self, request: Request) -> Any:
        number = next(self.asked) if request.agent == "critic" else -1
        async for token in super().generate(request):
            yield token
            if number in self.fail:
                raise GenerationError("out of memory")


async def test_a_node_that_fails_in_a_fan_out_ends_the_run_and_loses_nothing() -> None:
    walked = await walk(panel(), Broken({1}))
    assert walked.state["stop"].check == "error"
    assert walked.state["stop"].detail.endswith("out of memory")
    assert walked.state["best"].draft.text == "generator"
    assert len(walked.of(Failed)) == 1
    assert "merger" not in walked.state["counters"].visits
    assert walked.state["counters"].completion_tokens == sum(event.completion_tokens for event in walked.of(Charged))


async def test_one_that_may_fail_leaves_the_join_to_the_others() -> None:
    spec = panel(two={"agent": "critic", "fallback": "merger"}, one={"agent": "critic", "fallback": "merger"})
    walked = await walk(spec, Broken({0}))
    assert walked.state["stop"].check in {"rounds", "fixpoint"}
    assert walked.of(Failed) == []
    assert len(walked.of(Warned)) >= 1
    assert walked.state["counters"].visits["merger"] == 1


async def test_one_that_is_tried_again_is_paid_for_once_more() -> None:
    retry = {"times": 1, "wait": 0}
    spec = panel(two={"agent": "critic", "retry": retry}, one={"agent": "critic", "retry": retry})
    walked = await walk(spec, Broken({0}))
    assert walked.of(Failed) == []
    assert walked.state["counters"].completion_tokens == sum(event.completion_tokens for event in walked.of(Charged))


@pytest.mark.parametrize("tokens", [1, 5, 12, 13, 29, 60])
async def test_nodes_side_by_side_share_what_is_left_and_never_use_more(tokens: int) -> None:
    wordy = " ".join(["word"] * 50)
    spec = panel().model_copy(update={"stop": panel().stop.model_copy(update={"tokens": tokens, "rounds": 9})})
    engine = scripted(critic=problem(wordy), merger=problem(wordy), generator=wordy, reviser=wordy)
    for one in (spec, sampled(4, tokens=tokens)):
        walked = await walk(one, engine)
        assert sum(event.completion_tokens for event in walked.of(Charged)) <= tokens


async def test_a_state_with_a_fan_out_survives_a_saver() -> None:
    saver = InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=SAVED_TYPES))
    walked = await walk(panel(), scripted(critic=problem("dull"), merger=problem("dull")), saver=saver)
    fresh = await walk(panel(), scripted(critic=problem("dull"), merger=problem("dull")))
    assert walked.texts == fresh.texts
    kept = await walk(sampled(3, keep=2), scripted(), saver=InMemorySaver(serde=saver.serde))
    assert len(kept.state["pool"].drafts) == 2


scores = st.lists(st.floats(0, 1).map(lambda value: round(value, 1)), min_size=1, max_size=8)


@given(scores)
@settings(deadline=None)
def test_the_best_is_never_worse_and_earlier_ones_win_ties(values: list[float]) -> None:
    drafts = [
        Assessed(draft=Draft(index=n, text="x"), verdict=Verdict(scores=(Score(value, evaluator="x"),)))
        for n, value in enumerate(values)
    ]
    best = choice(drafts, SelectNode(select="best")).order
    assert sorted(one.draft.index for one in best) == list(range(len(values)))
    assert [(one.rank, -one.draft.index) for one in best] == sorted(
        ((one.rank, -one.draft.index) for one in drafts), reverse=True
    )
