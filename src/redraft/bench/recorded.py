"""A recorded run: its drafts, what each call cost, and why it ended. Nothing in it knows the truth."""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from typing import Literal, TypeAlias

from redraft.task import Problem, Stopped, Value

__all__ = ["Call", "Failure", "Key", "MethodName", "Rank", "Run", "Written"]

MethodName: TypeAlias = Literal["loop", "chain", "samples", "votes", "no_critique", "self_critique"]
"""Ways to spend tokens: the graph's own loop, its revisions without a stop, fresh drafts (with evaluators and without),
revisions without a critic, and a critic without evaluators."""

Rank: TypeAlias = tuple[bool, bool, float]
"""A draft's place in the order of "best"."""

Key: TypeAlias = tuple[str, int, MethodName]
"""What tells a run from all others of its graph and model: the digest of its task, its seed, its method."""


class Call(Value):
    """What one call of the model cost; `evaluates` is a call that an evaluator made."""

    prompt_tokens: int
    completion_tokens: int
    evaluates: bool = False


class Written(Value):
    """A draft: how it ranks, whether it contents the graph, and what was said against it.

    `written` and `judged` are how many calls the run had paid for when the draft was finished, and when it had its
    verdict. `rank` is None where it has none, `problems` where no critic has read it.
    """

    text: str
    round: int
    author: str
    cut: bool
    written: int
    judged: int
    rank: Rank | None = None
    content: bool = False
    reasons: tuple[str, ...] = ()
    problems: tuple[Problem, ...] | None = None


class Run(Value):
    """One method's run on one task with one seed.

    `budget` is how many tokens it was allowed; None where only the graph's own stops hold. `best` is the place of the
    answer among the drafts.
    """

    method: MethodName
    task: str
    seed: int
    budget: int | None
    calls: tuple[Call, ...]
    drafts: tuple[Written, ...]
    best: int | None
    stop: Stopped
    seconds: float

    @property
    def key(self) -> Key:
        """What tells this run from others."""
        return self.task, self.seed, self.method

    @cached_property
    def spent(self) -> tuple[int, ...]:
        """The generated tokens before the first call, before the second, …, after the last."""
        return tuple(accumulate((call.completion_tokens for call in self.calls), initial=0))

    @property
    def tokens(self) -> int:
        """The tokens that all calls generated."""
        return self.spent[-1]

    @property
    def prompt_tokens(self) -> int:
        """The tokens that all calls read."""
        return sum(call.prompt_tokens for call in self.calls)

    @property
    def evaluators_write(self) -> bool:
        """Whether an evaluator had a model write."""
        return any(call.evaluates and call.completion_tokens for call in self.calls)


class Failure(Value):
    """A run that could not be made, and why; its task is left out of every comparison."""

    method: MethodName
    task: str
    seed: int
    what: str
