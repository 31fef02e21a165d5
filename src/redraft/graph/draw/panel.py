"""What a run made, draft by draft, as it stands below the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.graph.draw.wording import clean

if TYPE_CHECKING:
    from redraft.graph.draw.run_reading import Run, RunDraft

__all__ = ["Panel", "Row", "panel_of"]

MOST = 24
"""Drafts that are shown, at most: the first, the last, and the answer's."""


@dataclass(frozen=True, slots=True)
class Row:
    """A draft: which it is, its value from 0 to 1 (None: none), and what else is to be said."""

    draft: str
    value: float | None
    told: str
    best: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A title and its rows."""

    title: str
    rows: tuple[Row, ...]


def panel_of(run: Run) -> Panel:
    """Return what is shown of a run's drafts."""
    count = len(run.drafts)
    title = f"{count} draft{'' if count == 1 else 's'}, ended: {clean(run.stop.check)}"
    shown = _chosen(run)
    rows = [_row(draft, run) for draft in shown]
    if len(shown) < count:
        rows.insert(MOST // 2, Row(f"… {count - len(shown)} more", None, ""))
    return Panel(f"{title}, model {clean(run.model)}" if run.model else title, tuple(rows))


def _chosen(run: Run) -> list[RunDraft]:
    drafts = list(run.drafts)
    if len(drafts) <= MOST:
        return drafts
    half = MOST // 2
    return [*drafts[:half], *(one for one in drafts[half:-half] if one.index == run.best), *drafts[-half:]]


def _row(draft: RunDraft, run: Run) -> Row:
    best = draft.index == run.best
    value = "not scored" if draft.value is None else f"{draft.value:.2f}"
    failed = f"fails {clean(', '.join(draft.gates_failed))}" if draft.gates_failed else ""
    told = ", ".join(part for part in (value, failed, "the answer" if best else "") if part)
    return Row(f"round {draft.round}, draft {draft.index}", draft.value, told, best)
