"""What lint looks at: a graph, with the agents and evaluators that its names stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from redraft.errors import DefinitionError, PluginError, RedraftError, UnknownNameError, nearest
from redraft.graph.condition import Atom, Leaf, leaves_of
from redraft.graph.lint.finding import RULES, Finding
from redraft.graph.node import AgentNode, CallNode, EvaluateNode, GraphNode, HumanNode, SelectNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.agents import Agent
    from redraft.evaluation import Evaluator
    from redraft.graph.edge import Exit
    from redraft.graph.lint.room import Window
    from redraft.graph.node import EvaluatorUse
    from redraft.graph.spec import GraphSpec
    from redraft.registry import Registry

__all__ = ["Inner", "Look", "Subject"]


ALWAYS_KNOWN = frozenset({"rounds", "seconds", "tokens"})
"""The checks that need no verdict."""


@dataclass(frozen=True)
class Inner:
    """The graph of a node: as a subject of its own, what is wrong with it, and what it has written where it ends."""

    subject: Subject
    errors: tuple[Finding, ...]
    brings: frozenset[str]


class Look(NamedTuple):
    """Something that a condition looks at, and the number of the path that it stands on."""

    leaf: Leaf
    path: int


@dataclass(frozen=True)
class Subject:
    """One graph under lint; what a name stands for is looked up once.

    Args:
        spec: The graph.
        registry: What plugins registered.
        book: The agents by name; one may be read only when it is asked for.
        inner: The graphs of nodes, by the nodes' names, each as it was found.
        windows: What is known of the models, by the names that agents call them.
    """

    spec: GraphSpec
    registry: Registry
    book: Mapping[str, Agent]
    inner: Mapping[str, Inner] = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)
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

    def finding_of(self, error: RedraftError, code: str, path: tuple[str | int, ...], *, name: str) -> Finding:
        """Return an error as a finding at a key of the graph's file."""
        message = f"{error.where}: {error.what}" if error.where else error.what
        return self.finding(code, path, message, name=name, mend=error.mend or "")

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
    def graph_nodes(self) -> Mapping[str, GraphNode]:
        """The nodes that are graphs."""
        return {name: node for name, node in self.spec.nodes.items() if isinstance(node, GraphNode)}

    @cached_property
    def human_nodes(self) -> Mapping[str, HumanNode]:
        """The nodes that ask a person."""
        return {name: node for name, node in self.spec.nodes.items() if isinstance(node, HumanNode)}

    @cached_property
    def select_nodes(self) -> Mapping[str, SelectNode]:
        """The nodes that choose from the pool."""
        return {name: node for name, node in self.spec.nodes.items() if isinstance(node, SelectNode)}

    @cached_property
    def exits(self) -> Mapping[str, tuple[Exit, ...]]:
        """The ways out of each node, in file order."""
        return dict.fromkeys(("start", *self.spec.nodes, "end"), ()) | self.spec.exits()

    @cached_property
    def looks(self) -> Mapping[str, list[Look]]:
        """What the conditions on each node's ways out look at, but for what is always there."""
        looks: dict[str, list[Look]] = {}
        for node, exits in self.exits.items():
            guarded = ((way.edges[0].when, way.path) for way in exits)
            looks[node] = [
                Look(leaf, path)
                for when, path in guarded
                if when
                for leaf in leaves_of(when)
                if not (isinstance(leaf, Atom) and leaf.check in ALWAYS_KNOWN)
            ]
        return looks

    @cached_property
    def joins(self) -> Mapping[str, str]:
        """The nodes of sound fan-outs, each with the node that it is joined in."""
        found: dict[str, str] = {}
        for way in (way for exits in self.exits.values() for way in exits if len(way.targets) > 1):
            onward = [self.exits.get(node, ()) for node in way.targets]
            targets = {exits[0].targets for exits in onward if len(exits) == 1 and exits[0].when is None}
            if all(len(exits) == 1 for exits in onward) and len(targets) == 1 and len(next(iter(targets))) == 1:
                found |= dict.fromkeys(way.targets, next(iter(targets))[0])
        return found

    def is_joined(self, targets: tuple[str, ...]) -> bool:
        """Return whether nodes that are visited together meet again."""
        return len(targets) > 1 and all(node in self.joins for node in targets)

    def falls_back(self, node: str) -> bool:
        """Return whether a run goes on where the node fails."""
        return node in self.fallbacks

    @cached_property
    def fallbacks(self) -> Mapping[str, tuple[str, ...]]:
        """Where the run goes on from each node that may fail."""
        return {edge.source: (edge.target,) for edge in self.spec.fallbacks}

    def only_fails_to(self, source: str, target: str) -> bool:
        """Return whether nothing but its failure leads from a node to another."""
        if target not in self.fallbacks.get(source, ()):
            return False
        return not any(target in way.targets for way in self.exits.get(source, ()))

    @cached_property
    def flow(self) -> nx.DiGraph[str]:
        """The graph as one edge for each two nodes that are joined, fallbacks among them."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.exits)
        graph.add_edges_from((edge.source, edge.target) for edge in (*self.spec.edges, *self.spec.fallbacks))
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

    def misfits(self, evaluator: Evaluator) -> Mapping[str, str]:
        """Return the inputs that an evaluator needs as something else than they are, each with a sentence about it."""
        return {
            need: f"evaluator '{evaluator.name}' needs the input '{need}' as a {wanted}, and it is a {given}"
            for need, wanted in evaluator.need_of.items()
            if (given := self.spec.inputs.get(need)) and "json" not in {wanted, given} and wanted != given
        }

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
