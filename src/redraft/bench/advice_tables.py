"""Advice as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.bench.tables import Table, points, share

if TYPE_CHECKING:
    from redraft.bench.advice_report import AdviceReport
    from redraft.bench.audit import Audit

__all__ = ["tables_of_advice"]


def tables_of_advice(report: AdviceReport) -> list[Table]:
    """Return the tables of advice: what is advised, what a round did, what that predicts, and the critic."""
    return [_advice(report), _round(report), _curve(report), _critic(report.audit)]


def _advice(report: AdviceReport) -> Table:
    rounds = {None: "undecided", 0: "none"}.get(report.rounds, str(report.rounds))
    row = {"graph": report.graph, "model": report.model, "rounds": rounds, "advice": report.advice, "why": report.why}
    notes = [f'Kept for graphs that say rounds = "auto": {report.kept}']
    notes += [f"{len(report.broken)} lines of {report.data} are no task"] if report.broken else []
    notes += [f"{len(report.failed)} tasks failed, and do not count"] if report.failed else []
    return Table("Advice", [row], notes)


def _round(report: AdviceReport) -> Table:
    found = report.outlook
    row = {
        "tasks": str(report.tasks),
        "seeds": str(report.seeds),
        "first right": share(found.curve[0]),
        "gain": points(found.round_gain),
        "wrong → right": str(found.turns.mended),
        "right → wrong": str(found.turns.broken),
        "CL": share(found.cl) or "unknown",
        "CS": share(found.cs) or "unknown",
    }
    return Table("One measured round, in per cent (95 % intervals)", [row])


def _curve(report: AdviceReport) -> Table:
    rows = [{"round": str(number), "right": share(one)} for number, one in enumerate(report.outlook.curve)]
    return Table("What that predicts, in per cent", rows)


def _critic(audit: Audit) -> Table:
    if audit.missing:
        return Table("The critic", [{"critic": audit.missing}])
    rows = [
        {
            "beside": one.by,
            "drafts": str(audit.drafts),
            "faults what is good": share(one.faults_good) or "–",
            "passes what is bad": share(one.passes_bad) or "–",
        }
        for one in audit.beside
    ]
    return Table("The critic before every first draft, in per cent", rows, _notes(audit))


def _notes(audit: Audit) -> list[str]:
    turns, favour = audit.revised, audit.favour
    notes = []
    if turns:
        cl, cs = (f"{100 * one:.0f} %" if one is not None else "unknown" for one in (turns.cl, turns.cs))
        notes.append(f"Where every draft is revised and none is chosen: CL {cl}, CS {cs}.")
    if favour is None:
        return [*notes, "Whether it favours its own model's drafts: name another model with --against."]
    if favour.own_ahead is None:
        return [*notes, f"No two drafts, its own model's and {favour.model}'s, were alike right."]
    ahead = points(favour.own_ahead)
    faulted = f"faulted {share(favour.own_faulted)} of its own, {share(favour.other_faulted)} of {favour.model}'s"
    return [*notes, f"Of drafts that are alike right, its own are ahead of {favour.model}'s by {ahead}; {faulted}."]
