"""A pool of engines: each model file is loaded once, lent to many, and closed when nobody has used it for longest."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import redraft
from redraft.errors import ModelFileError, UsageError
from redraft.files import embedded_model
from redraft.llama.opening import SEQUENCES
from redraft.runs import engines as module
from redraft.runs.engines import EnginePool, finish
from redraft.runs.preparation import Order, prepare
from redraft.testing import ScriptedEngine
from tests.llama.conftest import write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = {"words": ["dog", "ball", "park"]}


class Opened(ScriptedEngine):
    """An engine that knows how it was opened, and whether it is closed."""

    def __init__(self, path: Path, context: int | None, sequences: int) -> None:
        super().__init__(lambda request, visit: '{"problems": []}' if request.agent == "critic" else "The dog.")
        self.name, self.path, self.sequences, self.closed = path.stem, path, sequences, False
        self.context = context or 8192

    async def close(self) -> None:
        assert not self.closed
        self.closed = True


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Opened]:
    """Every engine that was opened, in order."""
    engines: list[Opened] = []

    def open_engine(
        path: Path, *, context: int | None = None, sequences: int, on_warning: Callable[[str], None]
    ) -> Opened:
        on_warning(f"{path.stem} is odd")
        engines.append(Opened(path, context, sequences))
        return engines[-1]

    monkeypatch.setattr(module, "open_engine", open_engine)
    return engines


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.gguf" for name in "abc"]
    for size, path in enumerate(paths, start=1):
        path.write_bytes(b"x" * 100 * size)
    return paths


async def test_a_file_is_opened_once_and_closed_when_the_last_has_given_it_back(
    opened: list[Opened], files: list[Path], tmp_path: Path
) -> None:
    pool, link = EnginePool(idle=0), tmp_path / "link.gguf"
    link.symlink_to(files[0])
    one, two = pool.lease(files[0]), pool.lease(link)
    assert one is two
    await pool.release(one)
    assert not opened[0].closed
    await pool.release(one)
    assert opened[0].closed
    assert pool.lease(files[0]) is not one
    assert len(opened) == 2


async def test_the_idle_one_that_was_used_longest_ago_is_closed_first(opened: list[Opened], files: list[Path]) -> None:
    pool = EnginePool(idle=2)
    a, b, c = (pool.lease(path) for path in files)
    for engine in (b, a, c):
        await pool.release(engine)
    assert [engine.closed for engine in opened] == [False, True, False]
    assert pool.lease(files[0]) is a
    await pool.release(a)
    await pool.release(pool.lease(files[1]))
    assert [engine.closed for engine in opened[:3]] == [False, True, True]


async def test_idle_files_are_kept_up_to_their_bytes(opened: list[Opened], files: list[Path]) -> None:
    pool = EnginePool(idle=9, idle_bytes=450)
    for engine in [pool.lease(path) for path in files]:
        await pool.release(engine)
    assert [engine.closed for engine in opened] == [True, False, False] or sum(
        one.path.stat().st_size for one in opened if not one.closed
    ) <= 450


async def test_an_idle_engine_with_too_small_a_context_is_opened_anew(opened: list[Opened], files: list[Path]) -> None:
    pool = EnginePool()
    small = pool.lease(files[0], context=512)
    assert pool.lease(files[0], context=2048) is small
    for _ in range(2):
        await pool.release(small)
    assert pool.lease(files[0], context=256) is small
    await pool.release(small)
    assert pool.lease(files[0], context=2048).context == 2048
    assert [engine.closed for engine in opened] == [True, False]


async def test_where_memory_does_not_hold_a_need_the_engine_has_what_it_holds(
    opened: list[Opened], files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = module.open_engine

    def poor(path: Path, *, context: int | None = None, **rest: Any) -> Any:
        if context and context > 1024:
            raise ModelFileError("there is not enough memory")
        return fake(path, context=context or 1024, **rest)

    monkeypatch.setattr(module, "open_engine", poor)
    pool, said = EnginePool(), []
    for _ in range(2):
        engine = pool.lease(files[0], context=4096, on_warning=said.append)
        assert engine.context == 1024
        await pool.release(engine)
    assert len(opened) == 1
    assert said == ["a is odd"] * 2


def test_whoever_comes_while_a_file_is_loaded_waits_for_it(
    opened: list[Opened], files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    both, fake = threading.Barrier(2), module.open_engine

    def slow(*args: Any, **rest: Any) -> Any:
        both.wait(5)
        return fake(*args, **rest)

    def lease(path: Path) -> Any:
        return pool.lease(path)

    pool = EnginePool()
    monkeypatch.setattr(module, "open_engine", slow)
    with ThreadPoolExecutor(8) as threads:
        leased = list(threads.map(lease, [*files[:2]] * 4))
    assert len(opened) == 2
    assert len({id(engine) for engine in leased}) == 2


def test_what_is_to_be_said_of_a_model_is_said_to_each(opened: list[Opened], files: list[Path]) -> None:
    pool, said = EnginePool(), []
    for _ in range(2):
        pool.lease(files[0], on_warning=said.append)
    assert said == ["a is odd"] * 2


async def test_a_pool_in_use_is_not_closed_and_a_closed_one_lends_nothing(
    opened: list[Opened], files: list[Path]
) -> None:
    pool = EnginePool()
    engine = pool.lease(files[0])
    with pytest.raises(UsageError, match="'a' is in use"):
        await pool.aclose()
    assert not opened[0].closed
    await pool.release(engine)
    await pool.aclose()
    assert opened[0].closed
    with pytest.raises(UsageError, match="was closed"):
        pool.lease(files[0])
    await pool.aclose()


async def test_what_was_not_lent_cannot_be_given_back(opened: list[Opened], files: list[Path]) -> None:
    pool = EnginePool()
    engine = pool.lease(files[0])
    await pool.release(engine)
    for stranger in (engine, Opened(files[1], None, 1)):
        with pytest.raises(UsageError, match="not on loan"):
            await pool.release(stranger)


def test_a_file_that_is_no_model_leaves_the_pool_as_it_was(files: list[Path]) -> None:
    pool = EnginePool()
    with pytest.raises(ModelFileError):
        pool.lease(files[0])
    finish(pool.aclose)


async def test_two_runs_side_by_side_load_a_model_once(opened: list[Opened]) -> None:
    pool = EnginePool()
    orders = [{"graph": "sentence", "inputs": WORDS, "model": "embedded", "engines": pool, "seed": n} for n in (1, 2)]
    await asyncio.gather(*(redraft.arun(**order) for order in orders))
    await redraft.arun(**orders[0])
    assert len(opened) == 1
    await pool.aclose()
    assert opened[0].closed


async def test_a_run_alone_opens_its_model_for_what_it_asks_at_once(opened: list[Opened]) -> None:
    order = {"graph": "sentence", "inputs": WORDS, "model": "embedded"}
    await redraft.arun(**order)
    pool = EnginePool()
    await redraft.arun(**order, engines=pool)
    await pool.aclose()
    assert [engine.sequences for engine in opened] == [1, SEQUENCES]


async def test_a_run_without_a_pool_closes_what_it_opened(opened: list[Opened]) -> None:
    await redraft.arun(graph="sentence", inputs=WORDS, model="embedded")
    assert [engine.closed for engine in opened] == [True]


def test_a_run_that_cannot_start_gives_back_what_it_leased(opened: list[Opened], tmp_path: Path) -> None:
    (tmp_path / "graphs").mkdir()
    text = 'redraft = 1\nextends = "sentence"\n[nodes]\ncritic = { agent = "critic", model = "nobody" }\n'
    (tmp_path / "graphs" / "mine.toml").write_text(text, encoding="utf-8")
    pool = EnginePool()
    with pytest.raises(redraft.RedraftError, match="nobody"):
        prepare(Order(graph="mine", inputs=WORDS, model="embedded", engines=pool, project=tmp_path))
    finish(pool.aclose)
    assert all(engine.closed for engine in opened)


async def test_a_run_that_is_cancelled_while_it_loads_gives_back_what_it_leased(
    opened: list[Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    loading, goes_on, done, fake = threading.Event(), threading.Event(), threading.Event(), module.open_engine

    def slow(*args: Any, **rest: Any) -> Any:
        loading.set()
        goes_on.wait(5)
        return fake(*args, **rest)

    async def close(self: Opened) -> None:
        self.closed = True
        done.set()

    monkeypatch.setattr(module, "open_engine", slow)
    monkeypatch.setattr(Opened, "close", close)
    pool = EnginePool(idle=0)
    task = asyncio.create_task(redraft.arun(graph="sentence", inputs=WORDS, model="embedded", engines=pool))
    await asyncio.to_thread(loading.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    goes_on.set()
    assert await asyncio.to_thread(done.wait, 5)
    await pool.aclose()


async def test_real_models_are_lent_dropped_and_loaded_again(tmp_path: Path) -> None:
    pool = EnginePool(idle=1)
    paths = [write_model(tmp_path / f"{name}.gguf") for name in "ab"]
    first, second = (pool.lease(path, context=256) for path in paths)
    assert first.context == second.context == 256
    await pool.release(first)
    await pool.release(second)
    with pytest.raises(redraft.RedraftError, match="closed"):
        first.count(first.chat(redraft.Task(prompt="Hi").messages))
    assert pool.lease(paths[1]) is second
    assert second.count(second.chat(redraft.Task(prompt="Hi").messages)) > 0
    again = pool.lease(paths[0], context=512)
    assert again.context == 512
    await pool.release(again)
    await pool.release(second)
    await pool.aclose()


def test_runs_on_a_pool_share_what_they_compute() -> None:
    pool = EnginePool()
    order = {"graph": "sentence", "inputs": WORDS, "model": "embedded", "engines": pool, "rounds": 1}
    texts = [[one.draft.text for one in redraft.run(**order).drafts] for _ in range(2)]
    assert texts[0] == texts[1]
    engine = pool.lease(embedded_model())
    assert engine.stats.prompt_tokens_reused > 0
    finish(lambda: pool.release(engine))
    finish(pool.aclose)
