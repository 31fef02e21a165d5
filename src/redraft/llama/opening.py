"""How a model is opened: its file checked, its context sized and measured, its thread started."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from redraft.catalog.header import inspect, require_generator
from redraft.errors import ModelFileError, UsageError
from redraft.llama.embedding import Embedder
from redraft.llama.engine import Facts, LlamaEngine, Release
from redraft.llama.interface import EngineStats
from redraft.llama.machine import fit, profiles
from redraft.llama.machine.exactness import is_exact
from redraft.llama.machine.outline import outline
from redraft.llama.machine.probe import Profile, probe
from redraft.llama.machine.threads import most_threads
from redraft.llama.memory.fingerprint import fingerprint
from redraft.llama.memory.key import StateKey, library_version
from redraft.llama.memory.pool import Pool
from redraft.llama.memory.states import StateStore
from redraft.llama.native.adapter import apply_adapter, load_adapter
from redraft.llama.native.context import Context, ContextShape
from redraft.llama.native.library import library
from redraft.llama.native.model import Model
from redraft.llama.schedule.costs import RowCosts
from redraft.llama.schedule.driver import Driver
from redraft.llama.schedule.scheduler import Policy, Scheduler
from redraft.llama.template import CHATML, ChatTemplate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from redraft.llama.native.adapter import Adapter

__all__ = ["Opening", "open_engine"]

DEFAULT_CONTEXT = 8192
"""Largest context opened unasked: the memory for it grows with its length."""

SMALL_MODEL = 64 * 2**20
"""Bytes of weights below which exactness costs too little to be done without."""

EXACT_TYPES = frozenset({"2", "7"})
"""Weights for which the processor's kernels give the same logits whatever the size of a step: Q4_0, Q8_0."""

CPU_ROWS, GPU_ROWS = 256, 512
"""Most rows a step."""

CACHED = 3
"""Slots for each sequence that may be under way: the others keep what was computed."""

STORE_SHARE, STORE_LIMIT = 0.05, 2**30
"""Share of the free memory, and most bytes, that states may take which had to leave the context."""


MOST_SEQUENCES = 128
"""llama.cpp tells 256 sequences apart; half of them are left for what is kept."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a model is to be opened.

    Args:
        path: The model's file.
        context: Tokens that prompt and answer may have together; None for what the model was trained with, up to 8,192.
        pool: Tokens that all sequences may have together; None for one context's.
        sequences: Most requests under way at once; more wait.
        threads: Threads that compute; None for what a short probe finds best.
        exact: Whether logits must be the same to the bit whatever else is computed; None where that costs little.
        speculation: Whether tokens are proposed and verified.
        gpu_layers: Layers to offload to a GPU; `auto` for as many as fit.
        adapters: LoRA adapters that requests may name, and their files.
        states: Folder in which what was computed outlives the process; None for nowhere.
    """

    path: Path
    context: int | None = None
    pool: int | None = None
    sequences: int = 16
    threads: int | None = None
    exact: bool | None = None
    speculation: bool = True
    gpu_layers: int | Literal["auto"] = "auto"
    adapters: Mapping[str, Path] = field(default_factory=dict)
    states: Path | None = None

    def __post_init__(self) -> None:
        for name in ("context", "pool", "sequences", "threads"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError(f"{name} is a whole number from 1, not {value!r}")
        if self.sequences > MOST_SEQUENCES:
            raise UsageError(f"sequences is at most {MOST_SEQUENCES}, not {self.sequences}")


def open_engine(path: Path, *, on_warning: Callable[[str], None] = lambda _message: None, **how: Any) -> LlamaEngine:
    """Load a GGUF model.

    Args:
        path: The model's file.
        on_warning: Called with what the user should know.
        **how: The other fields of `Opening`: context, pool, sequences, threads, exact, speculation, gpu_layers,
            adapters, states.

    Raises:
        ModelFileError: The file is no model that llama.cpp could load and generate with, or memory does not suffice.
        UsageError: A setting is out of its range.
    """
    return _Opener(Opening(path, **how)).open(on_warning)


class _Opener:
    """Opens one model.

    Args:
        how: How.
    """

    def __init__(self, how: Opening) -> None:
        self._how = how
        require_generator(inspect(how.path))
        self._outline = outline(how.path)
        self._fingerprint = fingerprint(how.path)

    def open(self, on_warning: Callable[[str], None]) -> LlamaEngine:
        """Return the open engine; what was opened before a failure is closed."""
        with ExitStack() as opened:
            model = Model(self._how.path, gpu_layers=self._how.gpu_layers)
            opened.callback(model.close)
            template = _template_of(model, on_warning)
            adapters = [load_adapter(model, path, name) for name, path in self._how.adapters.items()]
            context, profile = self._measured_context(model)
            opened.callback(context.close)
            engine = self._engine(context, profile, template, {one.name: one for one in adapters})
            opened.pop_all()
            return engine

    def _engine(
        self, context: Context, profile: Profile, template: ChatTemplate, adapters: Mapping[str, Adapter]
    ) -> LlamaEngine:
        model, stats = context.model, EngineStats()
        by_key = {_key_of(adapter): adapter for adapter in adapters.values()}
        pool = Pool(context, stats, self._store(context.shape), shares=not model.recurrent, ordered=bool(profile.exact))
        policy = Policy(
            sequences=self._how.sequences,
            speculates=self._how.speculation and not model.recurrent,
            swap=lambda key: apply_adapter(library(), context.pointer, by_key.get(key)),
        )
        head = self._outline.output_bytes / max(self._outline.total_bytes, 1)
        scheduler = Scheduler(context, pool, RowCosts(profile.costs, head), stats, policy)
        embedder = Embedder(model, threads=self._how.threads)
        kept = (_Saved(pool),) if self._how.states else ()
        facts = Facts(
            model.name,
            context=min(self._length(model), context.cells),
            pool=context.cells,
            exact=bool(profile.exact),
            metadata=model.metadata,
            adapters={name: _key_of(adapter) for name, adapter in adapters.items()},
        )
        driver = Driver(model.name, scheduler, Release(context, embedder, *kept))
        return LlamaEngine(facts, model.vocabulary, template, driver, embedder, stats)

    def _measured_context(self, model: Model) -> tuple[Context, Profile]:
        """Return a context, and how it computes: an exact one where that is wanted and can be had."""
        asked = self._how.exact
        cheap = self._outline.total_bytes < SMALL_MODEL and model.metadata.get("general.file_type") in EXACT_TYPES
        if asked or (asked is None and cheap and not model.offloaded):
            try:
                context = Context(model, self._shape(model, exact=True))
            except ModelFileError:
                if asked:
                    raise
            else:
                profile = self._profile(context, exact=True)
                if profile.exact:
                    return context, profile
                context.close(model=False)
                if asked:
                    raise _never_exact(self._how.path)
        context = Context(model, self._shape(model, exact=False))
        return context, self._profile(context, exact=False)

    def _shape(self, model: Model, *, exact: bool) -> ContextShape:
        kv_type = "bf16" if exact else "f16"
        rows = GPU_ROWS if model.offloaded else CPU_ROWS
        sequences = min(self._how.sequences * (1 if model.recurrent else CACHED), 2 * MOST_SEQUENCES)
        return ContextShape(
            cells=self._cells(model, kv_type, rows, sequences),
            sequences=sequences,
            rows=rows,
            kv_type=kv_type,
            flash=True if exact else None,
        )

    def _cells(self, model: Model, kv_type: str, rows: int, sequences: int) -> int:
        """Return how many cells the context gets: what was asked for, or what there is memory for."""
        wanted = self._how.pool or self._length(model)
        if model.offloaded:
            return wanted
        per_token = fit.kv_bytes_per_token(self._outline, kv_type)
        taken = fit.state_bytes(self._outline, sequences) + fit.compute_bytes(
            self._outline, cells=wanted, rows=rows, outputs=rows, sequences=sequences
        )
        free = fit.free_memory()
        if self._how.pool or self._how.context:
            fit.require_memory(wanted, per_token=per_token, taken=taken, free=free, where=self._how.path)
        found = fit.fit_context(wanted, per_token=per_token, taken=taken, free=free)
        if not found.cells:
            fit.require_memory(wanted, per_token=per_token, taken=taken, free=free, where=self._how.path)
        return min(found.cells, wanted)

    def _length(self, model: Model) -> int:
        """Return how many tokens a prompt and its answer may have together."""
        return self._how.context or min(model.trained_context or DEFAULT_CONTEXT, DEFAULT_CONTEXT)

    def _profile(self, context: Context, *, exact: bool) -> Profile:
        """Return how a context computes: as it was measured once on this machine, or as it is measured now."""
        fixed = self._how.threads or 0
        settings = _settings(context.shape) | {"threads": fixed, "cells": min(context.cells, 4096)}
        key = profiles.ProfileKey(profiles.this_machine(), self._fingerprint, library_version(), settings)
        found = profiles.load(key)
        if found is None or (exact and found.exact is None):
            found = probe(context, fixed or most_threads(), most_rows=min(context.batch.room, context.cells // 2))
            if fixed:
                found = replace(found, threads=fixed, threads_batch=fixed)
            context.set_threads(found.threads, found.threads_batch)
            found = replace(found, exact=is_exact(context) if exact else None)
            profiles.save(key, found)
        context.set_threads(found.threads, found.threads_batch)
        return found

    def _store(self, shape: ContextShape) -> StateStore:
        key = StateKey(self._fingerprint, library_version(), _settings(shape))
        room = int(min(fit.free_memory() * STORE_SHARE, STORE_LIMIT))
        return StateStore(key, memory_bytes=room, folder=self._how.states)


class _Saved:
    """Keeps what a pool holds, when it is closed."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def close(self) -> None:
        """Have everything written to disk."""
        self._pool.save()


def _settings(shape: ContextShape) -> dict[str, str | int]:
    """Return what of a context changes its states and its speed."""
    return {"kv_type": shape.kv_type, "flash": str(shape.flash), "rows": shape.rows}


def _key_of(adapter: Adapter) -> str:
    return f"{adapter.fingerprint}*{adapter.scale:g}"


def _never_exact(path: Path) -> ModelFileError:
    return ModelFileError(
        "this model's logits change with what is computed beside them on this machine, so it cannot be exact",
        where=str(path),
        mend="Use weights of type Q8_0 or Q4_0 on the CPU, or open it without exact=True.",
    )


def _template_of(model: Model, on_warning: Callable[[str], None]) -> ChatTemplate:
    source = model.metadata.get("tokenizer.chat_template", "")
    if not source.strip():
        on_warning(f"model '{model.name}' has no chat template; chatml is used")
        source = CHATML
    vocabulary = model.vocabulary
    return ChatTemplate(source, bos=vocabulary.text_of(vocabulary.bos), eos=vocabulary.text_of(vocabulary.eos))
