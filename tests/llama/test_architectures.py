"""Every architecture that `benchmarks.make_gguf` writes: the right tokens, whatever the engine does to be quick."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.make_gguf import ARCHITECTURES, SHAPES, Recipe
from benchmarks.make_gguf import write_model as write_recipe
from redraft.errors import ModelFileError
from redraft.llama.interface import Piece, Request, Sampling
from redraft.llama.native.library import multiplies_bf16
from redraft.llama.opening import open_engine
from redraft.llama.sizing import FEW
from tests.llama.naive import Naive
from tests.llama.watched import look_over, nothing_is_left, watching

WINDOW = SHAPES["tiny"].window
BASES = tuple(tuple((100 + base * min(at // 60, 1) + 7 * at) % 700 + 300 for at in range(400)) for base in range(3))
"""Prompts whose first 60 tokens are the same: nearly twice the window."""

ROUNDED = 0.15
"""By how much logits may differ where a step has other rows; those of other prompts differ by several."""

NEAR = 0.04
"""By how much a draw may miss, for the same reason."""

GREEDY, HOT = Sampling(temperature=0), Sampling(temperature=1.0, top_k=0, top_p=1.0)
F16, BF16, FLASH = 1, 30, 1


@dataclass(frozen=True)
class Opened:
    """An engine, and the naive use of the same model."""

    engine: object
    naive: Naive
    exact: bool

    async def writes(self, request):
        """Generate, and make sure that the naive loop would have written that; return the tokens."""
        tokens = [token async for token in self.engine.generate(request)]
        written = [token.id for token in tokens if token.id >= 0]
        assert written
        self.check(request, written)
        return tokens

    def check(self, request, written):
        prompt = request.pieces[0].ids
        if request.sampling.temperature:
            assert self.naive.missed(prompt, written, request.seed) <= (1e-9 if self.exact else NEAR)
        else:
            assert self.naive.lacking(prompt, written) <= (0 if self.exact else ROUNDED)

    async def look(self, what):
        await self.engine._driver.between_steps(what)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The files, by architecture and type."""
    folder = tmp_path_factory.mktemp("models")
    return {
        (arch, kind): write_recipe(folder / f"{arch}-{kind}.gguf", Recipe(arch=arch, kind=kind))
        for arch in ARCHITECTURES
        for kind in ("f32", "q8_0")
    }


@contextmanager
def using(path, *, exact, kept=4, growth=128, sequences=16):
    """Within the block, the naive use of a model, and what its engine needs to be looked into."""
    # The naive loop keeps numbers of the type that the engine keeps.
    kv_type = BF16 if exact or (multiplies_bf16() and sequences > FEW) else F16
    naive = Naive(path, kv_type=kv_type, flash=FLASH if exact else None)
    try:
        with watching(kept=kept, growth=growth):
            yield naive
    finally:
        naive.close()


@asynccontextmanager
async def opened(path, *, exact, kept=4, growth=128, sequences=16, **how):
    with using(path, exact=exact, kept=kept, growth=growth, sequences=sequences) as naive:
        engine = open_engine(path, threads=1, exact=exact, context=512, sequences=sequences, **how)
        try:
            yield Opened(engine, naive, exact)
        finally:
            await engine.close()


def ask(ids, **changes):
    return Request((Piece(ids=tuple(ids)),), **({"sampling": GREEDY, "max_tokens": 24} | changes))


def ways():
    """Return each architecture in the two ways it may be computed."""
    exact = [(arch, "q8_0", True) for arch in ARCHITECTURES if arch != "mamba"]
    return [*exact, *((arch, "f32", False) for arch in ARCHITECTURES)]


async def test_requests_side_by_side_are_written_as_alone(subtests, models):
    for arch, kind, exact in ways():
        with subtests.test(arch=arch, exact=exact):
            async with opened(models[arch, kind], exact=exact, pool=1024, sequences=4) as use:
                asks = [ask(BASES[at % 3][: 20 + 47 * at], sampling=(GREEDY, HOT)[at % 2], seed=at) for at in range(7)]
                await asyncio.gather(*(use.writes(one) for one in asks))
                await use.look(nothing_is_left)


async def test_what_begins_like_something_earlier_is_written_as_without_it(subtests, models):
    for arch, kind, exact in ways():
        with subtests.test(arch=arch, exact=exact):
            async with opened(models[arch, kind], exact=exact, pool=1024) as use:
                first = await use.writes(ask(BASES[0][:300], max_tokens=60))
                whole = [*BASES[0][:300], *(token.id for token in first if token.id >= 0)]
                for fork in (5, WINDOW - 1, WINDOW, WINDOW + 1, 200, 301, len(whole)):
                    await use.writes(ask([*whole[:fork], 555, 556], seed=fork, sampling=HOT))
                reused = use.engine.stats.prompt_tokens_reused
                assert reused == 0 if arch == "mamba" else reused > 900


async def test_what_is_proposed_changes_nothing(subtests, models):
    for arch, kind, exact in ways():
        with subtests.test(arch=arch, exact=exact):
            async with opened(models[arch, kind], exact=exact, pool=1024) as use:
                for at, sampling in enumerate([GREEDY, HOT]):
                    one = ask(BASES[at][:150], max_tokens=100, sampling=sampling, seed=at)
                    text = "".join(token.text for token in await use.writes(one))
                    edited = text[:150] + " bab bac" + text[160:]
                    for copies in (text, edited):
                        await use.writes(replace(one, copies=copies))
                stats = use.engine.stats
                assert stats.accepted == 0 if arch == "mamba" else stats.accepted > 20
                assert stats.proposed == 0 if arch == "mamba" else stats.proposed > stats.accepted


async def test_who_gave_up_its_place_goes_on_as_if_it_had_not(subtests, models):
    for arch, kind, exact in ways():
        with subtests.test(arch=arch, exact=exact):
            async with opened(models[arch, kind], exact=exact, pool=512, sequences=4, growth=0, kept=2) as use:
                asks = [ask(BASES[at % 3][:90], max_tokens=150, sampling=HOT, seed=at) for at in range(5)]
                await asyncio.gather(*(use.writes(one) for one in asks))
                assert use.engine.stats.requeued > 0
                await use.look(nothing_is_left)


async def test_who_is_cancelled_leaves_nothing_wrong(subtests, models):
    for arch, kind, exact in ways():
        with subtests.test(arch=arch, exact=exact):
            async with opened(models[arch, kind], exact=exact, pool=512, sequences=2) as use:
                for at in range(3):
                    stream = use.engine.generate(ask(BASES[at][:200], max_tokens=200))
                    await anext(stream)
                    beside = asyncio.create_task(use.writes(ask(BASES[at][:100], sampling=HOT, seed=at)))
                    await stream.aclose()
                    await use.look(look_over)
                    await beside
                    await use.writes(ask(BASES[at][:220]))
                await use.look(nothing_is_left)


async def test_ratings_are_those_of_the_naive_loop(subtests, models):
    for arch, kind, exact in ways():
        with subtests.test(arch=arch, exact=exact):
            async with opened(models[arch, kind], exact=exact, pool=1024) as use:
                vocabulary = use.naive.model.vocabulary
                for choices in (["1", "2", "3"], [" ba bab", " ba bac", " bo"]):
                    prompt = BASES[0][:130]
                    tokens = [vocabulary.tokens_of(choice) for choice in choices]
                    beside = asyncio.create_task(use.writes(ask(BASES[1][:200])))
                    found = await use.engine.rate((Piece(ids=prompt),), choices)
                    assert found == pytest.approx(use.naive.rated(prompt, tokens), abs=1e-6 if exact else 0.02)
                    await beside


async def test_a_context_is_filled_to_its_last_token(subtests, models):
    for arch, kind, exact in ways():
        with subtests.test(arch=arch, exact=exact):
            async with opened(models[arch, kind], exact=exact, pool=512) as use:
                for seed in range(20):
                    tokens = await use.writes(ask(BASES[0][:380], max_tokens=500, sampling=HOT, seed=seed))
                    if tokens[-1].finish == "length":
                        assert len(tokens) == 512 - 380
                        break
                else:
                    pytest.fail("every text ended by itself")


def test_a_recurrent_model_cannot_be_exact(models):
    with pytest.raises(ModelFileError, match="it cannot be exact"):
        open_engine(models["mamba", "q8_0"], threads=1, context=512, exact=True)


PROMPTS = st.builds(
    lambda base, size, tail: (*BASES[base][:size], *tail),
    st.integers(0, 2),
    st.sampled_from([1, WINDOW - 1, WINDOW + 1, 60, 61, 130, 250, 390]),
    st.lists(st.sampled_from([501, 502]), max_size=3),
)
ASKS = st.builds(
    ask,
    PROMPTS,
    sampling=st.sampled_from([GREEDY, HOT]),
    seed=st.integers(0, 3),
    max_tokens=st.sampled_from([1, 20, 90]),
)


@pytest.mark.parametrize(("arch", "exact"), [("gemma2", True), ("gemma2", False), ("mamba", False)])
def test_windows_and_states_hold_whatever_is_asked(arch, exact, models):
    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        groups=st.lists(st.lists(ASKS, min_size=1, max_size=4), min_size=1, max_size=5),
        pool=st.sampled_from([512, 768]),
        kept=st.sampled_from([2, 6]),
    )
    def holds(groups, pool, kept):
        async def used():
            how = {"exact": exact, "pool": pool, "kept": kept, "growth": 0, "sequences": 3}
            async with opened(models[arch, "q8_0" if exact else "f32"], **how) as use:
                for group in groups:
                    await asyncio.gather(*(use.writes(one) for one in group))
                    await use.look(nothing_is_left)

        asyncio.run(used())

    holds()
