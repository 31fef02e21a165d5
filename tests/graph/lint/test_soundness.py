"""What lint promises: a graph without an error ends on every walk, and never reads a missing value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from redraft.agents import Agent
from redraft.evaluation import evaluator
from redraft.graph.builder import Graph
from redraft.graph.condition import AllOf, AnyOf, Atom, NoProblems, Not, Noted, Scored, StopCondition, leaves_of
from redraft.graph.lint import lint
from redraft.graph.node import AgentNode
from redraft.graph.termination import bound, endless
from redraft.registry import Entry, Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.graph.condition import Condition
    from redraft.graph.spec import Edge, GraphSpec
    from redraft.task import Draft


@evaluator("proof", kind="verifier")
def proof(draft: Draft) -> float:
    """A verifier."""
    return float(bool(draft.text))


REGISTRY = Registry([Entry("evaluators", "proof", proof, "redraft-proof")])
BOOK = {
    name: Agent.model_validate({"name": name, "prompt": "Go.", **rest})
    for name, rest in {
        "writer": {},
        "critic": {"reads": ("draft", "verdict"), "writes": "critique", "schema": "critique"},
        "reviser": {"reads": ("draft", "verdict", "critique")},
        "proud": {"reads": ("best",)},
        "planner": {"writes": "note"},
    }.items()
}
NAMES = ["a", "b", "c", "d", "e"]
TABLES: list[dict[str, Any]] = [*({"agent": name} for name in BOOK), {"evaluators": {"proof": 1.0}}]
CONDITIONS = st.recursive(
    st.one_of(
        st.just("stop"),
        st.integers(0, 4).map(lambda rounds: {"rounds": rounds}),
        st.sampled_from([{"score": 0.5}, {"tokens": 9}, {"gate": True}]),
        st.sampled_from([{"score": {"proof": 1}}, {"critique": "empty"}, {"note": {"c": "yes"}}]),
    ),
    lambda inner: st.one_of(
        inner.map(lambda item: {"not": item}),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: {"any": items}),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: {"all": items}),
    ),
    max_leaves=4,
)


@st.composite
def graphs(draw: st.DrawFn) -> GraphSpec:
    names = NAMES[: draw(st.integers(2, 5))]
    graph = Graph("random").stop(rounds=draw(st.integers(0, 4)))
    for number, name in enumerate(names):
        table = TABLES[0] if number == 0 else TABLES[-1] if number == 1 else draw(st.sampled_from(TABLES))
        failing = "agent" in table and draw(st.integers(0, 4)) == 0
        graph.node(name, **table, **({"fallback": draw(st.sampled_from([*names, "end"]))} if failing else {}))
    graph.edge("start", "a", "b")
    for name in names[1:]:
        targets = st.sampled_from([*(other for other in names if other != name), "end"])
        if draw(st.booleans()):
            graph.edge(name, "end", when=draw(st.sampled_from(["stop", {"rounds": 2}])))
        for target in draw(st.lists(targets, max_size=2)):
            graph.edge(name, target, when=draw(CONDITIONS))
        graph.edge(name, draw(targets))
    return graph.spec()


def holds(condition: Condition, rounds: int, limit: int, chance: Callable[[], bool]) -> bool:
    match condition:
        case StopCondition():
            return rounds >= limit or chance()
        case Atom(check="rounds", value=value):
            return bool(rounds >= value)
        case Atom() | Scored() | NoProblems() | Noted():
            return chance()
        case Not(item=item):
            return not holds(item, rounds, limit, chance)
        case AllOf(items=items):
            return all(holds(item, rounds, limit, chance) for item in items)
        case AnyOf(items=items):
            return any(holds(item, rounds, limit, chance) for item in items)


def after(there: set[str], at: str, agent: Agent | None) -> set[str]:
    """What is there once a node has worked."""
    match agent.writes if agent else "verdict":
        case "verdict":
            return there | {"verdict", "best"}
        case "draft":
            return there - {"verdict"} | {"draft"}
        case "note":
            return there | {f"notes.{at}"}
        case written:
            return there | {written}


def taken(edge: Edge, there: set[str], visits: dict[str, int], spec: GraphSpec, chance: Callable[[], bool]) -> bool:
    """Whether an edge is taken; fails where its condition looks at what is not there."""
    for leaf in leaves_of(edge.when) if edge.when else ():
        match leaf:
            case Atom(check="score" | "gate") | Scored():
                assert "verdict" in there
            case NoProblems():
                assert "critique" in there
            case Noted(note=note):
                assert f"notes.{note}" in there
    return edge.when is None or holds(edge.when, visits[edge.source] - 1, spec.stop.rounds, chance)


def walk(spec: GraphSpec, chance: Callable[[], bool]) -> int:
    """Walk the graph with adversarial checks; return the steps, and fail where a missing value is read."""
    at, steps = "a", 0
    visits: dict[str, int] = {}
    there: set[str] = set()
    while at != "end":
        steps += 1
        assert steps <= bound(spec)
        visits[at] = visits.get(at, 0) + 1
        node = spec.nodes[at]
        agent = BOOK[node.agent] if isinstance(node, AgentNode) else None
        assert set(agent.reads if agent else ("draft",)) <= there
        if agent and node.fallback and chance():
            at = node.fallback
            continue
        there = after(there, at, agent)
        at = next(edge.target for edge in spec.edges if edge.source == at and taken(edge, there, visits, spec, chance))
    assert "draft" in there
    return steps


@given(graphs(), st.data())
@settings(max_examples=500, deadline=None)
def test_a_graph_without_an_error_ends_on_every_walk_and_reads_no_missing_value(
    spec: GraphSpec, data: st.DataObject
) -> None:
    unreached = "G011"  # does no harm, and is most of what a random graph has
    if any(finding.severity == "error" and finding.code != unreached for finding in lint(spec, REGISTRY, BOOK)):
        return
    seed = data.draw(st.randoms(use_true_random=False))
    lean = data.draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    steps = walk(spec, lambda: seed.random() < lean)
    event("clean, with a loop" if steps > len(spec.nodes) else "clean")


@given(graphs())
@settings(max_examples=300, deadline=None)
def test_lint_never_fails(spec: GraphSpec) -> None:
    findings = lint(spec, REGISTRY, BOOK)
    assert bool(endless(spec)) == any(finding.code == "G030" for finding in findings)
    assert bound(spec) > 0
