"""What the framework itself costs a round: scripted model, no checkpointer, beside a plain LangGraph loop.

    python benchmarks/overhead.py [--rounds 10000]

One run of that many rounds, a round being evaluate → critic → reviser; time and memory are reported for each tenth of
it, and beside them the same three nodes written by hand as bare LangGraph functions.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import statistics
import sys
import time
import tracemalloc
from typing import TypedDict

from langgraph.graph import END, START, StateGraph

from redraft.agents import get_agent
from redraft.builtin.length import length
from redraft.convergence import StopRules
from redraft.evaluation import Use
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.events import Evaluated, NodeEvent
from redraft.graph.loading import load_graph
from redraft.graph.state import start_state
from redraft.testing import ScriptedEngine

CRITIQUE = '{"problems":[{"where":"here","problem":"still not good","fix":"again"}]}'


class Bare(TypedDict, total=False):
    """The state of the hand-written loop."""

    text: str
    rounds: int


async def measure_redraft(rounds: int) -> tuple[list[float], list[int]]:
    """Return the end of each round in seconds, and the memory in use at each tenth of the run."""
    rules = StopRules(verified=False, fixpoint=False, oscillation=4, regression=False).model_copy(
        update={"rounds": rounds}  # beyond what a graph file may ask for
    )
    spec = load_graph("refine").model_copy(update={"stop": rules})
    engine = ScriptedEngine(
        lambda request, visit: CRITIQUE if request.agent == "critic" else f"{request.agent} {visit}"
    )
    agents = {name: get_agent(name) for name in ("generator", "critic", "reviser")}
    graph = compile_graph(
        spec, Parts(agents, {"evaluate": (Use(evaluator=length, params={"max_words": 1}),)}, {"default": engine})
    )
    ends: list[float] = []
    memory: list[int] = []

    def tell(event: NodeEvent) -> None:
        if isinstance(event, Evaluated):
            ends.append(time.perf_counter())
            if len(ends) % max(rounds // 10, 1) == 0 and tracemalloc.is_tracing():
                gc.collect()
                memory.append(tracemalloc.get_traced_memory()[0])

    await graph.ainvoke(
        start_state(spec.task("Do it.", {})), {"recursion_limit": 10 * rounds + 100}, context=RunContext(tell)
    )
    return ends, memory


async def measure_bare(rounds: int) -> list[float]:
    """Return the end of each round of the hand-written loop in seconds."""
    ends: list[float] = []

    async def evaluate(state: Bare) -> Bare:
        ends.append(time.perf_counter())
        return {"rounds": state.get("rounds", 0) + 1}

    async def critic(state: Bare) -> Bare:
        return {"text": CRITIQUE}

    async def reviser(state: Bare) -> Bare:
        return {"text": f"draft {state['rounds']}"}

    builder = StateGraph(Bare)
    for name, node in (("evaluate", evaluate), ("critic", critic), ("reviser", reviser)):
        builder.add_node(name, node)
    builder.add_edge(START, "evaluate").add_edge("critic", "reviser").add_edge("reviser", "evaluate")
    builder.add_conditional_edges("evaluate", lambda state: END if state["rounds"] > rounds else "critic")
    await builder.compile().ainvoke({}, {"recursion_limit": 10 * rounds + 100})
    return ends


def row(name: str, ends: list[float]) -> tuple[str, float, float]:
    """Return a row of the table, the 95th percentile in ms, and the last tenth's median over the first's."""
    gaps = [1000 * (after - before) for before, after in itertools.pairwise(ends)]
    tenth = max(len(gaps) // 10, 1)
    p95 = statistics.quantiles(gaps, n=20)[18]
    growth = statistics.median(gaps[-tenth:]) / statistics.median(gaps[:tenth])
    return f"| {name} | {statistics.median(gaps):.2f} | {p95:.2f} | {growth:.2f} |", p95, growth


def main() -> int:
    """Measure both loops and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10_000)
    rounds = parser.parse_args().rounds
    ends, _ = asyncio.run(measure_redraft(rounds))
    ours, p95, growth = row("redraft", ends)
    bare, bare_p95, _ = row("bare LangGraph", asyncio.run(measure_bare(rounds)))
    tracemalloc.start()
    _, memory = asyncio.run(measure_redraft(max(rounds // 10, 20)))
    grown = (memory[-1] - memory[0]) / max(rounds // 10, 20)
    print("| loop | ms a round, median | p95 | last tenth / first tenth |\n|---|---|---|---|")
    print(f"{ours}\n{bare}")
    print(f"ratio of the p95: {p95 / bare_p95:.2f}; memory: {grown:.0f} bytes a round; goal: p95 ≤ 2 ms, growth ≤ 1.2")
    return 0 if p95 <= 2.0 and growth <= 1.2 else 1


if __name__ == "__main__":
    sys.exit(main())
