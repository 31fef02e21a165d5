"""The state that a run carries from node to node: bounded, frozen, and small enough to save at every step."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from langgraph.channels import EphemeralValue
from langgraph.managed import RemainingSteps  # noqa: TC002 -- LangGraph reads the annotations of the state
from pydantic import Field
from typing_extensions import TypedDict  # Before Python 3.12, pydantic makes schemas of no other.

from redraft.convergence import Progress
from redraft.graph.fan import Fan, Landed, Pool
from redraft.task import Assessed, Critique, Draft, Message, Problem, Score, Stopped, Task, Value, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft.convergence import Check, StopRules

__all__ = [
    "SAVED_TYPES",
    "Counters",
    "Judged",
    "Memory",
    "Stamp",
    "State",
    "Thread",
    "known_verdict",
    "progress_at",
    "remember",
    "seed_for",
    "start_state",
]


_V = TypeVar("_V")


class Stamp(Value):
    """When a process last worked on a run: a name of its own, and its monotonic clock in seconds."""

    process: str
    clock: float


class Counters(Value):
    """What a run has used up so far."""

    visits: dict[str, int] = Field(default_factory=dict)
    drafts: int = 0
    completion_tokens: int = 0
    prompt_tokens: int = 0
    seconds: float = 0.0
    reverted: bool = False
    stamp: Stamp | None = None


class Judged(Value):
    """A draft with its verdict, and the node that gave it."""

    node: str
    assessed: Assessed


def _first(*judged: Judged | None) -> Judged | None:
    """Return the first in the order of "best": of equals, the earlier draft."""
    there = [one for one in judged if one]
    return max(there, key=lambda one: (one.assessed.rank, -one.assessed.draft.index), default=None)


class Memory(Value):
    """The last evaluated drafts, oldest first, each with its last verdict, and the best rank after each of them.

    `rival` is the best of all drafts before the last one, `outside` the best of those before the last pool.
    """

    # LangGraph's savers give a bare tuple back as a list; in a model of its own it stays one.
    judged: tuple[Judged, ...] = ()
    ranks: tuple[tuple[bool, bool, float], ...] = ()
    best: Judged | None = None
    rival: Judged | None = None
    outside: Judged | None = None

    @property
    def recent(self) -> tuple[Assessed, ...]:
        """The last evaluated drafts with their verdicts, oldest first."""
        return tuple(one.assessed for one in self.judged)

    def beside(self, pool: Pool) -> Memory:
        """Return the memory before a pool is evaluated: the best draft that is not one of it is put aside."""
        inside = {one.draft.index for one in pool.drafts}
        if self.best and self.best.assessed.draft.index in inside:
            return self.model_copy(update={"best": self.outside})
        return self.model_copy(update={"outside": self.best})

    def after(self, earlier: Memory, *, rules: StopRules) -> Memory:
        """Return the memory after a pool was evaluated, which is one evaluation, however many drafts are in it."""
        return self.model_copy(update={"ranks": (*earlier.ranks, *self.ranks[-1:])[-rules.memory :]})

    def settled(self, chosen: Assessed, dropped: Sequence[Assessed]) -> Memory:
        """Return the memory after a choice, which makes the chosen draft the last one.

        Args:
            chosen: The draft, with its verdict.
            dropped: Those that are no longer in the pool, but still compete.
        """
        index = chosen.draft.index
        node = next((one.node for one in reversed(self.judged) if one.assessed.draft.index == index), "")
        mine = Judged(node=node, assessed=chosen)
        outside = _first(self.outside, *(Judged(node="", assessed=one) for one in dropped))
        best = _first(outside, mine)
        rank = () if best is None else (best.assessed.rank,)
        update = {"best": best, "rival": outside, "outside": outside, "ranks": (*self.ranks[:-1], *rank)}
        judged = (*(one for one in self.judged if one.assessed.draft.index != index), mine)
        return self.model_copy(update=update | {"judged": judged[-max(len(self.judged), 1) :]})


class Thread(Value):
    """The token sequence that the agents with `context: thread` of one model go on with.

    `head` is how many of the tokens are the first prompt and its answer: what is kept where the rest is too long.
    """

    ids: tuple[int, ...] = ()
    head: int = 0

    @property
    def shorter(self) -> tuple[Thread, ...]:
        """What may be gone on with, the longest first: the thread, its head alone, nothing."""
        head = Thread(ids=self.ids[: self.head], head=self.head)
        return tuple(dict.fromkeys((self, head, Thread())))

    def grown(self, prompt: tuple[int, ...], answer: tuple[int, ...]) -> Thread:
        """Return the thread after one more turn.

        Args:
            prompt: The whole prompt: what was gone on with, and the new turn.
            answer: The tokens that were generated.
        """
        ids = prompt + answer
        goes_on = bool(self.head) and prompt[: self.head] == self.ids[: self.head]
        return Thread(ids=ids, head=self.head if goes_on else len(ids))


SAVED_TYPES = tuple(
    (kind.__module__, kind.__name__)
    for kind in (
        Assessed,
        Counters,
        Critique,
        Draft,
        Fan,
        Judged,
        Landed,
        Memory,
        Message,
        Pool,
        Problem,
        Score,
        Stamp,
        Stopped,
        Task,
        Thread,
        Verdict,
    )
)
"""Every type of ours in the state, as LangGraph's savers want them: module, name."""


def _landed(old: dict[str, Landed], new: dict[str, Landed] | None) -> dict[str, Landed]:
    """The join empties it."""
    return {} if new is None else old | new


def _merged(old: dict[str, _V], new: dict[str, _V]) -> dict[str, _V]:
    return old | new


class State(TypedDict, total=False):
    """One run's state. Drafts that are neither current, best nor recent live in the run's record only.

    What a caller hands over, `prompt` and `inputs`, is there for one step: for the node that a run begins with.
    """

    prompt: Annotated[str, EphemeralValue]
    inputs: Annotated[dict[str, Any], EphemeralValue]
    task: Task
    seed: int
    current: Assessed | None
    best: Assessed | None
    memory: Memory
    critique: Critique | None
    notes: Annotated[dict[str, str], _merged]
    threads: Annotated[dict[str, Thread], _merged]
    pool: Pool
    fan: Fan | None
    landed: Annotated[dict[str, Landed], _landed]
    counters: Counters
    route: str
    stop: Stopped | None
    answer: str | None
    remaining: RemainingSteps


def start_state(task: Task, *, seed: int = 0) -> State:
    """Return the state that a run of the task starts from."""
    return {"task": task, "seed": seed, "counters": Counters(), "memory": Memory()}


def seed_for(run_seed: int, node: str, visit: int, *, sample: int = 0, attempt: int = 1) -> int:
    """Return the seed of one model call: the same for the same place in the same run, 0 to 2**64 - 1."""
    again = f"\0{attempt}" if attempt > 1 else ""
    key = f"{run_seed}\0{node}\0{visit}\0{sample}{again}".encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big")


def known_verdict(state: State, node: str, draft: Draft) -> Verdict | None:
    """Return the verdict that an identical draft already has from the evaluators of the same node."""
    memory = state["memory"]
    seen = (*memory.judged, memory.best) if memory.best else memory.judged
    here = (one.assessed for one in seen if one.node == node)
    same = (one for one in here if one.draft.text == draft.text and one.draft.cut == draft.cut)
    return next((one.verdict for one in same if one.verdict is not None), None)


def remember(state: State, node: str, assessed: Assessed, *, rules: StopRules) -> dict[str, Any]:
    """Return the update that makes an evaluated draft the current one, and the best where it is better.

    A draft that another node has evaluated before is judged by its last verdict alone.
    """
    memory, newest = state["memory"], Judged(node=node, assessed=assessed)
    again = bool(memory.judged) and memory.judged[-1].assessed.draft.index == assessed.draft.index
    rival = memory.rival if again else memory.best
    best = _first(rival, newest) or newest
    earlier, last = slice(-1 if again else None), slice(-rules.memory, None)
    remembered = Memory(
        judged=(*memory.judged[earlier], newest)[last],
        ranks=(*memory.ranks[earlier], best.assessed.rank)[last],
        best=best,
        rival=rival,
        outside=memory.outside,
    )
    return {"current": assessed, "best": best.assessed, "memory": remembered}


def progress_at(node: str, state: State, checks: Mapping[str, Check]) -> Progress:
    """Return what the checks may look at when they decide on the edges that leave a node."""
    counters = state["counters"]
    return Progress(
        current=state.get("current"),
        best=state.get("best"),
        recent=state["memory"].recent,
        ranks=state["memory"].ranks,
        rounds=max(counters.visits.get(node, 0) - 1, 0),
        tokens=counters.completion_tokens,
        seconds=counters.seconds,
        reverted=counters.reverted,
        plugin_checks=checks,
        critique=state.get("critique"),
        notes=state.get("notes", {}),
    )
