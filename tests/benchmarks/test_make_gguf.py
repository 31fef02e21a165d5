"""Models with made-up weights: every architecture loads, writes, and where it is chained, writes what is known."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.gguf_vocabulary import made_vocabulary
from benchmarks.make_gguf import ARCHITECTURES, TIED, Recipe, cached_model, write_model
from redraft.llama.native.library import library
from redraft.llama.native.model import Model

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("f32", "f16", "q8_0", "q4_0")
BYTE = 64
"""A token of one letter."""


def written(path: Path, ids: tuple[int, ...], count: int) -> tuple[int, ...]:
    library()  # sets how threads wait, before they are made
    from llama_cpp import Llama

    model = Llama(str(path), n_ctx=512, n_threads=1, verbose=False)
    out = tuple(itertools.islice(model.generate(ids, temp=0.0, top_k=1, repeat_penalty=1.0), count))
    model.close()
    return out


def test_every_architecture_writes(tmp_path: Path, subtests: pytest.Subtests) -> None:
    for arch, kind in itertools.product(ARCHITECTURES, KINDS):
        with subtests.test(arch=arch, kind=kind):
            path = write_model(tmp_path / f"{arch}-{kind}.gguf", Recipe(arch, kind=kind))
            first, other = [written(path, (begin, 301, 302, 303), 24) for begin in (300, 310)]
            assert first != other, "the choices do not depend on what was read first"


def test_a_chained_model_writes_its_chain(tmp_path: Path, subtests: pytest.Subtests) -> None:
    for arch, kind in itertools.product(sorted({*ARCHITECTURES} - {*TIED}), KINDS):
        with subtests.test(arch=arch, kind=kind):
            recipe = Recipe(arch, kind=kind, text="chain")
            path = write_model(tmp_path / f"{arch}-{kind}.gguf", recipe)
            assert written(path, (300, BYTE), 200) == recipe.vocabulary.after(BYTE, 200)


def test_one_matrix_cannot_follow_a_chain(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot follow a chain"):
        write_model(tmp_path / "no.gguf", Recipe("gemma", text="chain"))


def test_words_are_tokenised_to_themselves(tmp_path: Path) -> None:
    recipe = Recipe()
    model = Model(cached_model(tmp_path, recipe))

    @given(st.lists(st.sampled_from(recipe.vocabulary.words), min_size=1, max_size=40))
    def check(words: list[int]) -> None:
        assert list(model.vocabulary.tokens_of(recipe.vocabulary.bytes_of(tuple(words)).decode())) == words

    check()
    model.close()


def test_a_vocabulary_has_its_size(subtests: pytest.Subtests) -> None:
    for size in (1_024, 2_048, 151_936):
        with subtests.test(size=size):
            vocabulary = made_vocabulary(size)
            assert len(set(vocabulary.tokens)) == size
            assert sorted(vocabulary.chain) == list(vocabulary.words)


def test_a_cached_model_is_written_once(tmp_path: Path) -> None:
    first = cached_model(tmp_path, Recipe())
    stamp = first.stat().st_mtime_ns
    assert cached_model(tmp_path, Recipe()).stat().st_mtime_ns == stamp
