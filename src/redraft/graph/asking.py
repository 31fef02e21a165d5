"""How an agent is asked: its prompt rendered, its model's tokens gathered into a reply."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redraft.errors import ModelError, RedraftError
from redraft.graph.state import Thread
from redraft.llama.interface import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redraft.agents import Agent
    from redraft.llama.interface import Engine, Finish, Piece
    from redraft.llama.scorer import Scorer

__all__ = ["Asker", "Limits", "Reply"]

CLOSING = 0.25
"""Seconds that an engine has to end by itself at its deadline: it alone can close what a schema has begun."""

SHORT = 4
"""A thread begins anew where its answer would have less room than a fourth of the context, and than `max_tokens`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one model call may use: a seed, generated tokens, and seconds (None: open); and the run that it is for."""

    seed: int = 0
    max_tokens: int | None = None
    seconds: float | None = None
    run: str = ""


@dataclass(slots=True)
class Reply:
    """What an agent's model answered, and what it cost. `finish` is None where nothing ended it.

    `thread` is what an agent with `context: thread` goes on with, and afterwards what the next one goes on with.
    """

    text: str = ""
    ids: list[int] = field(default_factory=list)
    prompt_tokens: int = 0
    finish: Finish | None = None
    thread: Thread = field(default_factory=Thread)

    @property
    def completion_tokens(self) -> int:
        """How many tokens were generated."""
        return len(self.ids)

    @property
    def cut(self) -> bool:
        """Whether a token limit or a deadline ended the text."""
        return self.finish != "stop"


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks agents, each on the engine of its model.

    Args:
        agents: The agents that may be asked, by name.
        engines: The open engines, by the name that agents call their model.
        scorers: The open models that evaluators score with, by the name that graphs call them.
    """

    agents: Mapping[str, Agent]
    engines: Mapping[str, Engine] = field(default_factory=dict)
    scorers: Mapping[str, Scorer] = field(default_factory=dict)

    def engine_of(self, agent: Agent) -> Engine:
        """Return the engine that serves an agent.

        Raises:
            ModelError: No engine is open under the name of its model.
        """
        engine = self.engines.get(agent.model)
        if engine is None:
            raise ModelError(
                f"agent '{agent.name}' needs model '{agent.model}', which is not loaded", mend="Name a model with -m."
            )
        return engine

    def scorer_of(self, name: str) -> Scorer:
        """Return the model of a name that texts are scored with.

        Raises:
            ModelError: None is open under that name.
        """
        scorer = self.scorers.get(name)
        if scorer is None:
            mend = "An evaluator names the model that it scores with in its parameter `scorer`."
            raise ModelError(f"the model '{name}' is not loaded to score texts", mend=mend)
        return scorer

    async def ask(
        self,
        agent: Agent,
        values: Mapping[str, object],
        *,
        limits: Limits,
        reply: Reply,
        on_text: Callable[[str], None],
    ) -> None:
        """Have an agent reply to the values it reads.

        Args:
            agent: Who is asked.
            values: The variables of its prompt, by name.
            limits: What the call may use.
            reply: What the answer and its cost are added to: the caller has them also where the call fails.
            on_text: Called with each stretch of text as it arrives.

        Raises:
            ModelError: The model's template refuses the conversation, or cannot go on from an answer.
            PromptTooLongError: The prompt does not fit the model's context.
            GenerationError: The model could not go on.
        """
        ends = None if limits.seconds is None else time.monotonic() + limits.seconds
        engine = self.engine_of(agent)
        pieces = _prompt(engine, agent, values, reply.thread)
        reply.prompt_tokens = engine.count(pieces)
        request = Request(
            pieces=pieces,
            sampling=agent.sampling,
            schema=agent.json_schema,
            grammar=agent.grammar,
            seed=limits.seed,
            max_tokens=min(agent.max_tokens, limits.max_tokens or agent.max_tokens),
            stop=agent.stop,
            copies=_copied(agent, values),
            deadline=ends,
            agent=agent.name,
            run=limits.run,
        )
        try:
            async with asyncio.timeout(None if ends is None else max(ends - time.monotonic(), 0) + CLOSING):
                await _gather(engine, request, reply, on_text)
        except TimeoutError:
            reply.finish = "deadline"
        except RedraftError as error:
            error.where = error.where or f"agent {agent.name}"
            raise
        if agent.context == "thread":
            reply.thread = reply.thread.grown(pieces[0].ids, tuple(reply.ids))


def _prompt(engine: Engine, agent: Agent, values: Mapping[str, object], thread: Thread) -> tuple[Piece, ...]:
    messages = agent.render(values)
    if agent.context == "fresh":
        return engine.chat(messages)
    needed = min(agent.max_tokens, engine.context // SHORT)
    for held in thread.shorter:
        prompt = engine.extend(held.ids, messages)
        if len(prompt.ids) + needed <= engine.context:
            break
    return (prompt,)


async def _gather(engine: Engine, request: Request, reply: Reply, on_text: Callable[[str], None]) -> None:
    tokens = engine.generate(request)
    try:
        async for token in tokens:
            if token.id >= 0 and reply.completion_tokens == request.max_tokens:
                # Only an engine that ignores its limit gets here: the budget is the run's, not the engine's.
                reply.finish = "length"
                break
            if token.id >= 0:
                reply.ids.append(token.id)
            reply.finish = token.finish
            if token.text:
                reply.text += token.text
                on_text(token.text)
    finally:
        await tokens.aclose()


def _copied(agent: Agent, values: Mapping[str, object]) -> str | None:
    source = values.get(agent.copies) if agent.copies else None
    return getattr(source, "text", None)
