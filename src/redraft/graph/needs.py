"""How many tokens of context the agents of a graph need, told before any of them is asked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from redraft.errors import DefinitionError
from redraft.graph.node import CallNode, EvaluateNode, HumanNode
from redraft.task import Assessed, Critique, Draft, Problem, Score, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redraft.agents import Agent
    from redraft.graph.node import Node
    from redraft.graph.spec import GraphSpec
    from redraft.task import Task

__all__ = ["USUAL", "Needs", "bytes_of"]

MARK = "\uf8ff"
"""Stands for one token of a text that is not there yet: rendered in its place, and counted wherever it comes out."""

AGAIN = 1.25
"""What was generated in so many tokens may take more when it is read again: the tokenizer cuts it in its own way."""

TEMPLATE = 128
"""Tokens that a chat template adds."""

REASONS, REASON_TOKENS = 20, 50
"""What an evaluator is taken to say of a draft at most: a thousand tokens."""

PROBLEMS = 8
"""Problems of a critique whose text is shared out among them."""

CALLED = 1000
"""Tokens that the text of a function is taken to have at most: nobody limits it."""

USUAL = 8192
"""Tokens of a context that nobody sized: a thread gets no more unasked, for it can be cut."""


def bytes_of(text: str) -> int:
    """Return the bytes of a text: no tokenizer makes more tokens of it."""
    return len(text.encode(errors="replace"))


@dataclass(frozen=True)
class Needs:
    """What the prompts of a graph's agents hold at most, for one task.

    Args:
        spec: The graph.
        agents: The agents that it asks, with their nodes' settings, judges among them.
        task: What is asked.
    """

    spec: GraphSpec
    agents: Sequence[Agent]
    task: Task

    def of(self, agents: Sequence[Agent], count: Callable[[str], int] = bytes_of) -> int | None:
        """Return the context that some agents need: the longest prompt of one with its answer, or their thread.

        Args:
            agents: The agents that share a model.
            count: Returns how many tokens a text makes, or a bound on that.

        Returns:
            The tokens, or None where it cannot be told.
        """
        try:
            alone = [self._tokens(agent, count) for agent in agents]
        except DefinitionError:
            return None  # A prompt that takes no text but a real one.
        thread = sum(tokens for agent, tokens in zip(agents, alone, strict=True) if agent.context == "thread")
        return max(*alone, min(thread * (max(spec.stop.rounds for spec in self.spec.whole()) + 1), USUAL), 0)

    def longest_prompt(self, agent: Agent) -> int | None:
        """Return the tokens of an agent's longest prompt, or None where that cannot be told.

        What evaluators say of a draft is not counted: a run leaves it out where it does not fit.
        """
        try:
            return self._prompt(agent, bytes_of, self._values | {"verdict": Verdict()})
        except DefinitionError:
            return None

    def _tokens(self, agent: Agent, count: Callable[[str], int]) -> int:
        answer = max(map(count, agent.choices), default=agent.max_tokens)
        return self._prompt(agent, count, self._values) + answer

    @staticmethod
    def _prompt(agent: Agent, count: Callable[[str], int], values: Mapping[str, object]) -> int:
        text = "\n".join(message.content for message in agent.render({name: values[name] for name in agent.reads}))
        return text.count(MARK) + count(text.replace(MARK, "")) + TEMPLATE

    @cached_property
    def _values(self) -> dict[str, object]:
        draft = Draft(text=self._written_by("draft"))
        recent = Assessed(draft=draft, verdict=self._verdict)
        return {
            "task": self.task,
            "draft": draft,
            "verdict": self._verdict,
            "best": draft,
            "critique": self._critique,
            "recent": (recent,) * max(spec.stop.memory for spec in self.spec.whole()),
            "notes": self._notes,
            "pool": (recent,) * max(spec.widest for spec in self.spec.whole()),
        }

    @property
    def _nodes(self) -> list[tuple[str, Node]]:
        """The nodes of the graph, and of the graphs in it."""
        return [item for spec in self.spec.whole() for item in spec.nodes.items()]

    @cached_property
    def _notes(self) -> Mapping[str, str]:
        calls = {name: node for name, node in self._nodes if isinstance(node, CallNode)}
        called = {note: MARK * CALLED for name, node in calls.items() for note in node.notes(name)}
        return {name: self._written_by("note") for name, _ in self._nodes} | called

    @cached_property
    def _verdict(self) -> Verdict:
        nodes = [node.evaluators for _, node in self._nodes if isinstance(node, EvaluateNode)]
        reasons = (MARK * REASON_TOKENS,) * REASONS
        return Verdict(scores=tuple(Score(0.0, reasons, evaluator=use.name) for use in max(nodes, key=len, default=())))

    @cached_property
    def _critique(self) -> Critique:
        # What critics side by side say is put together.
        critics = max((len(fan.nodes) for spec in self.spec.whole() for fan in spec.fans.values()), default=1)
        text = self._written_by("critique") * critics
        first, rest = Problem(where=MARK, problem=text, fix=MARK), Problem(where=MARK, problem=MARK, fix=MARK)
        return Critique(problems=(first, *(rest,) * (PROBLEMS * critics - 1)))

    def _written_by(self, kind: str) -> str:
        """Return a stand-in for the longest text of a kind that the graph's nodes write."""
        called = any(isinstance(node, CallNode | HumanNode) and node.writes == kind for _, node in self._nodes)
        lengths = [one.max_tokens for one in self.agents if one.writes == kind]
        return MARK * math.ceil(AGAIN * max(*lengths, CALLED if called else 0, 0))
