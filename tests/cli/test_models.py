"""What `redraft models bench` says of a model."""

from __future__ import annotations

import json

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
