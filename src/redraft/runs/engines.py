"""Open models: one copy of each, however many agents, evaluators and runs name it."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from redraft.errors import ModelFileError, UsageError
from redraft.llama.opening import SEQUENCES, open_engine
from redraft.llama.scorer import TextScorer, open_scorer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from pathlib import Path

    from redraft.llama.interface import Engine

__all__ = ["EnginePool", "finish"]


@dataclass(slots=True)
class _Entry:
    """A model of the pool: its file, an engine or a scorer, and its context; what was said of it, how many have it."""

    path: Path
    engine: Any
    context: int
    size: int
    warnings: tuple[str, ...]
    users: int = 0

    @property
    def scores(self) -> bool:
        """Whether it is a scorer."""
        return isinstance(self.engine, TextScorer)


@dataclass(slots=True)
class EnginePool:
    """Opens each model file once, lends it to whoever asks, and closes what nobody has used for longest.

    Leasing may be done from any thread. Whoever leases an engine gives it back with `release`, and never closes it.

    Args:
        idle: How many engines, and how many scorers, stay open that nobody has: whoever asks next finds them loaded.
        idle_bytes: How many bytes the files of those have together at most; None where that does not matter.
        sequences: Requests that each engine serves at once; more wait.
    """

    idle: int = 1
    idle_bytes: int | None = None
    sequences: int = SEQUENCES
    _entries: dict[Path, _Entry] = field(default_factory=dict, init=False)
    _turns: dict[Path, threading.Lock] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _closed: bool = field(default=False, init=False)

    def lease(
        self, path: Path, *, context: int | None = None, on_warning: Callable[[str], None] = lambda _: None
    ) -> Engine:
        """Return an open engine on a model file, opened where it is not yet.

        An idle engine with a smaller context is opened anew. One that somebody has is lent as it is.

        Args:
            path: The model's file.
            context: Tokens that prompt and answer need together at most; None for the engine's own default. Where
                memory does not hold so many, the engine has what it holds.
            on_warning: Called with what the user should know of the model, also where it was open already.

        Raises:
            ModelError: The file is no model, or cannot be loaded.
            UsageError: The pool was closed.
        """
        entry = self._leased(path.resolve(), context, self._opened)
        for message in entry.warnings:
            on_warning(message)
        engine: Engine = entry.engine
        return engine

    def lease_scorer(self, path: Path) -> TextScorer:
        """Return an open model that scores texts, opened where it is not yet.

        Args:
            path: The model's file.

        Raises:
            ModelError: The file is no such model, or cannot be loaded.
            UsageError: The pool was closed.
        """
        entry = self._leased(path.resolve(), None, _opened_scorer)
        scorer: TextScorer = entry.engine
        return scorer

    def _leased(self, path: Path, context: int | None, opened: Callable[[Path, int | None], _Entry]) -> _Entry:
        scores = opened is _opened_scorer
        with self._turn(path):
            return self._lent(path, context, scores=scores) or self._keep(opened(path, context))

    async def release(self, engine: Engine | TextScorer) -> None:
        """Give an engine or a scorer back, once for each time that it was leased.

        Raises:
            UsageError: It is not on loan from this pool.
        """
        with self._lock:
            entry = next((one for one in self._entries.values() if one.engine is engine and one.users), None)
            if entry is None:
                raise UsageError(f"engine '{engine.name}' is not on loan from this pool")
            entry.users -= 1
            # The one that was used last stands last.
            self._entries[entry.path] = self._entries.pop(entry.path)
            surplus = self._taken_out(self._surplus())
        for one in surplus:
            await one.engine.close()

    async def aclose(self) -> None:
        """Close every engine, and lend no more.

        Raises:
            UsageError: An engine is still on loan; nothing is closed then.
        """
        with self._lock:
            lent = next((entry.engine.name for entry in self._entries.values() if entry.users), None)
            if lent:
                raise UsageError(f"the pool cannot be closed: '{lent}' is in use", mend="End its runs first.")
            self._closed = True
            entries = self._taken_out(list(self._entries.values()))
        for entry in entries:
            await entry.engine.close()

    def _turn(self, path: Path) -> threading.Lock:
        """Return the lock under which a file is opened: whoever comes second finds it open."""
        with self._lock:
            return self._turns.setdefault(path, threading.Lock())

    def _lent(self, path: Path, context: int | None, *, scores: bool) -> _Entry | None:
        with self._lock:
            if self._closed:
                raise _was_closed()
            entry = self._entries.get(path)
            if entry and entry.scores != scores:
                # No file is both: opening it in the other way says so.
                return None
            if entry is None or entry.users or entry.context >= (context or 0):
                if entry:
                    entry.users += 1
                return entry
            self._taken_out([entry])
        finish(entry.engine.close)
        return None

    def _opened(self, path: Path, context: int | None) -> _Entry:
        said: list[str] = []
        try:
            engine = open_engine(path, context=context, sequences=self.sequences, on_warning=said.append)
        except ModelFileError:
            if context is None:
                raise
            # What a run needs at most is more than it may come to: a smaller context is better than none.
            said.clear()
            engine = open_engine(path, sequences=self.sequences, on_warning=said.append)
        held = max(engine.context, context or 0)
        return _Entry(path, engine, held, path.stat().st_size, tuple(said), users=1)

    def _keep(self, entry: _Entry) -> _Entry:
        with self._lock:
            if not self._closed:
                self._entries[entry.path] = entry
                return entry
        finish(entry.engine.close)
        raise _was_closed()

    def _surplus(self) -> list[_Entry]:
        """Return the idle models that are too many of their kind, those that were used longest ago."""
        kept: Counter[bool] = Counter()
        held, surplus = 0, []
        for entry in reversed(self._entries.values()):
            if entry.users:
                continue
            kept[entry.scores] += 1
            held += entry.size
            if kept[entry.scores] > self.idle or (self.idle_bytes is not None and held > self.idle_bytes):
                surplus.append(entry)
        return surplus

    def _taken_out(self, entries: Iterable[_Entry]) -> list[_Entry]:
        return [self._entries.pop(entry.path) for entry in entries]


def _opened_scorer(path: Path, context: int | None) -> _Entry:
    return _Entry(path, open_scorer(path), context or 0, path.stat().st_size, (), users=1)


def finish(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do some asynchronous work to its end, in a thread that may have a running loop or none."""
    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    thread.join()


def _was_closed() -> UsageError:
    return UsageError("the pool of engines was closed", mend="Make another one.")
