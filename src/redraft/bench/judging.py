"""The truth of drafts: what oracles say of them, once all runs are over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.errors import DefinitionError, UsageError
from redraft.evaluation import Use, assess
from redraft.task import Draft, Value

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Sequence

    from redraft.bench.keeping import Shelf
    from redraft.bench.listener import Listener
    from redraft.graph.measuring import Bench
    from redraft.graph.spec import GraphSpec
    from redraft.registry import Registry
    from redraft.task import Task

__all__ = ["Judgement", "Question", "judge", "judged", "needs_of", "truth_of"]

AT_ONCE = 8
"""Drafts that are judged side by side."""


class Judgement(Value):
    """Whether a text is right: the digest of its judged task, the text, the mean of the truth's scores, and errors."""

    task: str
    text: str
    right: bool
    value: float | None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A text that is to be judged, and the task with what only the truth knows of it."""

    name: str
    task: Task
    text: str


def truth_of(spec: GraphSpec, registry: Registry) -> tuple[Use, ...]:
    """Return the evaluators that say which drafts of a graph are right.

    Raises:
        UsageError: The graph says nothing of that.
        DefinitionError: It names what is not there, does not fit, or asks a model.
        PluginError: The plugin of one did not load.
    """
    if spec.bench is None:
        where = str(spec.place().file)
        mend = "Add [bench] with truth = { … }: the evaluators that know what is right. See docs/bench.md."
        raise UsageError(f"graph '{spec.name}' does not say what is right", where=where, mend=mend)
    uses = []
    for use in spec.bench.truth:
        where = str(spec.place("bench", "truth", use.name))
        try:
            evaluator = registry.evaluator(use.name)
            evaluator.validate_params(use.params)
        except DefinitionError as error:
            raise DefinitionError(error.what, where=where, mend=error.mend) from error
        if evaluator.kind == "judge":
            what = f"'{use.name}' asks a model, and what a model thinks is not the truth"
            raise DefinitionError(what, where=where, mend="Name an oracle: see `redraft evaluators ls`.")
        uses.append(Use(evaluator=evaluator, weight=use.weight, params=use.params))
    return tuple(uses)


def needs_of(uses: Iterable[Use], spec: GraphSpec) -> tuple[str, ...]:
    """Return what the truth of each task must have: what its evaluators need beyond the graph's own inputs."""
    needed = (need for use in uses for need in use.evaluator.needs)
    return tuple(dict.fromkeys(need for need in needed if need not in spec.inputs))


def judge(
    bench: Bench, uses: Sequence[Use], asked: Sequence[Question], shelf: Shelf[Judgement], listener: Listener
) -> dict[tuple[str, str], Judgement]:
    """Return the truth of texts by task and text: what is kept, and the rest as it is found and kept.

    Args:
        bench: What is right.
        uses: The evaluators, from `truth_of`.
        asked: The texts.
        shelf: Where judgements are kept.
        listener: Who is told of each.
    """
    wanted = {(question.name, question.text): question for question in asked}
    known = {key: one for one in shelf if (key := (one.task, one.text)) in wanted}
    missing = [question for key, question in wanted.items() if key not in known]

    async def ask() -> None:
        async for one in judged(bench, uses, missing):
            known[one.task, one.text] = one
            # What failed may succeed another time: a sandbox that was busy, a plugin that is mended.
            if not one.errors:
                shelf.add(one)
            listener.step()

    if missing:
        listener.begin("truth", len(missing))
        asyncio.run(ask())
    shelf.close()
    return known


async def judged(bench: Bench, uses: Sequence[Use], questions: Sequence[Question]) -> AsyncGenerator[Judgement, None]:
    """Yield a judgement of each text, in any order. An evaluator that fails makes no text right.

    Args:
        bench: What is right.
        uses: The evaluators, from `truth_of`.
        questions: The texts.
    """
    places = asyncio.Semaphore(AT_ONCE)

    async def answered(question: Question) -> Judgement:
        async with places:
            return await _judgement(bench, uses, question)

    asked = [asyncio.create_task(answered(question)) for question in questions]
    try:
        for one in asyncio.as_completed(asked):
            yield await one
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


async def _judgement(bench: Bench, uses: Sequence[Use], question: Question) -> Judgement:
    verdict = await assess(Draft(text=question.text), question.task, uses)
    errors = tuple(f"{score.evaluator}: {score.error}" for score in verdict.scores if score.error)
    right = verdict.complete and verdict.value is not None and verdict.value >= bench.right
    return Judgement(task=question.name, text=question.text, right=right, value=verdict.value, errors=errors)
