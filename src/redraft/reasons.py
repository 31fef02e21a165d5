"""Reasons: what a critic reads, few and short, each one plain line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["few", "quoted"]

_MOST = 20
_QUOTED = 60


def few(reasons: Iterable[str]) -> list[str]:
    """Return reasons, each once and no more than are kept; the last one sums up the rest."""
    each = list(dict.fromkeys(reasons))
    return each if len(each) <= _MOST else [*each[: _MOST - 1], f"and {len(each) - _MOST + 1} more"]


def quoted(text: str, most: int = _QUOTED) -> str:
    """Return a text in quotation marks: its beginning, on one line, without what no one can read."""
    return f'"{excerpt(text, most)}"'
