"""A radix tree of tokens: what the sequences of a context hold, and what they share."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Match", "Node", "PrefixTree", "Span", "shared"]


class Span(NamedTuple):
    """Positions `begin` to `end` that a slot holds."""

    slot: int
    begin: int
    end: int


@dataclass(eq=False, slots=True)
class Node:
    """A stretch of tokens that the same slots hold; its children go on differently."""

    tokens: NDArray[np.int32]
    begin: int
    parent: Node | None
    holders: set[int] = field(default_factory=set)
    children: dict[int, Node] = field(default_factory=dict)
    used: int = 0

    @property
    def end(self) -> int:
        """The position after its last token."""
        return self.begin + len(self.tokens)

    def path(self) -> Iterator[Node]:
        """Yield this node and those above it, the root left out."""
        node: Node = self
        while node.parent is not None:
            yield node
            node = node.parent


@dataclass(frozen=True, slots=True)
class Match:
    """How far a tree has some tokens: `length` of them, ending in `node` or at its end."""

    node: Node
    length: int


class PrefixTree:
    """Which slot of a context holds which tokens, adapter by adapter.

    Every slot holds one path from a root. The tokens of the tree are the cells that are in use: what slots share is
    there once.
    """

    def __init__(self) -> None:
        self._roots: dict[str, Node] = {}
        self._ends: dict[int, Node] = {}
        self._adapters: dict[int, str] = {}
        self._clock = count(1)
        self.cells = 0

    @property
    def slots(self) -> frozenset[int]:
        """The slots that hold a path."""
        return frozenset(self._ends)

    def match(self, adapter: str, ids: NDArray[np.int32]) -> Match:
        """Return how far the tree has these tokens."""
        node, length = self._root(adapter), 0
        while length < len(ids):
            child = node.children.get(int(ids[length]))
            if child is None:
                break
            node = child
            length += shared(node.tokens, ids[length:])
            if length < node.end:
                break
        return Match(node, length)

    def attach(self, slot: int, adapter: str, match: Match) -> Span | None:
        """Let a free slot hold what was matched; return which slot has it to be copied, or None for nothing."""
        end = self._until(match.node, match.length) if match.length else self._root(adapter)
        source = min(end.holders, default=-1)
        for node in end.path():
            node.holders.add(slot)
        self._ends[slot], self._adapters[slot] = end, adapter
        self._touch(slot)
        return Span(source, 0, match.length) if match.length else None

    def grow(self, slot: int, tokens: NDArray[np.int32]) -> list[Span]:
        """Append tokens that a slot has computed.

        Returns:
            What others had computed too: the slot is to give up its own cells of it for theirs.
        """
        adopted = []
        while len(tokens):
            end = self._ends[slot]
            child = end.children.get(int(tokens[0]))
            if child is None:
                self._append(slot, end, tokens)
                break
            child = self._until(child, child.begin + shared(child.tokens, tokens))
            adopted.append(Span(min(child.holders), child.begin, child.end))
            child.holders.add(slot)
            self._ends[slot] = child
            tokens = tokens[len(child.tokens) :]
        self._touch(slot)
        return adopted

    def common(self, slot: int, tokens: NDArray[np.int32]) -> int:
        """Return how many tokens, of some that a slot is to grow by, others hold already."""
        node, length = self._ends[slot], 0
        while length < len(tokens) and (child := node.children.get(int(tokens[length]))):
            same = shared(child.tokens, tokens[length:])
            node, length = child, length + same
            if same < len(child.tokens):
                break
        return length

    def drop(self, slot: int) -> None:
        """Forget a slot."""
        del self._adapters[slot]
        node = self._ends.pop(slot)
        while node.parent is not None:
            node = self._leave(node, slot)

    def length(self, slot: int) -> int:
        """Return how many tokens a slot holds."""
        return self._ends[slot].end

    def tokens(self, slot: int) -> NDArray[np.int32]:
        """Return the tokens that a slot holds."""
        parts = [node.tokens for node in self._ends[slot].path()]
        return np.concatenate(parts[::-1]) if parts else _NONE

    def adapter(self, slot: int) -> str:
        """Return the adapter under which a slot was computed."""
        return self._adapters[slot]

    def alone(self, slot: int) -> bool:
        """Return whether a slot is the only one that holds the end of its path."""
        end = self._ends[slot]
        return end.parent is not None and end.holders == {slot}

    def held(self, slots: frozenset[int]) -> int:
        """Return how many cells some slots hold together."""
        nodes = {id(node): node for slot in slots & self.slots for node in self._ends[slot].path()}
        return sum(len(node.tokens) for node in nodes.values())

    def oldest(self, kept: frozenset[int]) -> Node | None:
        """Return the leaf that was used least recently and that no slot to be kept holds."""
        leaves = {id(node): node for node in self._ends.values() if node.parent is not None and not node.children}
        free = [node for node in leaves.values() if not node.holders & kept]
        return min(free, key=lambda node: node.used, default=None)

    def prune(self, leaf: Node) -> list[Span]:
        """Take a leaf out; return what its slots are to give up. One that others need for nothing is dropped."""
        given_up = []
        for slot in sorted(leaf.holders):
            # What is above stays with this slot where nobody else holds it.
            above = leaf.parent
            stays = above is not None and above.parent is not None and above.holders == leaf.holders
            given_up.append(Span(slot, leaf.begin if stays else 0, leaf.end))
            if stays:
                self._ends[slot] = self._leave(leaf, slot)
            else:
                self.drop(slot)
        return given_up

    def clear(self) -> None:
        """Forget everything."""
        self._roots.clear()
        self._ends.clear()
        self._adapters.clear()
        self.cells = 0

    def _touch(self, slot: int) -> None:
        now = next(self._clock)
        for node in self._ends[slot].path():
            node.used = now

    def _root(self, adapter: str) -> Node:
        return self._roots.setdefault(adapter, Node(_NONE, 0, None))

    def _append(self, slot: int, end: Node, tokens: NDArray[np.int32]) -> None:
        self.cells += len(tokens)
        if end.parent is not None and not end.children and end.holders == {slot}:
            end.tokens = np.concatenate([end.tokens, tokens])
            return
        child = Node(tokens.copy(), end.end, end, {slot})
        end.children[int(tokens[0])] = child
        self._ends[slot] = child

    def _until(self, node: Node, end: int) -> Node:
        """Return the node that ends at a position, cut out of one that reaches over it."""
        if node.end == end or node.parent is None:
            return node
        size = end - node.begin
        upper = Node(node.tokens[:size], node.begin, node.parent, set(node.holders), used=node.used)
        node.parent.children[int(upper.tokens[0])] = upper
        upper.children[int(node.tokens[size])] = node
        node.tokens, node.begin, node.parent = node.tokens[size:], end, upper
        return upper

    def _leave(self, node: Node, slot: int) -> Node:
        """Take a slot out of a node, and the node out of the tree where it was the last; return the parent."""
        parent = node.parent or node
        node.holders.discard(slot)
        if not node.holders:
            del parent.children[int(node.tokens[0])]
            self.cells -= len(node.tokens)
        return parent


def shared(some: NDArray[np.int32], others: NDArray[np.int32]) -> int:
    """Return how many tokens two stretches have in common at their beginning."""
    size = min(len(some), len(others))
    different = (some[:size] != others[:size]).nonzero()[0]
    return int(different[0]) if len(different) else size


_NONE = np.empty(0, np.int32)
