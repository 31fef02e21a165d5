from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.make_gguf import Recipe
from benchmarks.make_gguf import write_model as write_recipe
from redraft.errors import ModelError, ModelFileError, UsageError
from redraft.llama import opening, sizing
from redraft.llama.interface import Piece, Request, Sampling
from redraft.llama.native.library import library
from redraft.llama.opening import open_engine

PROMPT = "the dog and the park, " * 8
COLD = Sampling(temperature=0.0)


@pytest.fixture(scope="module")
def exact_file(tmp_path_factory):
    return write_recipe(tmp_path_factory.mktemp("exact") / "exact.gguf", Recipe())


@pytest.fixture
def template_file(make_model, tmp_path):
    """A model whose chat template is broken: it is read when the model is open."""
    return make_model(tmp_path / "broken.gguf", template="{% if %}")


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("REDRAFT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def opens(monkeypatch):
    """Count what llama.cpp has open."""
    api, counts = library(), Counter()

    def count(name, thing, change):
        real = getattr(api, name)

        def counted(*arguments):
            found = real(*arguments)
            counts[thing] += change if change < 0 or found else 0
            return found

        monkeypatch.setattr(api, name, counted)

    count("llama_model_load_from_file", "models", 1)
    count("llama_model_free", "models", -1)
    count("llama_init_from_model", "contexts", 1)
    count("llama_free", "contexts", -1)
    return counts


def test_settings_out_of_their_range_are_refused_before_anything_is_read(subtests, tmp_path):
    for how, said in [
        ({"context": 0}, "context is a whole number from 1, not 0"),
        ({"pool": -5}, "pool is a whole number from 1, not -5"),
        ({"sequences": 0}, "sequences is a whole number from 1, not 0"),
        ({"threads": 0}, "threads is a whole number from 1, not 0"),
        ({"sequences": 65}, "sequences is at most 64, not 65"),
    ]:
        with subtests.test(**how), pytest.raises(UsageError, match=said):
            open_engine(tmp_path / "absent.gguf", **how)


def test_a_context_beyond_memory_is_refused_before_llama_cpp_is_asked(subtests, tiny_file, opens):
    for how in ({"context": 10**10}, {"pool": 10**10}):
        with subtests.test(**how):
            with pytest.raises(ModelFileError, match=r"a context of 10,000,000,000 tokens takes [\d.]+ GiB") as caught:
                open_engine(tiny_file, threads=1, **how)
            assert str(tiny_file) in str(caught.value)
            assert caught.value.mend.startswith("Ask for at most")
            assert opens == {"models": 0}


def test_a_model_that_cannot_be_exact_is_refused_where_it_must_be(tiny_file, opens):
    with pytest.raises(ModelFileError, match="so it cannot be exact") as caught:
        open_engine(tiny_file, threads=1, exact=True)
    assert "Q8_0" in caught.value.mend
    assert opens == {"models": 0, "contexts": 0}


async def test_small_models_in_blocks_are_exact_unasked(subtests, exact_file, tiny_file):
    for path, how, exact in [
        (exact_file, {}, True),
        (exact_file, {"exact": False}, False),
        (tiny_file, {}, False),
    ]:
        with subtests.test(path=path.stem, **how):
            engine = open_engine(path, threads=1, **how)
            assert engine.exact is exact
            await engine.close()


async def test_each_architecture_opens_and_writes(subtests, tmp_path, gather):
    for arch in ("llama", "gemma", "gemma2", "mamba"):
        for sequences in (1, 3):
            with subtests.test(arch=arch, sequences=sequences):
                path = write_recipe(tmp_path / f"{arch}.gguf", Recipe(arch=arch))
                engine = open_engine(path, threads=1, context=512, sequences=sequences)
                tokens = await gather(engine, Request((Piece("a b c"),), max_tokens=5, sampling=COLD))
                assert tokens[-1].finish
                await engine.close()


def test_a_failure_while_opening_leaves_nothing_open(subtests, template_file, exact_file, opens, monkeypatch):
    def broken(*_arguments, **_settings):
        raise RuntimeError("no")

    absent = exact_file.with_name("absent.gguf")
    for name, path, how, error in [
        ("template", template_file, {}, ModelError),
        ("adapter", exact_file, {"adapters": {"mine": absent}}, ModelError),
        ("probe", exact_file, {}, RuntimeError),
        ("is_exact", exact_file, {}, RuntimeError),
        ("Driver", exact_file, {}, RuntimeError),
    ]:
        with subtests.test(failing=name), monkeypatch.context() as patch:
            if hasattr(opening, name):
                patch.setattr(opening, name, broken)
            with pytest.raises(error):
                open_engine(path, **how)
            assert opens["models"] == opens["contexts"] == 0


async def test_an_engine_that_is_closed_leaves_nothing_open(exact_file, opens, gather):
    engine = open_engine(exact_file, threads=1)
    await gather(engine, Request((Piece("a"),), max_tokens=2))
    await engine.embed(["a text"])
    assert opens["models"] == 1
    await engine.close()
    assert opens == {"models": 0, "contexts": 0}


async def test_adapters_change_the_text_of_those_who_name_them(exact_file, make_adapter, tmp_path, gather):
    files = {name: make_adapter(tmp_path / f"{name}.gguf", exact_file, seed=seed) for seed, name in enumerate("ab")}
    engine = open_engine(exact_file, threads=1, adapters=files)

    async def written(adapter):
        request = Request((Piece(PROMPT),), max_tokens=12, sampling=COLD, adapter=adapter)
        return [token.id for token in await gather(engine, request)]

    first = {adapter: await written(adapter) for adapter in (None, "a", "b")}
    assert len({tuple(ids) for ids in first.values()}) == 3
    for adapter in ("b", None, "a"):
        assert await written(adapter) == first[adapter]
    with pytest.raises(UsageError, match="there is no adapter 'c'") as caught:
        await written("c")
    assert "This engine was opened with: a, b." in str(caught.value)
    await engine.close()


def test_an_adapter_that_cannot_be_read_is_refused(tmp_path, exact_file):
    (tmp_path / "bad.gguf").write_bytes(b"GGUF nonsense")
    with pytest.raises(ModelError):
        open_engine(exact_file, threads=1, adapters={"mine": tmp_path / "bad.gguf"})


async def test_what_an_engine_computed_is_there_in_the_next_one(folders, exact_file, make_adapter, gather):
    adapter = make_adapter(folders / "a.gguf", exact_file)

    async def use(**changes):
        engine = open_engine(exact_file, threads=1, adapters={"a": adapter}, states=folders / "states")
        request = Request((Piece(PROMPT * 2),), max_tokens=12, sampling=COLD, **changes)
        tokens = [token.id for token in await gather(engine, request)]
        stats = engine.stats
        await engine.close()
        return tokens, stats.prompt_tokens_reused, stats.prompt_tokens

    first, reused, _ = await use()
    assert reused == 0
    second, reused, prompt = await use()
    assert reused == prompt - 1 > 64
    assert second == first
    _, reused, _ = await use(adapter="a")
    assert reused == 0


async def test_without_a_folder_nothing_is_written(folders, exact_file, gather):
    engine = open_engine(exact_file, threads=1)
    await gather(engine, Request((Piece(PROMPT * 2),), max_tokens=2))
    await engine.close()
    assert list(folders.iterdir()) == []


async def test_a_model_is_measured_once_on_a_machine(folders, exact_file, monkeypatch):
    monkeypatch.setattr(sizing, "SMALL_MODEL", 0)
    measured, real = [], opening.probe

    def probe(*arguments, **settings):
        measured.append(1)
        found = real(*arguments, **settings)
        # Others may use the processors while this is tested.
        return opening.replace(found, quiet=True)

    monkeypatch.setattr(opening, "probe", probe)
    for how, times in [({}, 1), ({}, 1), ({"threads": 1}, 2), ({"threads": 1}, 2), ({"exact": True}, 3), ({}, 3)]:
        engine = open_engine(exact_file, **how)
        assert len(measured) == times
        await engine.close()


async def test_a_small_model_leaves_no_profile(folders, exact_file):
    await open_engine(exact_file, threads=1).close()
    assert not (folders / "cache").exists()


async def test_speculation_can_be_turned_off(exact_file, gather):
    engine = open_engine(exact_file, threads=1, speculation=False)
    await gather(engine, Request((Piece(PROMPT),), copies=PROMPT, max_tokens=20))
    assert engine.stats.proposed == 0
    await engine.close()
