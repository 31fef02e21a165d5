import time

import gguf
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redraft.catalog.header import inspect
from redraft.errors import GenerationError, UsageError
from redraft.files import embedded_model
from redraft.llama.embedding import SEQUENCES, WINDOW, Embedder
from redraft.llama.native.library import library
from redraft.llama.native.model import Model


@pytest.fixture(scope="module")
def embedder_of():
    """Open an embedder on a file, once for each way to open it."""
    opened = {}

    def open_one(file, **options):
        key = (file, *options.items())
        if key not in opened:
            model = Model(file)
            opened[key] = (Embedder(model, threads=1, **options), model)
        return opened[key][0]

    yield open_one
    for embedder, model in opened.values():
        embedder.close()
        model.close()


@pytest.fixture(scope="module")
def encoder_file(make_encoder, tmp_path_factory):
    return make_encoder(tmp_path_factory.mktemp("encoder") / "encoder.gguf")


def vectors(embedder, texts):
    """Return the vectors of some texts, and how many steps they took."""
    *steps, found = embedder.work(texts)
    assert steps == [None] * len(steps)
    return np.array(found), len(steps)


def alone(embedder, texts):
    return np.concatenate([vectors(embedder, [text])[0] for text in texts])


def sentences(count):
    return [f"the dog and the ball {'in the park ' * (at % 9)}number {at}" for at in range(count)]


TEXTS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=90), min_size=1, max_size=40)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(texts=TEXTS, rows=st.sampled_from([32, 40, 256]))
def test_texts_have_the_same_vectors_together_and_alone_to_the_last_bit(embedder_of, texts, rows):
    embedder = embedder_of(embedded_model(), rows=rows)
    together, _ = vectors(embedder, texts)
    assert np.array_equal(together, alone(embedder_of(embedded_model()), texts))
    assert np.allclose(np.linalg.norm(together, axis=1), 1)


def test_long_texts_among_short_ones_have_the_same_vectors_to_the_last_bit(embedder_of):
    texts = [f"number {at} of the dogs in the park " * (1 + at * 7 % 60) for at in range(50)]
    together, steps = vectors(embedder_of(embedded_model()), texts)
    assert np.array_equal(together, alone(embedder_of(embedded_model()), texts))
    assert steps < sum(len(text) for text in texts) / 50


def test_weights_of_other_types_give_nearly_the_same_vectors(embedder_of, tiny_file):
    texts = sentences(60)
    embedder = embedder_of(tiny_file)
    assert np.allclose(vectors(embedder, texts)[0], alone(embedder, texts), atol=1e-4)


def test_an_encoder_gives_nearly_the_same_vectors(embedder_of, encoder_file):
    texts = sentences(60)
    embedder = embedder_of(encoder_file)
    together, steps = vectors(embedder, texts)
    assert np.allclose(together, alone(embedder, texts), atol=1e-4)
    assert steps < len(texts)


def test_a_long_text_is_the_weighted_mean_of_its_windows(embedder_of):
    embedder = embedder_of(embedded_model())
    vocabulary = embedder._model.vocabulary
    text = "the dog in the park " * 300
    ids = vocabulary.tokens_of(text, start=True)
    assert len(ids) > 2 * WINDOW
    windows = list(embedder._windows([text]))
    assert [token for window in windows for token in window.ids] == ids
    assert {len(window.ids) for window in windows[:-1]} == {WINDOW}
    assert len(vectors(embedder, [text])[0][0]) == inspect(embedded_model()).metadata["qwen2.embedding_length"]


def test_many_texts_share_steps(embedder_of):
    embedder = embedder_of(embedded_model())
    vectors(embedder, sentences(200))
    _, steps = vectors(embedder, ["the dog"] * 200)
    assert steps <= 200 / SEQUENCES + 2


def test_the_models_own_pooling_is_used(subtests, make_model, make_encoder, tmp_path):
    """The mean differs from the first and the last token's vectors, however the model reads."""
    kinds = [gguf.PoolingType.MEAN, gguf.PoolingType.CLS, gguf.PoolingType.LAST]
    writers = {
        "qwen2": lambda path, kind: make_model(path, qwen2__pooling_type=int(kind)),
        "bert": lambda path, kind: make_encoder(path, pooling=kind),
    }
    for architecture, write in writers.items():
        found = []
        for kind in kinds:
            model = Model(write(tmp_path / f"{architecture}{kind}.gguf", kind))
            embedder = Embedder(model, threads=1)
            found.append(vectors(embedder, ["the dog", "the dog in the park"])[0])
            embedder.close()
            model.close()
        with subtests.test(architecture):
            mean, first, last = found
            assert not np.allclose(mean, first, atol=0.01)
            assert not np.allclose(mean, last, atol=0.01)
            # What reads from left to right gives the first token the same vector in both texts.
            assert np.allclose(first[0], first[1], atol=1e-4) == (architecture == "qwen2")


def test_an_encoders_text_stands_between_its_tokens(embedder_of, encoder_file):
    embedder = embedder_of(encoder_file)
    vectors(embedder, ["dog"])
    (window,) = embedder._windows(["dog dog"])
    assert (window.ids[0], window.ids[-1], len(window.ids)) == (2, 3, 4)
    long = list(embedder._windows(["dog " * 200]))
    assert {len(window.ids) for window in long[:-1]} == {64}
    assert all((window.ids[0], window.ids[-1]) == (2, 3) for window in long)
    assert np.isfinite(vectors(embedder, ["dog " * 200])[0]).all()


def test_an_empty_text_has_no_embedding_and_the_next_work_is_sound(embedder_of):
    embedder = embedder_of(embedded_model())
    with pytest.raises(UsageError, match="an empty text"):
        vectors(embedder, ["dog " * 1000, ""])
    assert np.array_equal(vectors(embedder, ["dog"])[0], alone(embedder, ["dog"]))


def test_no_texts_have_no_embeddings(embedder_of):
    assert list(embedder_of(embedded_model()).work([])) == [()]


def test_work_that_is_left_does_not_change_the_next(embedder_of):
    embedder = embedder_of(embedded_model())
    expected = alone(embedder, ["the dog"])
    left = embedder.work(["park " * 900, "ball"])
    assert next(left) is None
    left.close()
    assert np.array_equal(vectors(embedder, ["the dog"])[0], expected)


def test_work_ends_before_its_next_step_where_it_may_not_go_on(embedder_of):
    embedder, asked = embedder_of(embedded_model()), []

    def proceed():
        asked.append(True)
        return len(asked) < 3

    assert list(embedder.embeddings(("park " * 5000,), proceed)) == []
    assert len(asked) == 3
    assert len(next(embedder.embeddings(("dog",), lambda: True))) == 1


def test_steps_shrink_where_they_take_too_long(tiny_file, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    model = Model(tiny_file)
    embedder = Embedder(model, threads=1)
    begun = embedder.work(["dog " * 3000])
    rows, decode = [], library().llama_decode

    def slow(context, batch):
        now[0] += batch.n_tokens / 256
        rows.append(batch.n_tokens)
        return decode(context, batch)

    monkeypatch.setattr(library(), "llama_decode", slow)
    assert all(found is None for found, _ in zip(begun, range(20), strict=False))
    assert rows[0] == 8
    # What 0.15 seconds compute at 256 rows a second.
    assert set(rows[4:]) == {38}
    embedder.close()
    model.close()


def test_a_model_that_fails_is_an_error(embedder_of, tiny_file, monkeypatch):
    monkeypatch.setattr(library(), "llama_decode", lambda context, batch: -3)
    with pytest.raises(GenerationError, match="llama_decode gave -3"):
        vectors(embedder_of(tiny_file), ["dog"])


def test_a_model_without_a_context_is_an_error(tiny_file, monkeypatch):
    model = Model(tiny_file)
    monkeypatch.setattr(library(), "llama_init_from_model", lambda model, params: None)
    with pytest.raises(GenerationError, match="gives no embeddings"):
        vectors(Embedder(model), ["dog"])
    model.close()
