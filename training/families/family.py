"""What training must know of a kind of work: tasks, answers, mistakes, what is said of them, and the truth."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar

from redraft.graph.loading import load_graph
from redraft.graph.spec import EvaluateNode
from redraft.plugins import load_plugins
from redraft.task import Score, Task, Verdict
from training.families.differences import differences, likeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from redraft.graph.spec import EvaluatorUse, GraphSpec
    from redraft.task import Problem

__all__ = ["Family", "Item"]

CANDIDATES = 8
RATINGS = 5


@dataclass(frozen=True)
class Item:
    """One task of a family.

    Attributes:
        inputs: What its graph is given.
        truth: What only the oracles of its graph are given, beside the inputs: reference answers, hidden tests.
    """

    inputs: Mapping[str, Any]
    truth: Mapping[str, Any]

    def to_json(self) -> str:
        """Return the item as a line of a file of tasks."""
        return json.dumps({"inputs": dict(self.inputs), "truth": dict(self.truth)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Item:
        """Return the item of a line that `to_json` wrote."""
        return cls(**json.loads(text))


class Family(ABC):
    """A kind of work. Every method is a pure function of its arguments: the same random generator, the same result.

    Attributes:
        name: One word, used in files, logs and figures.
        graph: The graph whose prompt, evaluators and oracles it is.
        phrases: Fixed text of its prompts and of its evaluators' reasons; each is one token.
        listed: Whether `texts` has all of its text, so that the tokenizer need not look at prompts and answers.
        words: Its words. Each is one token, with a space before it and without, and both are tied in training.
    """

    name: ClassVar[str]
    graph: ClassVar[str]
    listed: ClassVar[bool] = False
    phrases: ClassVar[tuple[str, ...]] = ()
    words: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def sample(self, rng: Random, *, kept_back: bool = False) -> Item:
        """Draw a task that may be trained on, or one that is held out; `held_out` says which of them an item is."""

    def hard(self, rng: Random) -> Item:
        """Draw a task for the model to write a draft of its own: it learns from mistakes, so mostly a hard one."""
        return self.sample(rng)

    @abstractmethod
    def held_out(self, item: Item, *texts: str) -> bool:
        """Whether an item, or a text written for it, shows what training never shows together."""

    def held_out_tasks(self, count: int) -> list[Item]:
        """Return so many different tasks that training never sees; more of them begin with fewer of them."""
        rng = Random(f"bench:{self.name}")
        found: dict[str, Item] = {}
        while len(found) < count:
            item = self.sample(rng, kept_back=True)
            found.setdefault(json.dumps(item.inputs, sort_keys=True, ensure_ascii=False), item)
        return list(found.values())

    @abstractmethod
    def answers(self, item: Item, rng: Random, count: int) -> list[str]:
        """Return so many right answers, as different as the task allows."""

    @abstractmethod
    def spoiled(self, item: Item, rng: Random) -> str:
        """Return a draft such as a weak model might write: mostly with one mistake, rarely sound or astray."""

    def made(self, item: Item, rng: Random) -> tuple[str, str]:
        """Return a draft by rule, and what it should become."""
        draft = self.spoiled(item, rng)
        return draft, self.mended(item, draft, rng)

    @abstractmethod
    def scores(self, task: Task, text: str) -> Mapping[str, Score]:
        """Return by name what the graph's evaluators say of a draft, the judge left out: value and reasons.

        It gives what the real evaluators give, only fast: a test compares them.
        """

    @abstractmethod
    def is_right(self, item: Item, text: str) -> bool:
        """Whether a draft does the task in truth, as the oracles of the graph have it. No loop sees this."""

    def bare(self, rng: Random) -> Sequence[tuple[str, str]]:
        """Return exercises without an agent's prompt, what is asked and answered; none where none help."""
        del rng
        return ()

    def texts(self) -> Iterable[str]:
        """Yield other text of answers, prompts and reasons whose words should be whole tokens."""
        return ()

    def mended(self, item: Item, draft: str, rng: Random) -> str:
        """Return what a draft should become: itself where it is right, or else the right answer most like it."""
        if self.is_right(item, draft):
            return draft
        return max(
            self.answers(item, rng, CANDIDATES), key=lambda answer: likeness(self.split(draft), self.split(answer))
        )

    def problems(self, item: Item, draft: str, target: str) -> tuple[Problem, ...]:
        """Return the critique that a draft deserves, given what it should become: at most four problems."""
        del item
        return differences(self.split(draft), self.split(target), join=self.join)

    def rating(self, item: Item, draft: str, target: str) -> int:
        """Return the rating from 1 to 5 that a draft deserves: 5 is right, the first fault costs two."""
        if draft == target:
            return RATINGS
        return max(1, RATINGS - 1 - max(1, len(self.problems(item, draft, target))))

    def split(self, text: str) -> list[str]:
        """Take a text apart into the words that a critique names."""
        return text.replace(",", " ,").replace(".", " .").split()

    def join(self, words: Sequence[str]) -> str:
        """Write such words as they stand in a text."""
        return " ".join(words).replace(" ,", ",").replace(" .", ".")

    @cached_property
    def spec(self) -> GraphSpec:
        """The graph, loaded."""
        return load_graph(self.graph, plugins=load_plugins())

    def task(self, item: Item) -> Task:
        """Return the task that the graph makes of an item; what only the truth knows is not in it."""
        return self.spec.task(None, dict(item.inputs))

    @cached_property
    def uses(self) -> tuple[EvaluatorUse, ...]:
        """The evaluators of the graph's loop, gates among them, in their order."""
        nodes = [node for node in self.spec.nodes.values() if isinstance(node, EvaluateNode)]
        return nodes[0].evaluators

    @property
    def judged(self) -> bool:
        """Whether the graph asks the model for a rating."""
        return any(use.name == "judge" for use in self.uses)

    def verdict(self, task: Task, text: str, *, rated: float | None = None) -> Verdict:
        """Return the verdict that the graph's evaluators give; the judge is one of them where it has rated.

        Args:
            task: The task.
            text: The draft.
            rated: The judge's expected rating, from 1 to 5.
        """
        said = dict(self.scores(task, text))
        if rated is not None:
            said["judge"] = Score((rated - 1) / (RATINGS - 1), [f"{rated:.1f} of 5"], kind="judge")
        return Verdict(scores=tuple(_used(said[use.name], use) for use in self.uses if use.name in said))


def _used(score: Score, use: EvaluatorUse) -> Score:
    return score.model_copy(update={"evaluator": use.name, "weight": use.weight, "gate": use.gate})
