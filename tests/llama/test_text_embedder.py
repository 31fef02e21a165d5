import asyncio

import numpy as np
import pytest

from redraft.errors import GenerationError, ModelFileError, UsageError
from redraft.files import embedded_model
from redraft.llama.text_embedder import Embeds, open_embedder
from redraft.testing.scripted import ScriptedEngine


@pytest.fixture(scope="module")
def encoder_file(make_encoder, tmp_path_factory):
    return make_encoder(tmp_path_factory.mktemp("encoder") / "encoder.gguf")


@pytest.fixture
async def embedder(encoder_file):
    opened = open_embedder(encoder_file, threads=1)
    yield opened
    await opened.close()


async def test_an_embedding_model_embeds_many_texts_at_once(embedder):
    texts = [f"dog {'in the park ' * (at % 5)}{at}" for at in range(200)]
    found = np.array(await embedder.embed(texts))
    assert found.shape == (200, 64)
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert np.allclose((await embedder.embed(texts[7:8]))[0], found[7], atol=1e-4)


async def test_a_text_longer_than_the_window(embedder):
    (vector,) = await embedder.embed(["the dog in the park " * 100])
    assert np.isclose(np.linalg.norm(vector), 1)


async def test_an_empty_text(embedder):
    with pytest.raises(UsageError, match="an empty text has no embedding"):
        await embedder.embed(["dog", ""])
    assert await embedder.embed([]) == ()


async def test_several_ask_at_once_and_each_gets_its_own(embedder):
    texts = [["dog"], ["park", "ball"], ["the dog in the park"]]
    together = await asyncio.gather(*(embedder.embed(some) for some in texts))
    for some, found in zip(texts, together, strict=True):
        assert np.array_equal(found, await embedder.embed(some))


async def test_who_is_cancelled_disturbs_nobody(embedder):
    expected = await embedder.embed(["dog"])
    long = asyncio.create_task(embedder.embed(["the dog in the park " * 20_000]))
    other = asyncio.create_task(embedder.embed(["dog"]))
    await asyncio.sleep(0)
    long.cancel()
    assert np.array_equal(await asyncio.wait_for(other, 10), expected)
    with pytest.raises(asyncio.CancelledError):
        await long


async def test_a_closed_embedder_takes_nothing(encoder_file):
    embedder = open_embedder(encoder_file, threads=1)
    waiting = asyncio.create_task(embedder.embed(["dog " * 100_000]))
    await asyncio.sleep(0)
    await embedder.close()
    await embedder.close()
    for late in (waiting, embedder.embed(["dog"])):
        with pytest.raises(GenerationError, match="was closed"):
            await late


async def test_a_model_that_generates_embeds_too():
    embedder = open_embedder(embedded_model(), threads=1)
    near, same, far = await embedder.embed(["a dog in the park", "a dog in the park", "three balls"])
    assert near == same != far
    await embedder.close()


async def test_what_is_no_model_is_refused(make_adapter, encoder_file, tmp_path):
    with pytest.raises(ModelFileError, match="a LoRA adapter"):
        open_embedder(make_adapter(tmp_path / "a.gguf", embedded_model()))
    with pytest.raises(ModelFileError, match="no such file"):
        open_embedder(tmp_path / "missing.gguf")


def test_engines_and_embedders_are_one_to_who_embeds(encoder_file):
    embedder = open_embedder(encoder_file, threads=1)
    assert isinstance(embedder, Embeds)
    assert isinstance(ScriptedEngine([]), Embeds)
    asyncio.run(embedder.close())
