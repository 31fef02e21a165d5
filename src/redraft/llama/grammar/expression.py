"""A regular expression as a tree, and as text that every engine reads the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft.llama.grammar.charset import Ranges

__all__ = ["EMPTY", "Chars", "Edge", "Either", "Node", "Repeat", "Sequence", "canonical", "either", "sequence"]


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something `low` to `high` times (None: no bound)."""

    body: Node
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning or the end of the text: gone once an expression was read."""

    sign: str


Node: TypeAlias = Chars | Sequence | Either | Repeat | Edge

EMPTY = Sequence(())
"""The empty text."""


def sequence(parts: Iterable[Node]) -> Node:
    """Return one part after the other, flat."""
    flat: list[Node] = []
    for part in parts:
        flat += part.parts if isinstance(part, Sequence) else [part]
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def either(options: Iterable[Node]) -> Node:
    """Return one of several, flat, each once."""
    flat: list[Node] = []
    for option in options:
        flat += option.options if isinstance(option, Either) else [option]
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else Either(kept)


def canonical(node: Node) -> str:
    """Return an expression for the whole text that says the same, and reads the same to every engine."""
    return f"^(?:{_written(node)})$"


def _written(node: Node) -> str:
    match node:
        case Chars(ranges):
            return "[" + "".join(f"\\u{{{low:x}}}-\\u{{{high:x}}}" for low, high in ranges) + "]"
        case Sequence(parts):
            return "".join(_atom(part) if isinstance(part, Either) else _written(part) for part in parts)
        case Either(options):
            return "|".join(_written(option) for option in options)
        case Repeat(body, low, high):
            return f"{_atom(body)}{{{low},{'' if high is None else high}}}"
        case Edge(sign):
            return sign


def _atom(node: Node) -> str:
    return _written(node) if isinstance(node, Chars) else f"(?:{_written(node)})"
