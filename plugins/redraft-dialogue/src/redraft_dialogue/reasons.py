"""Reasons: what a critic reads, few and short, each one plain line."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: most * 4]).split())
    return f'"{line}"' if len(line) <= most else f'"{line[: most - 1]}…"'
