"""Which layers of a model go to which GPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from redraft.llama.machine.devices import gpus
from redraft.llama.machine.fit import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.llama.machine.devices import Device
    from redraft.llama.machine.outline import Outline

__all__ = ["OffloadPlan", "layers_to_offload", "offload_plan", "spread"]

_RESERVE: Final = 256 * 2**20
"""Bytes that a driver takes for itself when a GPU is first used, and a little for others."""

_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class OffloadPlan:
    """How a model is loaded and its context opened.

    Args:
        n_gpu_layers: Layers on GPUs, the last ones; the output counts as one.
        tensor_split: How many of them each GPU has; empty without a GPU.
        main_gpu: The GPU with most of them.
        kv_type: The type of keys and values.
        flash: Whether flash attention is demanded; None leaves it to llama.cpp, which knows what the GPU can.
        reasons: Why, in sentences without a full stop.
    """

    n_gpu_layers: int
    tensor_split: tuple[int, ...]
    main_gpu: int
    kv_type: str
    flash: bool | None
    reasons: tuple[str, ...]


def offload_plan(
    model: Outline, found: Sequence[Device], *, kv_bytes: int, compute: int, exact: bool = False
) -> OffloadPlan:
    """Return which layers go to GPUs, by what is free there.

    Args:
        model: The model.
        found: The machine's devices.
        kv_bytes: What all keys and values of the context take in memory.
        compute: What a step computes in, on each device.
        exact: Whether logits must not depend on the step, which is possible on the processor alone.
    """
    cards = gpus(found)
    if exact or not cards:
        reason = "logits that do not depend on the step are computed by the processor" if exact else "there is no GPU"
        return _on_processor(reason, exact=exact)
    sizes = _sizes(model, kv_bytes)
    rooms = [max(0, card.free - compute - max(_RESERVE, card.total // 32)) for card in cards]
    split = spread(sizes, rooms)
    count = sum(split)
    if not count:
        return _on_processor(f"no GPU has room for a layer: {_free(cards)}", exact=False)
    of_all = "all" if count == len(sizes) else f"{count} of {len(sizes)}"
    where = ", ".join(f"{part} on {card.name}" for part, card in zip(split, cards, strict=True) if part)
    return OffloadPlan(
        n_gpu_layers=count,
        tensor_split=split,
        main_gpu=split.index(max(split)),
        kv_type="f16",
        flash=None,
        reasons=(f"{of_all} layers are offloaded: {where}", _free(cards)),
    )


def layers_to_offload(sizes: Sequence[int], rooms: Sequence[int]) -> int:
    """Return how many layers, counted from the last one, fit into GPUs.

    Args:
        sizes: Bytes of each layer with its keys and values, in order; the output's are the last.
        rooms: Bytes free on each GPU.
    """
    return sum(spread(sizes, rooms))


def spread(sizes: Sequence[int], rooms: Sequence[int]) -> tuple[int, ...]:
    """Return how many layers each GPU has, of the last ones that fit; where all fit, all are filled alike.

    Args:
        sizes: Bytes of each layer with its keys and values, in order; the output's are the last.
        rooms: Bytes free on each GPU.
    """
    largest = max(range(len(rooms)), key=rooms.__getitem__, default=0)
    # One GPU has nothing to hand over to another.
    if rooms and sum(sizes) <= rooms[largest]:
        return tuple(len(sizes) if at == largest else 0 for at in range(len(rooms)))
    for begin in range(len(sizes)):
        counts = _filled(sizes[begin:], rooms)
        if sum(counts) == len(sizes) - begin:
            return _even(sizes[begin:], rooms, counts)
    return (0,) * len(rooms)


def _even(sizes: Sequence[int], rooms: Sequence[int], counts: tuple[int, ...]) -> tuple[int, ...]:
    """Return the split in which the fullest GPU has most room left."""
    shares = ([room * step // _STEPS for room in rooms] for step in range(1, _STEPS))
    tried = (_filled(sizes, share) for share in shares)
    return next((found for found in tried if sum(found) == len(sizes)), counts)


def _filled(sizes: Sequence[int], rooms: Sequence[int]) -> tuple[int, ...]:
    """Return how many layers each GPU takes when one after the other is filled, in order."""
    counts, at = [], 0
    for room in rooms:
        begin, left = at, room
        while at < len(sizes) and sizes[at] <= left:
            left -= sizes[at]
            at += 1
        counts.append(at - begin)
    return tuple(counts)


def _sizes(model: Outline, kv_bytes: int) -> list[int]:
    kept = sum(layer.keys + layer.values for layer in model.layers) or 1
    layers = [layer.weights + kv_bytes * (layer.keys + layer.values) // kept for layer in model.layers]
    return [*layers, model.output_bytes]


def _on_processor(reason: str, *, exact: bool) -> OffloadPlan:
    # In these types and with flash attention, a row's logits are the same in every step.
    kv_type, flash = ("bf16", True) if exact else ("f16", None)
    return OffloadPlan(0, (), 0, kv_type, flash, (reason,))


def _free(cards: Sequence[Device]) -> str:
    return ", ".join(f"{card.name} has {readable(card.free)} of {readable(card.total)} free" for card in cards)
