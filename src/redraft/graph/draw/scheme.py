"""A graph as what is drawn of it: boxes, and links between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from redraft.graph.condition import asks_for_stop
from redraft.graph.draw.wording import clean, kind_of, lines_of, rules_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redraft.graph.draw.trace import Trace
    from redraft.graph.edge import Exit
    from redraft.graph.fan import Fan
    from redraft.graph.spec import GraphSpec

__all__ = ["Box", "Link", "Mark", "Scheme", "scheme_of"]

Mark: TypeAlias = Literal["", "taken", "left"]
"""Whether a run came by, or left it aside; empty where no run is drawn."""

TERMINALS = ("start", "end")


@dataclass(frozen=True, slots=True)
class Box:
    """A node, or the bar at which a fan-out begins or ends.

    Args:
        name: Its name, once in a scheme.
        kind: The node's kind; `terminal` is the start or the end, `bar` a fan-out's, `unknown` a node that is missing.
        lines: What is said of it, its title first.
        several: Whether it writes several drafts at once.
        inner: The graph that it is.
        mark: Whether a run came by.
        said: What a run has to say here.
    """

    name: str
    kind: str
    lines: tuple[str, ...] = ()
    several: bool = False
    inner: Scheme | None = None
    mark: Mark = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An edge.

    Args:
        source: The box that it leaves.
        target: The box that it leads to.
        label: What stands beside it.
        arrow: Whether it ends in an arrow.
        dashed: Whether only a failure leads there.
        mark: Whether a run took it.
        said: What a run has to say here.
    """

    source: str
    target: str
    label: tuple[str, ...] = ()
    arrow: bool = True
    dashed: bool = False
    mark: Mark = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """All of a graph that is drawn, in the order of its file."""

    name: str
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]

    def reworded(self, word: Callable[[str], str]) -> Scheme:
        """Return the same scheme with every text in it put through a function."""
        boxes = (
            replace(
                box,
                lines=tuple(map(word, box.lines)),
                said=tuple(map(word, box.said)),
                inner=box.inner and box.inner.reworded(word),
            )
            for box in self.boxes
        )
        links = (
            replace(link, label=tuple(map(word, link.label)), said=tuple(map(word, link.said))) for link in self.links
        )
        return replace(self, boxes=tuple(boxes), links=tuple(links))


def scheme_of(spec: GraphSpec, trace: Trace | None = None) -> Scheme:
    """Return what is drawn of a graph.

    Args:
        spec: The graph; it need not be a sound one.
        trace: A run over it, or None.
    """
    return _Maker(spec, trace).scheme()


@dataclass(slots=True)
class _Maker:
    spec: GraphSpec
    trace: Trace | None
    told: bool = False

    def scheme(self) -> Scheme:
        links = tuple(self._links())
        ends = {name for edge in self.spec.edges for name in (edge.source, edge.target)}
        ends |= {edge.target for edge in self.spec.fallbacks}
        strangers = sorted(ends - set(self.spec.nodes) - set(TERMINALS))
        names = ("start", *self.spec.nodes, *strangers, "end")
        bars = dict.fromkeys(name for link in links for name in (link.source, link.target) if name not in names)
        boxes = [self._box(name) for name in names] + [Box(bar, "bar", mark=_bar_mark(bar, links)) for bar in bars]
        return Scheme(self.spec.name, tuple(boxes), links)

    def _box(self, name: str) -> Box:
        visits = self.trace.visits(name) if self.trace else None
        mark = _mark(visits)
        if name in TERMINALS:
            return Box(name, "terminal", (name,), mark=mark)
        node, inner = self.spec.nodes.get(name), self.spec.inner(name)
        times = f" {visits}×" if visits else ""
        lines = (clean(name) + times, *lines_of(name, node))
        said = self.trace.said_at(name) if self.trace else ()
        within = self.trace.within(name) if self.trace else None
        several = getattr(node, "samples", 1) > 1
        return Box(name, kind_of(node), lines, several, scheme_of(inner, within) if inner else None, mark, said)

    def _links(self) -> Iterator[Link]:
        joins = _joins(self.spec)
        for source, ways in self.spec.exits().items():
            for number, way in enumerate(ways):
                label = self._label(way, guarded=any(one.when is not None for one in ways[:number]))
                if len(way.targets) > 1:
                    yield from self._fan(way, number, label)
                elif source in joins and len(ways) == 1 and joins[source].join == way.targets[0]:
                    yield self._link(source, _join_bar(joins[source]), way, arrow=False)
                else:
                    yield self._link(source, way.targets[0], way, label)
        for fan in dict.fromkeys(joins.values()):
            taken = self.trace.joined(fan) if self.trace else None
            yield Link(_join_bar(fan), fan.join, mark=_mark(taken))
        for edge in self.spec.fallbacks:
            taken = self.trace.fell(edge.source, edge.target) if self.trace else None
            yield Link(edge.source, edge.target, ("where it fails",), dashed=True, mark=_mark(taken))

    def _fan(self, way: Exit, number: int, label: tuple[str, ...]) -> Iterator[Link]:
        bar = f"{way.source} ⇉ {'+'.join(way.targets)} {number}"
        mark = _mark(self.trace.taken(way) if self.trace else None)
        yield Link(way.source, bar, (*label, "side by side:"), arrow=False, mark=mark)
        yield from (Link(bar, target, mark=mark) for target in way.targets)

    def _link(self, source: str, target: str, way: Exit, label: tuple[str, ...] = (), *, arrow: bool = True) -> Link:
        if self.trace is None:
            return Link(source, target, label, arrow=arrow)
        taken = self.trace.taken(way)
        times = (f"{taken}×",) if taken > 1 and label else ()
        return Link(source, target, label, arrow=arrow, mark=_mark(taken), said=(*times, *self.trace.said_on(way)))

    def _label(self, way: Exit, *, guarded: bool) -> tuple[str, ...]:
        if way.when is None:
            return ("otherwise",) if guarded else ()
        words = words_of(way.when)
        if self.told or not asks_for_stop(way.when):
            return (words,)
        self.told = True  # The rules are the whole graph's: they are written out once.
        rules = f"stop: {', '.join(rules_of(self.spec.stop))}"
        return (rules,) if words == "stop" else (words, rules)


def _mark(times: int | None) -> Mark:
    if times is None:
        return ""
    return "taken" if times else "left"


def _bar_mark(bar: str, links: tuple[Link, ...]) -> Mark:
    return next((link.mark for link in links if bar in {link.source, link.target}), "")


def _join_bar(fan: Fan) -> str:
    return f"{'+'.join(fan.nodes)} ⇇ {fan.join}"


def _joins(spec: GraphSpec) -> dict[str, Fan]:
    """Return the fan-out that each node is in, where all its nodes lead to its join and are in no other."""
    exits = spec.exits()
    found: dict[str, Fan] = {}
    for fan in spec.fans.values():
        lead = [tuple(way.targets for way in exits.get(node, ())) for node in fan.nodes]
        if all(way == ((fan.join,),) for way in lead) and not any(node in found for node in fan.nodes):
            found |= dict.fromkeys(fan.nodes, fan)
    return found
