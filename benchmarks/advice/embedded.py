"""The prediction of `redraft advise` beside what the loop does on tasks that it has not seen."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import islice
from statistics import fmean

from redraft.bench.advising import Wanted, advise
from redraft.bench.answers import after_rounds, loop_answer
from redraft.bench.intervals import mean
from redraft.bench.measured import measure
from redraft.bench.methods import Methods
from redraft.bench.subject import Asked, Place, subject_of
from redraft.bench.tables import points, share
from redraft.cli.progress import Progress
from redraft.files import project_dir
from redraft.plugins import load_plugins

__all__ = ["compare"]

TASKS = 50
"""Tasks that advice is measured on; what happens is looked at on twice as many others."""


def compare(graph: str, seeds: int | None) -> None:
    """Print what one round on some tasks predicts of the embedded model, and what whole loops do on others."""
    place = Place(project_dir(), load_plugins(), load_plugins)
    listener = Progress(sys.stderr)
    report = advise(Wanted(graph, model="embedded", n=TASKS, seeds=seeds), place, listener)
    subject = subject_of(graph, Asked([graph], model="embedded", n=3 * TASKS), place)
    others = replace(subject, rows=tuple(islice(subject.rows, TASKS, None)), methods=_loop(subject.methods))
    traces = measure(others, 1, place, listener).traces
    rounds = len(report.outlook.curve)
    seen = [fmean(one.is_right(one.loop, after_rounds(one.loop, number)) for one in traces) for number in range(rounds)]
    gain = mean(
        (one.row, float(one.is_right(one.loop, loop_answer(one.loop).draft)) - one.is_right(one.loop, 0))
        for one in traces
    )
    print(f"\n{graph}: {report.advice}, rounds {report.rounds}; {report.why}")
    print("| round | predicted | happened |\n| --- | --- | --- |")
    for number, one in enumerate(report.outlook.curve):
        print(f"| {number} | {share(one)} | {100 * seen[number]:.1f} |")
    print(f"gain predicted {points(report.outlook.loop_gain)}, happened {points(gain)} on {len(traces)} other tasks")


def _loop(methods: Methods) -> Methods:
    return Methods(methods.made[:1], methods.missing)
