"""Weights that were trained before, in a network that has more tokens and layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from training.errors import TrainingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.model import Network
    from training.tokens import Encoder

__all__ = ["grow"]


@torch.no_grad()
def grow(network: Network, old: Network, tokens: Sequence[str], encoder: Encoder) -> None:
    """Give a network the weights of a smaller one, so that it says of known tokens what that said.

    A layer more is a layer that adds nothing yet: its output starts at zero. A token more has a vector as long as the
    others, in a direction of its own.

    Args:
        network: The network, with weights as they start.
        old: The one that was trained.
        tokens: The tokens of the old one.
        encoder: The tokenizer of the new one.

    Raises:
        TrainingError: The old network is wider, deeper, or has other heads.
    """
    was, now = old.shape, network.shape
    if (was.width, was.heads, was.inner, was.rope_base) != (now.width, now.heads, now.inner, now.rope_base):
        raise TrainingError(f"weights of {was} cannot be grown to {now}: only layers and tokens may be added.")
    if was.layers > now.layers:
        raise TrainingError(f"weights of {was.layers} layers cannot be cut to {now.layers}.")
    state = {name: tensor for name, tensor in old.state_dict().items() if not name.startswith("embedding")}
    network.load_state_dict(state, strict=False)
    weight, trained = network.embedding.weight, old.embedding.weight
    weight.mul_(trained.std() / weight.std())
    ids = {token: index for index, token in enumerate(tokens)}
    for index, token in enumerate(encoder.tokens):
        if token in ids:
            weight[index] = trained[ids[token]]
