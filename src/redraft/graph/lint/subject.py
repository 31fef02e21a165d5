"""What lint looks at: a graph, with the agents and evaluators that its names stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from redraft.errors import DefinitionError, PluginError, RedraftError, UnknownNameError, nearest
from redraft.graph.lint.finding import RULES, Finding
from redraft.graph.node import AgentNode, CallNode, EvaluateNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.agents import Agent
    from redraft.evaluation import Evaluator
    from redraft.graph.node import EvaluatorUse
    from redraft.graph.spec import Edge, GraphSpec
    from redraft.registry import Registry

__all__ = ["Subject", "Way"]


class Way(NamedTuple):
    """That one node can follow another; `fallback` where only its failure leads there."""

    source: str
    target: str
    fallback: bool = False


@dataclass(frozen=True)
class Subject:
    """One graph under lint; what a name stands for is looked up once.

    Args:
        spec: The graph.
        registry: What plugins registered.
        book: The agents by name; one may be read only when it is asked for.
    """

    spec: GraphSpec
    registry: Registry
    book: Mapping[str, Agent]
    _agents: dict[str, Agent | RedraftError] = field(default_factory=dict)
    _evaluators: dict[str, Evaluator | RedraftError] = field(default_factory=dict)

    def finding(self, code: str, path: tuple[str | int, ...], message: str, *, name: str, mend: str = "") -> Finding:
        """Return a finding at a key of the graph's file.

        Args:
            code: The rule's code.
            path: The way to the key.
            message: One sentence.
            name: What it is about: a node, an evaluator, a check.
            mend: What to do; the rule's own mend where it is left out.
        """
        place, rule = self.spec.place(*path), RULES[code]
        return Finding(
            code=code,
            severity=rule.severity,
            file=str(place.file),
            line=place.line,
            name=name,
            message=message,
            mend=mend or rule.mend,
        )

    @cached_property
    def agent_nodes(self) -> Mapping[str, AgentNode]:
        """The nodes that ask an agent."""
        return {name: node for name, node in self.spec.nodes.items() if isinstance(node, AgentNode)}

    @cached_property
    def evaluate_nodes(self) -> Mapping[str, EvaluateNode]:
        """The nodes that evaluate."""
        return {name: node for name, node in self.spec.nodes.items() if isinstance(node, EvaluateNode)}

    @cached_property
    def call_nodes(self) -> Mapping[str, CallNode]:
        """The nodes that call a function."""
        return {name: node for name, node in self.spec.nodes.items() if isinstance(node, CallNode)}

    @cached_property
    def edges_out(self) -> Mapping[str, list[Edge]]:
        """The edges that leave each node, in file order."""
        edges: dict[str, list[Edge]] = {name: [] for name in ("start", *self.spec.nodes, "end")}
        for edge in self.spec.edges:
            edges.setdefault(edge.source, []).append(edge)
        return edges

    @cached_property
    def ways(self) -> Mapping[str, list[Way]]:
        """The ways that lead on from each node, each once."""
        ways: dict[str, list[Way]] = {name: [] for name in self.flow}
        for way in self._all_ways:
            ways[way.source].append(way)
        return ways

    @cached_property
    def ways_in(self) -> Mapping[str, list[Way]]:
        """The ways that lead to each node, each once."""
        ways: dict[str, list[Way]] = {name: [] for name in self.flow}
        for way in self._all_ways:
            ways[way.target].append(way)
        return ways

    @cached_property
    def _all_ways(self) -> tuple[Way, ...]:
        edges = (*self.spec.edges, *self.spec.fallbacks)
        return tuple(dict.fromkeys(Way(edge.source, edge.target, edge.fallback) for edge in edges))

    @cached_property
    def flow(self) -> nx.DiGraph[str]:
        """The graph as one edge for each two nodes that are joined, fallbacks among them."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.edges_out)
        graph.add_edges_from((way.source, way.target) for way in self._all_ways)
        return graph

    @cached_property
    def loops(self) -> frozenset[str]:
        """The nodes on a cycle."""
        groups = (group for group in nx.strongly_connected_components(self.flow) if len(group) > 1)
        return frozenset().union(*groups) | {edge.source for edge in self.spec.edges if edge.source == edge.target}

    def agent(self, name: str) -> Agent | RedraftError:
        """Return the agent of a name, or why there is none."""
        if name not in self._agents:
            self._agents[name] = self._looked_up(name)
        return self._agents[name]

    def agent_at(self, node: str) -> Agent | None:
        """Return the agent of a node with the node's own settings, or None where there is none."""
        asked = self.agent_nodes.get(node)
        agent = self.agent(asked.agent) if asked else None
        return None if asked is None or agent is None or isinstance(agent, RedraftError) else asked.applied_to(agent)

    def evaluator(self, use: EvaluatorUse) -> Evaluator | RedraftError:
        """Return the evaluator of a use, or why there is none."""
        if use.name not in self._evaluators:
            try:
                self._evaluators[use.name] = self.registry.evaluator(use.name)
            except (DefinitionError, PluginError) as error:
                self._evaluators[use.name] = error
        return self._evaluators[use.name]

    def evaluators_at(self, node: str) -> list[Evaluator]:
        """Return the evaluators of a node that are there."""
        found = [self.evaluator(use) for use in self.evaluate_nodes[node].evaluators]
        return [one for one in found if not isinstance(one, RedraftError)]

    def _looked_up(self, name: str) -> Agent | RedraftError:
        try:
            return self.book[name]
        except KeyError:
            broken = self.registry.broken("agents", name)
            if broken:
                return broken
            what = f"there is no agent '{name}'.{nearest(name, self.book)}"
            return UnknownNameError(what, mend="See `redraft agents ls`.")
        except (DefinitionError, PluginError) as error:
            return error
