import asyncio
import gc
import threading
import weakref

import pytest

from redraft.errors import GenerationError
from redraft.llama.grammar.constraint import Grammars
from redraft.llama.grammar.schema import parse_schema
from redraft.llama.interface import Piece, Request
from redraft.llama.native.model import Model
from redraft.llama.opening import open_engine
from redraft.llama.worker import Worker


def letters(proceed):
    for letter in "abc":
        if not proceed():
            return
        yield letter


async def test_work_is_streamed():
    worker = Worker("test", lambda: None)
    assert [letter async for letter in worker.stream(letters)] == ["a", "b", "c"]
    worker.close()


async def test_what_is_cancelled_while_it_waits_is_never_begun():
    worker, gate, begun = Worker("test", lambda: None), threading.Event(), []

    def blocking(proceed):
        gate.wait(10)
        yield proceed()

    def recorded(proceed):
        begun.append(proceed)
        return letters(proceed)

    first = asyncio.create_task(anext(worker.stream(blocking)))
    waiting = asyncio.create_task(anext(worker.stream(recorded)))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    gate.set()
    assert await first
    assert [letter async for letter in worker.stream(letters)] == ["a", "b", "c"]
    assert not begun
    worker.close()


async def test_a_closed_worker_takes_nothing():
    worker = Worker("test", lambda: None)
    worker.close()
    with pytest.raises(GenerationError, match="was closed"):
        await anext(worker.stream(letters))


def test_an_engine_that_was_used_and_forgotten_is_freed(tiny_file):
    engine = open_engine(tiny_file, threads=1)

    async def use(engine):
        async for _ in engine.generate(Request(pieces=(Piece("a"),), max_tokens=3)):
            pass

    asyncio.run(use(engine))
    thread = engine._driver.thread
    del engine
    gc.collect()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_a_closed_models_vocabulary_and_grammars_are_freed(tiny_file):
    model = Model(tiny_file)
    grammars = Grammars(model.vocabulary)
    grammars.matcher(parse_schema({"type": "boolean"}))
    assert grammars.tokens_of(b"true")
    model.vocabulary.bytes_of(5)
    model.close()
    alive = [weakref.ref(grammars), weakref.ref(model.vocabulary)]
    del model, grammars
    gc.collect()
    gc.collect()
    assert [one() for one in alive] == [None, None]
