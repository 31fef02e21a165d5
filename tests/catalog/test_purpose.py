"""What a file is good for."""

from __future__ import annotations

from benchmarks.gguf_reranker import Reranker, write_reranker
from redraft.catalog.header import inspect
from redraft.catalog.purpose import purpose
from redraft.files import embedded_model
from tests.llama.conftest import write_adapter, write_encoder


def test_each_kind_of_file_has_its_purpose(tmp_path):
    path = tmp_path / "model.gguf"
    assert purpose(inspect(embedded_model())) == "writes text"
    assert purpose(inspect(write_encoder(path))) == "embeds texts; does not chat"
    assert purpose(inspect(write_reranker(path, Reranker()))) == "scores texts for the evaluator judge; does not chat"


def test_a_file_without_one_says_why(tmp_path):
    path = tmp_path / "model.gguf"
    assert purpose(inspect(write_adapter(path, embedded_model()))) == "nothing: it is a LoRA adapter, not a model"
    headless = write_reranker(path, Reranker(), without="cls.output.weight")
    assert purpose(inspect(headless)).startswith("nothing: its head is missing")
