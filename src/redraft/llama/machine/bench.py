"""What a model does on this machine: its rates, what its steps cost, and what fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from redraft.llama.machine import fit
from redraft.llama.machine.devices import devices, gpus
from redraft.llama.machine.offload import offload_plan
from redraft.llama.machine.outline import outline
from redraft.llama.machine.probe import probe
from redraft.llama.machine.threads import most_threads
from redraft.llama.native.library import library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redraft.catalog.header import GGUFHeader
    from redraft.llama.machine.offload import OffloadPlan
    from redraft.llama.machine.outline import Outline
    from redraft.llama.machine.probe import Profile
    from redraft.llama.native.context import Context

__all__ = ["LENGTHS", "Bench", "Fit", "bench"]

KV_TYPES: Final = ("f16", "bf16", "q8_0")

LENGTHS: Final = (1024, 4096)
"""Tokens of the sequences that are counted."""

_CELLS, _ROWS = 512, 128
_MOST_CELLS: Final = 2**30
"""llama.cpp counts cells in 32 bits."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What fits into the memory that is free, with keys and values of one type.

    Args:
        kv_type: The type.
        token_bytes: Bytes that a token takes.
        pool: Tokens that all sequences may have together.
        context: Tokens that one may have: no more than the model was trained with.
        sequences: How many sequences fit side by side, by their tokens.
    """

    kv_type: str
    token_bytes: int
    pool: int
    context: int
    sequences: dict[int, int]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a model does on this machine.

    Args:
        profile: Threads and costs.
        prefill: Tokens of a prompt a second.
        decode: Tokens that one sequence is given a second.
        weights: Bytes of weights.
        free: Bytes of memory that were free, where its layers are, before it was loaded: a GPU's, or the machine's.
        offloaded: Whether layers are on a GPU: then their keys and values take its memory, not the machine's.
        fits: What fits.
    """

    profile: Profile
    prefill: float
    decode: float
    weights: int
    free: int
    offloaded: bool
    fits: tuple[Fit, ...]


def bench(path: Path) -> Bench:
    """Measure a model, which takes some two seconds and more for a large one.

    Args:
        path: Its file.

    Raises:
        ModelFileError: The file is no model that llama.cpp could load and generate with, or memory does not suffice.
    """
    from redraft.catalog.header import inspect
    from redraft.catalog.kinds import require_generator

    header = inspect(path)
    require_generator(header)
    shape, free = outline(path), fit.free_memory()
    computed = fit.compute_bytes(shape, cells=_CELLS, rows=_ROWS, outputs=_ROWS)
    taken, token = shape.total_bytes + computed, fit.kv_bytes_per_token(shape)
    elsewhere = fit.compute_bytes(shape, cells=_CELLS, rows=_CELLS, outputs=_CELLS)
    offload = offload_plan(shape, devices(), kv_bytes=_CELLS * token, compute=elsewhere)
    if offload.n_gpu_layers:
        cards = sum(card.free for card in gpus(devices()))
        free = cards if offload.n_gpu_layers > len(shape.layers) else free + cards
    fit.require_memory(_CELLS, per_token=token, taken=taken, free=free, where=path)
    context = _opened(path, offload)
    try:
        profile = probe(context, most_threads(), most_rows=_ROWS, elsewhere=context.model.offloaded)
        prefill = max(rows / seconds for rows, seconds in _prompts(context, profile))
        offloaded = context.model.offloaded
    finally:
        context.close()
    fits = tuple(_fit(shape, header, kv_type, taken=taken, free=free) for kv_type in KV_TYPES)
    return Bench(profile, prefill, 1 / profile.costs[1], shape.total_bytes, free, offloaded, fits)


def _opened(path: Path, offload: OffloadPlan) -> Context:
    from redraft.llama.native.context import Context, ContextShape
    from redraft.llama.native.model import Model

    model = Model(path, gpu_layers=offload.n_gpu_layers, tensor_split=offload.tensor_split, main_gpu=offload.main_gpu)
    try:
        return Context(model, ContextShape(_CELLS, sequences=1, rows=_CELLS if model.offloaded else _ROWS))
    except BaseException:
        model.close()
        raise


def _prompts(context: Context, profile: Profile) -> Iterator[tuple[int, float]]:
    """Yield the seconds of prompts in one step, of which the last row alone gives logits."""
    # A GPU computes four times as many rows in much less than four times the time, after the first time.
    for rows in [*sorted(profile.costs)[-2:], *([context.batch.room] * 2 if context.model.offloaded else ())]:
        begin = context.seconds
        context.batch.clear()
        context.batch.add(0, [0] * rows, 0, outputs=1)
        context.decode()
        context.clear()
        yield rows, context.seconds - begin


def _fit(shape: Outline, header: GGUFHeader, kv_type: str, *, taken: int, free: int) -> Fit:
    token = fit.kv_bytes_per_token(shape, kv_type)
    # Each row of a step has a mask over all cells.
    pool = fit.most_cells(per_token=token and token + 2 * _ROWS, taken=taken, free=free, limit=_MOST_CELLS)
    longest = min(pool, header.context_length or pool)
    most = int(library().llama_max_parallel_sequences())
    counts = {length: min(most, pool // length) for length in LENGTHS if length <= longest}
    return Fit(kv_type, token, pool, longest, counts)
