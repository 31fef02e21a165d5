"""The embedded model's own revisions: how much of what is proposed it accepts, and what that gains."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from benchmarks.engine_bench import Bench, in_turn
from benchmarks.engine_rows import Row, Skipped, row
from redraft.agents import get_agent
from redraft.files import embedded_model
from redraft.llama.interface import Request
from redraft.llama.opening import open_engine
from redraft.task import Critique, Draft
from training.families.sentence.faults import spoil
from training.families.sentence.grammar import compose, sentence_text
from training.families.sentence.truth import task_for, verdict_for
from training.families.sentence.words import sample_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft.agents import Agent
    from redraft.llama.interface import Engine

__all__ = ["own_revisions"]

TASKS = 60


@dataclass(frozen=True)
class Told:
    """Revisions: their texts, the seconds that they took, and what was counted."""

    texts: tuple[str, ...]
    seconds: float
    tokens: int
    proposed: int
    accepted: int


def own_revisions(bench: Bench) -> Iterator[Row | Skipped]:
    """Spoil sentences, let the shipped critic criticise and the shipped reviser revise them."""
    requests = asyncio.run(_requests(20 if bench.quick else TASKS))
    found = in_turn(
        bench.repeats,
        {
            "on": lambda _number: asyncio.run(_revised(requests, speculation=True)),
            "off": lambda _number: asyncio.run(_revised(requests, speculation=False)),
        },
    )
    for turn in found:
        on, off = turn["on"], turn["off"]
        same = sum(one == other for one, other in zip(on.texts, off.texts, strict=True))
        bench.say(
            f"own revisions: {same} of {len(requests)} texts equal with and without; {on.tokens} tokens, "
            f"{on.proposed} proposed, {on.accepted} accepted; {on.seconds:.2f} s and {off.seconds:.2f} s"
        )
    yield row("acceptance", [turn["on"].accepted / turn["on"].tokens for turn in found])
    yield row("own-revisions", [turn["off"].seconds / turn["on"].seconds for turn in found])


async def _requests(count: int) -> list[Request]:
    engine = open_engine(embedded_model())
    requests = [await _request(engine, Random(number), number) for number in range(count)]
    await engine.close()
    return requests


async def _request(engine: Engine, chance: Random, number: int) -> Request:
    words = sample_words(chance)
    draft = sentence_text(spoil(compose(words, chance), words, chance))
    task = task_for(words)
    told: dict[str, object] = {"task": task, "draft": Draft(text=draft), "verdict": verdict_for(task, draft)}
    critic, reviser = get_agent("critic"), get_agent("reviser")
    said = await _text(engine, _asked(engine, critic, told, number))
    told["critique"] = Critique.model_validate_json(said)
    return _asked(engine, reviser, told, number)


def _asked(engine: Engine, agent: Agent, told: dict[str, object], seed: int) -> Request:
    draft = told["draft"]
    assert isinstance(draft, Draft)
    return Request(
        engine.chat(agent.render(told)),
        agent.sampling,
        schema=agent.json_schema,
        seed=seed,
        max_tokens=agent.max_tokens,
        copies=draft.text if agent.copies else None,
    )


async def _revised(requests: Sequence[Request], *, speculation: bool) -> Told:
    engine = open_engine(embedded_model(), speculation=speculation)
    begun = time.perf_counter()
    texts = tuple([await _text(engine, request) for request in requests])
    seconds, stats = time.perf_counter() - begun, engine.stats
    await engine.close()
    return Told(texts, seconds, stats.completion_tokens, stats.proposed, stats.accepted)


async def _text(engine: Engine, request: Request) -> str:
    return "".join([token.text async for token in engine.generate(request)])
