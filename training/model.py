"""The network: a small Qwen2, written out so that it trains fast on a CPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from training.kernels import Group, attention, gated, normed

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Layout", "Network", "Shape"]


@dataclass(frozen=True)
class Shape:
    """The network's sizes."""

    vocabulary: int = 0
    layers: int = 6
    width: int = 128
    heads: int = 2
    inner: int = 384
    context: int = 2048
    rope_base: float = 1_000_000.0
    epsilon: float = 1e-6

    @property
    def head(self) -> int:
        """The width of one head."""
        return self.width // self.heads


@dataclass(frozen=True)
class Layout:
    """How the tokens of a batch stand to each other, where they are trees laid end to end.

    Attributes:
        groups: The trees, as attention sees them.
        places: Where each token of a tree stands in the groups' rows; the batch may have more tokens, of no tree.
        asked: The tokens at which the network is asked for the next token.
    """

    groups: tuple[Group, ...]
    places: Tensor
    asked: Tensor


class Norm(nn.Module):
    """Root-mean-square normalisation."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.width))
        self.epsilon = shape.epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last dimension."""
        return normed(x, self.weight, self.epsilon)


class Block(nn.Module):
    """Attention, then a gated feed-forward layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.attn_norm, self.ffn_norm = Norm(shape), Norm(shape)
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.output = nn.Linear(shape.width, shape.width, bias=False)
        self.gate_up = nn.Linear(shape.width, 2 * shape.inner, bias=False)
        self.down = nn.Linear(shape.inner, shape.width, bias=False)

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor], mask: Tensor, past: list[Tensor] | None) -> Tensor:
        """Return the block's output; `past` is the block's keys and values, which grow."""
        rows, length, _ = x.shape
        qkv = self.qkv(self.attn_norm(x)).view(rows, length, 3, self.shape.heads, self.shape.head)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        q, k = _turned(q, turn), _turned(k, turn)
        if past is not None:
            if past:
                k, v = torch.cat((past[0], k), dim=2), torch.cat((past[1], v), dim=2)
            past[:] = [k, v]
        return self.fed(x, _attended(q, k, v, mask).transpose(1, 2).reshape(rows, length, -1))

    def seen(self, x: Tensor, layout: Layout, turns: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
        """Return what attention sees in a layout."""
        return attention(self.qkv(self.attn_norm(x)), layout.groups, turns, layout.places)

    def fed(self, x: Tensor, seen: Tensor) -> Tensor:
        """Return the input with what attention saw and what the feed-forward layer makes of it."""
        x = x + self.output(seen)
        return cast("Tensor", x + self.down(gated(self.gate_up(self.ffn_norm(x)))))


def _attended(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """Return attention, written out: rows are short."""
    scores = torch.matmul(q * q.shape[-1] ** -0.5, k.transpose(-1, -2)).masked_fill(~mask, float("-inf"))
    return torch.matmul(scores.softmax(dim=-1).to(v.dtype), v)


def _turned(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    cos, sin = turn
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1).to(x.dtype)


class Network(nn.Module):
    """Token ids in, hidden states or logits out; input and output embeddings are one."""

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape)
        steps = torch.arange(0, shape.head, 2) / shape.head
        angles = torch.outer(torch.arange(shape.context).float(), shape.rope_base**-steps)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        self.apply(self._start)

    def _start(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(
                module.weight, std=0.02 if isinstance(module, nn.Embedding) else module.weight.shape[1] ** -0.5
            )
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)
        if isinstance(module, Block):
            nn.init.zeros_(module.output.weight)
            nn.init.zeros_(module.down.weight)

    def hidden(
        self, ids: Tensor, *, start: int = 0, past: list[list[Tensor]] | None = None, unseen: Tensor | None = None
    ) -> Tensor:
        """Return the last hidden states of rows of ids that begin at position `start`.

        Args:
            ids: Rows of one length.
            start: How many tokens came before.
            past: Keys and values of these, block by block; they grow.
            unseen: How many tokens at the beginning of each row only fill it up; no other token sees them.
        """
        x, length = self.embedding(ids), ids.shape[1]
        turn = (self.cos[start : start + length], self.sin[start : start + length])
        mask = torch.ones(length, start + length, dtype=torch.bool).tril(start)
        if unseen is not None:
            own = torch.eye(length, start + length, dtype=torch.bool).roll(start, dims=1)
            filler = torch.arange(start + length) < unseen[:, None]
            mask = (mask & ~filler[:, None] | own)[:, None]
        for index, block in enumerate(self.blocks):
            x = block(x, turn, mask, past[index] if past is not None else None)
        return cast("Tensor", self.norm(x))

    def hidden_at(self, ids: Tensor, layout: Layout) -> Tensor:
        """Return the last hidden states where a layout asks for them; nothing more than these need is computed."""
        x = self.embedding(ids)
        turns = [self._turn(group.positions) for group in layout.groups]
        *blocks, last = cast("list[Block]", list(self.blocks))
        for block in blocks:
            x = block.fed(x, block.seen(x, layout, turns))
        seen = last.seen(x, layout, turns)
        return cast("Tensor", self.norm(last.fed(x[layout.asked], seen[layout.asked])))

    def _turn(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Return cosines and sines for scaled queries and for keys."""
        scales = torch.tensor((self.shape.head**-0.5, 1.0)).view(2, 1, 1, 1, 1)
        return scales * self.cos[positions][:, None], scales * self.sin[positions][:, None]

    def logits(self, hidden: Tensor) -> Tensor:
        """Return what the hidden states say about the next token."""
        return F.linear(hidden, self.embedding.weight)
