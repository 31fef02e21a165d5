"""A bench from its request to its report: runs made or found, drafts judged, figures computed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from redraft import __version__
from redraft.bench.filling import Plan
from redraft.bench.identity import name_of
from redraft.bench.judging import Judgement, Question, judge
from redraft.bench.keeping import Shelf
from redraft.bench.making import make, processes_for
from redraft.bench.report import BenchReport, GraphReport
from redraft.bench.reporting import figures_of
from redraft.bench.runs import Runs
from redraft.bench.subject import subject_of
from redraft.bench.traces import Trace
from redraft.errors import RedraftError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft.bench.listener import Listener
    from redraft.bench.recorded import MethodName, Run
    from redraft.bench.subject import Asked, Place, Subject
    from redraft.llama.interface import Engine

__all__ = ["bench", "truth_of_runs"]


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
    kept = {subject.key: Runs(subject, asked.seeds) for subject in subjects}
    found = sum(len(runs) for runs in kept.values())
    plan = Plan(
        graphs={subject.key: subject.methods for subject in subjects},
        models={subject.key: engine or str(subject.model) for subject in subjects},
        project=place.project,
        plugins=(lambda: place.plugins) if engine else place.reload,
    )
    try:
        make(plan, kept, listener, processes=0 if engine else processes_for(one.model for one in subjects))
    finally:
        for runs in kept.values():
            runs.close()
    return BenchReport(
        redraft=__version__,
        graphs=[_report(runs, listener) for runs in kept.values()],
        runs=sum(len(runs) for runs in kept.values()),
        made=sum(len(runs) for runs in kept.values()) - found,
        tokens=sum(runs.tokens for runs in kept.values()),
        seconds=round(time.monotonic() - began, 1),
    )


def _report(runs: Runs, listener: Listener) -> GraphReport:
    subject, whole = runs.subject, list(runs.whole())
    if not whole:
        first = f": {runs.failures[0].what}" if runs.failures else ""
        raise RedraftError(f"no task of graph '{subject.spec.name}' could be run{first}", where=str(subject.data))
    truth = truth_of_runs(subject, whole, listener)
    traces = [Trace(subject.tasks[name].id, made, truth[name]) for name, made in whole]
    return GraphReport(
        graph=subject.spec.name,
        model=subject.model.stem,
        data=str(subject.data),
        truth=[use.name for use in subject.bench.truth],
        right=subject.bench.right,
        tasks=len({trace.row for trace in traces}),
        seeds=runs.seeds,
        broken=[line.line for line in subject.broken],
        failed=sorted({subject.tasks[failure.task].id for failure in runs.failures}),
        **figures_of(traces, subject.methods.missing, rounds=subject.spec.stop.rounds),
    )


def truth_of_runs(
    subject: Subject, whole: Sequence[tuple[str, Mapping[MethodName, Run]]], listener: Listener
) -> Mapping[str, Mapping[str, bool]]:
    """Return for each task whether each text of its runs is right.

    Args:
        subject: What was run.
        whole: Tasks by their digests, with the runs of each; one for each seed.
        listener: Who is told of what is judged.
    """
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
