"""How a model is opened: its file checked, its context sized and measured, its thread started."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from redraft.catalog.header import inspect
from redraft.catalog.kinds import require_generator
from redraft.errors import ModelFileError, UsageError
from redraft.llama.embedding import Embedder
from redraft.llama.engine import Facts, LlamaEngine, Parts, Release
from redraft.llama.interface import EngineStats
from redraft.llama.machine import fit, profiles
from redraft.llama.machine.devices import devices, gpus
from redraft.llama.machine.exactness import is_exact
from redraft.llama.machine.probe import Profile, probe
from redraft.llama.machine.threads import most_threads, usable_cpus
from redraft.llama.memory.fingerprint import fingerprint
from redraft.llama.memory.key import StateKey, library_version
from redraft.llama.memory.pool import Pool
from redraft.llama.memory.states import StateStore
from redraft.llama.native.adapter import apply_adapter, load_adapter
from redraft.llama.native.context import Context
from redraft.llama.native.library import library
from redraft.llama.native.model import Model
from redraft.llama.sampling.peaks import Peaks
from redraft.llama.schedule.costs import RowCosts
from redraft.llama.schedule.driver import Driver
from redraft.llama.schedule.gears import Gears
from redraft.llama.schedule.scheduler import Policy, Scheduler
from redraft.llama.sizing import MOST_SEQUENCES, Sizing
from redraft.llama.template import CHATML, ChatTemplate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from redraft.llama.native.adapter import Adapter

__all__ = ["SEQUENCES", "Opening", "open_engine"]

SEQUENCES = 16
"""Requests under way at once, where nobody says otherwise."""

EXACT_ADAPTERS = frozenset({2, 8})
"""ggml's numbers of Q4_0 and Q8_0: the processor multiplies them as integers, the same for one row and for many. What
others give differs by so little that the rounding of keys and values mostly hides it, and no short probe sees it."""

PEAK_THREADS = 8
"""Threads, at most, that look through the logits of a GPU's step."""

STORE_SHARE, STORE_LIMIT = 0.05, 2**30
"""Share of the free memory, and most bytes, that states may take which had to leave the context."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a model is to be opened.

    Args:
        path: The model's file.
        context: Tokens that prompt and answer may have together; None for what the model was trained with, up to 8,192.
        pool: Tokens that all sequences may have together, what they share counted once; None for twice one context's.
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
    sequences: int = SEQUENCES
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
        self._header = inspect(how.path)
        require_generator(self._header)
        self._sizing = Sizing(how, self._header)
        self._fingerprint = fingerprint(how.path)

    def open(self, on_warning: Callable[[str], None]) -> LlamaEngine:
        """Return the open engine; what was opened before a failure is closed."""
        offload = self._sizing.offload
        with ExitStack() as opened:
            model = Model(
                self._how.path,
                gpu_layers=offload.n_gpu_layers,
                tensor_split=offload.tensor_split,
                main_gpu=offload.main_gpu,
            )
            opened.callback(model.close)
            template = _template_of(model, on_warning)
            adapters = [load_adapter(model, path, name) for name, path in self._how.adapters.items()]
            if self._how.exact and self._rounded:
                raise _never_exact_with(self._how.adapters[self._rounded[0]])
            context, profile = self._context(model)
            opened.callback(context.close)
            engine = self._engine(context, profile, template, adapters)
            opened.pop_all()
            return engine

    def _engine(
        self, context: Context, profile: Profile, template: ChatTemplate, adapters: Sequence[Adapter]
    ) -> LlamaEngine:
        model, stats = context.model, EngineStats()
        peaks = Peaks(min(usable_cpus(), PEAK_THREADS)) if model.offloaded else None
        by_key = {_key_of(adapter): adapter for adapter in adapters}
        pool = Pool(context, stats, self._store(context), shares=not model.recurrent, ordered=bool(profile.exact))
        policy = Policy(
            sequences=self._how.sequences,
            speculates=self._how.speculation and not model.recurrent,
            swap=lambda key: apply_adapter(library(), context.pointer, by_key.get(key)),
            peaks=peaks,
            gears=None if model.offloaded else Gears((profile.threads, profile.threads_batch), context.set_threads),
        )
        costs = RowCosts(profile.costs, self._sizing.head_share)
        embedder = Embedder(model, threads=self._how.threads)
        kept = (_Saved(pool),) if self._how.states else ()
        facts = Facts(
            model.name,
            context=min(self._sizing.length, context.cells),
            pool=context.cells,
            exact=bool(profile.exact) and not self._rounded,
            metadata=model.metadata,
            adapters={adapter.name: _key_of(adapter) for adapter in adapters},
        )
        scheduler = Scheduler(context, pool, costs, stats, policy)
        driver = Driver(model.name, scheduler, Release(context, embedder, *kept, *((peaks,) if peaks else ())))
        return LlamaEngine(facts, Parts(model.vocabulary, template, driver, embedder, stats))

    @cached_property
    def _rounded(self) -> list[str]:
        """The adapters whose sums depend on how many rows are computed at once."""
        headers = {name: inspect(path) for name, path in self._how.adapters.items()}
        return [
            name
            for name, header in headers.items()
            if not {tensor.kind for tensor in header.tensors.values()} <= EXACT_ADAPTERS
        ]

    def _context(self, model: Model) -> tuple[Context, Profile]:
        """Return a context, and how it computes: an exact one where that is wanted and can be had."""
        # A recurrent model's sequences cannot be cut, and so it cannot be tried in which ways it computes the same.
        if self._sizing.try_exact and not model.offloaded and not model.recurrent:
            context, profile = self._measured_context(model, exact=True)
            if profile.exact:
                return context, profile
            context.close(model=False)
        if self._how.exact:
            raise _never_exact(self._how.path)
        return self._measured_context(model, exact=False)

    def _measured_context(self, model: Model, *, exact: bool) -> tuple[Context, Profile]:
        context = Context(model, self._sizing.shape(model, exact=exact))
        try:
            return context, self._profile(context, exact=exact)
        except BaseException:
            context.close(model=False)
            raise

    def _profile(self, context: Context, *, exact: bool) -> Profile:
        """Return how a context computes: as it was measured once on this machine, or as it is measured now."""
        key = profiles.ProfileKey(
            profiles.this_machine(),
            self._fingerprint,
            library_version(),
            _settings(context)
            | _cards(context.model)
            | {"threads": self._how.threads or 0, "cells": min(context.cells, 4096)},
        )
        # A small model is measured in no time; the machine's folders stay as they are for it.
        found = None if self._sizing.small else profiles.load(key)
        if found is None or (exact and found.exact is None):
            found = self._measured(context)
            context.set_threads(found.threads, found.threads_batch)
            found = replace(found, exact=is_exact(context) if exact else None)
            if not self._sizing.small:
                profiles.save(key, found)
        context.set_threads(found.threads, found.threads_batch)
        return found

    def _measured(self, context: Context) -> Profile:
        most = min(context.batch.room, context.cells // 2)
        if self._how.threads is None:
            return probe(context, most_threads(), most_rows=most, elsewhere=context.model.offloaded)
        found = probe(_Fixed(context, self._how.threads), self._how.threads, most_rows=most)
        return replace(found, threads=self._how.threads, threads_batch=self._how.threads)

    def _store(self, context: Context) -> StateStore:
        key = StateKey(self._fingerprint, library_version(), _settings(context))
        room = int(min(fit.free_memory() * STORE_SHARE, STORE_LIMIT))
        return StateStore(key, memory_bytes=room, folder=self._how.states)


class _Fixed:
    """A context whose threads the user has chosen."""

    def __init__(self, context: Context, threads: int) -> None:
        self._context = context
        context.set_threads(threads, threads)
        self.time_rows = context.time_rows

    def set_threads(self, decode: int, prefill: int) -> None:
        """Leave the threads as they are."""


class _Saved:
    """Keeps what a pool holds, when it is closed."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def close(self) -> None:
        """Have everything written to disk."""
        self._pool.save()


def _settings(context: Context) -> dict[str, str | int]:
    """Return what of a context changes its states and its speed."""
    shape = context.shape
    return {
        "kv_type": shape.kv_type,
        "flash": str(shape.flash),
        "rows": shape.rows,
        "offloaded": context.model.gpu_layers,
    }


def _cards(model: Model) -> dict[str, str]:
    """Return which GPUs compute, where one does."""
    return {"gpus": ", ".join(card.description for card in gpus(devices()))} if model.offloaded else {}


def _key_of(adapter: Adapter) -> str:
    return f"{adapter.fingerprint}*{adapter.scale:g}"


def _never_exact(path: Path) -> ModelFileError:
    return ModelFileError(
        "this model's logits change with what is computed beside them on this machine, so it cannot be exact",
        where=str(path),
        mend="Use weights of type Q8_0 or Q4_0 on the CPU, or open it without exact=True.",
    )


def _never_exact_with(path: Path) -> ModelFileError:
    return ModelFileError(
        "with this adapter's weights logits change with what is computed beside them, so it cannot be exact",
        where=str(path),
        mend="Convert it to Q8_0, all of it, which takes a rank of 32 or a multiple; or open without exact=True.",
    )


def _template_of(model: Model, on_warning: Callable[[str], None]) -> ChatTemplate:
    source = model.metadata.get("tokenizer.chat_template", "")
    if not source.strip():
        on_warning(f"model '{model.name}' has no chat template; chatml is used")
        source = CHATML
    vocabulary = model.vocabulary
    return ChatTemplate(source, bos=vocabulary.text_of(vocabulary.bos), eos=vocabulary.text_of(vocabulary.eos))
