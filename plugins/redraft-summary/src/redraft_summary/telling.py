"""What a reason shows of a text: one short line."""

from __future__ import annotations

__all__ = ["shown"]

_LONGEST = 80


def shown(text: str) -> str:
    """Return a text as one line of printable characters, cut where it is long."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: _LONGEST * 4]).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
