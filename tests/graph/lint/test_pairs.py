"""The smallest graph that earns a rule of fan-outs or of graphs in graphs, and its nearest innocent neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redraft.graph.builder import Graph
from redraft.graph.lint import lint
from tests.graph.lint.test_rules import BOOK, REGISTRY

if TYPE_CHECKING:
    from collections.abc import Callable

CRITIC, PLANNER, WRITER = {"agent": "critic"}, {"agent": "planner"}, {"agent": "writer"}
SCORES: dict[str, Any] = {"evaluators": {"proof": 1.0}}


def graph(*paths: Any, **nodes: dict[str, Any]) -> Graph:
    made = Graph("small")
    for name, table in nodes.items():
        made.node(name, **table)
    for path in paths:
        steps, when = path if isinstance(path, tuple) else (path, None)
        made.edge(*steps, when=when)
    return made


def asked(when: Any, **nodes: dict[str, Any]) -> Graph:
    return graph(["start", *nodes, "w"], (["w", "end"], when), ["w", "s", "end"], **nodes, w=WRITER, s=SCORES)


def scored(when: Any) -> Graph:
    return graph(["start", "w", "s"], (["s", "end"], when), ["s", "v", "end"], w=WRITER, s=SCORES, v=WRITER)


def beside(*paths: Any, b: dict[str, Any] | None = None, a: dict[str, Any] | None = None, **more: Any) -> Graph:
    nodes: dict[str, Any] = {"a": a or PLANNER, "b": b or PLANNER, "w": {"agent": "listener"}}
    return graph(*(paths or (["start", ["a", "b"], "w", "end"],)), **nodes, **more)


def noting(*notes: str) -> dict[str, Any]:
    return {"call": "any", "writes": list(notes)}


def around(inner: Graph) -> Graph:
    return graph(["start", "x", "end"], x={"graph": inner})


def writing(agent: str = "writer") -> Graph:
    return graph(["start", "w", "end"], w={"agent": agent})


BEYOND = BOOK | {"listener": BOOK["writer"].model_copy(update={"reads": ("notes",), "name": "listener"})}
PAIRS: dict[str, tuple[Callable[[], Graph], Callable[[], Graph]]] = {
    "G040": (
        lambda: asked({"note": {"a": "yes"}}),
        lambda: asked({"note": {"a": "yes"}}, a=PLANNER),
    ),
    "G041": (
        lambda: scored({"score": {"prof": 1}}),
        lambda: scored({"score": {"proof": 1}}),
    ),
    "G042": (
        lambda: beside(["start", ["a", "b"]], ["a", "w"], ["b", "end"], ["w", "end"]),
        lambda: beside(["start", ["a", "b"]], ["a", "w"], ["b", "w"], ["w", "end"]),
    ),
    "G043": (
        lambda: beside(["start", "c", ["a", "b"], "w", "end"], a=PLANNER, c=PLANNER | {"fallback": "a"}),
        lambda: beside(["start", "c", ["a", "b"], "w", "end"], a=PLANNER, c=PLANNER | {"fallback": "w"}),
    ),
    "G044": (
        lambda: graph(["start", "v", ["a", "b"], "w", "end"], v=WRITER, a=PLANNER, b=SCORES, w={"agent": "listener"}),
        lambda: graph(
            ["start", "v", "b", ["a", "c"], "w", "end"],
            v=WRITER,
            a=PLANNER,
            c=PLANNER,
            b=SCORES,
            w={"agent": "listener"},
        ),
    ),
    "G045": (
        lambda: beside(a=noting("x"), b=noting("x")),
        lambda: beside(a=noting("x"), b=noting("y")),
    ),
    "G046": (
        lambda: beside(a=PLANNER | {"fallback": "end"}),
        lambda: beside(a=PLANNER | {"fallback": "w"}),
    ),
    "G047": (
        lambda: around(writing("writter")),
        lambda: around(writing()),
    ),
    "G048": (
        lambda: around(writing().task("{{ x }}", x="text")),
        lambda: around(writing().task("{{ x }}", x="text")).task("{{ x }}", x="text"),
    ),
}


@pytest.mark.parametrize("code", PAIRS)
def test_the_smallest_graph_earns_the_rule_and_its_neighbour_does_not(code: str) -> None:
    guilty, innocent = (lint(one().spec(), REGISTRY, BEYOND) for one in PAIRS[code])
    assert code in {finding.code for finding in guilty}
    assert [finding for finding in innocent if finding.severity == "error"] == []
