"""Random graphs of every construct, and a walk over one whose checks and failures are the worst there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from benchmarks.soundness.world import BEGIN, BOOK, EVALUATE, POLISH
from redraft.graph.builder import Graph
from redraft.graph.condition import AllOf, AnyOf, Atom, NoProblems, Not, Noted, Scored, StopCondition, leaves_of
from redraft.graph.node import AgentNode, EvaluateNode, GraphNode, SelectNode
from redraft.graph.termination import bound

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.graph.condition import Condition
    from redraft.graph.edge import Exit
    from redraft.graph.spec import GraphSpec

__all__ = ["CONDITIONS", "graphs", "walk"]

PLAIN = ["writer", "critic", "reviser", "proud", "planner", "chooser"]
NAMES = ["a", "b", "c", "d", "e"]
FAN = ["f", "g"]
WRITER: dict[str, Any] = {"agent": "writer"}
AGENTS: list[dict[str, Any]] = [*({"agent": name} for name in PLAIN), WRITER | {"samples": 2}]
TABLES: list[dict[str, Any]] = [
    *AGENTS,
    {"select": "best"},
    {"select": "majority", "keep": 2},
    {"select": "pareto", "keep": 2},
    {"graph": BEGIN},
    {"graph": POLISH},
    EVALUATE,
]
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
    """Graphs of two to five nodes and a fan-out; about one in five is clean."""
    names = NAMES[: draw(st.integers(2, 5))]
    graph = Graph("random").stop(rounds=draw(st.integers(0, 4)))
    for number, name in enumerate(names):
        table = WRITER if number == 0 else EVALUATE if number == 1 else draw(st.sampled_from(TABLES))
        failing = "agent" in table and draw(st.integers(0, 4)) == 0
        graph.node(name, **table, **({"fallback": draw(st.sampled_from([*names, "end"]))} if failing else {}))
    fans = _fan_out(draw, graph, names) if draw(st.booleans()) else []
    graph.edge("start", "a", "b")
    for name in names[1:]:
        others = [other for other in names if other != name]
        steps = st.sampled_from([*([other] for other in others), ["end"], *fans])
        if draw(st.booleans()):
            graph.edge(name, "end", when=draw(st.sampled_from(["stop", {"rounds": 2}])))
        for onward in draw(st.lists(steps, max_size=2)):
            graph.edge(name, *onward[:1], when=draw(CONDITIONS))
        graph.edge(name, *draw(steps)[:1])
    return graph.spec()


def _fan_out(draw: st.DrawFn, graph: Graph, names: list[str]) -> list[list[Any]]:
    """Add two nodes that work side by side and meet in one; return the steps that lead to them."""
    join = draw(st.sampled_from(names[1:]))
    tables = st.sampled_from([*AGENTS, {"agent": "critic"}, WRITER, WRITER])
    for name in FAN:
        graph.node(name, **draw(tables), **({"fallback": join} if draw(st.integers(0, 3)) == 0 else {}))
        graph.edge(name, join)
    return [[FAN]] * 2


@dataclass
class _Walk:
    """What is there while a walk goes on. `pool` has how many drafts wait, and whether they have verdicts."""

    spec: GraphSpec
    chance: Callable[[], bool]
    there: set[str] = field(default_factory=set)
    pool: int = 0
    ranked: bool = False
    visits: dict[str, int] = field(default_factory=dict)
    steps: int = 0

    def go(self) -> None:
        """Walk from the start to the end."""
        (start,) = self.spec.exits()["start"]
        at = start.targets[0] if len(start.targets) == 1 else self.fan_out(start)
        while at != "end":
            at = self.visit(at)
        assert "draft" in self.there

    def enter(self, name: str) -> None:
        self.steps += 1
        assert self.steps <= bound(self.spec)
        self.visits[name] = self.visits.get(name, 0) + 1

    def inner(self, name: str) -> GraphSpec:
        inner = self.spec.inner(name)
        assert inner
        return inner

    def reads(self, name: str) -> None:
        match self.spec.nodes[name]:
            case AgentNode(agent=agent):
                assert set(BOOK[agent].reads) - {"pool"} <= self.there
                assert "pool" not in BOOK[agent].reads or self.pool
            case EvaluateNode():
                assert self.pool or "draft" in self.there
            case GraphNode():
                assert set(self.inner(name).reads) <= self.there
            case SelectNode(select=select):
                assert self.pool
                assert self.ranked or select == "majority"

    def visit(self, name: str) -> str:
        """Visit a node, and return the next one."""
        self.enter(name)
        self.reads(name)
        node = self.spec.nodes[name]
        if isinstance(node, AgentNode) and node.fallback and self.chance():
            return node.fallback
        self.write(name)
        way = next(way for way in self.spec.exits()[name] if self.takes(way, name))
        if len(way.targets) == 1:
            return way.targets[0]
        return self.fan_out(way)

    def fan_out(self, way: Exit) -> str:
        """Visit the nodes of a fan-out, each with what was there before all of them, and return the join."""
        brought: set[str] = set()
        drafts, writers = 0, False
        for name in way.targets:
            self.enter(name)
            self.reads(name)
            node = self.spec.nodes[name]
            assert isinstance(node, AgentNode)
            writes = BOOK[node.agent].writes
            writers |= writes == "draft"
            if node.fallback and self.chance():
                continue
            drafts += node.samples if writes == "draft" else 0
            brought |= {f"notes.{name}"} if writes == "note" else {writes} - {"draft"}
        self.there |= brought
        if writers:
            self.pool, self.ranked = drafts, False
        return self.spec.fans["+".join(way.targets)].join

    def write(self, name: str) -> None:
        """Add what a node writes."""
        match self.spec.nodes[name]:
            case EvaluateNode():
                self.there |= {"best"} if self.pool else {"best", "verdict"}
                self.ranked = bool(self.pool)
            case GraphNode():
                within = _Walk(self.inner(name), self.chance, set(self.inner(name).reads))
                within.go()
                self.steps += within.steps
                assert self.steps <= bound(self.spec)
                verdict = within.there & {"verdict"} if "best" in within.there else set()
                self.there, self.pool = self.there - {"verdict"} | {"draft"} | verdict, 0
            case SelectNode(keep=keep):
                self.there = (self.there - {"verdict"}) | {"draft"} | ({"verdict"} if self.ranked else set())
                self.pool = min(keep, self.pool) if keep > 1 else 0
            case AgentNode(agent=agent, samples=samples):
                writes = BOOK[agent].writes
                if writes == "draft" and samples > 1:
                    self.pool, self.ranked = samples, False
                elif writes == "draft":
                    self.there, self.pool = self.there - {"verdict"} | {"draft"}, 0
                else:
                    self.there.add(f"notes.{name}" if writes == "note" else writes)

    def takes(self, way: Exit, name: str) -> bool:
        """Whether a way is taken; fails where its condition looks at what is not there."""
        for leaf in leaves_of(way.when) if way.when else ():
            match leaf:
                case Atom(check="score" | "gate") | Scored():
                    assert "verdict" in self.there
                case NoProblems():
                    assert "critique" in self.there
                case Noted(note=note):
                    assert f"notes.{note}" in self.there
        return way.when is None or self.holds(way.when, self.visits[name] - 1)

    def holds(self, condition: Condition, rounds: int) -> bool:
        match condition:
            case StopCondition():
                return rounds >= self.spec.stop.rounds or self.chance()
            case Atom(check="rounds", value=value):
                return bool(rounds >= value)
            case Not(item=item):
                return not self.holds(item, rounds)
            case AllOf(items=items):
                return all(self.holds(item, rounds) for item in items)
            case AnyOf(items=items):
                return any(self.holds(item, rounds) for item in items)
            case _:
                return self.chance()


def walk(spec: GraphSpec, chance: Callable[[], bool]) -> int:
    """Walk a graph with adversarial checks and failures; return the steps, and fail where a missing value is read."""
    on = _Walk(spec, chance)
    on.go()
    return on.steps
