"""Random use of an engine against a slow model of it: one request at a time, nothing shared, nothing proposed."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import time
from collections import Counter, OrderedDict
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import gguf
import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from benchmarks.make_gguf import Recipe
from benchmarks.make_gguf import write_model as write_recipe
from redraft.catalog.header import inspect
from redraft.errors import DefinitionError, GenerationError, PromptTooLongError, UsageError
from redraft.llama.interface import Dry, Piece, Request, Sampling
from redraft.llama.opening import open_engine
from tests.llama.watched import INJECTED, broken_step, counting_switches, look_over, nothing_is_left, watching

CONTEXT = 512
PATIENCE = 60
"""Seconds after which what was asked is taken to be lost."""

GROWN = 48 * 2**20
"""Bytes by which the process may grow, whatever it is asked."""

KNOWN = 500
"""Answers of the slow model's that are kept."""

BASES = tuple(tuple((100 + base * min(at // 70, 1) + 7 * at) % 700 + 300 for at in range(420)) for base in range(3))
"""Prompts whose first 70 tokens are the same."""

CRITIQUE = {
    "type": "object",
    "properties": {
        "problems": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 12}},
        "score": {"type": "integer", "minimum": 0, "maximum": 10},
    },
    "required": ["problems", "score"],
    "additionalProperties": False,
}
GRAMMAR = 'start: ("a" | "b" | " " /[c-f]{1,4}/)+ "."'


@dataclass(frozen=True)
class Ask:
    """What a request is made of: numbers that shrink well.

    Args:
        base: Which of `BASES` its prompt begins with.
        size: How many tokens of it.
        tail: Tokens behind them.
        after: Which of the earlier answers it goes on from, or None.
        copied: What it is said to copy: nothing, its own answer, or another text.
        due: Seconds until its deadline, or None.
        rest: The other fields of the request.
    """

    base: int
    size: int
    tail: tuple[int, ...]
    after: int | None
    copied: str | None
    due: float | None
    rest: dict = field(default_factory=dict)


SAMPLINGS = st.builds(
    Sampling,
    temperature=st.sampled_from([0.0, 0.7, 1.5]),
    top_k=st.sampled_from([0, 1, 40]),
    top_p=st.sampled_from([0.9, 1.0]),
    min_p=st.sampled_from([0.0, 0.05]),
    repeat_penalty=st.sampled_from([1.0, 1.3]),
    dry=st.sampled_from([None, Dry()]),
    logit_bias=st.sampled_from([(), ((" ba", 4.0),)]),
)
FORMS = st.sampled_from([{}, {}, {"schema": CRITIQUE}, {"grammar": GRAMMAR}, {"stop": ("a", " bo")}])
RESTS = st.builds(
    lambda form, **others: form | others,
    FORMS,
    sampling=SAMPLINGS,
    seed=st.integers(0, 3),
    max_tokens=st.sampled_from([0, 12, 40, 150, 400]),
    adapter=st.sampled_from([None, None, "one", "two"]),
    run=st.sampled_from(["", "a", "b"]),
    logprobs=st.booleans(),
)
ASKS = st.builds(
    Ask,
    base=st.integers(0, 2),
    size=st.sampled_from([1, 40, 100, 101, 250, 400]),
    tail=st.lists(st.sampled_from([301, 302]), max_size=3).map(tuple),
    after=st.one_of(st.none(), st.integers(0, 20)),
    copied=st.sampled_from([None, "own", "other"]),
    due=st.sampled_from([None, None, None, None, -1.0, 0.003, 0.02]),
    rest=RESTS,
)
WHICH = st.integers(0, 20)
OPENINGS = st.fixed_dictionaries(
    {
        "pool": st.sampled_from([512, 512, 768, 1024]),
        "sequences": st.sampled_from([1, 3, 6, 6]),
        "speculation": st.booleans(),
    }
)

WATCHINGS = st.fixed_dictionaries(
    {
        "kept": st.sampled_from([2, 4, 48]),
        "unread": st.sampled_from([8, 256]),
        "growth": st.sampled_from([0, 0, 128]),
    }
)


class World:
    """What outlives an engine: the files, the loop, the slow model and the counts.

    Args:
        folder: Where the files are.
    """

    def __init__(self, folder):
        self.model = write_recipe(folder / "model.gguf", Recipe(arch="qwen2", kind="q8_0"))
        self.adapters = {
            name: write_exact_adapter(folder / f"{name}.gguf", self.model, seed)
            for seed, name in enumerate(["one", "two"])
        }
        self.states = folder / "states"
        self.counts = Counter()
        self.loop = asyncio.new_event_loop()
        self.known = OrderedDict()
        with watching():
            self.slow = self.open(pool=1024, sequences=1, speculation=False)

    def open(self, **how):
        engine = open_engine(self.model, exact=True, threads=1, context=CONTEXT, adapters=self.adapters, **how)
        assert engine.exact
        return engine

    def run(self, awaitable):
        return self.loop.run_until_complete(asyncio.wait_for(awaitable, PATIENCE))

    def alone(self, request):
        """Return what comes of a request that is served alone, by an engine that has computed nothing before.

        Raises:
            UsageError: It is refused.
        """
        asked = replace(request, copies=None, deadline=None, run="")
        return self._known(repr(asked), lambda: self._fresh(gathered(self.slow, asked)))

    def alone_rated(self, pieces, choices, adapter):
        key = repr((pieces, choices, adapter))
        return self._known(key, lambda: self._fresh(self.slow.rate(pieces, choices, adapter=adapter)))

    def alone_embedded(self, text):
        (found,) = self._known(text, lambda: self.slow.embed([text]))
        return found

    def _known(self, key, ask):
        """Return an answer of the slow model's: it is asked once, as long as it is not forgotten."""
        if key not in self.known:
            self.known[key] = self.run(ask())
        if len(self.known) > KNOWN:
            self.known.popitem(last=False)
        return self.known[key]

    async def _fresh(self, asked):
        await self.slow._driver.between_steps(lambda scheduler: scheduler._pool.clear())
        return await asked

    def close(self):
        self.run(self.slow.close())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


def write_exact_adapter(path, model, seed):
    """Write an adapter of rank 32 in the one type with which a model stays exact."""
    random, kind = np.random.default_rng(seed), gguf.GGMLQuantizationType.Q8_0
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 16.0)
    for tensor in inspect(model).tensors.values():
        if tensor.name.endswith(("attn_q.weight", "attn_v.weight")):
            for side, shape in (("a", (32, tensor.shape[0])), ("b", (tensor.shape[1], 32))):
                values = (random.standard_normal(shape) * 0.1).astype(np.float32)
                writer.add_tensor(f"{tensor.name}.lora_{side}", gguf.quants.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


async def gathered(engine, request):
    async with aclosing(engine.generate(request)) as tokens:
        return [token async for token in tokens]


@dataclass(eq=False)
class Open:
    """A request under way: what it has given so far, and what the slow model gives."""

    request: Request
    expected: list
    stream: object
    coming: asyncio.Task
    tokens: list = field(default_factory=list)
    over: bool = False
    error: Exception | None = None

    async def read(self):
        """Take one token."""
        try:
            self.tokens.append(await (self.coming or anext(self.stream)))
        except StopAsyncIteration:
            self.over = True
        except GenerationError as error:
            self.over, self.error = True, error
        self.coming = None

    async def drop(self):
        if self.coming:
            self.coming.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration, GenerationError):
                await self.coming
        await self.stream.aclose()

    def check(self):
        """Compare what was given: all of it where it is over, else a beginning."""
        if self.request.deadline is not None and not self.over:
            return
        if self.tokens and self.tokens[-1].finish == "deadline":
            self._check_late()
        elif self.over and self.error is None:
            assert self.tokens == self.expected
        else:
            assert self.tokens == self.expected[: len(self.tokens)]

    def _check_late(self):
        assert self.request.deadline is not None
        if self.request.schema:
            found = json.loads("".join(token.text for token in self.tokens))
            assert 0 <= found["score"] <= 10
            return
        assert self.tokens[:-1] == self.expected[: len(self.tokens) - 1]


class Use(RuleBasedStateMachine):
    """Uses an engine in every way at once."""

    world: World

    def __init__(self):
        super().__init__()
        self.under_way = []
        self.earlier = [()]
        self.injected = False
        self.counts = self.world.counts
        self.patches = contextlib.ExitStack()

    @initialize(how=OPENINGS, watched=WATCHINGS, saved=st.booleans())
    def open(self, how, watched, saved):
        self.patches.enter_context(watching(**watched))
        self.patches.enter_context(counting_switches(self.counts))
        self.how = how | ({"states": self.world.states} if saved else {})
        self.engine = self.world.open(**self.how)

    # What is asked.

    @rule(ask=ASKS)
    def start(self, ask):
        self._start(ask)

    @rule(asks=st.lists(ASKS, min_size=3, max_size=8))
    def start_many(self, asks):
        for ask in asks:
            self._start(ask)

    def _start(self, ask):
        request = self._request(ask)
        try:
            expected = self.world.alone(request)
        except UsageError as error:
            with pytest.raises(type(error)):
                self.world.run(gathered(self.engine, request))
            self.counts["refused"] += 1
            return
        if ask.copied:
            text = "".join(token.text for token in expected) if ask.copied == "own" else " bab bac bad" * 9
            request = replace(request, copies=text or None)
        if ask.due is not None:
            request = replace(request, deadline=time.monotonic() + ask.due)
        stream = self.engine.generate(request)
        coming = self.world.loop.create_task(anext(stream))
        self.under_way.append(Open(request, expected, stream, coming))
        self.counts["requests"] += 1
        self._wait()

    def _request(self, ask):
        ids = (*BASES[ask.base][: ask.size], *ask.tail)
        if ask.after is not None:
            ids = (*self.earlier[ask.after % len(self.earlier)], *ids)
        return Request((Piece(ids=ids[: CONTEXT - 1]),), **ask.rest)

    @rule(which=WHICH, count=st.integers(1, 40))
    @precondition(lambda self: self.under_way)
    def read(self, which, count):
        one = self._one(which)

        async def some():
            for _ in range(count):
                if not one.over:
                    await one.read()

        self.world.run(some())
        self._checked(one)

    @rule(which=WHICH)
    @precondition(lambda self: self.under_way)
    def read_to_its_end(self, which):
        self._finish(self._one(which))

    @rule()
    def read_all_to_their_ends(self):
        async def together():
            await asyncio.gather(*(read_on(one) for one in self.under_way))

        self.world.run(together())
        for one in list(self.under_way):
            self._checked(one)

    @rule(which=WHICH)
    @precondition(lambda self: self.under_way)
    def cancel(self, which):
        one = self._one(which)
        self.world.run(one.drop())
        self.under_way.remove(one)
        self.counts["cancelled"] += 1

    @rule(ask=ASKS, choices=st.sampled_from([("1", "2", "3"), (" ba", " bab bac"), ("yes", "no way", "ye")]))
    def rate(self, ask, choices):
        request = self._request(ask)
        pieces = (Piece(ids=request.pieces[0].ids[: CONTEXT - 40]),)
        expected = self.world.alone_rated(pieces, choices, request.adapter)
        with self._may_fail():
            assert self.world.run(self.engine.rate(pieces, choices, adapter=request.adapter)) == expected
        self.counts["ratings"] += 1

    @rule(texts=st.lists(st.sampled_from([" ba bab bac", "the problem", " bo" * 600, "x"]), min_size=1, max_size=3))
    def embed(self, texts):
        expected = tuple(self.world.alone_embedded(text) for text in texts)
        assert self.world.run(self.engine.embed(texts)) == expected
        self.counts["embeddings"] += 1

    # What goes wrong.

    @rule(at=st.integers(0, 10))
    def ask_what_cannot_be(self, at):
        wrong, error = WRONG[at % len(WRONG)]
        with pytest.raises(error):
            self.world.run(wrong(self.engine))
        self.counts["refused"] += 1

    @rule(broken=st.booleans())
    def break_a_step(self, broken):
        self.injected = True
        self.engine._driver.failing.append(broken_step() if broken else MemoryError())

    @rule(sure=st.integers(0, 4))
    def close_and_open_again(self, sure):
        if sure:
            return
        self.world.run(self._reopened())
        self.counts["reopened"] += 1
        for one in list(self.under_way):
            assert one.error is None or "closed" in str(one.error) or self.injected
            one.check()
        self.under_way.clear()
        self.engine = self.world.open(**self.how)

    async def _reopened(self):
        self._count()
        await self.engine.close()
        assert not self.engine._driver.thread.is_alive()
        await asyncio.gather(*(read_on(one) for one in self.under_way))

    # What is always true.

    @invariant()
    def what_is_held_is_what_is_said_to_be(self):
        if hasattr(self, "engine"):
            self.world.run(self.engine._driver.between_steps(look_over if self.under_way else nothing_is_left))

    def teardown(self):
        try:
            if hasattr(self, "engine"):
                for one in self.under_way[::2]:
                    self.world.run(one.drop())
                self.under_way = self.under_way[1::2]
                self.read_all_to_their_ends()
                self.world.run(self.engine._driver.between_steps(nothing_is_left))
        finally:
            self.patches.close()
            if hasattr(self, "engine"):
                self.world.run(self._reopened())

    def _one(self, which):
        return self.under_way[which % len(self.under_way)]

    def _finish(self, one):
        self.world.run(read_on(one))
        self._checked(one)

    def _checked(self, one):
        one.check()
        if one.error:
            assert self.injected
            assert INJECTED in str(one.error) or "has filled" in str(one.error)
        if one.over:
            self.under_way.remove(one)
            self.counts["failed" if one.error else "finished"] += 1
            self.earlier.append(one.request.pieces[0].ids + tuple(token.id for token in one.tokens if token.id >= 0))

    @contextlib.contextmanager
    def _may_fail(self):
        try:
            yield
        except GenerationError:
            if not self.injected:
                raise

    def _wait(self):
        """Let the loop take what has come so far, so that a request is handed in."""

        async def turns():
            for _ in range(3):
                await asyncio.sleep(0)

        self.world.run(turns())

    def _count(self):
        stats = self.engine.stats
        for name in ("evicted", "requeued", "proposed", "accepted", "completion_tokens", "prompt_tokens_reused"):
            self.counts[name] += getattr(stats, name)
        self.counts += self.engine._driver.counts


async def read_on(one):
    while not one.over:
        await one.read()


def asked(**changes):
    return lambda engine: gathered(engine, Request((Piece(" ba"),), **changes))


WRONG = [
    (asked(schema={"enum": ["a text of several tokens"]}, max_tokens=2), UsageError),
    (asked(schema={"type": "nothing"}), DefinitionError),
    (asked(grammar="start: nowhere"), DefinitionError),
    (asked(adapter="three"), UsageError),
    (asked(sampling=Sampling(logit_bias=(("two words", 1.0),))), UsageError),
    (lambda engine: gathered(engine, Request((Piece(ids=BASES[0] * 2),))), PromptTooLongError),
    (lambda engine: gathered(engine, Request((Piece(""),))), UsageError),
    (lambda engine: engine.rate((Piece("a"),), []), UsageError),
    (lambda engine: engine.embed(["a", ""]), UsageError),
]


@pytest.mark.parametrize(
    ("seconds", "least"),
    [(15, {"requests": 20}), pytest.param(600, {"evicted": 1000, "requeued": 20}, marks=pytest.mark.soak)],
)
def test_random_use(seconds, least, tmp_path, monkeypatch):
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))
    world = World(tmp_path)
    machine = type("Use", (Use,), {"world": world})
    how = settings(
        max_examples=5,
        stateful_step_count=30,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=[Phase.generate],
    )
    begin, sizes = time.monotonic(), []
    try:
        while time.monotonic() - begin < seconds:
            run_state_machine_as_test(machine, settings=how)
            gc.collect()
            sizes.append(psutil.Process().memory_info().rss)
    finally:
        world.close()
    # Shown with -s, and where it fails.
    print(f"{dict(world.counts)}, {[size >> 20 for size in (sizes[0], max(sizes), sizes[-1])]} MiB")  # noqa: T201
    assert sizes[-1] - sizes[0] < GROWN
    assert all(world.counts[name] >= count for name, count in least.items())
