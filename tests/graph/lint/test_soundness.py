"""What lint promises: a graph without an error ends on every walk, and never reads a missing value."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from redraft.errors import GenerationError
from redraft.evaluation import Use, evaluator
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.lint import lint
from redraft.graph.node import EvaluateNode
from redraft.graph.state import start_state
from redraft.graph.termination import bound, endless
from redraft.testing import ScriptedEngine
from tests.graph.lint.random_graphs import BOOK, REGISTRY, graphs, walk

if TYPE_CHECKING:
    from redraft.graph.spec import GraphSpec
    from redraft.llama.interface import Request
    from redraft.task import Draft

UNREACHED = "G011"
"""Does no harm, and is most of what a random graph has."""


def clean(spec: GraphSpec) -> bool:
    return all(finding.severity == "warning" or finding.code == UNREACHED for finding in lint(spec, REGISTRY, BOOK))


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
    chance = random.Random(seed)
    state = asyncio.run(run(spec, chance, lean))
    visits = state["counters"].visits
    assert sum(visits.values()) <= bound(spec)
    assert state["stop"].check not in {"error", "timeout", "steps"} or fails_alone(state["stop"].detail)
    assert state.get("current") is not None or fails_alone(state["stop"].detail)
    event("run, with a fan-out" if any(name in visits for name in "fg") else "run")


def fails_alone(detail: str) -> bool:
    """A node without a fallback may fail, and ends the run."""
    return detail.endswith("out of luck")


async def run(spec: GraphSpec, chance: random.Random, lean: float) -> Any:
    """Run a graph whose models fail and whose scores come by chance."""

    @evaluator("proof", kind="verifier")
    def scored(draft: Draft) -> float:
        return chance.choice([0.0, 0.5, 1.0])

    def answer(request: Request, visit: int) -> str:
        if chance.random() < lean / 4:
            raise GenerationError("out of luck")
        return '{"problems": []}' if request.agent == "critic" else chance.choice(["yes", f"draft {visit}"])

    inner = {f"{name}/": graph for name in spec.nodes if (graph := spec.inner(name))}
    nodes = {prefix + name: node for prefix, one in ({"": spec} | inner).items() for name, node in one.nodes.items()}
    uses = {name: (Use(scored),) for name, node in nodes.items() if isinstance(node, EvaluateNode)}
    graph = compile_graph(spec, Parts(BOOK, uses, {"default": ScriptedEngine(answer)}))
    return await graph.ainvoke(start_state(spec.task("Go.", {})), context=RunContext(lambda _: None))


@given(graphs())
@settings(max_examples=300, deadline=None)
def test_lint_never_fails(spec: GraphSpec) -> None:
    findings = lint(spec, REGISTRY, BOOK)
    assert bool(endless(spec)) == any(finding.code == "G030" for finding in findings)
    assert bound(spec) > 0
