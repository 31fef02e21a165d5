"""A quotation: a piece of a draft as it stands in a reason."""

from __future__ import annotations

from redraft.text import excerpt

__all__ = ["quoted"]


def quoted(text: str, most: int = 50) -> str:
    """Return a text in quotation marks, in one line of printable characters, shortened to `most` of them."""
    return f'"{excerpt(text, most)}"'
