"""Rerankers with made-up weights, and what numpy finds that they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.gguf_reranker import ARCHITECTURES, Reranker, main
from redraft.catalog.header import inspect
from redraft.catalog.rank_head import rank_head

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_every_architecture_can_be_written_by_name(
    tmp_path: Path, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arch in ARCHITECTURES:
        with subtests.test(arch=arch):
            labels = ["--label", "yes", "--label", "no"] if arch == "qwen3" else []
            monkeypatch.setattr("sys.argv", ["gguf_reranker", "--arch", arch, *labels, str(tmp_path / "m.gguf")])
            assert main() == 0
            assert rank_head(inspect(tmp_path / "m.gguf")).outputs == max(len(labels) // 2, 1)


def test_an_answer_depends_on_each_token_and_on_its_place(subtests: pytest.Subtests) -> None:
    for arch in ARCHITECTURES:
        recipe = Reranker(arch, ("yes", "no") if arch == "qwen3" else (), seed=2)
        with subtests.test(arch=arch):
            answers = [recipe.answer(ids)[0] for ids in ([2, 4, 5, 6], [2, 5, 4, 6], [2, 4, 5, 7], [2, 4, 5])]
            assert len(set(np.round(answers, 5))) == len(answers)


def test_the_same_seed_gives_the_same_weights() -> None:
    one, same, other = Reranker(seed=1), Reranker(seed=1), Reranker(seed=2)
    assert np.array_equal(one.answer([2, 4, 3]), same.answer([2, 4, 3]))
    assert not np.array_equal(one.answer([2, 4, 3]), other.answer([2, 4, 3]))
