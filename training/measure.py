"""How good an embedded model is in each family, measured on tasks that no training example shows."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

from redraft.agents import get_agent
from redraft.graph.asking import Asker, Limits, Reply
from redraft.llama.opening import open_engine
from redraft.runs.run import arun
from redraft.task import Critique, Draft, Problem
from training.curriculum import Mix
from training.families import families
from training.own import Own, heard_of, problems_of, rating

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Mapping, Sequence
    from pathlib import Path

    from redraft.llama.interface import Engine
    from redraft.task import Outcome
    from training.families import Family, Item

__all__ = ["Figures", "measure"]

AT_ONCE = 12
TRIES = 20
ROLES = ("critic", "reviser", "judge")


@dataclass
class Figures:
    """What was measured of one family. A share is between 0 and 1; right is what the family's truth says.

    Attributes:
        family: Its name.
        tasks: How many tasks were run, and how many drafts each role was asked about.
        first: Share of first drafts that are right.
        last: Share of last drafts that are right.
        answer: Share of answers that are right.
        revised: Share of runs that were not right at once and ended right.
        spoiled: Share of runs that were right at once and ended wrong.
        better: Share of revisions with a higher value than the draft they revise, and `worse`: with a lower one.
        noticed: Share of first drafts that are wrong and that some evaluator but the judge faults.
        critic_finds: Share of spoiled drafts in which the critic finds something.
        critic_invents: Share of sound drafts in which it does.
        reviser_mends: Share of spoiled drafts that the reviser sets right in one go, given the rule's critique.
        reviser_copies: Share of sound drafts that the reviser leaves as they are.
        judge_correlation: Pearson correlation of the judge's expected rating with the rule's, where there is a judge.
        stops: How runs ended.
    """

    family: str
    tasks: int
    first: float = 0.0
    last: float = 0.0
    answer: float = 0.0
    revised: float = 0.0
    spoiled: float = 0.0
    better: float = 0.0
    worse: float = 0.0
    noticed: float = 0.0
    critic_finds: float = 0.0
    critic_invents: float = 0.0
    reviser_mends: float = 0.0
    reviser_copies: float = 0.0
    judge_correlation: float = 0.0
    stops: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the figures as one JSON object."""
        return json.dumps(asdict(self))


def measure(model: Path, names: Sequence[str] = (), *, tasks: int = 100, seed: int = 0) -> Iterable[Figures]:
    """Yield the figures of a GGUF in each family, or in those named, through the real engine, agents and graphs."""
    for name in names or families():
        yield asyncio.run(_measured(model, families()[name], tasks, seed))


async def _measured(model: Path, family: Family, tasks: int, seed: int) -> Figures:
    engine = open_engine(model, on_warning=print)
    figures = Figures(family.name, tasks)
    try:
        await _measure_loop(engine, family, figures, seed)
        await _measure_roles(engine, family, figures, Random(f"roles:{seed}"))
    finally:
        await engine.close()
    return figures


async def _measure_loop(engine: Engine, family: Family, figures: Figures, seed: int) -> None:
    rng = Random(f"tasks:{seed}:{family.name}")
    items = [family.sample(rng, kept_back=True) for _ in range(figures.tasks)]
    runs = await _side_by_side(
        arun(graph=family.graph, inputs=dict(item.inputs), model=engine, seed=index) for index, item in enumerate(items)
    )
    traces = [_Trace(family, item, run) for item, run in zip(items, runs, strict=True)]
    figures.first = _share([trace.right[0] for trace in traces])
    figures.last = _share([trace.right[-1] for trace in traces])
    figures.answer = _share([trace.answer for trace in traces])
    figures.revised = _share([trace.answer for trace in traces if not trace.right[0]])
    figures.spoiled = _share([not trace.answer for trace in traces if trace.right[0]])
    figures.noticed = _share([trace.noticed for trace in traces if not trace.right[0]])
    changes = [change for trace in traces for change in trace.changes]
    figures.better, figures.worse = _share([c > 0 for c in changes]), _share([c < 0 for c in changes])
    figures.stops = dict(Counter(run.stop.check for run in runs).most_common())


async def _side_by_side(asked: Iterable[Awaitable[Outcome]]) -> list[Outcome]:
    """Return what all give, a few of them under way at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(wanted: Awaitable[Outcome]) -> Outcome:
        async with gate:
            return await wanted

    return list(await asyncio.gather(*(one(wanted) for wanted in asked)))


class _Trace:
    """A run as the truth sees it."""

    def __init__(self, family: Family, item: Item, run: Outcome) -> None:
        self.right = [family.is_right(item, record.draft.text) for record in run.drafts]
        self.answer = run.best is not None and self.right[run.best]
        verdicts = [record.verdict for record in run.drafts if record.verdict]
        scores = verdicts[0].scores if verdicts else ()
        self.noticed = any(s.kind != "judge" and s.value is not None and s.value < 1 for s in scores)
        values = [verdict.value or 0 for verdict in verdicts]
        self.changes = [after - before for before, after in pairwise(values)]


async def _measure_roles(engine: Engine, family: Family, figures: Figures, rng: Random) -> None:
    asked = _Asked(Asker({name: get_agent(name) for name in ROLES}, {"default": engine}), family)
    finds, invents, mends, copies, pairs = [], [], [], [], []
    for _ in range(figures.tasks):
        wrong = _spoiled(family, rng)
        sound = wrong._replace(draft=wrong.target)
        finds.append(bool(await asked.problems(wrong)))
        invents.append(bool(await asked.problems(sound)))
        mends.append(family.is_right(wrong.item, await asked.revision(wrong)))
        copies.append(await asked.revision(sound) == sound.draft)
        if family.judged:
            pairs += [(float(rating(own)), await asked.rating(own)) for own in (wrong, sound)]
    figures.critic_finds, figures.critic_invents = _share(finds), _share(invents)
    figures.reviser_mends, figures.reviser_copies = _share(mends), _share(copies)
    figures.judge_correlation = _correlation(pairs)


def _spoiled(family: Family, rng: Random) -> Own:
    """Return a held-out task with a draft that is wrong."""
    while True:
        item = family.sample(rng, kept_back=True)
        for _ in range(TRIES):
            draft, target = family.made(item, rng)
            if draft != target and not family.is_right(item, draft):
                return Own(family.name, item, draft, target)


@dataclass(frozen=True)
class _Asked:
    """The model in the roles that read a draft."""

    asker: Asker
    family: Family

    async def problems(self, own: Own) -> tuple[Problem, ...]:
        """Return what the critic says."""
        return Critique.model_validate_json(await self._ask("critic", own)).problems

    async def revision(self, own: Own) -> str:
        """Return what the reviser makes of a draft after the rule's critique."""
        return await self._ask("reviser", own)

    async def rating(self, own: Own) -> float:
        """Return the judge's expected rating."""
        agent = self.asker.agents["judge"]
        engine = self.asker.engine_of(agent)
        values = self._values(own)
        chances = await engine.rate(engine.chat(agent.render({n: values[n] for n in agent.reads})), agent.choices)
        return sum(int(choice) * chance for choice, chance in zip(agent.choices, chances, strict=True))

    async def _ask(self, role: str, own: Own) -> str:
        agent, values, reply = self.asker.agents[role], self._values(own), Reply()
        read: dict[str, object] = {name: values[name] for name in agent.reads}
        limits = Limits(seed=len(own.draft))
        await self.asker.ask(agent, read, limits=limits, reply=reply, on_text=lambda _: None)
        return reply.text.strip()

    def _values(self, own: Own) -> Mapping[str, object]:
        return {
            "task": self.family.task(own.item),
            "draft": Draft(text=own.draft),
            "verdict": heard_of(own, Random(own.draft), Mix()),
            "critique": Critique(problems=problems_of(own)),
        }


def _share(values: list[bool]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0


def _correlation(pairs: Sequence[tuple[float, float]]) -> float:
    from statistics import StatisticsError, correlation

    try:
        return round(correlation([a for a, _ in pairs], [b for _, b in pairs]), 3)
    except StatisticsError:
        return 0.0
