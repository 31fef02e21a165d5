"""Examples as batches: those that begin alike share their beginning, so that it is computed once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from training.model import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor

__all__ = ["Batch", "Tree", "batches"]


@dataclass
class Tree:
    """Sequences of tokens, merged where they begin alike. A node is a token; its depth is its position.

    The agents' prompts have the same beginning by design: system text, task, draft, checks. One task with three first
    drafts, a critique, a revision and a rating makes a tree half as large as its sequences.
    """

    ids: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    answers: list[tuple[int, int]] = field(default_factory=list)
    _children: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, sequence: Sequence[int], prompt: int) -> None:
        """Add a sequence, of which all but the first `prompt` tokens are to be learned."""
        node = -1
        for index, token in enumerate(sequence[:-1]):
            node = self._child(node, token, index)
            if index >= prompt - 1:
                self.answers.append((node, sequence[index + 1]))

    def _child(self, parent: int, token: int, depth: int) -> int:
        if (parent, token) not in self._children:
            self._children[parent, token] = len(self.ids)
            self.ids.append(token)
            self.parents.append(parent)
            self.depths.append(depth)
        return self._children[parent, token]

    def sees(self, width: int) -> np.ndarray:
        """Return which node sees which: itself and what came before it."""
        seen = np.eye(width, dtype=bool)
        for node, parent in enumerate(self.parents):
            if parent >= 0:
                seen[node] |= seen[parent]
        return seen


@dataclass(frozen=True)
class Batch:
    """Some trees, padded to one width, and the ids that should follow at the places of the layout."""

    ids: Tensor
    layout: Layout
    targets: Tensor


def batches(trees: Sequence[Tree], *, parts: int) -> Iterator[Batch]:
    """Cut trees into batches of about as many tokens each, those of like size together."""
    ordered = sorted(trees, key=lambda tree: len(tree.ids))
    size = sum(len(tree.ids) for tree in ordered) / parts
    part: list[Tree] = []
    for tree in ordered:
        part.append(tree)
        if sum(len(tree.ids) for tree in part) >= size:
            yield _batch(part)
            part = []
    if part:
        yield _batch(part)


def _batch(trees: Sequence[Tree]) -> Batch:
    width = max(len(tree.ids) for tree in trees)
    ids, positions = torch.zeros(len(trees), width, dtype=torch.long), torch.zeros(len(trees), width, dtype=torch.long)
    for row, tree in enumerate(trees):
        ids[row, : len(tree.ids)] = torch.tensor(tree.ids)
        positions[row, : len(tree.ids)] = torch.tensor(tree.depths)
    places = [(row, node, target) for row, tree in enumerate(trees) for node, target in tree.answers]
    rows, columns, targets = torch.tensor(places).T
    mask = torch.from_numpy(np.stack([tree.sees(width) for tree in trees]))
    return Batch(ids, Layout(positions, mask, rows, columns), targets)
