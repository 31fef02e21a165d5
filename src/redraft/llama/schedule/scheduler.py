"""The scheduler: decides step by step which sequences go on, and makes the step."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.errors import GenerationError, RedraftError
from redraft.llama.channel import ring_all
from redraft.llama.memory.tree import shared
from redraft.llama.schedule.planning import Limits, Need, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Sequence as Many

    import numpy as np
    from numpy.typing import NDArray

    from redraft.llama.interface import EngineStats
    from redraft.llama.memory.pool import Pool
    from redraft.llama.native.context import Context
    from redraft.llama.sampling.peaks import Peaks
    from redraft.llama.schedule.costs import RowCosts
    from redraft.llama.schedule.gears import Gears
    from redraft.llama.schedule.sequence import Sequence

__all__ = ["Policy", "Scheduler", "failure"]

STEP_SECONDS = 0.25
"""Longest step: a request that is cancelled, late or interrupted waits for it."""

CAREFUL = 0.8
"""What is planned of it: a step can take longer than expected."""

SHARED_ENOUGH = 8
"""Tokens of a common prefix that it pays to wait for."""

TURN = 8
"""Steps after which the sequences of another adapter have theirs."""

CURIOUS = 32
"""Steps after which a likely proposal is made although it seems too dear: what is believed of costs may be wrong."""

FORESEEN = 63
"""Most tokens that are proposed at once."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a scheduler may do.

    Args:
        sequences: Most sequences at once.
        speculates: Whether it may propose tokens; a model that cannot forget a tail must not.
        swap: Makes an adapter the one of the next steps; None where there are none.
        gears: Changes the number of threads by what they are granted, or None.
        peaks: Finds the peaks of a step's logits; None where works find them as fast by themselves.
    """

    sequences: int = 16
    speculates: bool = True
    swap: Callable[[str], None] | None = None
    gears: Gears | None = None
    peaks: Peaks | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """The rows of one sequence in a step: tokens that it has, and tokens that are proposed."""

    sequence: Sequence
    pending: int
    outputs: int
    proposed: list[int]


class Scheduler:
    """Serves sequences on one context. Everything here belongs to one thread.

    Args:
        context: The context.
        pool: Its cells.
        costs: What steps take.
        stats: Counters to keep.
        policy: What it may do.
    """

    def __init__(self, context: Context, pool: Pool, costs: RowCosts, stats: EngineStats, policy: Policy) -> None:
        self._context = context
        self._pool = pool
        self._costs = costs
        self._stats = stats
        self._policy = policy
        self._waiting: list[Sequence] = []
        self._active: list[Sequence] = []
        self._adapter = ""
        self._turn = 0
        self._steps = 0

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do before a sequence comes, a reader catches up, or a deadline passes."""
        return not self._active and all(sequence.parked for sequence in self._waiting)

    @property
    def deadline(self) -> float | None:
        """The earliest deadline of all sequences."""
        found = (sequence.work.deadline for sequence in self.sequences)
        return min((one for one in found if one is not None), default=None)

    @property
    def sequences(self) -> list[Sequence]:
        """All that are under way."""
        return [*self._active, *self._waiting]

    def add(self, sequence: Sequence) -> None:
        """Take a sequence on."""
        self._waiting.append(sequence)

    def step(self) -> None:
        """Make one step: end what is over, begin what there is room for, compute, hand out."""
        begin, before = time.perf_counter(), self._context.seconds
        self._sweep()
        self._admit()
        rows = self._rows()
        if rows:
            self._compute(rows)
        self._stats.step_seconds += time.perf_counter() - begin
        self._stats.model_seconds += self._context.seconds - before

    def fail(self, error: RedraftError) -> None:
        """End everything with an error."""
        for sequence in self.sequences:
            self._end(sequence, error)

    # What is over.

    def _sweep(self) -> None:
        now = time.monotonic()
        for sequence in self.sequences:
            deadline = sequence.work.deadline
            if sequence.cancelled or sequence.channel.abandoned:
                self._end(sequence)
            elif deadline is not None and now >= deadline:
                self._settle(sequence, sequence.work.expire)
        for sequence in [one for one in self._active if one.parked]:
            # Who reads nothing keeps no room from others.
            self._put_back(sequence)

    def _settle(self, sequence: Sequence, change: Callable[[], None]) -> None:
        """Let a work change; its own errors end it alone."""
        try:
            change()
            sequence.deliver()
        except RedraftError as error:
            self._end(sequence, error)
        except Exception as raised:  # noqa: BLE001 -- the thread must live on; the asker gets the error
            self._end(sequence, failure(raised))
        else:
            if sequence.work.done:
                self._end(sequence)

    def _end(self, sequence: Sequence, error: RedraftError | None = None) -> None:
        self._leave(sequence)
        (self._active if sequence in self._active else self._waiting).remove(sequence)
        sequence.channel.close(error)

    def _leave(self, sequence: Sequence) -> None:
        """Give a sequence's slot back; what it has computed stays for others."""
        if sequence.slot is not None:
            self._pool.discard(sequence.slot, sequence.computed)
            self._pool.give_back(sequence.slot, sequence.unpublished())
            sequence.leave()

    # Who may begin.

    def _admit(self) -> None:
        while len(self._active) < self._policy.sequences:
            sequence = self._next()
            if sequence is None or not self._begin(sequence):
                break

    def _next(self) -> Sequence | None:
        """Return who begins next: of the run that has least under way, the first that need not wait for a prefix."""
        active = Counter(sequence.run for sequence in self._active)
        ready = (one for one in self._waiting if not one.parked)
        # In their order: to look for a prefix under way takes long where many wait and many compute.
        turns = sorted(ready, key=lambda sequence: (active[sequence.run], sequence.ticket))
        return next((one for one in turns if not self._must_wait(one)), None)

    def _must_wait(self, sequence: Sequence) -> bool:
        """Return whether another is computing what this one begins with."""
        if sequence.waits:
            other, length = sequence.waits
            if other.slot is not None and other.computed < length:
                return True
        sequence.waits = self._prefix_under_way(sequence)
        return sequence.waits is not None

    def _prefix_under_way(self, sequence: Sequence) -> tuple[Sequence, int] | None:
        computing = [other for other in self._active if other.in_prompt and other.work.adapter == sequence.work.adapter]
        if not computing:
            return None
        wanted = sequence.reusable
        have = self._pool.match(sequence.work.adapter, wanted)
        if len(wanted) < have + SHARED_ENOUGH:
            return None
        other = max(computing, key=lambda other: shared(other.ids(), wanted))
        length = shared(other.ids(), wanted)
        worth = length >= have + SHARED_ENOUGH and other.computed < length
        return (other, length) if worth else None

    def _begin(self, sequence: Sequence) -> bool:
        adapter, wanted = sequence.work.adapter, sequence.reusable
        needed = sequence.size - self._pool.match(adapter, wanted)
        growth = sum(other.growth for other in [*self._active, sequence])
        if self._active and not self._pool.has_room(needed + growth, longest=sequence.size + sequence.growth):
            return False
        place = self._pool.take(adapter, wanted)
        if place is None:
            return False
        sequence.begin(place.slot, place.held)
        if not sequence.counted:
            sequence.counted = True
            self._stats.prompt_tokens += len(sequence.work.prompt)
            self._stats.prompt_tokens_reused += place.held
        self._waiting.remove(sequence)
        self._active.append(sequence)
        return True

    # What the step computes.

    def _rows(self) -> list[_Row]:
        candidates = self._candidates()
        needs = [self._need(sequence) for sequence in candidates]
        limits = Limits(self._context.batch.room, STEP_SECONDS * CAREFUL)
        granted = plan(needs, self._costs, limits)
        rows = [_row(sequence, count) for sequence, count in zip(candidates, granted, strict=True) if count]
        while rows and not self._pool.make_room(sum(row.pending + len(row.proposed) for row in rows)):
            rows = self._squeezed(rows)
        return rows

    def _candidates(self) -> list[Sequence]:
        """Return who may go on: those of one adapter, who waited longest first."""
        ready = self._active
        adapters = dict.fromkeys(sequence.work.adapter for sequence in ready)
        if adapters and (self._adapter not in adapters or (self._turn >= TURN and len(adapters) > 1)):
            oldest = min(
                (one for one in ready if one.work.adapter != self._adapter or len(adapters) == 1),
                key=lambda sequence: (sequence.stepped, sequence.ticket),
            )
            self._change(oldest.work.adapter)
        self._turn += 1
        ours = (sequence for sequence in ready if sequence.work.adapter == self._adapter)
        return sorted(ours, key=lambda sequence: (sequence.stepped if not sequence.in_prompt else 0, sequence.ticket))

    def _change(self, adapter: str) -> None:
        if adapter != self._adapter and self._policy.swap:
            self._policy.swap(adapter)
        self._adapter, self._turn = adapter, 0

    def _need(self, sequence: Sequence) -> Need:
        if sequence.in_prompt:
            return Need(sequence.pending, prompt=True, outputs=sequence.outputs)
        chance = sequence.work.chance if self._policy.speculates else 0.0
        curious = not self._steps % CURIOUS
        return Need(sequence.pending, prompt=False, chance=chance, foreseen=FORESEEN, curious=curious)

    def _squeezed(self, rows: list[_Row]) -> list[_Row]:
        """Return the rows without what is only proposed, or without the youngest sequence, to be begun again later."""
        if any(row.proposed for row in rows):
            return [_Row(row.sequence, row.pending, row.outputs - len(row.proposed), []) for row in rows]
        youngest = max(self._active, key=lambda sequence: sequence.ticket)
        if len(self._active) == 1:
            self._end(youngest, _full(self._pool.cells))
            return []
        self._requeue(youngest)
        return [row for row in rows if row.sequence is not youngest]

    def _requeue(self, sequence: Sequence) -> None:
        self._stats.requeued += 1
        self._put_back(sequence)

    def _put_back(self, sequence: Sequence) -> None:
        self._leave(sequence)
        self._active.remove(sequence)
        self._waiting.append(sequence)

    # The step itself.

    def _compute(self, rows: list[_Row]) -> None:
        batch = self._context.batch
        batch.clear()
        for row in rows:
            sequence = row.sequence
            tokens = [*sequence.ids(sequence.computed, sequence.computed + row.pending).tolist(), *row.proposed]
            batch.add(sequence.place, tokens, sequence.computed, outputs=row.outputs)
        begin, computed = time.perf_counter(), time.process_time()
        try:
            logits = self._context.decode()
        except MemoryError:
            # Cells are counted here; where llama.cpp needs more of them, whoever came last makes room.
            self._make_way()
            return
        except GenerationError as error:
            self._break(rows, error)
            return
        seconds = time.perf_counter() - begin
        if self._policy.gears:
            self._policy.gears.observe(seconds, time.process_time() - computed, rows=batch.rows)
        self._count(rows, seconds)
        peaks = self._policy.peaks.of(logits) if self._policy.peaks else None
        at = 0
        for row in rows:
            end = at + row.outputs
            self._advance(row, logits[at:end], None if peaks is None else peaks[at:end])
            at = end
        # Only now: readers that woke up earlier would take turns with this thread.
        ring_all(row.sequence.channel for row in rows)

    def _make_way(self) -> None:
        if self._pool.make_room(self._pool.free + 1):
            return
        youngest = max(self._active, key=lambda sequence: sequence.ticket)
        if len(self._active) == 1:
            self._end(youngest, _full(self._pool.cells))
        else:
            self._requeue(youngest)

    def _break(self, rows: list[_Row], error: GenerationError) -> None:
        """End the sequences of a step that failed; the others are computed again, for nothing can be relied on."""
        for row in rows:
            row.sequence.leave()
            self._end(row.sequence, error)
        self._pool.clear()
        for sequence in list(self._active):
            sequence.leave()
            self._active.remove(sequence)
            self._waiting.append(sequence)

    def _count(self, rows: Iterable[_Row], seconds: float) -> None:
        batch, stats = self._context.batch, self._stats
        self._steps += 1
        self._costs.observe(batch.rows, batch.outputs, seconds)
        stats.decode_calls += 1
        stats.rows += batch.rows
        stats.proposed += sum(len(row.proposed) for row in rows)

    def _advance(self, row: _Row, logits: NDArray[np.float32], peaks: NDArray[np.float32] | None) -> None:
        sequence = row.sequence
        sequence.stepped = self._steps
        prompt = sequence.in_prompt
        self._context.guard(sequence.place, sequence.computed, sequence.computed + row.pending + len(row.proposed))
        sequence.computed += row.pending
        if prompt:
            self._publish(sequence)
        if sequence.pending:
            if row.outputs:
                self._settle(sequence, lambda: sequence.work.score(logits, sequence.pending))
            return
        fed = None

        def feed() -> None:
            nonlocal fed
            # Works that look for no peaks need not know of them.
            fed = sequence.work.feed(logits, row.proposed, *(() if peaks is None else (peaks,)))
            self._accept(row, fed.tokens, fed.accepted)

        self._settle(sequence, feed)

    def _accept(self, row: _Row, tokens: Many[int], accepted: int) -> None:
        sequence = row.sequence
        self._stats.accepted += accepted
        sequence.append(tokens)
        sequence.computed += accepted
        if accepted < len(row.proposed):
            self._pool.discard(sequence.place, sequence.computed)
        self._pool.note(sequence.place, sequence.computed)

    def _publish(self, sequence: Sequence) -> None:
        self._pool.publish(sequence.place, sequence.unpublished())
        sequence.published = sequence.computed


def _row(sequence: Sequence, count: int) -> _Row:
    pending = min(count, sequence.pending)
    proposed = list(sequence.work.propose(count - pending)) if count > pending else []
    return _Row(sequence, pending, sequence.outputs_of(pending) + len(proposed), proposed)


def failure(raised: Exception) -> GenerationError:
    """Return what a bug in the engine, or in what it was given, is to whoever asked."""
    error = GenerationError(f"the engine failed: {type(raised).__name__}: {raised}")
    error.__cause__ = raised
    return error


def _full(cells: int) -> GenerationError:
    return GenerationError(
        f"the text has filled the engine's memory of {cells:,} tokens", mend="Open the engine with a larger pool."
    )
