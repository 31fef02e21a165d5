"""What a node does on one visit, and what it finds there."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from redraft.convergence import Stop
from redraft.errors import GenerationError, ModelError, UnknownNameError, nearest
from redraft.evaluation import assess
from redraft.graph.asking import Limits, Reply
from redraft.graph.events import Charged, Evaluated
from redraft.graph.fan import Pool
from redraft.graph.state import Judged, known_verdict, remember, seed_for
from redraft.llama.calibration import Calibration
from redraft.task import Assessed, Critique, Draft, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redraft.agents import Agent
    from redraft.convergence import StopRules
    from redraft.evaluation import Use
    from redraft.graph.asking import Asker
    from redraft.graph.events import NodeEvent
    from redraft.graph.state import State

__all__ = ["EvaluateWork", "Judging", "Share", "Step", "Visit", "Work", "next_draft", "readable"]

GRACE = 0.5
"""Seconds that evaluators still get for a draft that was being written when the run's time was up."""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of what is left of a budget that a node may use beside others: so many of all their drafts."""

    mine: int = 1
    all: int = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a node: the state it finds, what is left of the budgets, where its events go, and the run's id.

    `attempt` counts from 1: a node that failed may be tried again. `clock` is the run's, which stands while a person
    is asked.
    """

    node: str
    number: int
    state: State
    rules: StopRules
    deadline: float | None
    emit: Callable[[NodeEvent], None]
    run: str = ""
    attempt: int = 1
    share: Share = field(default_factory=Share)
    clock: Callable[[], float] = time.monotonic

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the run's time is up, at least 0; None where it is open."""
        return None if self.deadline is None else max(self.deadline - time.monotonic(), 0.0)

    @property
    def tokens_left(self) -> int | None:
        """Completion tokens that the visit may still use; None where that is open."""
        limit = self.rules.tokens
        if limit is None:
            return None
        return max(limit - self.state["counters"].completion_tokens, 0) * self.share.mine // self.share.all

    def spent(self, needed: int) -> Stop | None:
        """Return the stop that says which budget has no room for another call of `needed` tokens, or None."""
        if self.seconds_left == 0:
            return Stop("seconds", f"{self.rules.seconds:g} seconds are over")
        left = self.tokens_left
        if left is None or left >= needed:
            return None
        used = self.state["counters"].completion_tokens
        return Stop("tokens", f"{used} of {self.rules.tokens} tokens used, too few are left for another call")


@dataclass(frozen=True, slots=True)
class Step:
    """What a visit changes in the state, what it cost, and whether it had to stop the run."""

    update: dict[str, Any] = field(default_factory=dict)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    drafts: int = 0
    stop: Stop | None = None
    judged: tuple[Judged, ...] = ()


class Work(Protocol):
    """What a node does."""

    async def __call__(self, visit: Visit) -> Step:
        """Do the node's work for one visit."""
        ...


@dataclass(frozen=True, slots=True)
class EvaluateWork:
    """Has the current draft evaluated; an identical draft keeps its verdict."""

    uses: Sequence[Use]
    asker: Asker
    allow_network: bool = False

    async def __call__(self, visit: Visit) -> Step:
        """Evaluate the drafts of the pool, or else the current one, and compare them with the best."""
        pool = visit.state.get("pool")
        if pool is None or not pool.drafts:
            return await self._evaluate(visit, (_current(visit.state).draft,))
        memory = visit.state["memory"].beside(pool)
        state: State = {**visit.state, "memory": memory}
        step = await self._evaluate(replace(visit, state=state), [assessed.draft for assessed in pool.drafts])
        seen = {one.assessed.draft.index: one.assessed for one in step.judged}
        judged = Pool(drafts=tuple(seen[assessed.draft.index] for assessed in pool.drafts))
        update = {key: value for key, value in step.update.items() if key != "current"}
        after = update["memory"].after(memory, rules=visit.rules)
        return replace(step, update=update | {"memory": after, "pool": judged})

    async def _evaluate(self, visit: Visit, drafts: Sequence[Draft]) -> Step:
        judging = Judging(self.asker, visit)
        verdicts = await asyncio.gather(*(self._verdict(visit, draft, judging) for draft in drafts))
        if judging.prompt_tokens:
            visit.emit(Charged(visit.node, judging.prompt_tokens, judging.completion_tokens))
        state, update = visit.state, {}
        judged = []
        for draft, verdict in zip(drafts, verdicts, strict=True):
            visit.emit(Evaluated(draft.index, verdict))
            judged.append(Judged(node=visit.node, assessed=Assessed(draft=draft, verdict=verdict)))
            update = remember(state, visit.node, judged[-1].assessed, rules=visit.rules)
            state = {**state, **update}  # type: ignore[typeddict-item]
        return Step(update, judging.prompt_tokens, judging.completion_tokens, judged=tuple(judged))

    async def _verdict(self, visit: Visit, draft: Draft, judging: Judging) -> Verdict:
        return known_verdict(visit.state, visit.node, draft) or await self._assess(visit, draft, judging)

    async def _assess(self, visit: Visit, draft: Draft, judging: Judging) -> Verdict:
        left = visit.seconds_left
        return await assess(
            draft,
            visit.state["task"],
            self.uses,
            ctx=judging,
            deadline=None if left is None else time.monotonic() + max(left, GRACE),
            history=visit.state["memory"].recent,
            allow_network=self.allow_network,
        )


@dataclass(slots=True)
class Judging:
    """Lets an evaluator ask agents and scorers, and keeps count of what that costs."""

    asker: Asker
    visit: Visit
    prompt_tokens: int = 0
    completion_tokens: int = 0
    granted: int = 0

    async def rate(self, agent: str, values: dict[str, object]) -> tuple[float, ...]:
        """Return the probability of each of a judge agent's choices."""
        judge = self._agent(agent)
        engine = self.asker.engine_of(judge)
        pieces = engine.chat(judge.render(values))
        self.prompt_tokens += engine.count(pieces)
        return await engine.rate(pieces, judge.choices)

    async def generate(self, agent: str, values: dict[str, object], *, seed: int = 0) -> str:
        """Return what an agent writes, within what is left of the run's budgets."""
        writer, visit = self._agent(agent), self.visit
        # What others that write at the same time were granted is gone until they are done.
        left = None if visit.tokens_left is None else visit.tokens_left - self.completion_tokens - self.granted
        if left is not None and left < writer.least_tokens:
            raise GenerationError("too few of the run's tokens are left for it", where=f"agent {agent}")
        granted = 0 if left is None else min(left, writer.max_tokens)
        self.granted += granted
        # No node has a name like that: the seed is nobody else's.
        own = seed_for(visit.state.get("seed", 0), f"{visit.node}/{agent}", visit.number, sample=seed)
        limits, reply = Limits(seed=own, max_tokens=left, seconds=visit.seconds_left, run=visit.run), Reply()
        try:
            await self.asker.ask(writer, values, limits=limits, reply=reply, on_text=lambda _: None)
        finally:
            self.granted -= granted
            self.prompt_tokens += reply.prompt_tokens
            self.completion_tokens += reply.completion_tokens
        return reply.text.strip()

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one embedding for each text, by the model that serves `default`."""
        engine = self.asker.engines.get("default")
        if engine is None:
            raise ModelError("no model is loaded to embed texts", mend="Name one with -m.")
        return await engine.embed(texts)

    async def score(
        self, scorer: str, query: str, documents: Sequence[str], *, calibration: Calibration | None = None
    ) -> tuple[float, ...]:
        """Return a value from 0 to 1 for each document."""
        model = self.asker.scorer_of(scorer)
        values = await model.score(query, documents, calibration or Calibration())
        self.prompt_tokens += model.count(query, documents)
        return values

    def choices(self, agent: str) -> tuple[str, ...]:
        """Return what a judge agent chooses from."""
        return self._agent(agent).choices

    def _agent(self, name: str) -> Agent:
        agents = self.asker.agents
        if name not in agents:
            mend = "Name one in the evaluator's parameter `agent`."
            raise UnknownNameError(f"no agent is named '{name}'.{nearest(name, agents)}", mend=mend)
        return agents[name]


def next_draft(visit: Visit, checked: Sequence[str], *, shown: bool) -> Draft:
    """Return the draft that a node is about to write, its text still empty.

    Args:
        visit: The visit to the node.
        checked: The nodes whose visits count rounds.
        shown: Whether its author has seen the current draft.
    """
    counters, current = visit.state["counters"], visit.state.get("current")
    parent = current.draft.index if current and shown else None
    visits = (counters.visits.get(node, 0) for node in checked)
    rounds = max(visits, default=0) if counters.drafts else 0
    return Draft(index=counters.drafts, round=rounds, text="", parent=parent, author=visit.node)


def readable(state: State, reads: Sequence[str]) -> dict[str, object]:
    """Return the variables that an agent reads, by name."""
    current, best = state.get("current"), state.get("best")
    known: dict[str, object] = {
        "task": state["task"],
        "draft": current.draft if current else None,
        "verdict": (current.verdict if current else None) or Verdict(),
        "best": best.draft if best else None,
        "critique": state.get("critique") or Critique(),
        "recent": state["memory"].recent,
        "notes": state.get("notes", {}),
        "pool": state["pool"].drafts if "pool" in state else (),
    }
    return {name: known[name] for name in reads}


def _current(state: State) -> Assessed:
    current = state.get("current")
    if current is None:
        raise ValueError("there is no draft to evaluate yet")
    return current
