"""What fits into memory: a context's cells, the rows of a step, and what is free for them.

llama.cpp takes what it is asked for, and the kernel ends the process that writes to more than there is. So the
question is answered here, before the library is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from redraft.errors import ModelFileError

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.llama.machine.outline import Outline

__all__ = [
    "CELL_STEP",
    "ContextFit",
    "compute_bytes",
    "fit_context",
    "free_memory",
    "kv_bytes_per_token",
    "most_cells",
    "readable",
    "require_memory",
    "state_bytes",
]

CELL_STEP: Final = 256
"""llama.cpp rounds contexts up to a multiple of this."""

_KV_TYPES = {"f32": (4, 1), "f16": (2, 1), "bf16": (2, 1), "q8_0": (34, 32), "q4_0": (18, 32)}
"""Bytes of a block, and numbers in it."""

_SHARE = 0.9
"""Share of what is free that a model may take: Python and others grow as well."""


@dataclass(frozen=True, slots=True)
class ContextFit:
    """How large a context is to be.

    Args:
        cells: Tokens that it holds.
        wanted: Tokens that were asked for, rounded up.
        bytes: What its cells take.
        free: What was free for them.
    """

    cells: int
    wanted: int
    bytes: int
    free: int

    @property
    def limited(self) -> bool:
        """Whether memory allows less than was asked for."""
        return self.cells < self.wanted


def kv_bytes_per_token(model: Outline, kv_type: str = "f16") -> int:
    """Return the bytes that a context keeps of each token, all layers together; 0 for a recurrent model.

    Args:
        model: The model.
        kv_type: The type of keys and values: `f32`, `f16`, `bf16`, `q8_0` or `q4_0`.
    """
    size, block = _KV_TYPES[kv_type]
    return sum(-(-kept // block) * size for layer in model.layers for kept in (layer.keys, layer.values))


def state_bytes(model: Outline, sequences: int) -> int:
    """Return the bytes that recurrent layers keep of so many sequences, however long."""
    return sum(layer.state for layer in model.layers) * 4 * sequences


def compute_bytes(model: Outline, *, cells: int, rows: int, outputs: int, sequences: int = 1) -> int:
    """Return about how many bytes a step computes in, with flash attention: rather more than llama.cpp takes.

    Args:
        model: The model.
        cells: The context's size.
        rows: Tokens in the largest step (`n_ubatch`).
        outputs: Rows of it whose logits are wanted, at most (`n_outputs_max`).
        sequences: Sequences that may be under way (`n_seq_max`).
    """
    mask = cells * rows * 2 if any(layer.keys for layer in model.layers) else 0
    inside = rows * (2 * model.inner + 6 * model.width) * 4
    logits = outputs * (model.vocabulary + 2 * model.width) * 4
    kept = max(sequences, outputs) * model.vocabulary * 4
    return mask + max(inside, logits) + kept


def fit_context(wanted: int, *, per_token: int, taken: int, free: int) -> ContextFit:
    """Return the size of the context that serves so many tokens at once, or the largest that there is memory for.

    Args:
        wanted: Tokens: the longest prompt and its answer, times those under way at once.
        per_token: Bytes for each.
        taken: Bytes that are needed beside: weights that are not loaded yet, state, and what a step computes in.
        free: Bytes that are free.
    """
    rounded = -(-max(wanted, 1) // CELL_STEP) * CELL_STEP
    cells = min(rounded, most_cells(per_token=per_token, taken=taken, free=free, limit=rounded))
    return ContextFit(cells, rounded, cells * per_token, max(0, _usable(taken, free)))


def most_cells(*, per_token: int, taken: int, free: int, limit: int) -> int:
    """Return how many tokens there is memory for, at most the limit; 0 where not even the rest fits.

    Args:
        per_token: Bytes for each token.
        taken: Bytes that are needed beside.
        free: Bytes that are free.
        limit: What is returned where a token takes nothing.
    """
    room = _usable(taken, free)
    if room < 0:
        return 0
    return min(limit, room // per_token // CELL_STEP * CELL_STEP) if per_token else limit


def require_memory(wanted: int, *, per_token: int, taken: int, free: int, where: Path) -> None:
    """Make sure that there is memory for a context.

    Args:
        wanted: Tokens that it is to hold.
        per_token: Bytes for each.
        taken: Bytes that are needed beside.
        free: Bytes that are free.
        where: The model's file.

    Raises:
        ModelFileError: There is not.
    """
    fit = fit_context(wanted, per_token=per_token, taken=taken, free=free)
    if not fit.limited:
        return
    needed = readable(taken + fit.wanted * per_token)
    if not fit.cells:
        raise ModelFileError(
            f"the model takes {readable(taken)} of memory beside its context, and {readable(free)} is free",
            where=str(where),
            mend="Free some memory, or name a smaller model or one with smaller weights.",
        )
    raise ModelFileError(
        f"a context of {wanted:,} tokens takes {needed} of memory with the model, and {readable(free)} is free",
        where=str(where),
        mend=f"Ask for at most {fit.cells:,} tokens, or free some memory.",
    )


def free_memory() -> int:
    """Return the bytes that this process may still take, by the machine's memory and its control group's limit."""
    from importlib import import_module

    from redraft.llama.machine.cgroup import memory_room

    psutil: Any = import_module("psutil")
    available = int(psutil.virtual_memory().available)
    room = memory_room()
    return available if room is None else min(available, room)


def readable(count: int) -> str:
    """Return a number of bytes for people."""
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.1f} MiB"


def _usable(taken: int, free: int) -> int:
    return int(free * _SHARE) - taken
