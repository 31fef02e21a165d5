"""Random graphs of every construct, run by LangGraph: what is clean ends within its bound and reads what is written."""

from __future__ import annotations

import random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from benchmarks.soundness.drawing import grown, wild
from benchmarks.soundness.mutations import MUTATIONS
from benchmarks.soundness.running import run
from benchmarks.soundness.sketch import Path, Sketch
from benchmarks.soundness.trials import codes_of, mutant, refusals
from benchmarks.soundness.watching import watched
from benchmarks.soundness.world import BOOK, EVALUATE, REGISTRY
from redraft.graph.lint import RULES, lint

WRITER = {"agent": "writer"}
LATER: Sketch = Sketch(
    nodes={
        "first": WRITER,
        "more": WRITER | {"samples": 2},
        "person": {"human": "Mend it.", "reads": ["draft"], "writes": "draft"},
        "scores": EVALUATE,
        "critic": {"agent": "critic"},
        "reviser": {"agent": "reviser"},
    },
    paths=[Path(["start", "first", "more", "person", "scores", "critic", "reviser", "end"])],
)


@given(st.randoms(use_true_random=False), st.booleans(), st.integers(0, 1 << 32), st.sampled_from([0.0, 0.1, 0.5, 0.9]))
@settings(max_examples=60, deadline=None)
def test_a_clean_graph_ends_within_its_bound_and_reads_what_is_written(
    draw: random.Random, is_wild: bool, seed: int, lean: float
) -> None:
    sketch = wild(draw) if is_wild else grown(draw)
    if refusals(codes_of(sketch)):
        return
    ran = run(sketch.spec(), random.Random(seed), lean=lean)
    assert not ran.broken
    event("wild" if is_wild else "grown")


@pytest.mark.parametrize("number", range(2 * len(MUTATIONS)))
def test_a_mutation_is_found_under_the_code_of_its_rule(number: int) -> None:
    one = mutant(number)
    assert one.caught, one


def test_every_rule_has_a_mutation() -> None:
    assert list(MUTATIONS) == list(RULES)
    assert all(MUTATIONS.values())


def test_a_person_who_keeps_the_draft_leaves_no_pool_beside_it() -> None:
    assert refusals(codes_of(LATER)) == set()
    for seed in range(9):
        assert run(LATER.spec(), random.Random(seed), lean=0.0).broken == ()


def test_a_read_of_what_is_not_there_is_seen() -> None:
    unsound = Sketch(nodes={"w": WRITER, "r": {"agent": "reviser"}}, paths=[Path(["start", "w", "r", "end"])])
    assert refusals(codes_of(unsound)) == {"G020"}
    ran = run(unsound.spec(), random.Random(0), lean=0.0)
    assert {
        "'r' of random reads verdict, and it is not there",
        "'r' of random reads critique, and it is not there",
    } <= set(ran.broken)


@pytest.mark.parametrize("choice", ["best", "pareto"])
def test_a_choice_by_verdicts_that_are_not_there_is_seen(choice: str) -> None:
    nodes = {"w": WRITER | {"samples": 2}, "pick": {"select": choice}}
    unsound = Sketch(nodes=nodes, paths=[Path(["start", "w", "pick", "end"])])
    assert refusals(codes_of(unsound)) == {"G020"}
    ran = run(unsound.spec(), random.Random(0), lean=0.0)
    assert ran.broken == ("'pick' of random reads verdicts of a pool, and it is not there",)


def test_nothing_is_watched_that_is_not_run() -> None:
    with watched() as watch:
        lint(LATER.spec(), REGISTRY, BOOK)
    assert (watch.visits, watch.reads, watch.missing) == (0, 0, [])
