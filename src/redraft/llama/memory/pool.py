"""The pool: the cells of a context, given out to sequences; what was computed is kept as long as there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redraft.errors import GenerationError
from redraft.llama.memory.tree import PrefixTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from redraft.llama.interface import EngineStats
    from redraft.llama.memory.states import StateStore
    from redraft.llama.native.context import Context

__all__ = ["Place", "Pool"]

WORTH_SAVING = 64
"""Tokens below which computing again is cheaper than keeping a state."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A sequence outside of the context: what others can have of it, how many tokens more it has, and its state."""

    slot: int
    adapter: str
    tokens: NDArray[np.int32]
    private: int
    state: bytes

    @property
    def cells(self) -> int:
        """How many cells it takes."""
        return len(self.tokens) + self.private


_NOTHING = np.empty(0, np.int32)


class Grave:
    """Owns the cells that nobody needs: they stay in use, so that no gap comes about which new tokens would fill.

    Args:
        context: The context; its last slot is the owner.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.slot = context.shape.sequences - 1
        self.cells = 0

    def bury(self, slot: int, begin: int, end: int) -> None:
        """Take over positions that a sequence alone has."""
        if begin < end:
            self._context.copy(slot, self.slot, begin, end)
            self._context.cut(slot, begin, end)
            self.cells += end - begin


KEPT_CELLS = 1024
"""Cells that are kept for others in the context itself; a state is back from the store in a millisecond."""


KEPT_WITHOUT_STORE = 4096
"""The same where what leaves is lost: to compute it again takes longer, and a GPU passes over cells faster."""


class Place(NamedTuple):
    """A slot of the context, and how many of the tokens asked for it holds already."""

    slot: int
    held: int


class Pool:
    """Gives slots of a context out and takes them back; what they held stays until its room is needed.

    Args:
        context: The context.
        stats: Counters to keep.
        store: Where states go that have to leave, or None.
        shares: Whether sequences may share cells; those of a recurrent model cannot.
        ordered: Whether the cells of a sequence must stand in the order of its tokens. Attention adds them up as they
            stand, so that logits differ in their last bits where new tokens fill old gaps.
    """

    def __init__(
        self,
        context: Context,
        stats: EngineStats,
        store: StateStore | None = None,
        *,
        shares: bool = True,
        ordered: bool = False,
    ) -> None:
        self._context = context
        self._stats = stats
        self._store = store if shares else None
        self._shares = shares
        self._tree = PrefixTree()
        self._private: dict[int, int] = {}
        self._grave = Grave(context) if ordered else None
        # A GPU's memory is read cell by cell, so that to save a state takes longer than to compute it again.
        self._spills = not context.model.offloaded

    @property
    def cells(self) -> int:
        """How many there are."""
        return self._context.cells

    @property
    def free(self) -> int:
        """Cells that nothing holds."""
        return self.cells - self._tree.cells - sum(self._private.values()) - (self._grave.cells if self._grave else 0)

    @property
    def within_reach(self) -> int:
        """Cells that would be free if all that is only kept were forgotten."""
        return self.cells - self._tree.held(self._active) - sum(self._private.values())

    @property
    def _active(self) -> frozenset[int]:
        return frozenset(self._private)

    def match(self, adapter: str, wanted: NDArray[np.int32]) -> int:
        """Return how many of some tokens need not be computed."""
        return self._tree.match(adapter, wanted).length if self._shares else 0

    def take(self, adapter: str, wanted: NDArray[np.int32]) -> Place | None:
        """Give a slot out that holds as many of the tokens as can be had; None where all slots are in use."""
        slot = self._free_slot()
        if slot is None:
            return None
        source = self._tree.attach(slot, adapter, self._tree.match(adapter, wanted if self._shares else wanted[:0]))
        if source:
            self._context.copy(source.slot, slot, source.begin, source.end)
        self._private[slot] = 0
        self._fetch(slot, adapter, wanted)
        return Place(slot, self._tree.length(slot))

    def publish(self, slot: int, tokens: Sequence[int]) -> None:
        """Let others have what a slot has computed beyond what they could have before."""
        if not self._shares:
            return
        self._private[slot] = 0
        for span in self._tree.grow(slot, np.asarray(tokens, np.int32)):
            # Two sequences computed the same: one copy of it suffices.
            self._remove(slot, span.begin, span.end)
            self._context.copy(span.slot, slot, span.begin, span.end)

    def discard(self, slot: int, begin: int) -> None:
        """Take the end of a sequence out, which it alone has."""
        self._remove(slot, begin, self._context.length(slot))

    def note(self, slot: int, computed: int) -> None:
        """Note how many tokens a slot holds, those that others cannot have included."""
        self._private[slot] = computed - self._tree.length(slot)

    def give_back(self, slot: int, tokens: Sequence[int] = ()) -> None:
        """Take a slot back.

        Args:
            slot: The slot.
            tokens: What it has computed beyond what others can have; they can from now on.
        """
        if self._grave:
            tokens = self._ordered_tail(slot, tokens)
        self.publish(slot, tokens)
        del self._private[slot]
        # What others hold as well needs no slot of its own.
        if not self._tree.alone(slot):
            self.discard(slot, self._tree.length(slot))
            self._context.cut(slot, 0)
            self._tree.drop(slot)
        self._tidy()

    def has_room(self, cells: int, *, longest: int = 0) -> bool:
        """Return whether so many cells can be had by forgetting what is only kept.

        Args:
            cells: How many.
            longest: Tokens of a sequence that is to come.
        """
        if not self._grave:
            return self.within_reach >= cells
        # To be laid out anew, each sequence brings its own copy of what it shares; the last may have to fill a gap.
        lengths = [self._tree.length(slot) + private for slot, private in self._private.items()]
        spare = 2 * max(*lengths, longest) if len(lengths) > (not longest) else 0
        return self.within_reach >= cells + spare

    def make_room(self, cells: int) -> bool:
        """Forget what was used least recently until so many cells are free; return whether they are."""
        if self._grave and self.free < cells and self.has_room(cells):
            self._compact()
        while self.free < cells:
            if self._grave or not self._evict():
                return False
        return True

    def clear(self) -> None:
        """Forget everything."""
        self._context.clear()
        self._tree.clear()
        self._private.clear()
        if self._grave:
            self._grave.cells = 0

    def save(self) -> None:
        """Have the store keep for later processes all that is only kept here, and all that had to leave."""
        for slot in sorted(self._tree.slots - self._active):
            self._spill(slot, durable=True)
        if self._store:
            self._store.save()

    def _tidy(self) -> None:
        """Move what is only kept to the store, beyond a bound: every step passes over all cells that are in use."""
        most = KEPT_CELLS if self._spills else KEPT_WITHOUT_STORE
        while self._store and not self._grave and self._tree.cells - self._tree.held(self._active) > most:
            if not self._evict():
                break

    def _remove(self, slot: int, begin: int, end: int) -> None:
        if self._grave:
            self._grave.bury(slot, begin, end)
        elif begin < end:
            self._context.cut(slot, begin, end)

    def _fetch(self, slot: int, adapter: str, wanted: NDArray[np.int32]) -> None:
        """Restore what a saved state has beyond what the slot holds."""
        beyond = self._tree.length(slot) + WORTH_SAVING
        stored = self._store.longest(adapter, wanted, beyond=beyond) if self._store else None
        if self._store is None or stored is None or not self.make_room(stored.tokens):
            return
        state = self._store.read(stored)
        if state is None:
            return
        self._context.cut(slot, 0)
        length = stored.common if self._context.restore(slot, state) else 0
        self.discard(slot, length)
        self._tree.drop(slot)
        self._tree.attach(slot, adapter, self._tree.match(adapter, wanted[:0]))
        self.publish(slot, wanted[:length].tolist())

    def _free_slot(self) -> int | None:
        while True:
            held = self._tree.slots
            slots = self._context.shape.sequences - (1 if self._grave else 0)
            slot = next((slot for slot in range(slots) if slot not in held), None)
            if slot is not None or not self._evict():
                return slot

    def _evict(self) -> bool:
        leaf = self._tree.oldest(self._active)
        if leaf is None:
            return False
        self._spill(min(leaf.holders), durable=False)
        before, last = self._tree.cells, max(leaf.holders)
        for span in self._tree.prune(leaf):
            if span.slot == last:
                self.discard(span.slot, leaf.begin)
            self._context.cut(span.slot, span.begin)
        self._stats.evicted += before - self._tree.cells
        return True

    def _ordered_tail(self, slot: int, tokens: Sequence[int]) -> Sequence[int]:
        """Return what of a tail can be published: nothing behind what others have computed too, maybe later."""
        ids = np.asarray(tokens, np.int32)
        common = self._tree.common(slot, ids)
        if not common:
            return tokens
        self.discard(slot, self._tree.length(slot) + common)
        return tokens[:common]

    def _compact(self) -> None:
        """Put the cells of the active sequences together, in order, and forget all else."""
        for slot in sorted(self._tree.slots - self._active):
            self._spill(slot, durable=False)
        before = self._tree.cells
        kept = [
            _Kept(
                slot, self._tree.adapter(slot), self._tree.tokens(slot), self._private[slot], self._context.save(slot)
            )
            for slot in sorted(self._active)
            if self._tree.length(slot) + self._private[slot]
        ]
        empty = [(slot, self._tree.adapter(slot)) for slot in sorted(self._active - {one.slot for one in kept})]
        self.clear()
        for slot, adapter in empty:
            self._tree.attach(slot, adapter, self._tree.match(adapter, _NOTHING))
            self._private[slot] = 0
        self._lay_out(kept)
        self._stats.evicted += before - self._tree.cells

    def _lay_out(self, kept: Sequence[_Kept]) -> None:
        """Restore sequences into an empty context, without gaps, each in the order of its tokens.

        Each brings its own copy of what it shares; the gap that this leaves is filled by the next one.
        """
        gap = 0
        for at, one in enumerate(kept):
            self._restore(one)
            gap = max(0, gap - one.cells)
            source = self._tree.attach(one.slot, one.adapter, self._tree.match(one.adapter, one.tokens))
            common = self._tree.length(one.slot)
            if source:
                if at == len(kept) - 1 and self._grave:
                    self._grave.bury(one.slot, 0, common)
                else:
                    self._context.cut(one.slot, 0, common)
                    gap += common
                self._context.copy(source.slot, one.slot, 0, common)
            self._private[one.slot] = one.private
            self._tree.grow(one.slot, one.tokens[common:])
        while gap > 0 and self._grave and kept:
            # What is left of the gap must not be filled by tokens that belong behind it.
            spare = next(slot for slot in range(self._grave.slot) if slot not in self._tree.slots)
            self._context.restore(spare, kept[-1].state)
            self._grave.bury(spare, 0, kept[-1].cells)
            gap -= kept[-1].cells

    def _restore(self, one: _Kept) -> None:
        if not self._context.restore(one.slot, one.state):
            raise GenerationError("llama.cpp did not take a state back that it had given")

    def _spill(self, slot: int, *, durable: bool) -> None:
        tokens = self._tree.tokens(slot)
        if self._store is not None and (durable or self._spills) and len(tokens) >= WORTH_SAVING:
            self._store.put(self._tree.adapter(slot), tokens, self._context.save(slot), durable=durable)
