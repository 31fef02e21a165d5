"""The pool on real contexts: what it says is what llama.cpp has, and what is shared is what would be computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.make_gguf import Recipe
from benchmarks.make_gguf import write_model as write_recipe
from redraft.llama.interface import EngineStats
from redraft.llama.memory.key import StateKey
from redraft.llama.memory.pool import WORTH_SAVING, Pool
from redraft.llama.memory.states import StateStore
from redraft.llama.native.context import Context, ContextShape
from redraft.llama.native.model import Model

ROWS = 256
SHAPES = {
    True: ContextShape(cells=512, sequences=12, rows=ROWS, kv_type="bf16", flash=True),
    False: ContextShape(cells=512, sequences=12, rows=ROWS),
}
MOST = 8
"""Sequences at once: as in an engine, there are more slots, for what is kept and to lay out anew."""

ROUNDED = 0.1
"""By how much logits may differ where attention adds in another order; those of another prompt differ by several."""

WRITTEN = (101, 102)
"""Few tokens, so that texts often begin alike by chance."""

BASES = tuple(tuple((100 + base * min(at // 40, 1) + 7 * at) % 300 + 10 for at in range(150)) for base in range(3))
"""Prompts whose first 40 tokens are the same."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory, tiny_file):
    """Contexts by whether they are exact or have windows, each with one to compute the same in afresh."""
    folder = tmp_path_factory.mktemp("pool")
    files = {
        True: write_recipe(folder / "exact.gguf", Recipe(arch="qwen2")),
        False: tiny_file,
        "windows": write_recipe(folder / "windows.gguf", Recipe(arch="gemma2")),
    }
    models = {name: Model(file) for name, file in files.items()}
    contexts = {name: tuple(Context(model, SHAPES[bool(name)]) for _ in range(2)) for name, model in models.items()}
    yield contexts
    for pair in contexts.values():
        for context in pair:
            context.close(model=False)
    for model in models.values():
        model.close()


@dataclass(eq=False)
class Running:
    """A sequence as the scheduler has it, and the logits that it was given."""

    tokens: list[int]
    slot: int
    computed: int
    published: int
    read: int
    seen: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def owed(self):
        return len(self.tokens) - self.computed


class User:
    """Uses a pool as the scheduler does, and looks whether llama.cpp agrees with it.

    Args:
        contexts: One to use, and one to compute the same in afresh.
        exact: Whether logits must be the same to the bit.
        store: Where states go that have to leave, or None.
    """

    def __init__(self, contexts, *, exact, store=None):
        self.context, self.fresh = contexts
        self.context.clear()
        self.exact = exact
        self.stats = EngineStats()
        self.pool = Pool(self.context, self.stats, store, ordered=exact)
        self.running = []

    def begin(self, prompt):
        size = len(prompt)
        needed = size - self.pool.match("", np.asarray(prompt[:-1], np.int32))
        if self.running and not self.pool.has_room(needed + 8, longest=size + 8):
            return None
        place = self.pool.take("", np.asarray(prompt[:-1], np.int32))
        if place is None:
            return None
        assert place.held < size
        self.running.append(Running(list(prompt), place.slot, place.held, place.held, size))
        return self.running[-1]

    def step(self, most, proposed=(), accepted=0):
        """Compute some of what each owes; who writes has tokens proposed of which the first ones are right."""
        rows, left = [], ROWS
        for one in self.running:
            pending = min(one.owed, most, left)
            extra = list(proposed) if pending == one.owed == 1 and left > len(proposed) else []
            left -= pending + len(extra)
            rows += [(one, pending, extra)] if pending else []
        # Who comes last makes room.
        while rows and not self.pool.make_room(sum(pending + len(extra) for _, pending, extra in rows)):
            self.end(youngest := self.running[-1])
            rows = [row for row in rows if row[0] is not youngest]
        if not rows:
            return
        assert self.pool.free >= sum(pending + len(extra) for _, pending, extra in rows)
        self._decode(rows)
        for one, pending, extra in rows:
            reading = one.computed < one.read
            self.context.guard(one.slot, one.computed, one.computed + pending + len(extra))
            one.computed += pending
            if reading:
                self.pool.publish(one.slot, one.tokens[one.published : one.computed])
                one.published = one.computed
            if one.owed:
                continue
            right = extra[:accepted]
            one.tokens += [*right, WRITTEN[accepted % 2]]
            one.computed += len(right)
            if len(right) < len(extra):
                self.pool.discard(one.slot, one.computed)
            self.pool.note(one.slot, one.computed)

    def _decode(self, rows):
        self.context.batch.clear()
        wanted = []
        for one, pending, extra in rows:
            outputs = 1 + len(extra) if pending == one.owed else 0
            tokens = [*one.tokens[one.computed : one.computed + pending], *extra]
            self.context.batch.add(one.slot, tokens, one.computed, outputs=outputs)
            last = one.computed + pending + len(extra)
            wanted += [(one, at) for at in range(last - outputs, last)]
        for (one, at), row in zip(wanted, self.context.decode(), strict=True):
            one.seen[at] = row.copy()

    def end(self, one):
        self.pool.discard(one.slot, one.computed)
        self.pool.give_back(one.slot, one.tokens[one.published : one.computed])
        self.running.remove(one)
        self.compare(one)

    def compare(self, one):
        """Compute what a sequence has afresh: its logits must be those."""
        if not one.seen:
            return
        self.fresh.clear()
        begin = min(one.seen)
        self.fresh.batch.clear()
        self.fresh.batch.add(0, one.tokens[: one.computed], 0, outputs=one.computed - begin)
        expected = self.fresh.decode()
        for at, row in one.seen.items():
            if at < one.computed and self.exact:
                assert row.tobytes() == expected[at - begin].tobytes()
            elif at < one.computed:
                np.testing.assert_allclose(row, expected[at - begin], atol=ROUNDED)

    def check(self):
        """Compare how long llama.cpp's sequences are with what the pool and its users say."""
        held = {slot: self.pool._tree.length(slot) for slot in self.pool._tree.slots}
        held |= {one.slot: one.computed for one in self.running}
        grave = {self.pool._grave.slot} if self.pool._grave else set()
        for slot in set(range(self.context.shape.sequences)) - grave:
            assert self.context.length(slot) == held.get(slot, 0)
        for one in self.running:
            assert self.pool._tree.tokens(one.slot).tolist() == one.tokens[: self.pool._tree.length(one.slot)]
        assert 0 <= self.pool.free <= self.pool.within_reach <= self.pool.cells

    def finish(self):
        """End all, and fill what is said to be free to the last cell."""
        for one in list(self.running):
            self.compare(one)
        slot = next((slot for slot in range(11) if slot not in self.pool._tree.slots), None)
        if slot is None:
            return
        for begin in range(0, self.pool.free, ROWS):
            self._fill(slot, begin, min(ROWS, self.pool.free - begin))
        with pytest.raises(MemoryError):
            self._fill(slot, self.pool.free, 1)

    def _fill(self, slot, begin, count):
        self.context.batch.clear()
        self.context.batch.add(slot, [9] * count, begin, outputs=0)
        self.context.decode()


PROMPTS = st.builds(
    lambda base, size, tail: (*BASES[base][:size], *tail),
    st.integers(0, 2),
    st.sampled_from([1, 30, 45, 100, 101, 150]),
    st.lists(st.sampled_from(WRITTEN), max_size=3),
)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), PROMPTS),
        st.tuples(
            st.just("step"),
            st.sampled_from([1, 20, 150]),
            st.lists(st.sampled_from(WRITTEN), max_size=4),
            st.integers(0, 4),
        ),
        st.tuples(st.just("end"), st.integers(0, 5)),
        st.tuples(st.just("compact")),
    ),
    max_size=30,
)


def a_store(memory_bytes=2**22):
    return StateStore(StateKey("model", "library", {}), memory_bytes=memory_bytes)


def play(user, actions):
    for action, *given_ in actions:
        if action == "begin" and len(user.running) < MOST:
            user.begin(*given_)
        elif action == "step":
            user.step(*given_)
        elif action == "end" and user.running:
            user.end(user.running[given_[0] % len(user.running)])
        elif action == "compact" and user.exact and user.pool.has_room(0):
            user.pool._compact()
        user.check()
    user.finish()


@settings(max_examples=40, deadline=None)
@given(actions=ACTIONS, kept=st.booleans())
def test_what_the_pool_says_is_what_llama_cpp_has(opened, actions, kept):
    play(User(opened[False], exact=False, store=a_store() if kept else None), actions)


@settings(max_examples=40, deadline=None)
@given(actions=ACTIONS, kept=st.booleans())
def test_logits_in_an_ordered_pool_are_those_of_a_fresh_context_to_the_bit(opened, actions, kept):
    play(User(opened[True], exact=True, store=a_store() if kept else None), actions)


@settings(max_examples=25, deadline=None)
@given(actions=ACTIONS, kept=st.booleans())
def test_a_prefix_that_windows_have_left_is_as_good_as_computed_afresh(opened, actions, kept):
    play(User(opened["windows"], exact=True, store=a_store() if kept else None), actions)


def test_sequences_that_share_are_laid_out_anew_without_a_gap(opened):
    user = User(opened[True], exact=True)
    for base in (0, 0, 1):
        user.begin((*BASES[base][:100], WRITTEN[len(user.running) % 2]))
        user.step(150)
        user.step(1, WRITTEN, 0)
    user.end(user.running[1])
    buried = user.pool._grave.cells
    assert buried > 0
    user.pool._compact()
    user.check()
    # Of two that share 40 tokens, the last one's own copy of them lies there; all else is gone.
    assert user.pool._grave.cells == 40 < user.context.cells - user.pool.free - 40
    for _ in range(20):
        user.step(1, WRITTEN, 1)
        user.check()
    user.finish()


def fill(user, count):
    """Take all cells with prompts that nothing else begins like."""
    for at in range(count):
        one = user.begin([11 + at, *range(300 + 130 * at, 430 + 130 * at)])
        user.step(150)
        user.end(one)


def test_what_had_to_leave_comes_back(subtests, opened):
    for exact in (False, True):
        with subtests.test(exact=exact):
            user = User(opened[exact], exact=exact, store=a_store())
            user.begin(BASES[0])
            user.step(150)
            user.end(user.running[0])
            fill(user, 1)
            while user.pool.match("", np.asarray(BASES[0], np.int32)) > 1:
                assert user.pool.make_room(user.pool.free + 1)
            one = user.begin(BASES[0])
            assert one.computed == len(BASES[0]) - 1 > WORTH_SAVING
            user.step(150)
            user.check()
            user.finish()


def test_without_a_store_it_is_computed_again(opened):
    user = User(opened[False], exact=False)
    user.begin(BASES[0])
    user.step(150)
    user.end(user.running[0])
    assert user.pool.make_room(user.pool.cells)
    assert user.stats.evicted == 150
    assert user.begin(BASES[0]).computed == 0


def test_what_is_saved_is_there_in_another_process(opened, open_store):
    user = User(opened[False], exact=False, store=open_store())
    user.begin(BASES[0])
    user.step(150)
    user.end(user.running[0])
    user.pool.save()
    other = User(opened[False], exact=False, store=open_store())
    one = other.begin(BASES[0][:120])
    assert one.computed == 119
    other.step(150)
    other.check()
    other.finish()


def test_a_state_that_llama_cpp_does_not_take_is_computed_again(opened, monkeypatch):
    user = User(opened[False], exact=False, store=a_store())
    user.begin(BASES[0])
    user.step(150)
    user.end(user.running[0])
    assert user.pool.make_room(user.pool.cells)
    monkeypatch.setattr(user.context, "restore", lambda slot, state: False)
    assert user.begin(BASES[0]).computed == 0
    user.step(150)
    user.check()
    user.finish()


def test_a_pool_whose_slots_are_all_in_use_gives_none_out(opened):
    user = User(opened[False], exact=False)
    for at in range(12):
        assert user.begin([10 + at, 9])
    assert user.begin([30, 9]) is None
    user.step(150)
    user.end(user.running[0])
    assert user.begin([30, 9])
    user.check()


def test_a_recurrent_models_sequences_share_nothing(opened):
    context, _ = opened[False]
    context.clear()
    pool = Pool(context, EngineStats(), a_store(), shares=False)
    wanted = np.asarray(BASES[0], np.int32)
    slot = pool.take("", wanted).slot
    pool.publish(slot, BASES[0])
    pool.note(slot, 0)
    assert pool.match("", wanted) == pool.take("", wanted).held == 0


def test_a_cleared_pool_holds_nothing(opened):
    for exact in (False, True):
        user = User(opened[exact], exact=exact)
        user.begin(BASES[0])
        user.step(150)
        user.step(1, WRITTEN, 0)
        user.pool.clear()
        user.running.clear()
        user.check()
        assert user.pool.free == user.pool.cells
        user.finish()


def test_from_a_gpu_what_leaves_is_saved_only_to_outlive_the_process(opened, monkeypatch, subtests):
    contexts, kept = opened[False], []
    store = SimpleNamespace(
        put=lambda _adapter, _tokens, _state, durable: kept.append(durable),
        longest=lambda *_, **__: None,
        save=lambda: None,
    )
    for layers, saved in [(0, [True, False]), (1, [True])]:
        with subtests.test(layers=layers):
            monkeypatch.setattr(contexts[0].model, "gpu_layers", layers)
            kept.clear()
            user = User(contexts, exact=False, store=store)
            one = user.begin(BASES[0])
            while one.computed < len(BASES[0]):
                user.step(50)
            user.end(one)
            user.pool.save()
            assert user.pool.make_room(user.pool.cells)
            assert kept == saved
