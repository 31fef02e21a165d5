"""Examples as batches: those that begin alike share their beginning, so that it is computed once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

import numpy as np
import torch

from training.examples import ROLES
from training.families import families
from training.kernels import Group
from training.model import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor

    from training.examples import Example
    from training.tokens import Encoder

__all__ = ["ANYTHING", "IGNORED", "Batch", "Tree", "batches", "kinds", "tree_of"]

IGNORED, ANYTHING = -100, -2
FIRST = "sentence/generator"
NO_KIN: Mapping[int, tuple[int, ...]] = {}
STRIDE, STEP = 16, 256


@cache
def kinds() -> Mapping[str, int]:
    """Return every kind of answer, `family/role`, with its number."""
    names = [f"{family}/{role}" for family in families() for role in (*ROLES, "bare")]
    return {name: number for number, name in enumerate(names)}


@dataclass
class Tree:
    """Sequences of tokens, merged where they begin alike. A node is a token; its depth is its position.

    The agents' prompts have the same beginning by design: system text, task, draft, checks. One task with three first
    drafts, a critique, a revision and a rating makes a tree half as large as its sequences.
    """

    ids: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    answers: list[tuple[int, int, int]] = field(default_factory=list)
    open: list[tuple[int, ...]] = field(default_factory=list)
    _children: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(
        self, sequence: Sequence[int], prompt: int, *, kind: str = FIRST, kin: Mapping[int, tuple[int, ...]] = NO_KIN
    ) -> None:
        """Add a sequence, of which all but the first `prompt` tokens are to be learned, as an answer of some kind.

        Args:
            sequence: The ids of prompt and answer.
            prompt: How many of them are the prompt's.
            kind: Which of `kinds()` the answer is.
            kin: For each token that is a word, the tokens of all its forms.
        """
        node = -1
        for index, token in enumerate(sequence[:-1]):
            node = self._child(node, token, index)
            if index >= prompt - 1:
                self.answers.append((node, sequence[index + 1], kinds()[kind]))
                self.open.append(_open(sequence, index + 1, kin) if index >= prompt else (ANYTHING,))

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
    """Some trees laid end to end, and what is asked of them.

    Attributes:
        ids: The tokens.
        layout: How they stand to each other, and where the next token is asked for.
        targets: The tokens that should follow there.
        kinds: Of which kind the answer is, each.
        open: The tokens that the answer still has to use, with other forms of its words, filled up with -1; the
            first token of an answer may be `ANYTHING`.
    """

    ids: Tensor
    layout: Layout
    targets: Tensor
    kinds: Tensor
    open: Tensor


def _open(sequence: Sequence[int], begin: int, kin: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Return the tokens of the rest of a sequence, with other forms of its words."""
    return tuple(dict.fromkeys(form for token in sequence[begin:] for form in kin.get(token, (token,))))


def tree_of(task: Sequence[Example], encoder: Encoder) -> Tree:
    """Return the examples of one task as a tree."""
    tree = Tree()
    for example in task:
        prompt = encoder.prompt(example.messages)
        sequence = [*prompt, *encoder.text(example.answer), encoder.end]
        tree.add(sequence, len(prompt), kind=example.kind, kin=encoder.kin)
    return tree


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
    sizes = [len(tree.ids) for tree in trees]
    # One token more than there are: rows that are longer than their tree are filled with it.
    total = _up(sum(sizes) + 1, STEP)
    ids = torch.zeros(total, dtype=torch.long)
    ids[: sum(sizes)] = torch.tensor([token for tree in trees for token in tree.ids])
    starts = [0, *accumulate(sizes)]
    asked = [(start + node, *rest) for start, tree in zip(starts, trees, strict=False) for node, *rest in tree.answers]
    asked += [(0, IGNORED, 0)] * (_up(len(asked), STEP) - len(asked))
    where, targets, kinds = torch.tensor(asked).T.contiguous()
    layout = Layout(*_grouped(trees, starts, filler=total - 1), where)
    return Batch(ids, layout, targets, kinds, _filled([row for tree in trees for row in tree.open], len(asked)))


def _filled(rows: Sequence[Sequence[int]], count: int) -> Tensor:
    """Return so many rows of one width; what is not there is -1."""
    filled = torch.full((count, max((len(row) for row in rows), default=0)), -1)
    for index, row in enumerate(rows):
        filled[index, : len(row)] = torch.tensor(row, dtype=torch.long)
    return filled


def _grouped(trees: Sequence[Tree], starts: Sequence[int], *, filler: int) -> tuple[tuple[Group, ...], Tensor]:
    """Return the trees in groups of one width, and the place of each of their tokens in the groups' rows."""
    groups, places, before = [], [], 0
    pairs = zip(trees, starts, strict=False)
    for width, members in groupby(pairs, key=lambda pair: _up(len(pair[0].ids), STRIDE)):
        rows = list(members)
        tokens = torch.full((len(rows), width), filler)
        positions = torch.zeros(len(rows), width, dtype=torch.long)
        for row, (tree, start) in enumerate(rows):
            size = len(tree.ids)
            tokens[row, :size] = torch.arange(start, start + size)
            positions[row, :size] = torch.tensor(tree.depths)
            places.append(torch.arange(before, before + size))
            before += width
        seen = torch.from_numpy(np.stack([tree.sees(width) for tree, _ in rows]))
        groups.append(Group(tokens, positions, torch.zeros(seen.shape).masked_fill_(~seen, float("-inf"))))
    return tuple(groups), torch.cat(places)


def _up(size: int, step: int) -> int:
    """Round up: the matrix kernels are made anew for each size they meet, so sizes are few."""
    return -(-size // step) * step
