"""A bench from its request to its report: runs made or found, drafts judged, figures computed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from redraft import __version__
from redraft.bench.identity import name_of
from redraft.bench.judging import Judgement, Question, judge
from redraft.bench.keeping import Shelf
from redraft.bench.making import runs_of
from redraft.bench.report import BenchReport, GraphReport
from redraft.bench.reporting import figures_of
from redraft.bench.subject import subject_of
from redraft.bench.traces import Trace
from redraft.errors import RedraftError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft.bench.listener import Listener
    from redraft.bench.recorded import MethodName, Run
    from redraft.bench.runs import Runs
    from redraft.bench.subject import Asked, Place, Subject
    from redraft.llama.interface import Engine

__all__ = ["bench", "traces_of"]


def bench(asked: Asked, place: Place, listener: Listener, *, engine: Engine | None = None) -> BenchReport:
    """Return the report of what is asked for.

    Runs that were made before are found, and not made again. What is made is kept at once: where a bench is
    interrupted, the next one goes on from there.

    Args:
        asked: What is measured, and on what.
        place: Where.
        listener: Who is told what happens.
        engine: An open engine in place of the model; the runs are made in this process then.

    Raises:
        RedraftError: A graph cannot be measured, or no task of one could be run.
    """
    began = time.monotonic()
    subjects = [subject_of(name, asked, place) for name in dict.fromkeys(asked.graphs)]
    for subject in subjects:
        for line in subject.broken:
            listener.warn(str(line))
    kept = runs_of(subjects, asked.seeds, place, listener, engine=engine)
    return BenchReport(
        redraft=__version__,
        graphs=[_report(runs, listener) for runs in kept.values()],
        runs=sum(len(runs) for runs in kept.values()),
        made=sum(runs.made for runs in kept.values()),
        tokens=sum(runs.tokens for runs in kept.values()),
        seconds=round(time.monotonic() - began, 1),
    )


def _report(runs: Runs, listener: Listener) -> GraphReport:
    subject, traces = runs.subject, traces_of(runs, listener)
    return GraphReport(
        graph=subject.spec.name,
        model=subject.model.stem,
        data=str(subject.data),
        truth=[use.name for use in subject.bench.truth],
        right=subject.bench.right,
        tasks=len({trace.row for trace in traces}),
        seeds=runs.seeds,
        broken=[line.line for line in subject.broken],
        failed=sorted(runs.failed),
        **figures_of(traces, subject.methods.missing, rounds=subject.spec.stop.rounds),
    )


def traces_of(runs: Runs, listener: Listener) -> tuple[Trace, ...]:
    """Return runs beside the truth, one trace for each task and seed.

    Args:
        runs: What was run.
        listener: Who is told of what is judged.

    Raises:
        RedraftError: No task could be run.
    """
    subject, whole = runs.subject, list(runs.whole())
    if not whole:
        first = f": {runs.failures[0].what}" if runs.failures else ""
        raise RedraftError(f"no task of graph '{subject.spec.name}' could be run{first}", where=str(subject.data))
    truth = _truth(subject, whole, listener)
    return tuple(Trace(subject.tasks[name].id, made, truth[name]) for name, made in whole)


def _truth(
    subject: Subject, whole: Sequence[tuple[str, Mapping[MethodName, Run]]], listener: Listener
) -> Mapping[str, Mapping[str, bool]]:
    """Return for each task whether each text of its runs is right."""
    judged_tasks = {name: row.judged for name, row in subject.tasks.items()}
    names = {name: name_of(task) for name, task in judged_tasks.items()}
    asked = [
        Question(names[name], judged_tasks[name], text)
        for name, made in whole
        for text in Trace(name, made).texts(subject.rivals)
    ]
    found = judge(subject.bench, subject.uses, asked, Shelf(subject.judgements, Judgement), listener)
    errors = [one.errors[0] for one in found.values() if one.errors]
    if errors:
        listener.warn(
            f"{len(errors)} drafts of graph '{subject.spec.name}' could not be judged, and count as wrong: {errors[0]}"
        )
    truth: dict[str, dict[str, bool]] = {name: {} for name in names}
    for name, made in whole:
        truth[name] |= {text: found[names[name], text].right for text in Trace(name, made).texts(subject.rivals)}
    return truth
