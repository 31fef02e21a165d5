import asyncio
import threading

import pytest

from redraft.llama.channel import Channel, ring_all


async def taken(channel):
    return [item async for item in channel.take()]


async def test_items_come_in_their_order_from_another_thread():
    channel = Channel()

    def make():
        for item in range(1000):
            channel.put(item)
        channel.close()

    thread = threading.Thread(target=make)
    thread.start()
    assert await taken(channel) == list(range(1000))
    thread.join()


async def test_what_was_put_before_the_end_is_taken_before_its_error():
    channel = Channel()
    channel.put(1)
    channel.close(ValueError("over"))
    items = channel.take()
    assert await anext(items) == 1
    with pytest.raises(ValueError, match="over"):
        await anext(items)


async def test_a_taker_is_behind_until_it_has_taken_everything():
    caught_up = []
    channel = Channel(lambda: caught_up.append(channel.behind), limit=3)
    for item in range(2):
        channel.put(item)
    assert not channel.behind
    channel.put(2)
    items = channel.take()
    for _ in range(3):
        assert channel.behind
        assert not caught_up
        await anext(items)
    waiting = asyncio.ensure_future(anext(items))
    await asyncio.sleep(0)
    assert not channel.behind
    assert caught_up == [False]
    channel.put(9)
    assert await waiting == 9
    await items.aclose()
    assert caught_up == [False]


async def test_a_taker_that_keeps_up_is_never_called_behind():
    called = []
    channel = Channel(lambda: called.append(1), limit=2)
    items = channel.take()
    for item in range(10):
        channel.put(item)
        assert await anext(items) == item
    await items.aclose()
    assert not called


async def test_what_is_laid_down_is_heard_of_at_the_ring():
    channel = Channel()
    waiting = asyncio.ensure_future(anext(channel.take()))
    await asyncio.sleep(0)
    channel.lay_down("a")
    for _ in range(3):
        await asyncio.sleep(0)
    assert not waiting.done()
    assert channel.ring()
    assert await waiting == "a"


async def test_a_loop_is_woken_once_for_all_that_came_before_its_turn(monkeypatch):
    woken = []
    channel = Channel()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "call_soon_threadsafe", lambda call, *args: woken.append(loop.call_soon(call, *args)))
    for item in range(20):
        assert channel.put(item)
    assert len(woken) == 1
    await asyncio.sleep(0)
    channel.put(20)
    assert len(woken) == 2


async def test_a_loop_is_woken_once_for_all_channels_that_are_rung(monkeypatch):
    woken = []
    channels = [Channel() for _ in range(3)]
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "call_soon_threadsafe", lambda call, *args: woken.append(loop.call_soon(call, *args)))
    waiting = [asyncio.ensure_future(anext(channel.take())) for channel in channels]
    for number, channel in enumerate(channels):
        channel.lay_down(number)
    ring_all(channels)
    ring_all(channels)
    assert await asyncio.gather(*waiting) == [0, 1, 2]
    assert len(woken) == 1


def test_to_ring_where_a_loop_is_closed_does_no_harm():
    async def make():
        return Channel()

    ring_all([asyncio.run(make())])


def test_a_channel_whose_loop_is_closed_is_abandoned():
    async def make():
        return Channel()

    channel = asyncio.run(make())
    assert channel.abandoned
    assert not channel.put(1)
    assert not channel.put(2)
    channel.close()
