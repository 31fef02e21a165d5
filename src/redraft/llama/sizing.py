"""The size of a context: what was asked for, what the model can, what there is memory for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from redraft.llama.machine import fit
from redraft.llama.machine.devices import devices
from redraft.llama.machine.offload import OffloadPlan, offload_plan
from redraft.llama.machine.outline import outline
from redraft.llama.native.context import ContextShape
from redraft.llama.native.library import multiplies_bf16

if TYPE_CHECKING:
    from redraft.catalog.header import GGUFHeader
    from redraft.llama.native.model import Model
    from redraft.llama.opening import Opening

__all__ = ["FEW", "MOST_SEQUENCES", "Sizing"]

MOST_SEQUENCES = 64
"""llama.cpp tells 256 sequences apart, and a model with windows needs two for each; some are left for what is kept."""

DEFAULT_CONTEXT = 8192
"""Largest context opened unasked: the memory for it grows with its length."""

LEAST_CONTEXT = 512
"""Tokens below which a context is of no use."""

SMALL_MODEL = 64 * 2**20
"""Bytes of weights below which exactness costs too little to be done without."""

EXACT_TYPES = frozenset({2, 7})
"""Weights for which the processor's kernels give the same logits whatever the size of a step: Q4_0, Q8_0."""

KEPT_LENGTHS = 2
"""Contexts that a pool holds unasked: one for what is under way, one for what earlier requests leave to later ones."""

CPU_ROWS, GPU_ROWS = 256, 512
"""Most rows a step."""

FEW = 2
"""Sequences at once up to which attention is computed without flash."""

MOST_SCORES = 512 * 2**20
"""Bytes that attention without flash may take of a step."""

UNTOLD_HEADS = 64
"""Heads of a model whose layers have different numbers of them, at most."""

KEPT = 48
"""Slots beside those of the sequences under way, for what is kept."""


class Sizing:
    """How large a model's context is, and where the model computes; decided before the model is loaded.

    Args:
        how: How the model is to be opened.
        header: Its file's header.

    Raises:
        ModelFileError: There is not enough memory.
    """

    def __init__(self, how: Opening, header: GGUFHeader) -> None:
        self._how = how
        self._outline = outline(how.path)
        trained = header.metadata.get(f"{header.architecture}.context_length")
        trained = trained if isinstance(trained, int) and trained > 0 else DEFAULT_CONTEXT
        heads = header.metadata.get(f"{header.architecture}.attention.head_count")
        self._heads = heads if isinstance(heads, int) else UNTOLD_HEADS
        self.length = how.context or min(trained, DEFAULT_CONTEXT)
        self._wanted = how.pool or KEPT_LENGTHS * self.length
        self.small = self._outline.total_bytes < SMALL_MODEL
        cheap = self.small and header.metadata.get("general.file_type") in EXACT_TYPES
        self.try_exact = how.exact or (how.exact is None and cheap)
        # The model is not loaded yet: what it takes is still counted as free.
        self._free = fit.free_memory()

    @property
    def head_share(self) -> float:
        """The share of a row's work that its logits are."""
        return self._outline.output_bytes / max(self._outline.total_bytes, 1)

    @cached_property
    def offload(self) -> OffloadPlan:
        """Which layers go to GPUs."""
        asked = self._how.gpu_layers
        if asked != "auto":
            return OffloadPlan(asked, (), 0, "f16", None, ("as many layers as were asked for",))
        kv_bytes = self._wanted * self._per_token("f16")
        return offload_plan(
            self._outline,
            devices(),
            kv_bytes=kv_bytes,
            compute=self._computing(GPU_ROWS, cells=self._wanted),
            exact=bool(self.try_exact),
        )

    def shape(self, model: Model, *, exact: bool) -> ContextShape:
        """Return how a context is opened.

        Raises:
            ModelFileError: There is not enough memory.
        """
        sequences = self._slots(recurrent=model.recurrent)
        if model.offloaded:
            return ContextShape(cells=self._wanted, sequences=sequences, rows=GPU_ROWS)
        # On processors flash attention computes row by row, but passes over the cells of others: without it, several
        # rows of one sequence take two thirds of the time, and those of many sequences twice as long.
        few = self._how.sequences <= FEW and self._scores * self._wanted <= MOST_SCORES
        whole = few and not exact
        # Flash attention multiplies keys and values one by one.
        kv_type = "bf16" if exact or (multiplies_bf16() and not whole) else "f16"
        cells = self._cells(kv_type, scores=self._scores if whole else 0)
        flash = True if exact else False if whole else None
        return ContextShape(cells=cells, sequences=sequences, rows=CPU_ROWS, kv_type=kv_type, flash=flash)

    @property
    def _scores(self) -> int:
        """Bytes that attention without flash takes for each cell: a number for each head and row, and its copy."""
        return self._heads * CPU_ROWS * 4 * 2

    def _cells(self, kv_type: str, *, scores: int) -> int:
        """Return what was asked for, or what there is memory for beyond that."""
        # A step's mask grows with the context too.
        rest = self._computing(CPU_ROWS, cells=0)
        per_token = self._per_token(kv_type) + scores + self._computing(CPU_ROWS, cells=1) - rest
        taken = self._outline.total_bytes + fit.state_bytes(self._outline, self._slots(recurrent=True)) + rest
        found = fit.fit_context(self._wanted, per_token=per_token, taken=taken, free=self._free)
        least = self._how.pool or self._how.context or min(self.length, LEAST_CONTEXT)
        if found.cells < least:
            fit.require_memory(least, per_token=per_token, taken=taken, free=self._free, where=self._how.path)
        return min(found.cells, self._wanted)

    def _slots(self, *, recurrent: bool) -> int:
        return self._how.sequences if recurrent else self._how.sequences + KEPT

    def _computing(self, rows: int, *, cells: int) -> int:
        return fit.compute_bytes(
            self._outline, cells=cells, rows=rows, outputs=rows, sequences=self._slots(recurrent=False)
        )

    def _per_token(self, kv_type: str) -> int:
        return fit.kv_bytes_per_token(self._outline, kv_type)
