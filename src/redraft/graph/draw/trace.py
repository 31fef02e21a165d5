"""A finished run as a picture shows it: how often it came where, and where it ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from redraft.graph.condition import asks_for_stop, leaves_of
from redraft.graph.draw.wording import clean
from redraft.graph.node import HumanNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft.graph.draw.run_reading import Run
    from redraft.graph.edge import Exit
    from redraft.graph.fan import Fan
    from redraft.graph.spec import GraphSpec

__all__ = ["Trace", "Walk", "trace_of"]

BROKEN_OFF = frozenset({"error", "interrupted", "steps", "timeout", "waiting"})
"""Reasons to end that no edge gives: the run ended where it was."""

_CHECKS = {"scored": "score", "noted": "note", "no_problems": "critique"}
"""What a stop is called that a condition of one's own gave, by the condition's kind."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk over a graph: what it visited, graphs in it as `outer/inner`, and whether it was broken off."""

    path: tuple[str, ...]
    broken: bool = False

    @property
    def own(self) -> list[str]:
        """The nodes of the graph itself."""
        return [name for name in self.path if "/" not in name]


@dataclass(frozen=True)
class Trace:
    """A run over a graph; over a graph in a graph there may be several walks, or none.

    Args:
        spec: The graph.
        walks: The walks over it.
        run: The run, with the reason for its end; None in a graph within the one that was run.
    """

    spec: GraphSpec
    walks: tuple[Walk, ...]
    run: Run | None = None

    def visits(self, name: str) -> int:
        """Return how often the run came by."""
        if name == "start":
            return len(self.walks)
        if name == "end":
            return sum(self._last(walk) is not None for walk in self.walks)
        return sum(walk.own.count(name) for walk in self.walks)

    def taken(self, way: Exit) -> int:
        """Return how often the run left by this way; of two ways to the same nodes, the first counts."""
        if way.targets == ("end",):
            return sum(way == self._last(walk) for walk in self.walks)
        twin = next(one for one in self.spec.exits()[way.source] if one.targets == way.targets)
        return self._steps[way.source, way.targets] if way == twin else 0

    def joined(self, fan: Fan) -> int:
        """Return how often all nodes of a fan-out went on to its join."""
        if fan.join == "end":
            return sum(set(walk.own[-len(fan.nodes) :]) == set(fan.nodes) for walk in self.walks)
        return min(self._steps[node, (fan.join,)] for node in fan.nodes)

    def fell(self, source: str, target: str) -> int:
        """Return how often the run went on with a fallback, where no other edge leads there."""
        known = any(way.targets == (target,) for way in self.spec.exits().get(source, ()))
        return 0 if known else self._steps[source, (target,)]

    def within(self, node: str) -> Trace | None:
        """Return the run over the graph of a node: what was visited in it stands before the node itself."""
        inner = self.spec.inner(node)
        if inner is None:
            return None
        walks = (found for walk in self.walks for found in _walks_within(node, walk.path))
        return Trace(inner, tuple(walks))

    def said_on(self, way: Exit) -> tuple[str, ...]:
        """Return why the run ended, where it left by this way."""
        return _reason(self.run) if self.run and way == self._last(self.walks[0]) else ()

    def said_at(self, node: str) -> tuple[str, ...]:
        """Return why the run ended, where no edge took it to the end and this is where it was."""
        if self.run is None or self._last(self.walks[0]) is not None:
            return ()
        return _reason(self.run) if node == self._halt else ()

    @property
    def _halt(self) -> str | None:
        """The node at which the run was broken off: the one that waits for an answer, or the last that was visited."""
        own = self.walks[0].own
        ways = self.spec.exits().get(own[-1] if own else "start", ())
        nodes = [name for way in ways for name in way.targets]
        people = [name for name in nodes if isinstance(self.spec.nodes.get(name), HumanNode)]
        if self.run and self.run.stop.check == "waiting" and len(people) == 1:
            return people[0]
        return own[-1] if own else next(iter(nodes), None)

    def _last(self, walk: Walk) -> Exit | None:
        """Return the way by which a walk went to the end, where it can be told."""
        if walk.broken or not walk.own:
            return None
        ways = [way for way in self.spec.exits().get(walk.own[-1], ()) if way.targets == ("end",)]
        if self.run is None or len(ways) < 2:  # noqa: PLR2004 -- nothing to choose from
            return ways[0] if ways else None
        named = [way for way in ways if self.run.stop.check in _checks(way)]
        ruled = [way for way in ways if asks_for_stop(way.when)]
        return next(iter([*named, *ruled, *(way for way in ways if way.when is None)]), ways[0])

    @cached_property
    def _steps(self) -> Counter[tuple[str, tuple[str, ...]]]:
        """How often the run went from a node to the next, or to those of a fan-out."""
        return Counter(step for walk in self.walks for step in self._steps_of(walk.own))

    def _steps_of(self, left: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        before: tuple[str, ...] = ("start",)
        while left:
            here = self._together(before, left)
            yield from ((source, here) for source in before)
            left, before = left[len(here) :], here

    def _together(self, before: Sequence[str], left: Sequence[str]) -> tuple[str, ...]:
        """Return the nodes that are visited next: one, or those of a fan-out, side by side."""
        for way in self.spec.exits().get(before[0], ()):
            if len(way.targets) > 1 and way.targets == tuple(left[: len(way.targets)]):
                return way.targets
        return (left[0],)


def trace_of(spec: GraphSpec, run: Run) -> Trace:
    """Return the trace of a run over the graph that it is a run of."""
    return Trace(spec, (Walk(run.path, broken=run.stop.check in BROKEN_OFF),), run)


def _walks_within(node: str, path: Sequence[str]) -> Iterator[Walk]:
    visited: list[str] = []
    for name in path:
        if name.startswith(f"{node}/"):
            visited.append(name.removeprefix(f"{node}/"))
        elif name == node:
            yield Walk(tuple(visited))
            visited = []
    if visited:
        yield Walk(tuple(visited), broken=True)


def _checks(way: Exit) -> set[str]:
    leaves = leaves_of(way.when) if way.when else ()
    return {leaf.check if leaf.kind == "check" else _CHECKS[leaf.kind] for leaf in leaves}


def _reason(run: Run) -> tuple[str, ...]:
    return (f"ended: {clean(run.stop.check)}", clean(run.stop.detail))
