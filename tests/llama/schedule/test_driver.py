"""The driver's thread on a scheduler of real rows, with works that write what they are told."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing

import pytest

from redraft.errors import GenerationError, UsageError
from redraft.llama.channel import LIMIT
from redraft.llama.interface import EngineStats
from redraft.llama.memory.pool import Pool
from redraft.llama.native.context import Context, ContextShape
from redraft.llama.native.model import Model
from redraft.llama.schedule.costs import RowCosts
from redraft.llama.schedule.driver import Driver
from redraft.llama.schedule.scheduler import Policy, Scheduler
from redraft.llama.schedule.sequence import Fed


class Counting:
    """Writes numbers, one a step."""

    scored, adapter, chance, deadline = 1, "", 0.0, None

    def __init__(self, count, *, fails_at=None, error=None):
        self.prompt = (5, 6, 7)
        self.left = count
        self.made = 0
        self._fails_at, self._error = fails_at, error

    @property
    def done(self):
        return not self.left

    def propose(self, count):
        return ()

    def score(self, logits, left):
        raise AssertionError

    def feed(self, logits, proposed):
        if self.made == self._fails_at:
            raise self._error
        self.made += 1
        self.left -= 1
        return Fed((9,))

    def expire(self):
        self.left = 0

    def items(self):
        return [self.made]


@pytest.fixture(scope="module")
def model(tiny_file):
    opened = Model(tiny_file)
    yield opened
    opened.close()


@pytest.fixture
def drive(model):
    """Start drivers, each with a context of its own that is closed as the last thing its thread does."""
    started = []

    def start(sequences=4):
        context = Context(model, ContextShape(cells=2048, sequences=sequences + 4, rows=64))
        stats = EngineStats()
        scheduler = Scheduler(context, Pool(context, stats), RowCosts({1: 0.001}), stats, Policy(sequences))
        started.append(Driver("test", scheduler, lambda: context.close(model=False)))
        return started[-1]

    yield start
    for driver in started:
        driver.close()


async def all_of(driver, work):
    async with aclosing(driver.stream(work)) as items:
        return [item async for item in items]


async def test_what_a_work_makes_is_streamed(drive):
    driver = drive()
    assert await all_of(driver, Counting(40)) == list(range(1, 41))
    assert await asyncio.gather(*(all_of(driver, Counting(count)) for count in range(1, 12))) == [
        list(range(1, count + 1)) for count in range(1, 12)
    ]


async def test_a_work_that_raises_ends_alone(drive):
    driver = drive()
    failing = [
        Counting(40, fails_at=3, error=UsageError("no such token")),
        Counting(40, fails_at=5, error=KeyError("x")),
    ]
    own, other, *rest = await asyncio.gather(
        *(all_of(driver, work) for work in [*failing, Counting(30), Counting(30)]), return_exceptions=True
    )
    assert isinstance(own, UsageError)
    assert isinstance(other, GenerationError)
    assert str(other) == "the engine failed: KeyError: 'x'"
    assert isinstance(other.__cause__, KeyError)
    assert rest == [list(range(1, 31))] * 2
    assert await all_of(driver, Counting(2)) == [1, 2]


async def test_who_does_not_read_is_not_written_for_and_others_go_on(drive):
    driver, work = drive(sequences=1), Counting(1500)
    async with aclosing(driver.stream(work)) as unread:
        assert await anext(unread) == 1
        # There is room for one sequence only: these get it once the first one is not read any more.
        assert await all_of(driver, Counting(50)) == list(range(1, 51))
        assert LIMIT <= work.made <= LIMIT + 2
        assert await all_of(driver, Counting(50)) == list(range(1, 51))
        assert LIMIT <= work.made <= LIMIT + 2
        assert [item async for item in unread] == list(range(2, 1501))


async def test_who_leaves_is_not_written_for(drive):
    driver, work = drive(), Counting(1500)
    async with aclosing(driver.stream(work)) as items:
        await anext(items)
    await all_of(driver, Counting(3))
    made = work.made
    await all_of(driver, Counting(3))
    assert work.made == made < LIMIT


async def test_errands_are_run_in_their_order_one_at_a_time(drive):
    driver, log = drive(), []

    def errand(name, steps):
        for step in range(steps):
            log.append((name, step))
            yield None
        yield name

    found = await asyncio.gather(*(driver.result(errand(name, 3)) for name in "abc"))
    assert found == ["a", "b", "c"]
    assert log == [(name, step) for name in "abc" for step in range(3)]


async def test_sequences_go_on_while_an_errand_runs(drive):
    driver, seen = drive(), []
    work = Counting(200)

    def errand():
        while work.made < 100:
            seen.append(work.made)
            yield None
        yield "done"

    found, made = await asyncio.gather(driver.result(errand()), all_of(driver, work))
    assert found == "done"
    assert made == list(range(1, 201))
    assert len(seen) > 90


async def test_an_errand_that_is_cancelled_while_it_waits_is_never_begun(drive):
    driver, gate, reached, begun = drive(), threading.Event(), asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def blocking():
        loop.call_soon_threadsafe(reached.set)
        gate.wait(10)
        yield "first"

    def recorded():
        begun.append(1)
        yield "second"

    first = asyncio.create_task(driver.result(blocking()))
    await reached.wait()
    waiting = asyncio.create_task(driver.result(recorded()))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    gate.set()
    assert await first == "first"
    assert await driver.result(iter(["third"])) == "third"
    assert not begun


async def test_an_errand_that_raises_ends_alone(drive):
    driver = drive()

    def errand(error):
        yield None
        raise error

    for error, raised, said in [
        (UsageError("an empty text"), UsageError, "an empty text"),
        (ZeroDivisionError("by zero"), GenerationError, "the engine failed: ZeroDivisionError: by zero"),
    ]:
        with pytest.raises(raised, match=said):
            await driver.result(errand(error))
    assert await driver.result(iter([None, 7])) == 7


async def test_closing_ends_everybody(drive):
    driver, gate = drive(), threading.Event()

    def endless():
        gate.set()
        while True:
            yield None

    under_way = [asyncio.create_task(all_of(driver, Counting(10**6))) for _ in range(6)]
    under_way += [asyncio.create_task(driver.result(endless())) for _ in range(2)]
    await asyncio.to_thread(gate.wait, 10)
    await asyncio.to_thread(driver.close)
    assert not driver.thread.is_alive()
    for ended in await asyncio.gather(*under_way, return_exceptions=True):
        assert isinstance(ended, GenerationError)
        assert str(ended) == "the engine was closed"


async def test_a_closed_driver_takes_nothing(drive):
    driver = drive()
    driver.close()
    driver.close()
    with pytest.raises(GenerationError, match="was closed"):
        await all_of(driver, Counting(1))
    with pytest.raises(GenerationError, match="was closed"):
        await driver.result(iter([1]))


async def test_a_deadline_acts_while_a_work_waits_for_its_turn(drive):
    driver = drive(sequences=1)
    async with aclosing(driver.stream(Counting(5000))) as first:
        await anext(first)
        late = Counting(10)
        late.deadline = 0.0
        assert await all_of(driver, late) == [0]


def test_a_loop_that_is_gone_stops_what_it_asked_for(drive):
    driver, work = drive(), Counting(5000)

    async def leave():
        await anext(driver.stream(work))

    asyncio.run(leave())
    asyncio.run(all_of(driver, Counting(2)))
    made = work.made
    asyncio.run(all_of(driver, Counting(2)))
    assert work.made == made
