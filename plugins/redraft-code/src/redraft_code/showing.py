"""How code and values stand in a reason."""

from __future__ import annotations

__all__ = ["shown"]


def shown(text: str, most: int) -> str:
    """Return a text in one line of printable characters, shortened to `most` of them."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 4 * most]).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
