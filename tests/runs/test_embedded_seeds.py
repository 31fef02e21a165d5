"""The same order gives the same drafts: what a seed decides, and what it does not."""

from __future__ import annotations

import asyncio

import pytest

import redraft
from redraft.convergence import StopRules
from redraft.files import embedded_model, library
from redraft.llama.opening import open_engine
from redraft.runs.events import RunEnded

WORDS = ("girl", "eat", "apple", "morning")
HARD = ("xylophone", "what? no! yes?", "zeugma", "dog")  # what no single sentence holds: its drafts are revised


@pytest.fixture
def drafts(embedded):
    """The drafts of one run."""

    def written(*words, **order):
        usual = {"graph": "sentence", "model": embedded, "rounds": 1, "inputs": {"words": list(words or HARD)}}
        return texts(redraft.run(**usual | order))

    return written


def texts(outcome):
    return [record.draft.text for record in outcome.drafts]


def test_the_same_seed_gives_the_same_drafts(drafts):
    assert drafts(seed=5) == drafts(seed=5)


def test_the_same_seed_gives_the_same_critiques_verdicts_and_stop(embedded):
    one, two = (
        redraft.run(graph="sentence", inputs={"words": list(HARD)}, model=embedded, seed=6).to_json() for _ in range(2)
    )
    for key in ("answer", "best", "stop", "drafts"):
        assert one[key] == two[key]


def test_another_seed_differs_somewhere(drafts):
    assert len({tuple(drafts(*words, seed=seed)) for words in (WORDS, HARD) for seed in range(3)}) > 2


def test_no_seed_is_seed_zero(drafts):
    assert drafts() == drafts(seed=0)


def test_the_largest_seed_is_a_seed(drafts):
    assert drafts(seed=2**64 - 1, rounds=1) == drafts(seed=2**64 - 1, rounds=1)


def test_other_runs_in_between_change_nothing(drafts):
    before = drafts(*WORDS, seed=3)
    drafts("cat", "sleep", seed=4)
    drafts(*HARD, seed=9)
    assert drafts(*WORDS, seed=3) == before


def test_a_fresh_engine_writes_what_a_used_one_writes(drafts):
    fresh = open_engine(embedded_model(), threads=1)
    assert drafts(seed=2, model=fresh) == drafts(seed=2)
    asyncio.run(fresh.close())


def test_the_models_name_its_file_and_an_open_engine_are_the_same(drafts):
    assert drafts(seed=1) == drafts(seed=1, model="embedded") == drafts(seed=1, model=str(embedded_model()))


def test_without_a_model_the_embedded_one_serves_the_graph_it_was_trained_for(drafts, monkeypatch):
    monkeypatch.delenv("REDRAFT_MODEL", raising=False)
    assert drafts(seed=1, model=None) == drafts(seed=1)


async def test_called_awaited_and_streamed_give_the_same(embedded):
    order = {"graph": "sentence", "inputs": {"words": list(HARD)}, "model": embedded, "seed": 8, "rounds": 1}
    called = redraft.run(**order)
    awaited = await redraft.arun(**order)
    streamed = [event.outcome async for event in redraft.astream(**order) if isinstance(event, RunEnded)]
    assert texts(called) == texts(awaited) == texts(streamed[0])


def test_a_graphs_name_its_file_and_its_spec_are_the_same(drafts):
    spec = redraft.load_graph("sentence")
    assert drafts(seed=4, graph=spec) == drafts(seed=4, graph=library() / "graphs" / "sentence.toml") == drafts(seed=4)


def test_words_may_be_one_text_with_commas(drafts):
    assert drafts("dog", "ball", seed=7) == drafts(seed=7, inputs={"words": " dog, ball "})


def test_fewer_rounds_give_the_beginning_of_more(drafts):
    whole = drafts(seed=11, rounds=3)
    for rounds in range(3):
        assert drafts(seed=11, rounds=rounds) == whole[: rounds + 1]


def test_one_more_evaluator_does_not_change_the_first_draft(drafts):
    assert drafts(seed=12, evaluators=["repetition"])[0] == drafts(seed=12)[0]


def test_cold_agents_do_not_read_the_seed(drafts):
    spec = redraft.load_graph("sentence")
    cold = {
        name: node.model_copy(update={"temperature": 0.0}) if name in {"generator", "reviser"} else node
        for name, node in spec.nodes.items()
    }
    cold = spec.model_copy(update={"nodes": cold})
    assert drafts(seed=1, graph=cold) == drafts(seed=2, graph=cold)


def test_each_request_has_a_seed_of_its_own(recorded):
    spec = redraft.load_graph("sentence").model_copy(
        update={"stop": StopRules(verified=False, fixpoint=False, rounds=2)}
    )
    redraft.run(graph=spec, inputs={"words": list(HARD)}, model=recorded, seed=13)
    seeds = [request.seed for request in recorded.requests]
    assert len(set(seeds)) == len(seeds) > 1
