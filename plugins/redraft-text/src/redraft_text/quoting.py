"""A quotation: a piece of a draft as it stands in a reason."""

from __future__ import annotations

__all__ = ["quoted"]


def quoted(text: str, most: int = 50) -> str:
    """Return a text in quotation marks, in one line of printable characters, shortened to `most` of them."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 4 * most]).split())
    return f'"{line if len(line) <= most else f"{line[: most - 1]}…"}"'
