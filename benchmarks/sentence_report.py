"""What `sentence.py` hands over: its tables as Markdown and JSON, a picture, and runs to be read by eye."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from random import Random
from typing import TYPE_CHECKING

from benchmarks.sentence_figures import Trace, read, unstopped
from benchmarks.sentence_runs import BUDGET
from benchmarks.sentence_tables import RIVALS, text_of
from redraft.bench.intervals import Interval
from redraft_text.everyday.parsing import accepts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.sentence_tables import Cell, Demand, Report, Table

SAMPLE = 50
BEGINNING = 50
"""Tokens within which a first draft is finished: what is right before says how long drafts are."""


def shown(cell: Cell) -> str:
    """Return a cell as it stands in Markdown."""
    match cell:
        case Interval():
            return f"{100 * cell.value:.1f} % [{100 * cell.low:.1f}, {100 * cell.high:.1f}]"
        case float():
            return f"{cell:g}"
        case None:
            return ""
        case _:
            return str(cell)


def markdown(table: Table) -> str:
    """Return a table with its title and its note."""
    columns = list(table.rows[0])
    lines = [columns, ["---"] * len(columns), *([shown(row.get(name)) for name in columns] for row in table.rows)]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return "\n\n".join(filter(None, (f"## {table.title}", table.note, body))) + "\n"


def verdict_on(demand: Demand) -> str:
    """Return the line that says whether a demand is met."""
    said = "PASS" if demand.met else "FAIL"
    return f"{said}  {demand.text}: {shown(demand.measured)}, at least {100 * demand.least:.0f} %"


def as_json(report: Report) -> str:
    """Return the tables and the demands as one JSON object."""
    demands = [asdict(demand) | {"met": demand.met} for demand in report.demands]
    figures = {"tables": [asdict(table) for table in report.tables], "demands": demands}
    return json.dumps(figures, indent=1, default=Interval.model_dump)


def draw(report: Report, file: Path) -> None:
    """Draw success against tokens, and the predicted beside the observed curve."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    budgets = range(5, BUDGET + 1, 5)
    curves = {rival.name: report.curve(rival, budgets) for rival in RIVALS}
    for name, values in curves.items():
        left.plot(budgets, values, label=name)
    bottom = _bottom(value for values in curves.values() for value in values[BEGINNING // 5 :])
    left.set(
        xlabel="generated tokens a task", ylabel="right answers", ylim=(bottom, 1), title="At equal generated tokens"
    )
    chain = report.chain()
    for name, values in chain.items():
        right.plot(values, label=name, marker="o", linestyle="-" if name == "observed" else "--")
    bottom = _bottom(value for values in chain.values() for value in values)
    right.set(xlabel="round", ylabel="right drafts", ylim=(bottom, 1), title="Revising without a stop")
    for axes in (left, right):
        axes.legend()
        axes.grid(alpha=0.3)
    figure.savefig(file, dpi=120)


def _bottom(values: Iterable[float]) -> float:
    """Return where the axis of shares begins: shares that are all high are told apart near the top."""
    return max(0.0, math.floor(20 * min(values) - 0.5) / 20)


def sample(report: Report) -> str:
    """Return runs of the shipped graph, drawn at random, as they were."""
    traces = report.shipped
    drawn = Random("sample").sample(traces, min(SAMPLE, len(traces)))
    head = f"# {len(drawn)} runs of the shipped graph, drawn at random, unedited\n\nBy `python -m benchmarks.sentence`."
    return "\n\n".join([head, *(_told(number, trace) for number, trace in enumerate(drawn, start=1))]) + "\n"


def _told(number: int, trace: Trace) -> str:
    run = trace.run
    answer = read(trace, unstopped(run)).answer or 0
    lines = [f"## {number}. {', '.join(run.words)} (seed {run.seed})", ""]
    for index, one in enumerate(run.drafts):
        verdict, critique = one.record.verdict, one.record.critique
        reasons = f" {'; '.join(verdict.reasons)}" if verdict and verdict.reasons else ""
        lines.append(f"- draft {index}: {one.record.draft.text}")
        lines.append(f"  - verdict {(verdict and verdict.value) or 0:.2f}{reasons}")
        if critique is not None:
            lines.append(f"  - critique `{critique.model_dump_json(include={'problems'})}`")
    truth = "right" if trace.right[answer] else "wrong"
    said = "" if accepts(text_of(trace, answer), run.words) else ", not accepted by the parser"
    lines.append(f"- answer: draft {answer}, **{truth}**{said}; stopped by {run.stop.check}: {run.stop.detail}")
    return "\n".join(lines)
