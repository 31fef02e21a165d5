"""How good an embedded model is, measured on sets of words that no training example contains."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from random import Random
from typing import TYPE_CHECKING

from redraft.agents import get_agent
from redraft.builtin.coverage import required_words
from redraft.graph.asking import Asker, Limits, Reply
from redraft.llama.opening import open_engine
from redraft.runs.run import arun
from redraft.task import Critique, Draft, Problem
from training.curriculum import Mix
from training.faults import spoil
from training.grammar import compose, sentence_text
from training.own import Own, heard_of, problems_of, rating
from training.truth import is_right, missing_words, task_for, verdict_for
from training.words import sample_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from redraft.llama.interface import Engine
    from redraft.task import Outcome

__all__ = ["Figures", "measure"]

SIZES = (3, 4, 5, 6, 7, 8)


@dataclass
class Figures:
    """What was measured. A share is between 0 and 1; right is every word, the length and the grammar (`is_right`).

    Attributes:
        tasks: How many tasks of each size were run, and how many drafts each role was asked about.
        first: Share of first drafts that are right, by number of words.
        answer: Share of answers that are right, by number of words.
        revised: Share of runs that were not right at once and ended right.
        better: Share of revisions that are better than the draft they revise, and `worse`: that are worse.
        critic_names: Share of spoiled drafts whose missing words the critic names, all of them.
        critic_invents: Share of critiques that call a word missing that is there.
        reviser_mends: Share of spoiled drafts that the reviser mends in one go, given a perfect critique.
        reviser_copies: Share of sound drafts that the reviser leaves as they are.
        judge_correlation: Pearson correlation of the judge's expected rating with the rule's, over spoiled and sound
            drafts.
        stops: How runs ended.
    """

    tasks: int
    first: dict[int, float] = field(default_factory=dict)
    answer: dict[int, float] = field(default_factory=dict)
    revised: float = 0.0
    better: float = 0.0
    worse: float = 0.0
    critic_names: float = 0.0
    critic_invents: float = 0.0
    reviser_mends: float = 0.0
    reviser_copies: float = 0.0
    judge_correlation: float = 0.0
    stops: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the figures as one JSON object."""
        return json.dumps(asdict(self), indent=2)


def measure(model: Path, *, tasks: int = 100, seed: int = 0) -> Figures:
    """Measure a GGUF on held-out tasks, through the real engine, agents and graph."""
    return asyncio.run(_measured(model, tasks, seed))


async def _measured(model: Path, tasks: int, seed: int) -> Figures:
    engine = open_engine(model, on_warning=print)
    figures = Figures(tasks)
    try:
        await _measure_loop(engine, figures, seed)
        await _measure_roles(engine, figures, Random(f"roles:{seed}"))
    finally:
        await engine.close()
    return figures


def _right(outcome: Outcome, index: int) -> bool:
    return is_right(required_words(outcome.task), outcome.drafts[index].draft.text)


async def _measure_loop(engine: Engine, figures: Figures, seed: int) -> None:
    outcomes: dict[int, list[Outcome]] = {}
    for size in SIZES:
        rng = Random(f"tasks:{seed}:{size}")
        given = [sample_words(rng, size=size, kept_back=True) for _ in range(figures.tasks)]
        runs = [
            await arun(graph="sentence", inputs={"words": [*words]}, model=engine, seed=index)
            for index, words in enumerate(given)
        ]
        figures.first[size] = _share([_right(run, 0) for run in runs])
        figures.answer[size] = _share([run.best is not None and _right(run, run.best) for run in runs])
        outcomes[size] = runs
    _sum_up([run for runs in outcomes.values() for run in runs], figures)


def _sum_up(runs: list[Outcome], figures: Figures) -> None:
    failing = [run for run in runs if not _right(run, 0)]
    figures.revised = _share([run.best is not None and _right(run, run.best) for run in failing])
    changes = [
        (after.verdict.value or 0) - (before.verdict.value or 0)
        for run in runs
        for before, after in zip(run.drafts, run.drafts[1:], strict=False)
        if before.verdict and after.verdict
    ]
    figures.better, figures.worse = _share([c > 0 for c in changes]), _share([c < 0 for c in changes])
    figures.stops = dict(Counter(run.stop.check for run in runs).most_common())


async def _measure_roles(engine: Engine, figures: Figures, rng: Random) -> None:
    roles = ("critic", "reviser", "judge")
    asker = Asker({name: get_agent(name) for name in roles}, {"default": engine})
    named, invented, mended, copied, pairs = [], [], [], [], []
    for _ in range(figures.tasks):
        case = _Case(rng)
        problems = await _problems(asker, case)
        said = {word for problem in problems for word in re.findall(r"\bno (\w+)", problem.problem)}
        named += [said.issuperset(case.missing)] if case.missing else []
        invented.append(not said.isdisjoint(set(case.words).difference(case.missing)))
        mended.append(is_right(case.words, await _revised(asker, case, case.draft, case.problems)))
        copied.append(await _revised(asker, case, case.target, ()) == case.target)
        both = (case.own, case.own._replace(draft=case.target))
        pairs += [(rating(own), await _rated(asker, case, own.draft)) for own in both]
    figures.critic_names, figures.critic_invents = _share(named), _share(invented)
    figures.reviser_mends, figures.reviser_copies = _share(mended), _share(copied)
    figures.judge_correlation = _correlation(pairs)


class _Case:
    """A task that training never saw, with a spoiled draft."""

    def __init__(self, rng: Random) -> None:
        self.words = sample_words(rng, kept_back=True)
        chunks = compose(self.words, rng)
        self.target, self.draft = sentence_text(chunks), sentence_text(chunks)
        while self.draft in {self.target, "."}:
            self.draft = sentence_text(spoil(chunks, self.words, rng))
        self.task = task_for(self.words)
        self.own = Own(tuple(self.words), self.draft, self.target)
        self.missing = missing_words(verdict_for(self.task, self.draft))
        self.problems = problems_of(self.own)

    def values(self, draft: str, problems: tuple[Problem, ...]) -> Mapping[str, object]:
        """Return what the agents read."""
        return {
            "task": self.task,
            "draft": Draft(text=draft),
            "verdict": heard_of(self.own._replace(draft=draft), Random(draft), Mix()),
            "critique": Critique(problems=problems),
        }


async def _ask(asker: Asker, role: str, case: _Case, draft: str, problems: tuple[Problem, ...]) -> str:
    agent = asker.agents[role]
    values = case.values(draft, problems)
    limits = Limits(seed=len(draft))
    reply = Reply()
    read: dict[str, object] = {name: values[name] for name in agent.reads}
    await asker.ask(agent, read, limits=limits, reply=reply, on_text=lambda _: None)
    return reply.text.strip()


async def _problems(asker: Asker, case: _Case) -> tuple[Problem, ...]:
    return Critique.model_validate_json(await _ask(asker, "critic", case, case.draft, ())).problems


async def _revised(asker: Asker, case: _Case, draft: str, problems: tuple[Problem, ...]) -> str:
    return await _ask(asker, "reviser", case, draft, problems)


async def _rated(asker: Asker, case: _Case, draft: str) -> float:
    agent = asker.agents["judge"]
    engine = asker.engine_of(agent)
    values = case.values(draft, ())
    chances = await engine.rate(engine.chat(agent.render({n: values[n] for n in agent.reads})), agent.choices)
    return sum(int(choice) * chance for choice, chance in zip(agent.choices, chances, strict=True))


def _share(values: list[bool]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0


def _correlation(pairs: Sequence[tuple[float, float]]) -> float:
    from statistics import StatisticsError, correlation

    try:
        return round(correlation([a for a, _ in pairs], [b for _, b in pairs]), 3)
    except StatisticsError:
        return 0.0
