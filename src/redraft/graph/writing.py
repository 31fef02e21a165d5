"""A node that asks an agent: what the agent writes becomes a draft, several drafts, a critique or a note."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redraft.errors import PromptTooLongError
from redraft.graph.asking import Limits, Reply
from redraft.graph.events import Charged, Criticised, DraftFinished, DraftStarted, TextStreamed, Warned
from redraft.graph.fan import Pool
from redraft.graph.nodes import Step, next_draft, readable
from redraft.graph.state import Thread, seed_for
from redraft.task import Assessed, Critique, Problem, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.agents import Agent
    from redraft.graph.asking import Asker
    from redraft.graph.nodes import Visit
    from redraft.task import Draft

__all__ = ["AgentWork"]


@dataclass(frozen=True, slots=True)
class AgentWork:
    """Asks an agent, and files what it writes.

    Args:
        agent: Who is asked.
        asker: Asks it.
        checked: The nodes whose visits count rounds.
        samples: How many drafts are asked for at once; more than one go into the pool.
    """

    agent: Agent
    asker: Asker
    checked: tuple[str, ...]
    samples: int = 1

    async def __call__(self, visit: Visit) -> Step:
        """Ask the agent, unless a budget has no room for it."""
        stop = visit.spent(self.agent.least_tokens * self.samples)
        if stop:
            return Step(stop=stop)
        if self.agent.writes == "draft":
            return await self._drafted(visit)
        reply = await self._asked(visit, None, 0)
        if self.agent.writes == "note":
            return self._step({"notes": {visit.node: reply.text.strip()}}, reply)
        critique = _critique(visit, reply.text)
        visit.emit(Criticised(critique.draft, critique, visit.node))
        return self._step({"critique": critique}, reply)

    async def _drafted(self, visit: Visit) -> Step:
        shown = "draft" in self.agent.reads or self.agent.context == "thread"
        first = next_draft(visit, self.checked, shown=shown)
        drafts = [first.model_copy(update={"index": first.index + sample}) for sample in range(self.samples)]
        writing = [self._draft(visit, draft, sample) for sample, draft in enumerate(drafts)]
        written = await asyncio.gather(*writing) if self.samples > 1 else [await writing[0]]
        assessed = tuple(Assessed(draft=one.draft) for one in written)
        if self.samples > 1:
            paid = Reply(prompt_tokens=sum(one.reply.prompt_tokens for one in written))
            paid.ids = [token for one in written for token in one.reply.ids]
            return self._step({"pool": Pool(drafts=assessed)}, paid, drafts=self.samples)
        # A draft that stands alone takes the place of a pool that nobody chose from.
        return self._step({"current": assessed[0], "pool": Pool()}, written[0].reply, drafts=1)

    async def _draft(self, visit: Visit, draft: Draft, sample: int) -> _Written:
        visit.emit(DraftStarted(draft.index, draft.round, draft.author))
        reply = await self._asked(visit, draft, sample)
        finished = draft.model_copy(update={"text": reply.text.strip(), "cut": reply.cut})
        visit.emit(DraftFinished(finished))
        return _Written(finished, reply)

    async def _asked(self, visit: Visit, draft: Draft | None, sample: int) -> Reply:
        reply = Reply(thread=visit.state.get("threads", {}).get(self.agent.model, Thread()))
        index = draft.index if draft else None
        seed = seed_for(visit.state.get("seed", 0), visit.node, visit.number, sample=sample, attempt=visit.attempt)
        left = None if visit.tokens_left is None else visit.tokens_left // self.samples
        limits = Limits(seed=seed, max_tokens=left, seconds=visit.seconds_left, run=visit.run)
        try:
            await self._ask(visit, reply, limits, lambda text: visit.emit(TextStreamed(visit.node, text, index)))
        finally:
            visit.emit(Charged(visit.node, reply.prompt_tokens, reply.completion_tokens))
        return reply

    async def _ask(self, visit: Visit, reply: Reply, limits: Limits, on_text: Callable[[str], None]) -> None:
        values: dict[str, object] | None = readable(visit.state, self.agent.reads)
        while values is not None:
            try:
                await self.asker.ask(self.agent, values, limits=limits, reply=reply, on_text=on_text)
            except PromptTooLongError:
                values = _with_fewer_reasons(values)
                if values is None:
                    raise
                visit.emit(Warned(f"'{visit.node}' reads only the first reasons: not all fit the model's context"))
            else:
                return

    def _step(self, update: dict[str, Any], reply: Reply, *, drafts: int = 0) -> Step:
        if self.agent.context == "thread":
            update["threads"] = {self.agent.model: reply.thread}
        return Step(update, reply.prompt_tokens, reply.completion_tokens, drafts)


@dataclass(frozen=True, slots=True)
class _Written:
    """A draft that is complete, and the reply that it was made of."""

    draft: Draft
    reply: Reply


def _critique(visit: Visit, text: str) -> Critique:
    assessed = visit.state.get("current")
    if assessed is None:
        raise ValueError("there is no draft to criticise yet")
    try:
        return Critique(draft=assessed.draft.index, problems=json.loads(text)["problems"])
    except (ValueError, KeyError, TypeError):
        visit.emit(Warned(f"the critique of '{visit.node}' could not be read; the evaluators' reasons stand in for it"))
    reasons = assessed.verdict.reasons if assessed.verdict else ()
    return Critique(draft=assessed.draft.index, problems=tuple(Problem(problem=reason) for reason in reasons))


def _with_fewer_reasons(values: dict[str, object]) -> dict[str, object] | None:
    """Return what an agent reads with half of each evaluator's reasons; None where there are none to leave out."""
    verdict = values.get("verdict")
    scores = verdict.scores if isinstance(verdict, Verdict) else ()
    most = max((len(score.reasons) for score in scores), default=0)
    if not most:
        return None
    fewer = (score.model_copy(update={"reasons": score.reasons[: most // 2]}) for score in scores)
    return values | {"verdict": Verdict(scores=tuple(fewer))}
