"""The network's operations that are slow as PyTorch has them on a CPU, with their gradients written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor
from torch.autograd import Function
from torch.nn import functional as F  # noqa: N812

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Group", "attention", "gated", "normed"]


@dataclass(frozen=True)
class Group:
    """Trees of like size, as attention sees them: rows of one width.

    Attributes:
        tokens: Where each row's tokens stand among those of the batch.
        positions: Their positions.
        mask: What is added to the scores: 0 where a token sees another, minus infinity elsewhere.
    """

    tokens: Tensor
    positions: Tensor
    mask: Tensor


def attention(qkv: Tensor, groups: Sequence[Group], turns: Sequence[tuple[Tensor, Tensor]], places: Tensor) -> Tensor:
    """Return what each token sees.

    Args:
        qkv: Queries, keys and values of the batch's tokens, one row a token.
        groups: How the tokens stand to each other.
        turns: For each group, the cosines and sines for its queries and for its keys; a query's are scaled.
        places: Where each token stands in the groups' rows. What has no place there sees nothing.
    """
    return cast("Tensor", _Attention.apply(qkv, groups, turns, places))  # type: ignore[no-untyped-call]


class _Attention(Function):
    @staticmethod
    def forward(
        ctx: Any, qkv: Tensor, groups: Sequence[Group], turns: Sequence[tuple[Tensor, Tensor]], places: Tensor
    ) -> Tensor:
        kept, seen = [], []
        for group, turn in zip(groups, turns, strict=True):
            rows, length = group.tokens.shape
            head = 2 * turn[0].shape[-1]
            parts = qkv[group.tokens].view(rows, length, 3, -1, head).permute(2, 0, 3, 1, 4)
            query, key = _turned(parts[:2], *turn).flatten(1, 2)
            value = parts[2].flatten(0, 1)
            scores = torch.bmm(query, key.transpose(1, 2))
            scores.view(rows, -1, length, length).add_(group.mask[:, None])
            shares = scores.softmax(dim=-1)
            kept.append((query, key, value, shares))
            seen.append(
                torch.bmm(shares, value).view(rows, -1, length, head).transpose(1, 2).reshape(rows * length, -1)
            )
        ctx.kept, ctx.groups, ctx.turns, ctx.places = kept, groups, turns, places
        return _placed(seen, places, len(qkv))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (grad,) = gradients
        found = []
        for group, turn, kept in zip(ctx.groups, ctx.turns, ctx.kept, strict=True):
            query, key, value, shares = kept
            rows, length = group.tokens.shape
            head = 2 * turn[0].shape[-1]
            given = grad[group.tokens].view(rows, length, -1, head).transpose(1, 2).flatten(0, 1)
            scores = torch.ops.aten._softmax_backward_data(  # noqa: SLF001
                torch.bmm(given, value.transpose(1, 2)), shares, -1, shares.dtype
            )
            turned = torch.stack((torch.bmm(scores, key), torch.bmm(scores.transpose(1, 2), query)))
            out = query.new_empty(rows, length, 3, turned.shape[1] // rows, head)
            parts = out.permute(2, 0, 3, 1, 4)
            parts[:2] = _turned(turned.view(2, rows, -1, length, head), turn[0], -turn[1])
            parts[2] = torch.bmm(shares.transpose(1, 2), given).view(rows, -1, length, head)
            found.append(out.view(rows * length, -1))
        return _placed(found, ctx.places, len(grad)), None, None, None


def _placed(found: Sequence[Tensor], places: Tensor, length: int) -> Tensor:
    """Return rows in the order of the batch's tokens; those past the last place are 0."""
    rows = torch.cat(list(found)) if len(found) > 1 else found[0]
    out = rows.new_zeros(length, rows.shape[1])
    out[: len(places)] = rows[places]
    return out


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn pairs by their angles, in full precision."""
    first, second = x.float().chunk(2, dim=-1)
    out = torch.empty(x.shape)
    torch.mul(first, cos, out=out[..., : cos.shape[-1]]).addcmul_(second, sin, value=-1)
    torch.mul(second, cos, out=out[..., cos.shape[-1] :]).addcmul_(first, sin)
    return out.to(x.dtype)


def gated(x: Tensor) -> Tensor:
    """Return the second half of the last dimension, let through as the first half says."""
    return cast("Tensor", _Gated.apply(x))  # type: ignore[no-untyped-call]


class _Gated(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        gate, up = x.chunk(2, dim=-1)
        ctx.save_for_backward(x)
        return F.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (x,), (grad,) = ctx.saved_tensors, gradients
        out = torch.empty_like(x)
        (gate, up), (first, second) = x.chunk(2, dim=-1), out.chunk(2, dim=-1)
        torch.mul(F.silu(gate), grad, out=second)
        torch.ops.aten.silu_backward.grad_input(grad * up, gate, grad_input=first)
        return out


def normed(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """Divide by the root of the mean square of the last dimension; the result has the type that products have."""
    dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else x.dtype
    return cast("Tensor", _Normed.apply(x, weight, epsilon, dtype))  # type: ignore[no-untyped-call]


class _Normed(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, epsilon: float, dtype: torch.dtype) -> Tensor:
        square: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True).square_()
        scale: Tensor = square.div_(x.shape[-1]).add_(epsilon).rsqrt_()
        ctx.save_for_backward(x, weight, scale)
        return (x * scale).mul_(weight).to(dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, scale = ctx.saved_tensors
        grad, flat = gradients[0].to(x.dtype), x * scale
        mine = (flat * grad).view(-1, len(weight))
        along = torch.mv(mine, weight).div_(-len(weight)).view(scale.shape)
        return (grad * weight).addcmul_(flat, along).mul_(scale), mine.sum(dim=0), None, None
