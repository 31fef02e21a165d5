"""A picture in words, for who cannot see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.graph.draw.wording import NO_BREAK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.graph.draw.scheme import Link, Scheme

__all__ = ["told"]

MOST = 60
"""Links that are told, at most."""


def told(scheme: Scheme) -> str:
    """Return one sentence for each link of a scheme."""
    sentences = list(_sentences(scheme))
    more = [f"And {len(sentences) - MOST} more links."] if len(sentences) > MOST else []
    return " ".join([*sentences[:MOST], *more]).replace(NO_BREAK, " ")


def _sentences(scheme: Scheme) -> Iterator[str]:
    bars = {box.name for box in scheme.boxes if box.kind == "bar"}
    for link in scheme.links:
        if link.source in bars:
            continue
        onward = [other for other in scheme.links if other.source == link.target] if link.target in bars else [link]
        targets = " and ".join(other.target for other in onward)
        yield f"From {link.source} to {targets}{_guard(link)}."


def _guard(link: Link) -> str:
    label = [part.rstrip(":") for part in (*link.label, *link.said)]
    return f" ({', '.join(label)})" if label else ""
