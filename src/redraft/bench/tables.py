"""A report as tables for people: a row for each graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft.bench.intervals import Interval
    from redraft.bench.report import BenchReport, GraphReport

__all__ = ["Table", "points", "share", "tables_of"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its title, its rows by columns, and notes that stand below it."""

    title: str
    rows: Sequence[Mapping[str, str]]
    notes: Sequence[str] = ()


def tables_of(report: BenchReport) -> list[Table]:
    """Return the tables of a report, each with a row for every graph."""
    graphs = report.graphs
    ways = f"{graphs[0].seeds} seeds" if graphs[0].seeds > 1 else "one seed"
    rows = {kind: [kind(one) for one in graphs] for kind in (_drafts, _rivals, _cost, _revision, _advice)}
    return [
        Table(f"Right drafts, in per cent ({ways}, 95 % intervals)", rows[_drafts], _left_out(graphs)),
        Table("The answer is ahead of rivals at equal tokens, in points", rows[_rivals], _missing(graphs)),
        Table("What the loop costs a task", rows[_cost]),
        Table("What a revision does, where every draft is revised", rows[_revision]),
        Table("Advice of one round on half of the tasks, and the whole loop on the other half", rows[_advice]),
    ]


def share(found: Interval | None) -> str:
    """Return a share with its interval, as it is read."""
    return "" if found is None else f"{100 * found.value:.1f} [{100 * found.low:.1f}, {100 * found.high:.1f}]"


def points(found: Interval | None) -> str:
    """Return a difference with its interval, as it is read."""
    return "" if found is None else f"{100 * found.value:+.1f} [{100 * found.low:+.1f}, {100 * found.high:+.1f}]"


def _percent(value: float | None) -> str:
    """Return a share as it is read."""
    return "" if value is None else f"{100 * value:.1f}"


def _drafts(one: GraphReport) -> dict[str, str]:
    return {
        "graph": one.graph,
        "tasks": str(one.tasks),
        "first": share(one.drafts.first),
        "last": share(one.drafts.last),
        "answer": share(one.drafts.answer),
        "oracle-best": share(one.drafts.oracle_best),
        "gain": points(one.gain),
        "wrong → right": str(one.flips.mended),
        "right → wrong": str(one.flips.broken),
    }


def _rivals(one: GraphReport) -> dict[str, str]:
    return {"graph": one.graph} | {rival.name: points(rival.ahead) if rival.ahead else "–" for rival in one.rivals}


def _cost(one: GraphReport) -> dict[str, str]:
    cost = one.cost
    return {
        "graph": one.graph,
        "tokens written": f"{cost.completion_tokens:.1f}",
        "read": f"{cost.prompt_tokens:.0f}",
        "drafts": f"{cost.drafts:.1f}",
        "seconds": f"{cost.seconds_median:.2f}",
        "95 % within": f"{cost.seconds_p95:.2f}",
        "stopped by": ", ".join(f"{check} {count}" for check, count in cost.stops.items()),
    }


def _revision(one: GraphReport) -> dict[str, str]:
    curves = one.curves
    if not curves.chain_turns:
        return {"graph": one.graph, "CL": "–"}
    turns = curves.chain_turns[0]
    return {
        "graph": one.graph,
        "CL": _percent(turns.cl),
        "CS": _percent(turns.cs),
        "a": "" if turns.a is None else f"{turns.a:.2f}",
        "asymptote": _percent(turns.upp),
        "predicted by round": " ".join(map(_percent, curves.chain_predicted)),
        "observed": " ".join(map(_percent, curves.chain)),
        "answers by round": " ".join(map(_percent, curves.answer)),
    }


def _advice(one: GraphReport) -> dict[str, str]:
    found = one.forecast
    return {
        "graph": one.graph,
        "one round gains": points(found.round_gain),
        "advice": found.advice,
        "the loop gained": points(found.loop_gain),
        "agrees": {None: "–", True: "yes", False: "no"}[found.agrees],
    }


def _left_out(graphs: Sequence[GraphReport]) -> list[str]:
    lines = [f"{one.graph}: {len(one.broken)} lines of {one.data} are no task" for one in graphs if one.broken]
    return lines + [f"{one.graph}: {len(one.failed)} tasks failed, and do not count" for one in graphs if one.failed]


def _missing(graphs: Sequence[GraphReport]) -> list[str]:
    return [f"{one.graph}, {rival.name}: {rival.missing}" for one in graphs for rival in one.rivals if rival.missing]
