"""What `redraft models bench` says of a model."""

from __future__ import annotations

import json

from benchmarks.gguf_reranker import Reranker, write_reranker
from redraft.errors import ExitCode


def test_a_model_is_measured(inside):
    done = inside("models", "bench", "embedded", "--json")
    assert done.returncode == ExitCode.DONE, done.stderr
    found = json.loads(done.stdout)
    assert found["name"] == "embedded"
    assert found["profile"]["threads"] >= 1
    assert found["profile"]["costs"]["1"] > 0
    assert found["decode"] > 0
    assert [fit["kv_type"] for fit in found["fits"]] == ["f16", "bf16", "q8_0"]


def test_a_person_sees_rates_steps_and_what_fits(inside):
    shown = inside("models", "bench", "embedded").stdout
    for part in ("tokens/s", "for one row", "times one row", "f16: a context of 2,048 tokens, a pool of"):
        assert part in shown


def test_what_is_no_model_is_one_message(inside, tmp_path):
    (tmp_path / "page.gguf").write_text("<html>")
    done = inside("models", "bench", str(tmp_path / "page.gguf"))
    assert done.returncode == ExitCode.MODEL
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) <= 5


def test_a_reranker_scores_and_does_not_chat(inside, tmp_path):
    path = str(write_reranker(tmp_path / "mine.gguf", Reranker(labels=("1 star", "5 stars"))))
    card = json.loads(inside("models", "show", path, "--json").stdout)
    assert card["purpose"] == "scores texts for the evaluator judge; does not chat"
    assert card["labels"] == "1 star, 5 stars"
    assert "does not chat" in inside("models", "show", path).stdout
    assert json.loads(inside("models", "show", "embedded", "--json").stdout)["purpose"] == "writes text"


def test_a_reranker_is_no_model_to_write_with(inside, tmp_path):
    path = str(write_reranker(tmp_path / "mine.gguf", Reranker()))
    for arguments in [("models", "bench", path), ("run", "Say hello.", "-m", path)]:
        done = inside(*arguments)
        assert done.returncode == ExitCode.MODEL
        assert "scores texts and cannot write any" in done.stderr
        assert "`scorer`" in done.stderr
        assert len(done.stderr.splitlines()) <= 5
