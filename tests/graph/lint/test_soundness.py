"""What lint promises: a graph without an error ends on every walk, and never reads a missing value."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from hypothesis import event, given, settings
from hypothesis import strategies as st

from benchmarks.soundness.running import run
from benchmarks.soundness.trials import refusals
from benchmarks.soundness.world import BOOK, REGISTRY
from redraft.graph.lint import lint
from redraft.graph.termination import bound, endless
from tests.graph.lint.random_graphs import graphs, walk

if TYPE_CHECKING:
    from redraft.graph.spec import GraphSpec


def clean(spec: GraphSpec) -> bool:
    return not refusals(frozenset(finding.code for finding in lint(spec, REGISTRY, BOOK)))


@given(graphs(), st.integers(0, 1 << 30), st.sampled_from([0.0, 0.1, 0.5, 1.0]))
@settings(max_examples=1000, deadline=None)
def test_a_graph_without_an_error_ends_on_every_walk_and_reads_no_missing_value(
    spec: GraphSpec, seed: int, lean: float
) -> None:
    if not clean(spec):
        return
    chance = random.Random(seed)
    steps = walk(spec, lambda: chance.random() < lean)
    event("clean, with a fan-out" if spec.fans else "clean")
    event("with a loop" if steps > len(spec.nodes) else "straight")


@given(graphs(), st.integers(0, 1 << 30), st.sampled_from([0.0, 0.3, 1.0]))
@settings(max_examples=300, deadline=None)
def test_a_graph_without_an_error_is_run_by_langgraph_to_its_end(spec: GraphSpec, seed: int, lean: float) -> None:
    if not clean(spec):
        return
    assert not run(spec, random.Random(seed), lean=lean).broken
    event("run, with a fan-out" if spec.fans else "run")


@given(graphs())
@settings(max_examples=300, deadline=None)
def test_lint_never_fails(spec: GraphSpec) -> None:
    findings = lint(spec, REGISTRY, BOOK)
    assert bool(endless(spec)) == any(finding.code == "G030" for finding in findings)
    assert bound(spec) > 0
