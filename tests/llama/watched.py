"""An engine that can be looked into between two steps, and whose steps can be made to fail."""

from __future__ import annotations

import contextlib
from collections import Counter
from functools import partial
from unittest.mock import patch

from redraft.errors import GenerationError
from redraft.llama import opening
from redraft.llama.channel import Channel
from redraft.llama.native.adapter import apply_adapter
from redraft.llama.schedule.driver import Driver


class WatchedDriver(Driver):
    """Keeps the scheduler that only its thread knows, and counts what it does to the context."""

    def __init__(self, name, scheduler, release):
        self.scheduler = scheduler
        self.counts = Counter()
        self.failing = []
        self._decode = scheduler._context.decode
        scheduler._context.decode = self._watched
        super().__init__(name, scheduler, release)

    def _watched(self):
        if not self.failing:
            return self._decode()
        self.counts["failed steps"] += 1
        raise self.failing.pop()

    async def between_steps(self, look):
        """Return what a function of the scheduler gives, called on the engine's thread between two steps."""

        def steps():
            yield (look(self.scheduler),)

        (found,) = await self.result(steps())
        return found


@contextlib.contextmanager
def watching(*, kept=48, unread=256, growth=128):
    """Within the block, engines are opened so that they can be looked into.

    Args:
        kept: Slots beside those of the sequences under way.
        unread: Tokens that may wait for a reader before it is behind.
        growth: Tokens for which room is kept before another sequence may begin.
    """
    with (
        patch.object(opening, "Driver", WatchedDriver),
        patch("redraft.llama.sizing.KEPT", kept),
        patch("redraft.llama.schedule.sequence.GROWTH", growth),
        patch("redraft.llama.schedule.driver.Channel", partial(Channel, limit=unread)),
    ):
        yield


@contextlib.contextmanager
def counting_switches(counts):
    """Within the block, engines that are opened count how often they change the adapter."""

    def counted(api, context, adapter):
        counts["adapter switches"] += 1
        apply_adapter(api, context, adapter)

    with patch.object(opening, "apply_adapter", counted):
        yield


def look_over(scheduler):
    """Compare what the scheduler, the pool and llama.cpp say of every sequence."""
    pool, context = scheduler._pool, scheduler._context
    tree, grave = pool._tree, pool._grave
    lengths = {slot: tree.length(slot) for slot in tree.slots}
    for sequence in scheduler._active:
        shared = lengths[sequence.slot]
        assert tree.tokens(sequence.slot).tolist() == sequence.ids(0, shared).tolist()
        lengths[sequence.slot] = sequence.computed
        assert shared + pool._private[sequence.slot] == sequence.computed or scheduler._context.model.recurrent
    assert pool._active == {sequence.slot for sequence in scheduler._active}
    assert all(sequence.slot is None for sequence in scheduler._waiting)
    for slot in range(context.shape.sequences):
        if grave is None or slot != grave.slot:
            assert context.length(slot) == lengths.get(slot, 0), f"slot {slot}"
    assert tree.cells == tree.held(tree.slots)
    assert 0 <= pool.free <= pool.within_reach <= pool.cells


def nothing_is_left(scheduler):
    """Make sure that nobody has a slot, and that what is kept could all be had."""
    look_over(scheduler)
    assert scheduler.sequences == []
    assert pool_is_idle(scheduler._pool)


def pool_is_idle(pool):
    """Return whether all cells could be had."""
    return not pool._private and pool.within_reach == pool.cells


INJECTED = "a step was made to fail"


def broken_step():
    """Return the error of a step that llama.cpp refused."""
    return GenerationError(INJECTED)
