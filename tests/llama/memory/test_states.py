import ctypes
import time
from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from redraft.files import embedded_model
from redraft.llama.memory.key import StateKey
from redraft.llama.memory.states import StateStore
from redraft.llama.native.library import library
from redraft.llama.native.model import Model

KEY = StateKey("model", "library", {})
tokens_of_a_few = st.lists(st.integers(0, 2), min_size=1, max_size=8)
adapters = st.sampled_from(["", "lora"])


def common(some, others):
    """The length of the common prefix, the slow way."""
    length = 0
    while length < min(len(some), len(others)) and some[length] == others[length]:
        length += 1
    return length


@given(
    st.lists(st.tuples(adapters, tokens_of_a_few), max_size=12),
    adapters,
    st.lists(st.integers(0, 2), max_size=8),
    st.integers(0, 4),
)
def test_the_longest_is_what_comparing_one_by_one_finds(kept, adapter, wanted, beyond):
    store = StateStore(KEY, memory_bytes=10**6)
    for owner, tokens in kept:
        store.put(owner, tokens, b"state", durable=False)
    shared = [(common(tokens, wanted), -len(tokens)) for owner, tokens in kept if owner == adapter]
    best = max((one for one in shared if one[0] > beyond), default=None)
    found = store.longest(adapter, wanted, beyond=beyond)
    assert (found and (found.common, -found.tokens)) == best


def test_hundreds_of_long_states_are_searched_in_milliseconds():
    random, store = np.random.default_rng(0), StateStore(KEY, memory_bytes=10**8)
    wanted = random.integers(0, 1000, 4000)
    for _ in range(500):
        tokens = wanted[: random.integers(500, 4000)].copy()
        tokens[random.integers(300, len(tokens)) :] = 1000
        store.put("", tokens, b"state", durable=False)
    asked = wanted.tolist()
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        store.longest("", asked)
        seconds.append(time.perf_counter() - begin)
    assert min(seconds) < 0.05


def test_memory_is_preferred_to_disk(open_store, tmp_path):
    store = open_store(memory_bytes=1000)
    store.put("", [1, 2, 3], b"kept", durable=True)
    (path,) = (tmp_path / "states").iterdir()
    path.unlink()
    assert store.read(store.longest("", [1, 2, 3])) == b"kept"


def test_the_least_recently_read_leaves_memory_first():
    store = StateStore(KEY, memory_bytes=30)
    for token in (1, 2):
        store.put("", [token], b"0123456789", durable=False)
    assert store.read(store.longest("", [1]))
    store.put("", [3], b"0123456789", durable=False)
    assert [token for token in (1, 2, 3) if store.longest("", [token])] == [1, 3]


def test_what_leaves_memory_goes_to_disk(open_store):
    store = open_store(memory_bytes=1000)
    for at in range(3):
        store.put("", [at] * 10, b"%d" % at * 600, durable=False)
    assert [store.read(store.longest("", [at] * 10)) for at in range(3)] == [b"%d" % at * 600 for at in range(3)]
    assert store.memory_used == 640
    assert open_store().longest("", [1] * 10) is not None
    assert open_store().longest("", [2] * 10) is None


def test_what_is_durable_outlives_the_store_and_the_rest_does_not(open_store):
    store = open_store(memory_bytes=1000)
    store.put("", [1, 2], memoryview(b"durable"), durable=True)
    store.put("", [3, 4], b"fleeting", durable=False)
    store.close()
    store.close()
    assert store.memory_used == 0
    assert store.longest("", [3, 4]) is None
    after = open_store()
    assert after.read(after.longest("", [1, 2])) == b"durable"


def test_what_is_saved_outlives_the_store(open_store):
    store = open_store(memory_bytes=1000)
    store.put("", [1, 2], b"first", durable=False)
    store.put("", [3, 4], b"second", durable=False)
    store.save()
    store.close()
    after = open_store()
    assert [after.read(after.longest("", tokens)) for tokens in ([1, 2], [3, 4])] == [b"first", b"second"]


def test_a_state_that_is_put_again_is_the_new_one():
    store = StateStore(KEY, memory_bytes=1000)
    for state in (b"old", b"newer"):
        store.put("", [1], state, durable=True)
    assert store.read(store.longest("", [1])) == b"newer"
    assert store.memory_used == 9


def test_nothing_is_kept_of_nothing():
    store = StateStore(KEY, memory_bytes=1000)
    store.put("", [], b"state", durable=True)
    store.put("", [1], b"", durable=True)
    assert store.longest("", [1]) is None
    assert store.memory_used == 0


def test_what_was_found_and_then_forgotten_is_none():
    store = StateStore(KEY, memory_bytes=20)
    store.put("", [1], b"state", durable=False)
    stored = store.longest("", [1])
    store.put("", [2], b"s" * 16, durable=False)
    assert store.read(stored) is None


MEMORY, DISK = 300, 900


class Keeping(RuleBasedStateMachine):
    """A store, beside a model of it: what was put last under each name."""

    folder = None

    @initialize()
    def begin(self):
        self.folder = Keeping.fresh()
        self.put_ones = {}
        self.open()

    def open(self):
        self.store = StateStore(KEY, memory_bytes=MEMORY, folder=self.folder, disk_bytes=DISK)

    @rule(adapter=adapters, tokens=tokens_of_a_few, size=st.integers(1, 400), durable=st.booleans())
    def put(self, adapter, tokens, size, durable):
        # A state is a function of its tokens: whoever computes it gets the same.
        state = self.put_ones.setdefault((adapter, *tokens), bytes([len(self.put_ones)]) * size)
        self.store.put(adapter, tokens, state, durable=durable)
        if durable:
            assert self.store.read(self.store.longest(adapter, tokens, beyond=len(tokens) - 1)) is not None

    @rule(adapter=adapters, tokens=tokens_of_a_few)
    def ask(self, adapter, tokens):
        found = self.store.longest(adapter, tokens)
        if found is None:
            return
        known = found.head.tokens.tolist()
        assert found.common == common(known, tokens)
        assert self.store.read(found) == self.put_ones[adapter, *known]

    @rule()
    def start_anew(self):
        self.store.close()
        self.open()

    @invariant()
    def limits_hold(self):
        if self.folder is None:
            return
        held = self.store._held.values()
        assert self.store.memory_used == sum(one.cost for one in held) <= MEMORY
        if self.folder.exists():
            assert sum(path.stat().st_size for path in self.folder.iterdir()) <= DISK


def test_limits_are_never_exceeded_and_what_is_read_is_what_was_put(tmp_path, monkeypatch):
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))
    numbers = iter(range(10**6))
    monkeypatch.setattr(Keeping, "fresh", lambda: tmp_path / str(next(numbers)), raising=False)
    run_state_machine_as_test(Keeping, settings=settings(max_examples=40, stateful_step_count=30, deadline=None))


class Sequences:
    """A unified context of four sequences with the exact settings, by llama.cpp's own calls."""

    def __init__(self, path, flash):
        self.api, self.model = library(), Model(path, gpu_layers=0)
        params = self.api.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch, params.n_seq_max = 512, 64, 64, 4
        params.kv_unified, params.n_threads, params.n_threads_batch = True, 1, 1
        params.flash_attn_type = int(flash)
        if flash:
            params.type_k = params.type_v = 30  # BF16
        self.pointer = self.api.llama_init_from_model(self.model.pointer, params)
        self.batch = self.api.llama_batch_init(64, 0, 1)
        self.lengths = [0] * 4

    def decode(self, sequence, tokens):
        """Append tokens to a sequence, and return the last one's logits."""
        for at, token in enumerate(tokens):
            self.batch.token[at], self.batch.pos[at] = token, self.lengths[sequence] + at
            self.batch.n_seq_id[at], self.batch.seq_id[at][0] = 1, sequence
            self.batch.logits[at] = at == len(tokens) - 1
        self.batch.n_tokens = len(tokens)
        assert self.api.llama_decode(self.pointer, self.batch) == 0
        self.lengths[sequence] += len(tokens)
        row = self.api.llama_get_logits_ith(self.pointer, -1)
        return np.ctypeslib.as_array(row, (self.model.vocabulary.size,)).tobytes()

    def save(self, sequence):
        size = self.api.llama_state_seq_get_size(self.pointer, sequence)
        buffer = (ctypes.c_uint8 * size)()
        assert self.api.llama_state_seq_get_data(self.pointer, buffer, size, sequence) == size
        return memoryview(buffer).cast("B")

    def restore(self, sequence, state, length):
        """Restore a state and cut what lies beyond a length."""
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        assert self.api.llama_state_seq_set_data(self.pointer, buffer, len(state), sequence) == len(state)
        memory = self.api.llama_get_memory(self.pointer)
        assert self.api.llama_memory_seq_rm(memory, sequence, length, -1)
        self.lengths[sequence] = length

    def close(self):
        self.api.llama_batch_free(self.batch)
        self.api.llama_free(self.pointer)
        self.model.close()


@pytest.fixture(params=["tiny", "embedded"])
def open_sequences(request):
    """Open contexts on the tiny model, and on the embedded one with the exact settings."""
    exact = request.param == "embedded"
    path, opened = embedded_model() if exact else request.getfixturevalue("tiny_file"), deque()

    def open_one():
        opened.append(Sequences(path, exact))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def test_a_restored_sequence_goes_on_as_the_one_that_was_saved(open_sequences, open_store):
    prompt, more = list(range(50)), list(range(50, 60))
    first = open_sequences()
    first.decode(0, prompt)
    open_store().put("", prompt, first.save(0), durable=True)
    expected = [first.decode(0, [token]) for token in more]

    second, store = open_sequences(), open_store()
    second.decode(0, [*range(90, 130)])
    stored = store.longest("", [*prompt, *more])
    second.restore(2, store.read(stored), stored.common)
    assert [second.decode(2, [token]) for token in more] == expected


def test_a_part_of_a_restored_sequence_serves_a_shorter_prefix(open_sequences, open_store):
    first = open_sequences()
    first.decode(0, list(range(40)))
    first.decode(1, list(range(40)))
    expected = first.decode(1, [3])
    first.decode(0, list(range(40, 60)))
    open_store().put("", range(60), first.save(0), durable=True)

    second, store = open_sequences(), open_store()
    stored = store.longest("", [*range(40), 3])
    assert (stored.common, stored.tokens) == (40, 60)
    second.restore(3, store.read(stored), stored.common)
    assert second.decode(3, [3]) == expected
