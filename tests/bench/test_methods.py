"""The rivals that a graph's parts allow, and why others are missing."""

from __future__ import annotations

from itertools import pairwise

import pytest

from redraft.agents import agents
from redraft.bench.methods import CHAIN, RIVALS, methods_of
from redraft.bench.shape import Shape, shape_of
from redraft.graph.builder import Graph
from redraft.graph.condition import NoProblems, StopCondition
from redraft.graph.loading import load_graph
from tests.bench.making_runs import run


def writes(name: str) -> str:
    return agents()[name].writes


def paths(spec):
    return [(edge.source, edge.target, edge.when) for edge in spec.edges]


def methods(graph):
    found = methods_of(load_graph(graph) if isinstance(graph, str) else graph, writes)
    return {method.name: method for method in found.made}, found.missing


def test_the_shape_of_a_loop_is_what_it_does_where_no_condition_holds():
    assert shape_of(load_graph("sentence"), writes) == Shape(
        ("generator",), "evaluate", ("critic", "reviser"), frozenset({"critic"})
    )


def test_every_rival_of_a_loop_differs_in_its_way_back_and_in_nothing_else():
    made, missing = methods("sentence")
    assert list(made) == ["loop", "samples", "votes", "chain", "no_critique", "self_critique"]
    assert missing == {}
    assert made["loop"].spec == load_graph("sentence")
    first = [("start", "generator", None), ("generator", "evaluate", None), ("evaluate", "end", StopCondition())]
    assert paths(made["samples"].spec) == [*first, ("evaluate", "generator", None)]
    assert paths(made["no_critique"].spec) == [*first, ("evaluate", "reviser", None), ("reviser", "evaluate", None)]
    back = [("evaluate", "critic", None), ("critic", "reviser", None), ("reviser", "evaluate", None)]
    assert paths(made["chain"].spec) == [*first, *back]
    end = ("critic", "end", NoProblems())
    assert paths(made["self_critique"].spec) == [*first, back[0], end, *back[1:]]
    for method in made.values():
        nodes = method.spec.nodes
        assert all(nodes[name] == made["loop"].spec.nodes[name] for name in nodes)


def test_rivals_are_content_with_what_contents_the_graph():
    made, _ = methods("refine")
    loop = made["loop"].spec.stop
    assert (made["no_critique"].spec.stop.score, made["no_critique"].spec.stop.verified) == (loop.score, loop.verified)
    assert made["samples"].spec.stop.score is None
    assert not made["samples"].spec.stop.verified
    assert made["chain"].spec.stop.rounds == CHAIN
    assert [name for name, method in made.items() if not method.evaluates] == ["votes", "self_critique"]
    assert [name for name, method in made.items() if not method.limited] == ["loop", "chain"]


@pytest.mark.parametrize(
    "graph", ["best_of_n", "self_consistency", "pareto", "best_then_refine", "critic_panel", "debate"]
)
def test_of_several_first_drafts_a_rival_writes_the_first_alone(graph):
    made, missing = methods(graph)
    assert list(made) == ["loop", "samples", "votes"]
    back = graph in {"best_then_refine", "critic_panel", "debate"}
    why = "its way back is not one path" if back else "nothing in the graph revises a draft"
    assert missing == dict.fromkeys(["no_critique", "self_critique"], why)
    first = made["loop"].spec.exits()["start"][0].targets[0]
    evaluate = "rank" if graph == "best_then_refine" else "evaluate"
    assert [(edge.source, edge.target) for edge in made["samples"].spec.edges] == [
        *pairwise(("start", first, evaluate)),
        (evaluate, "end"),
        (evaluate, first),
    ]
    assert made["samples"].spec.nodes[first].samples == 1


def test_a_graph_that_chooses_before_its_verdict_has_no_rivals():
    graph = (
        Graph("early")
        .node("w", agent="generator", samples=2)
        .node("pick", select="majority")
        .node("e", evaluators={"repetition": 1})
        .edge("start", "w", "pick", "e", "end")
    )
    made, missing = methods(graph.spec())
    assert list(made) == ["loop"]
    assert missing == dict.fromkeys(RIVALS, "a graph, a person or a choice is on its way to a verdict")


def test_a_graph_that_only_writes_has_fresh_drafts_as_its_rival():
    once = (
        Graph("once")
        .node("w", agent="generator")
        .node("e", evaluators={"repetition": 1})
        .edge("start", "w", "e", "end")
    )
    made, missing = methods(once.spec())
    assert list(made) == ["loop", "samples", "votes"]
    assert missing == {
        "no_critique": "nothing in the graph revises a draft",
        "self_critique": "nothing in the graph revises a draft",
    }


def test_a_graph_without_a_critic_revises_by_reasons_alone():
    graph = (
        Graph("plain")
        .node("w", agent="generator")
        .node("e", evaluators={"repetition": 1})
        .node("again", agent="generator")
        .edge("start", "w", "e")
        .edge("e", "end", when="stop")
        .edge("e", "again", "e")
    )
    made, missing = methods(graph.spec())
    assert "chain" in made
    assert list(missing) == ["self_critique"]


def test_a_loop_that_ended_with_its_first_draft_is_every_rivals_run():
    made, _ = methods("sentence")
    lone, several, rated = run(1.0), run(0.5, 1.0), run(1.0, rating=3)
    wanted = {loop: [name for name, method in made.items() if method.wanted(loop)] for loop in (lone, several, rated)}
    assert wanted[lone] == ["loop", "chain"]
    assert wanted[several] == ["loop", "samples", "chain", "no_critique", "self_critique"]
    assert wanted[rated] == ["loop", "votes", "chain"]


@pytest.mark.parametrize("graph", ["sentence", "refine"])
def test_the_nodes_that_write_the_first_draft_are_the_same_for_all(graph):
    made, _ = methods(graph)
    first = made["loop"].spec.exits()["start"][0].targets
    assert all(method.spec.exits()["start"][0].targets == first for method in made.values())
