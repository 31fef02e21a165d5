"""What cannot be done is said in one message, and disturbs nobody else."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from benchmarks.make_gguf import Recipe
from benchmarks.make_gguf import write_model as write_recipe
from redraft.errors import (
    DefinitionError,
    GenerationError,
    ModelFileError,
    PromptTooLongError,
    RedraftError,
    UsageError,
)
from redraft.llama.interface import Piece, Request, Sampling
from redraft.llama.opening import open_engine

IDS = tuple(random.Random(0).choices(range(300, 1000), k=2000))
HOT = Sampling(temperature=1.0, top_k=0, top_p=1.0)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return write_recipe(tmp_path_factory.mktemp("model") / "model.gguf", Recipe(arch="qwen2", kind="q8_0"))


@pytest.fixture
async def engine(model):
    opened = open_engine(model, threads=1, context=1024, pool=1024)
    yield opened
    await opened.close()


def ask(ids=IDS[:20], **changes):
    return Request((Piece(ids=tuple(ids)),), **({"sampling": HOT, "max_tokens": 20} | changes))


def text_of(tokens):
    return "".join(token.text for token in tokens)


@pytest.fixture
async def beside(engine, gather):
    """Makes sure that a request under way meanwhile is not disturbed."""
    request = ask(IDS[500:560], seed=9, max_tokens=60)
    alone = await gather(engine, request)

    async def undisturbed(wrong):
        task = asyncio.create_task(gather(engine, request))
        try:
            return await wrong
        finally:
            assert await task == alone

    return undisturbed


def says_enough(error, *parts):
    """Make sure that a message is short, and says what and how to mend it."""
    said = str(error)
    assert len(said.splitlines()) <= 5
    assert "Traceback" not in said
    for part in parts:
        assert part in said


async def test_a_prompt_longer_than_the_context_or_the_pool(subtests, model, engine, beside, gather):
    small = open_engine(model, threads=1, context=1024, pool=256)
    for place, size in [(engine, 1024), (engine, 2000), (small, 256), (small, 400)]:
        with subtests.test(pool=place.pool, size=size):
            with pytest.raises(PromptTooLongError) as caught:
                await beside(gather(place, ask(IDS[:size])))
            says_enough(caught.value, f"has {size:,} tokens", f"holds {place.context:,}", "Shorten the prompt")
            with pytest.raises(PromptTooLongError):
                await place.rate((Piece(ids=IDS[:size]),), ["1", "2"])
    await small.close()


async def test_grammars_that_cannot_be_satisfied(subtests, engine, beside, gather):
    for grammar in ["start: nowhere", "start: /a(/", "start: start", "x", "start: /[^\\x00-\\U0010ffff]/"]:
        with subtests.test(grammar=grammar):
            with pytest.raises((DefinitionError, GenerationError)) as caught:
                await beside(gather(engine, ask(grammar=grammar)))
            says_enough(caught.value, "grammar")


async def test_a_grammar_that_never_ends_is_cut(engine, beside, gather):
    tokens = await beside(gather(engine, ask(grammar='start: ("a" | "b") start', max_tokens=50)))
    assert set(text_of(tokens)) <= {"a", "b"}
    assert (len(tokens), tokens[-1].finish) == (50, "length")


async def test_schemas_that_are_none(subtests, engine, beside, gather):
    for schema in [
        {"type": "nothing"},
        {"type": "string", "pattern": "a(b"},
        {"type": "array", "items": 7},
        {"$ref": "#/nowhere"},
        {"$ref": "https://example.org/schema"},
        {"type": "integer", "minimum": 5, "maximum": 1},
        {"enum": []},
        {"type": "object", "properties": []},
        {"uniqueItems": True, "type": "array"},
    ]:
        with subtests.test(schema=schema):
            with pytest.raises((DefinitionError, UsageError)) as caught:
                await beside(gather(engine, ask(schema=schema)))
            says_enough(caught.value)


async def test_a_schema_and_a_grammar_at_once(engine, gather):
    with pytest.raises(UsageError, match="cannot have both") as caught:
        await gather(engine, ask(schema={"type": "boolean"}, grammar='start: "a"'))
    says_enough(caught.value, "Leave one of them out")


async def test_an_adapter_for_another_architecture(make_adapter, model, tmp_path):
    other = write_recipe(tmp_path / "other.gguf", Recipe(arch="llama", kind="q8_0"))
    path = make_adapter(tmp_path / "a.gguf", other)
    with pytest.raises(ModelFileError) as caught:
        open_engine(model, threads=1, adapters={"mine": path})
    says_enough(caught.value, str(path), "architecture 'llama'", "'qwen2'", "Name the model")


async def test_adapters_with_which_a_model_is_not_exact(make_adapter, model, tmp_path):
    path = make_adapter(tmp_path / "a.gguf", model)
    with pytest.raises(ModelFileError, match="so it cannot be exact") as caught:
        open_engine(model, threads=1, exact=True, adapters={"mine": path})
    says_enough(caught.value, str(path), "Q8_0")
    engine = open_engine(model, threads=1, adapters={"mine": path})
    assert not engine.exact
    await engine.close()


def test_a_context_beyond_memory(subtests, model):
    for how in ({"context": 10**10}, {"pool": 10**10}):
        with subtests.test(how=how):
            with pytest.raises(ModelFileError) as caught:
                open_engine(model, threads=1, **how)
            says_enough(caught.value, str(model), "10,000,000,000 tokens", "Ask for at most")


def damaged(name, data, other):
    """Return a state file's bytes, spoiled in one way."""
    middle = len(data) // 2
    return {
        "cut": data[:middle],
        "empty": b"",
        "longer": data + b"\0",
        "a bit of its state": data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
        "a bit of its tokens": data[:110] + bytes([data[110] ^ 1]) + data[111:],
        "another's": other,
        "no state at all": os.urandom(len(data)),
    }[name]


@pytest.mark.parametrize(
    "way", ["cut", "empty", "longer", "a bit of its state", "a bit of its tokens", "another's", "no state at all"]
)
async def test_a_state_that_is_not_what_was_written_is_computed_again(way, model, tmp_path, monkeypatch, gather):
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "states"

    async def use(ids=IDS[:300], **how):
        engine = open_engine(model, threads=1, context=1024, **how)
        tokens = await gather(engine, ask(ids, seed=3, max_tokens=40))
        await engine.close()
        return tokens, engine.stats.prompt_tokens_reused

    expected, _ = await use()
    await use(states=folder)
    assert await use(states=folder) == (expected, 299)
    await use(IDS[700:1000], states=tmp_path / "others")
    other = next((tmp_path / "others").iterdir()).read_bytes()
    (file,) = folder.iterdir()
    file.write_bytes(damaged(way, file.read_bytes(), other))
    assert await use(states=folder) == (expected, 0)


async def test_what_had_to_leave_the_context_outlives_the_process_too(model, tmp_path, monkeypatch, gather):
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))

    async def use():
        engine = open_engine(model, threads=1, context=2048, exact=False, states=tmp_path / "states")
        tokens = await gather(engine, ask(IDS[:1600], seed=3, max_tokens=4))
        await engine.close()
        return tokens, engine.stats.evicted > 0, engine.stats.prompt_tokens_reused

    expected, left, _ = await use()
    assert left
    again, _, reused = await use()
    assert (again, reused) == (expected, 1599)


async def test_a_state_of_another_model_is_not_taken(model, tmp_path, monkeypatch, gather):
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))
    twin = write_recipe(tmp_path / "twin.gguf", Recipe(arch="qwen2", kind="q8_0", seed=1))
    for path, seen in [(model, 0), (twin, 0), (model, 299), (twin, 299)]:
        engine = open_engine(path, threads=1, context=1024, states=tmp_path / "states")
        await gather(engine, ask(IDS[:300]))
        await engine.close()
        assert engine.stats.prompt_tokens_reused == seen


async def test_who_never_reads_holds_nobody_up(engine, gather):
    request = ask(IDS[100:150], seed=1, max_tokens=800)
    expected = await gather(engine, request)
    streams = [engine.generate(request) for _ in range(16)]
    first = await asyncio.gather(*(anext(stream) for stream in streams))
    written = engine.stats.completion_tokens
    others = [await gather(engine, ask(IDS[at : at + 200], seed=at)) for at in range(20)]
    assert all(tokens[-1].finish for tokens in others)
    assert engine.stats.completion_tokens - written < 16 * 300 + 20 * 20
    # Who reads on gets what it would have got.
    read = [first[0], *[token async for token in streams[0]]]
    assert read == expected
    for stream in streams:
        await stream.aclose()


async def test_closing_while_everything_is_under_way(model, gather):
    engine = open_engine(model, threads=1, context=1024)
    schema = {"type": "array", "maxItems": 50, "items": {"type": "string", "maxLength": 200}}
    work = [
        *(gather(engine, ask(IDS[at : at + 100], max_tokens=900, seed=at)) for at in range(20)),
        gather(engine, ask(max_tokens=900, schema=schema)),
        gather(engine, ask(max_tokens=900, grammar='start: ("a" | "b") start')),
        gather(engine, Request((Piece("word " * 30_000),))),
        engine.rate((Piece(ids=IDS[:500]),), ["1", "2"]),
        engine.embed(["a text " * 2000]),
    ]
    tasks = [asyncio.create_task(one) for one in work]
    await asyncio.sleep(0)
    await engine.close()
    for found in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(found, BaseException):
            assert isinstance(found, GenerationError | PromptTooLongError)
            says_enough(found)
        else:
            assert found
    assert not engine._driver.thread.is_alive()
    with pytest.raises(GenerationError, match="the engine was closed"):
        await gather(engine, ask())


async def hammer(engine, chance, expected):
    """Use an engine in every way, and leave half of what was begun."""
    for _ in range(12):
        seed = chance.randrange(6)
        deed = chance.randrange(7)
        if deed == 0:
            stream = engine.generate(ask(IDS[: 50 * (seed + 1)], seed=seed, max_tokens=200))
            await anext(stream)
            await stream.aclose()
        elif deed == 1:
            with pytest.raises(RedraftError):
                await anext(engine.generate(chance.choice([ask(IDS), ask(()), ask(adapter="no"), ask(grammar="x")])))
        elif deed == 2:
            assert sum(await engine.rate((Piece(ids=IDS[: 30 * seed + 1]),), ["1", "2", " ba bab"])) == pytest.approx(1)
        elif deed == 3:
            assert engine.count((Piece("ba bab " * seed),)) >= 0
            assert len(await engine.embed(["a text", "bab " * seed + "x"])) == 2
        else:
            asked = [expected[(seed + at) % 6] for at in range(3)]
            found = await asyncio.gather(*(gathered(engine, request) for request, _ in asked))
            assert found == [tokens for _, tokens in asked]


async def gathered(engine, request):
    return [token async for token in engine.generate(request)]


@pytest.mark.parametrize("closing", [False, True])
def test_four_threads_with_loops_of_their_own(closing, model):
    engine = open_engine(model, threads=1, context=512, pool=768, exact=True)
    asks = [ask(IDS[: 50 * (seed + 1)], seed=seed, max_tokens=30, copies=None) for seed in range(6)]
    expected = [(request, asyncio.run(gathered(engine, request))) for request in asks]
    failures = []

    def use(number):
        try:
            asyncio.run(hammer(engine, random.Random(number), expected))
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the test fails by it
            if not (closing and isinstance(error, GenerationError) and "closed" in str(error)):
                failures.append(error)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    if closing:
        asyncio.run(engine.close())
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    assert failures == []
    asyncio.run(engine.close())


def test_an_interrupt_ends_a_process_at_once(model):
    code = f"""
import asyncio
from pathlib import Path
from redraft.llama.interface import Piece, Request
from redraft.llama.opening import open_engine

engine = open_engine(Path({str(model)!r}), threads=1, context=4096)

async def write(seed):
    request = Request((Piece("ba bab"),), seed=seed, max_tokens=4000)
    async for token in engine.generate(request):
        print(token.id, flush=True)

async def main():
    await asyncio.gather(*(write(seed) for seed in range(4)))

asyncio.run(main())
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(5):
        assert process.stdout.readline()
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - begin < 1
    assert process.returncode in {-signal.SIGINT, 130, 1}
    assert "KeyboardInterrupt" in said
    assert "GGML" not in said


def test_a_model_without_a_vocabulary(make_model, tmp_path):
    path = make_model(tmp_path / "none.gguf", tokenizer__ggml__model="no_vocab")
    with pytest.raises(ModelFileError, match="it has no vocabulary"):
        open_engine(path)


async def test_memory_is_bounded_where_nobody_reads(engine):
    before = psutil.Process().memory_info().rss
    streams = [engine.generate(ask(IDS[:10], seed=seed, max_tokens=1000)) for seed in range(200)]
    tasks = [asyncio.create_task(anext(stream)) for stream in streams]
    await asyncio.gather(*tasks[:16])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for stream in streams:
        await stream.aclose()
    assert psutil.Process().memory_info().rss - before < 64 * 2**20
