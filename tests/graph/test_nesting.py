"""Graphs that are nodes of graphs: what they are handed, what they bring, what they cost."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

import redraft
from redraft.errors import DefinitionError, GenerationError, UsageError
from redraft.evaluation import Use
from redraft.graph.builder import Graph
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.events import Charged, Decided, DraftFinished, Evaluated, Failed, Warned
from redraft.graph.lint import lint
from redraft.graph.loading import load_graph
from redraft.graph.node import EvaluateNode
from redraft.graph.state import SAVED_TYPES, start_state
from redraft.graph.termination import bound
from redraft.testing import ScriptedEngine
from tests.graph.lint.test_rules import BOOK, REGISTRY
from tests.graph.test_fans import SHIPPED, length_of, problem, scripted
from tests.graph.walking import Walked

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.graph.events import NodeEvent
    from redraft.graph.spec import GraphSpec
    from redraft.llama.interface import Request

EVALUATE: dict[str, Any] = {"evaluators": {"length_of": 1.0}}


def polish(*, rounds: int = 2) -> Graph:
    """Revises a draft that it is handed."""
    graph = Graph("polish").reads("draft").node("scores", **EVALUATE).stop(rounds=rounds, regression=False)
    return (
        graph.node("critic", agent="critic")
        .node("reviser", agent="reviser")
        .edge("start", "scores")
        .edge("scores", "end", when="stop")
        .edge("scores", "critic", "reviser", "scores")
    )


def outer(inner: Graph | GraphSpec | None = None, *, loops: int = 0, **node: Any) -> Graph:
    graph = Graph("outer").node("generator", agent="generator").node("polish", graph=inner or polish(), **node)
    if not loops:
        return graph.edge("start", "generator", "polish", "end")
    return (
        graph.stop(rounds=loops, fixpoint=False, oscillation=False, regression=False)
        .edge("start", "generator", "polish")
        .edge("polish", "end", when="stop")
        .edge("polish", "generator")
    )


async def walk(spec: GraphSpec, engine: ScriptedEngine, saver: Any = None) -> Walked:
    uses = {
        f"{prefix}{name}": (Use(length_of),)
        for prefix, graph in (("", spec), ("polish/", spec.inner("polish")))
        for name, node in (graph.nodes.items() if graph else ())
        if isinstance(node, EvaluateNode)
    }
    events: list[NodeEvent] = []
    graph = compile_graph(spec, Parts(SHIPPED, uses, {"default": engine}), checkpointer=saver)
    config: Any = {"configurable": {"thread_id": "one"}} if saver else None
    state = await graph.ainvoke(start_state(spec.task("Go.", {})), config, context=RunContext(events.append, "run"))
    return Walked(state, events)


def growing() -> ScriptedEngine:
    return scripted(generator="a", critic=problem("short"), reviser=["aa", "aaa", "aaaa", "aaaaa", "aaaaaa"])


async def test_a_graph_works_on_what_it_is_handed_and_brings_its_best() -> None:
    walked = await walk(outer().spec(), growing())
    assert walked.texts == ["a", "aa", "aaa"]
    assert [event.draft.index for event in walked.of(DraftFinished)] == [0, 1, 2]
    assert [event.draft.parent for event in walked.of(DraftFinished)] == [None, 0, 1]
    assert [event.index for event in walked.of(Evaluated)] == [0, 1, 2]
    assert walked.state["current"].draft.text == walked.state["best"].draft.text == "aaa"
    assert (walked.state["stop"].check, walked.state["counters"].drafts) == ("end", 3)
    assert {event.node for event in walked.of(Decided)} == {"polish/scores"}


async def test_what_a_graph_costs_is_the_runs() -> None:
    walked = await walk(outer(loops=2).spec(), growing())
    counters = walked.state["counters"]
    assert counters.completion_tokens == sum(event.completion_tokens for event in walked.of(Charged))
    assert counters.prompt_tokens == sum(event.prompt_tokens for event in walked.of(Charged))
    assert [event.draft.index for event in walked.of(DraftFinished)] == list(range(9))
    assert counters.visits == {"generator": 3, "polish": 3}


@pytest.mark.parametrize("tokens", [1, 4, 9, 15, 31])
async def test_what_is_left_of_a_budget_is_handed_down(tokens: int) -> None:
    for own in (None, 5):
        inner = polish(rounds=9).stop(tokens=own) if own else polish(rounds=9)
        spec = outer(inner, loops=3).stop(tokens=tokens).spec()
        walked = await walk(spec, growing())
        assert sum(event.completion_tokens for event in walked.of(Charged)) <= tokens
        assert walked.state["stop"].check in {"tokens", "rounds"}


async def test_a_node_sets_the_rounds_of_its_graph_and_each_visit_has_seeds_of_its_own() -> None:
    seeds: list[int] = []

    def answer(request: Request, visit: int) -> str:
        if request.agent == "reviser":
            seeds.append(request.seed)
        return problem("short") if request.agent == "critic" else f"{request.agent} {visit}"

    await walk(outer(loops=1, rounds=3).spec(), ScriptedEngine(answer))
    assert len(set(seeds)) == len(seeds) == 6


async def test_a_graph_that_fails_fails_its_node() -> None:
    def answer(request: Request, visit: int) -> str:
        if request.agent == "reviser" and visit == 1:
            raise GenerationError("out of memory")
        return problem("short") if request.agent == "critic" else f"{request.agent} {visit}"

    walked = await walk(outer().spec(), ScriptedEngine(answer))
    assert walked.state["stop"].detail == "'polish': out of memory"
    assert len(walked.of(Failed)) == 1
    walked = await walk(outer(retry={"times": 1, "wait": 0}).spec(), ScriptedEngine(answer))
    assert walked.state["stop"].check == "end"
    assert [event.draft.index for event in walked.of(DraftFinished)] == [0, 1, 2, 3]
    assert walked.state["counters"].completion_tokens == sum(event.completion_tokens for event in walked.of(Charged))
    assert walked.of(Warned)
    walked = await walk(outer(fallback="end").spec(), ScriptedEngine(answer))
    assert (walked.state["stop"].check, walked.state["current"].draft.text) == ("end", "generator 0")


async def test_a_graph_in_a_graph_goes_with_a_saver() -> None:
    saver = InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=SAVED_TYPES))
    walked = await walk(outer(loops=1).spec(), growing(), saver)
    assert walked.texts == (await walk(outer(loops=1).spec(), growing())).texts


async def test_the_limit_of_the_graph_around_it_does_not_cut_it() -> None:
    endless = polish(rounds=300).stop(fixpoint=False, oscillation=False)
    engine = scripted(critic=problem("x"))
    walked = await walk(outer(endless).spec(), engine)
    assert len(walked.texts) == 301
    assert walked.state["stop"].check == "end"


def test_the_bound_counts_what_is_within() -> None:
    spec = outer(loops=2).spec()
    assert bound(spec) >= 6 + 3 * bound(polish().spec())
    assert bound(outer(loops=2, rounds=9).spec()) > bound(spec)


def sound_inner() -> Graph:
    """Writes and evaluates; or only evaluates what it is handed."""
    return Graph("inner").node("w", agent="writer").node("s", evaluators={"proof": 1}).edge("start", "w", "s", "end")


def handed(*reads: str) -> Graph:
    graph = Graph("handed").reads(*reads).node("s", evaluators={"proof": 1})
    return graph.edge("start", "s", "end")


def around(inner: Graph | None, *path: str, **nodes: dict[str, Any]) -> Graph:
    graph = Graph("around").node("x", graph=inner) if inner else Graph("around").node("x", graph="nowhere")
    for name, table in nodes.items():
        graph.node(name, **table)
    return graph.edge("start", *(path or ("x",)), "end")


WRITER = {"agent": "writer"}
UNSOUND = [
    ("G047", lambda: around(None), "graph 'nowhere' was not loaded"),
    (
        "G047",
        lambda: around(Graph("inner").node("w", agent="writter").edge("start", "w", "end")),
        "G002 there is no agent",
    ),
    ("G048", lambda: around(sound_inner().task("{{ words }}", words="list")), "needs the input 'words', a list"),
    ("G048", lambda: around(sound_inner().task("{{ w }}", w="list")).task("{{ w }}", w="text"), "needs the input 'w'"),
    ("G020", lambda: around(handed("draft")), "'x' reads a draft"),
    ("G020", lambda: around(handed("draft", "verdict"), "w", "x", w=WRITER), "'x' reads a verdict"),
    ("G020", lambda: around(handed("critique"), "x"), "'x' reads a critique"),
    ("G044", lambda: around(sound_inner(), ["x", "w"], "p", w=WRITER, p={"agent": "chooser"}), "'x' is a graph"),
    (
        "G020",
        lambda: around(
            Graph("only").node("w", agent="writer").edge("start", "w", "end"), "x", "c", c={"agent": "critic"}
        ),
        "'c' reads a verdict",
    ),
    (
        "G031",
        lambda: around(
            Graph("i").node("w", agent="writer").node("s", evaluators={"truth": 1}).edge("start", "w", "s", "end"),
            "w",
            "p",
            "x",
            w=WRITER | {"samples": 2},
            p={"select": "majority"},
        ).edge("x", "p"),
        "'truth' in graph 'i' is an oracle",
    ),
]


def test_a_graph_that_does_not_fit_its_place_is_found(subtests: pytest.Subtests) -> None:
    for code, graph, message in UNSOUND:
        with subtests.test(code=code, message=message):
            findings = lint(graph().spec(), REGISTRY, BOOK)
            assert [one for one in findings if one.code == code and message in one.message], findings


SOUND = [
    lambda: around(sound_inner()),
    lambda: around(handed("draft"), "w", "x", w=WRITER),
    lambda: around(handed("draft", "verdict"), "w", "s", "x", w=WRITER, s={"evaluators": {"proof": 1}}),
    lambda: around(sound_inner().task("{{ w }}", w="list")).task("{{ w }}", w="list"),
    lambda: around(sound_inner(), "x", "c", "r", c={"agent": "critic"}, r={"agent": "reviser"}),
]


def test_a_graph_that_fits_its_place_is_sound(subtests: pytest.Subtests) -> None:
    for graph in SOUND:
        with subtests.test(graph=graph):
            assert lint(graph().spec(), REGISTRY, BOOK) == []


def written(folder: Path, **files: str) -> None:
    (folder / "graphs").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "graphs" / f"{name}.toml").write_text(f"redraft = 1\n{text}\n", encoding="utf-8")


def test_files_name_graphs_and_never_go_in_a_circle(tmp_path: Path) -> None:
    written(
        tmp_path,
        a='[nodes]\nx = { graph = "b" }\n[[edges]]\npath = ["start", "x", "end"]',
        b='[nodes]\nx = { graph = "refine" }\n[[edges]]\npath = ["start", "x", "end"]',
        c='[nodes]\nx = { graph = "d" }',
        d='[nodes]\nx = { graph = "c" }',
        e='[nodes]\nx = { graph = "e" }',
        f='[nodes]\nx = { graph = "refin" }',
        **{f"n{number}": f'[nodes]\nx = {{ graph = "n{number + 1}" }}' for number in range(12)},
    )
    spec = load_graph("a", tmp_path)
    assert [one.name for one in spec.whole()] == ["a", "b", "refine"]
    for name, message in (
        ("c", "in a circle: c → d → c"),
        ("e", "in a circle: e → e"),
        ("f", "Did you mean 'refine'"),
        ("n0", "more than 8 graphs"),
    ):
        with pytest.raises(DefinitionError, match=message) as error:
            load_graph(name, tmp_path)
        assert "graphs/" in str(error.value.where)


def test_a_part_is_not_run_by_itself() -> None:
    with pytest.raises(UsageError, match="is a part of others: it reads a draft"):
        redraft.run("Go.", graph=polish().spec(), model=ScriptedEngine(lambda *_: "x"))


def test_a_verdict_is_not_handed_without_its_draft() -> None:
    with pytest.raises(DefinitionError, match="a verdict is one of a draft"):
        Graph("x").reads("verdict").spec()


def test_a_graph_of_the_users_is_run_with_shipped_ones_in_it(embedded: Any) -> None:
    graph = (
        Graph("steps")
        .node("draft", graph="best_of_n")
        .node("better", graph="refine", rounds=1)
        .edge("start", "draft", "better", "end")
        .spec()
    )
    outcome = redraft.run("Write one sentence about a dog.", graph=graph, model=embedded)
    assert outcome.stop.check == "end"
    assert len(outcome.drafts) >= 4
    assert [node for node, _ in groupby(step.partition("/")[0] for step in outcome.path)] == ["draft", "better"]
    assert [record.draft.index for record in outcome.drafts] == sorted(record.draft.index for record in outcome.drafts)
    assert json.dumps(outcome.to_json())
