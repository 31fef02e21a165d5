"""The figures of a graph, from traces whose truth is known."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.bench.reporting import figures_of
from redraft.bench.turns import Turns
from tests.bench.making_runs import draft, run, trace

if TYPE_CHECKING:
    from redraft.bench.recorded import Run
    from redraft.bench.traces import Trace

RIGHT = {"right", "right too"}


def several(kind: str, number: int, texts: list[str], **how) -> list[Trace]:
    return [trace(f"{kind}{index:03}", texts, RIGHT, **how) for index in range(number)]


def method(name: str, *texts: str, values: tuple[float, ...] = (), budget: int = 20) -> Run:
    drafts = [draft(value, text=text) for text, value in zip(texts, values or [0.5] * len(texts), strict=True)]
    return run(*drafts, method=name, budget=budget)


def figures(traces, missing=None, rounds=3):
    return figures_of(traces, missing or {}, rounds=rounds)


def test_first_last_answer_and_any_draft_are_told_apart():
    traces = [
        *several("kept", 5, ["right"]),
        *several("mended", 3, ["wrong", "right"], best=1),
        *several("broken", 1, ["right", "wrong"], best=1),
        *several("missed", 1, ["wrong", "right", "wrong again"], best=2),
    ]
    found = figures(traces)
    drafts = found["drafts"]
    assert drafts.first.value == pytest.approx(0.6)
    assert drafts.last.value == pytest.approx(0.8)
    assert drafts.answer.value == pytest.approx(0.8)
    assert drafts.oracle_best.value == 1.0
    assert found["gain"].value == pytest.approx(0.2)
    assert found["flips"] == Turns(kept=5, broken=1, mended=3, missed=1)
    assert found["cost"].drafts == pytest.approx(1.6)
    assert found["cost"].completion_tokens == pytest.approx(16)
    assert found["cost"].stops == {"rounds": 10}


def test_the_curves_of_the_loop_go_by_its_rounds():
    traces = [*several("a", 1, ["wrong", "right", "wrong again"], best=1), *several("b", 1, ["right"])]
    curves = figures(traces)["curves"]
    assert curves.answer == [0.5, 1.0, 1.0]
    assert curves.last == [0.5, 1.0, 0.5]
    assert curves.oracle_best == [0.5, 1.0, 1.0]
    assert curves.chain == curves.chain_turns == curves.chain_predicted == []


def test_a_chain_says_what_revisions_do_and_what_the_first_predicts():
    chains = {
        "a": ["wrong", "right", "right too"],
        "b": ["right", "right", "wrong"],
        "c": ["right", "wrong", "right"],
        "d": ["wrong", "wrong again", "wrong"],
    }
    traces = [trace(name, texts[:1], RIGHT, chain=method("chain", *texts)) for name, texts in chains.items()]
    curves = figures(traces)["curves"]
    assert curves.chain == [0.5, 0.5, 0.5]
    assert curves.chain_turns == [
        Turns(kept=1, broken=1, mended=1, missed=1),
        Turns(kept=1, broken=1, mended=1, missed=1),
    ]
    assert curves.chain_predicted == [0.5, 0.5, 0.5]


def rival(found, name):
    return next(one for one in found["rivals"] if one.name == name)


def test_a_rival_has_the_tokens_of_the_loop_on_the_same_task():
    samples = method("samples", "wrong", "right", "right", values=(0.1, 0.5, 0.9))
    traces = [trace(f"t{number}", ["wrong", "wrong again"], RIGHT, best=1, samples=samples) for number in range(4)]
    best = rival(figures(traces), "best-of-N")
    assert best.right.value == 1.0
    assert (best.ahead.value, best.ahead.low, best.ahead.high) == (-1, -1, -1)
    assert best.completion_tokens == 20
    assert best.prompt_tokens == 200


def test_a_rival_of_a_loop_that_ended_at_once_has_its_only_draft():
    found = figures(several("t", 4, ["right"]))
    for one in found["rivals"]:
        assert (one.right.value, one.ahead.value, one.completion_tokens) == (1, 0, 10)


def test_a_rival_that_cannot_be_made_says_why():
    found = figures(several("t", 2, ["right"]), {"self_critique": "the graph has no critic"})
    missing = rival(found, "self-critique alone")
    assert (missing.missing, missing.right, missing.ahead) == ("the graph has no critic", None, None)


def test_a_vote_means_nothing_where_no_two_drafts_agree():
    apart = method("samples", "wrong", "wrong again")
    alike = method("samples", "right", "Right.")
    assert (
        "hardly ever" in rival(figures([trace("a", ["wrong", "x"], RIGHT, samples=apart)]), "self-consistency").missing
    )
    vote = rival(figures([trace("a", ["right", "x"], RIGHT, samples=alike)]), "self-consistency")
    assert vote.missing is None
    assert vote.right.value == 1


def test_the_advice_is_of_the_first_half_and_what_happened_is_of_the_other():
    gaining = several("a", 30, ["wrong", "right"], best=1)
    still = several("b", 30, ["wrong", "wrong again"], best=0)
    found = figures(gaining + still)["forecast"]
    assert (found.advice, found.gained, found.agrees) == ("loop", False, False)
    assert (found.measured_on, found.checked_on) == (30, 30)
    assert found.round_gain.value == 1
    assert found.loop_gain.value == 0
    assert found.predicted == [0, 1, 1, 1]
    back = figures(still + gaining)["forecast"]
    assert (back.advice, back.gained, back.agrees) == ("do not loop", True, False)
    assert figures(gaining)["forecast"].agrees is None


TEXTS = st.lists(st.sampled_from(["right", "right too", "wrong", "wrong again"]), min_size=1, max_size=4)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.integers(1, 3), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_figures_do_not_depend_on_the_order_of_runs_and_never_contradict_each_other(texts, seeds, rng):
    traces = [
        trace(f"t{number}", made, RIGHT, best=len(made) - 1, seed=seed)
        for number, made in enumerate(texts)
        for seed in range(seeds)
    ]
    found = figures(traces)
    drafts = found["drafts"]
    assert drafts.oracle_best.value >= max(drafts.first.value, drafts.last.value, drafts.answer.value)
    assert found["gain"].value == pytest.approx(drafts.answer.value - drafts.first.value)
    assert found["curves"].answer[0] == pytest.approx(drafts.first.value)
    assert found["curves"].last[-1] == pytest.approx(drafts.last.value)
    flips = found["flips"]
    assert flips.kept + flips.broken + flips.mended + flips.missed == len(traces)
    again = random.Random(rng.random()).sample(traces, len(traces))
    same = figures(sorted(again, key=lambda one: one.row))
    assert {key: value for key, value in same.items() if key != "cost"} == {
        k: v for k, v in found.items() if k != "cost"
    }
