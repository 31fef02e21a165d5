import asyncio

import pytest

from benchmarks.make_gguf import Recipe
from benchmarks.make_gguf import write_model as write_recipe
from redraft.llama.interface import EngineStats, Piece, Request, Sampling
from redraft.llama.opening import open_engine
from redraft.llama.schedule.scheduler import Policy, Scheduler, _Row

CHAIN = Recipe(text="chain")


@pytest.fixture(scope="module")
def chained(tmp_path_factory):
    """A model whose greedy choice is known before."""
    return write_recipe(tmp_path_factory.mktemp("chain") / "chain.gguf", CHAIN)


def copying(begin, prompt, length, **changes):
    """Return a request that writes a stretch of the chain, and says so."""
    chain = CHAIN.vocabulary.chain[begin:]
    text = "".join(CHAIN.vocabulary.tokens[token] for token in chain[: prompt + length]).replace("\u0120", " ")
    pieces = (Piece(ids=chain[:prompt]),)
    return Request(pieces=pieces, copies=text, max_tokens=length, sampling=Sampling(0.0), **changes)


def expected(begin, prompt, length):
    return list(CHAIN.vocabulary.chain[begin + prompt : begin + prompt + length])


def test_what_was_proposed_takes_its_logits_along():
    """Rows that want more logits than they are take those of others."""
    scheduler = Scheduler(None, None, None, EngineStats(), Policy())
    rows = [_Row(None, 1, 4, [7, 8, 9]), _Row(None, 1, 1, []), _Row(None, 30, 0, [])]
    assert [row.outputs for row in scheduler._squeezed(rows)] == [1, 1, 0]


async def test_sequences_that_outgrow_the_pool_are_begun_again_and_write_the_same(subtests, chained, gather):
    for pool, exact in [(512, None), (768, None), (768, False), (1024, False)]:
        with subtests.test(pool=pool, exact=exact):
            engine = open_engine(chained, threads=1, context=400, pool=pool, exact=exact)
            asked = [(at * 40, 20 + at, 250) for at in range(6)]
            found = await asyncio.gather(*(gather(engine, copying(*one)) for one in asked))
            assert [[token.id for token in tokens] for tokens in found] == [expected(*one) for one in asked]
            assert engine.stats.accepted > 500
            assert engine.stats.evicted > 0
            await engine.close()


async def test_a_pool_smaller_than_the_context_is_the_context(chained, gather):
    engine = open_engine(chained, threads=1, context=4096, pool=512)
    assert engine.context == engine.pool == 512
    tokens = await gather(engine, copying(0, 20, 700))
    assert [token.id for token in tokens] == expected(0, 20, 492)
    assert tokens[-1].finish == "length"
    await engine.close()


async def test_a_prefix_under_way_is_waited_for_and_not_computed_twice(chained, gather):
    engine = open_engine(chained, threads=1, context=1024)
    asked = [copying(0, 400, 8, run=str(at)) for at in range(8)]
    for tokens in await asyncio.gather(*(gather(engine, request) for request in asked)):
        assert [token.id for token in tokens] == expected(0, 400, 8)
    assert engine.stats.prompt_tokens - engine.stats.prompt_tokens_reused <= 400 + 8
    await engine.close()


async def test_many_short_requests_take_few_steps(chained, gather):
    engine = open_engine(chained, threads=1, context=512, speculation=False)
    await asyncio.gather(*(gather(engine, copying(20 * at, 10, 64)) for at in range(8)))
    assert engine.stats.decode_calls <= 120
    await engine.close()
