"""What `context: fresh` and `context: thread` cost and give: the same loop, laid out in both ways.

    python -m benchmarks.layouts [--n 100] [--loops 4] [--rounds 3] [--shape tiny] [--json]

A draft and so many revisions of it, whatever the evaluators say; each task in one layout and then in the other, on an
engine for each, so that they share nothing. Of a fresh prompt the engine computes what no prompt before began with; of
a thread, the new turn.

`cost` is a loop of a usual size (a task of 400 tokens, drafts of 200, critiques of 80) on random weights, whose drafts
are all different. `embedded` is the model in the package on its own tasks. It was trained on fresh prompts alone: how
right it is in a thread says what a model makes of a layout that it has never seen.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from benchmarks.make_gguf import SHAPES, Recipe, cached_model
from benchmarks.sentence_runs import given_tasks
from redraft import Graph, load_graph
from redraft.agents import Agent, get_agent
from redraft.convergence import StopRules
from redraft.evaluation import Use
from redraft.files import embedded_model
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.events import DraftFinished
from redraft.graph.state import start_state
from redraft.llama.opening import open_engine
from redraft.plugins import load_plugins
from redraft.task import Task
from training.families.sentence.truth import is_right

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft.graph.events import NodeEvent
    from redraft.graph.spec import GraphSpec
    from redraft.llama.interface import Engine

WORK = Path(__file__).parent / "work"
TASK, DRAFT, CRITIQUE = 400, 200, 80
"""Tokens of a usual loop's parts."""

ROLES = ("generator", "critic", "reviser")
CHECKS = "Checks:\n"
"""Where the part of the shipped prompts begins that a thread does not hold yet."""
LAST = "Rewrite the draft"
"""Where the reviser's instruction begins: the checks and the critique stand in the thread."""


@dataclass
class Tally:
    """What the runs of one layout have cost and made."""

    engine: Engine
    agents: Mapping[str, Agent]
    seconds: float = 0.0
    first: list[bool] = field(default_factory=list)
    revised: list[bool] = field(default_factory=list)

    def row(self, name: str) -> dict[str, Any]:
        """Return the layout's figures, by column."""
        stats = self.engine.stats
        evaluated = stats.prompt_tokens - stats.prompt_tokens_reused
        return {
            "layout": name,
            "prompt tokens": stats.prompt_tokens,
            "computed": evaluated,
            "computed of them": round(evaluated / stats.prompt_tokens, 3),
            "written": stats.completion_tokens,
            "seconds": round(self.seconds, 2),
            "ms a token": round(1000 * self.seconds / stats.completion_tokens, 2),
            "first drafts right": round(sum(self.first) / len(self.first), 3),
            "revisions right": round(sum(self.revised) / max(len(self.revised), 1), 3),
        }


def fresh() -> dict[str, Agent]:
    """Return the shipped agents."""
    return {name: get_agent(name) for name in ROLES}


def threaded() -> dict[str, Agent]:
    """Return the shipped agents in a thread: their prompts without what it holds already."""
    shipped = fresh()
    begins = {"generator": "Task:", "critic": CHECKS, "reviser": LAST}
    prompts = {name: agent.prompt[agent.prompt.index(begins[name]) :] for name, agent in shipped.items()}
    return {
        name: agent.model_copy(update={"context": "thread", "prompt": prompts[name]}) for name, agent in shipped.items()
    }


def loop(rounds: int) -> GraphSpec:
    """Return a graph that makes all its rounds, whatever the evaluators say."""
    graph = Graph("layouts").node("evaluate", evaluators={"coverage": 2.0, "length": 1.0})
    for name in ROLES:
        graph = graph.node(name, agent=name)
    graph = graph.edge("start", "generator", "evaluate").edge("evaluate", "end", when={"rounds": rounds})
    spec = graph.edge("evaluate", "critic", "reviser", "evaluate").spec()
    rules = StopRules(rounds=1000, regression=False, fixpoint=False, oscillation=None, verified=False)
    return spec.model_copy(update={"stop": rules})


async def walk(tally: Tally, spec: GraphSpec, task: Task, seed: int) -> None:
    """Walk the loop once over a task, and add what it cost and made."""
    registry = load_plugins().registry
    names = {"coverage": {}, "length": {"max_words": 25, "max_sentences": 1}}
    uses = tuple(Use(registry.evaluator(name), params=params) for name, params in names.items())
    graph = compile_graph(spec, Parts(tally.agents, {"evaluate": uses}, {"default": tally.engine}))
    events: list[NodeEvent] = []
    began = time.monotonic()
    await graph.ainvoke(start_state(task, seed=seed), context=RunContext(events.append, str(seed)))
    tally.seconds += time.monotonic() - began
    words = [str(word) for word in cast("list[str]", task.inputs["words"])]
    right = [is_right(words, event.draft.text) for event in events if isinstance(event, DraftFinished)]
    tally.first.append(right[0])
    tally.revised += right[1:]


async def measure(model: Path, tasks: Sequence[Task], rounds: int, **limits: int) -> list[dict[str, Any]]:
    """Return the rows of both layouts over some tasks; `limits` are tokens that a role may write."""
    spec = loop(rounds)
    tallies = {
        name: Tally(open_engine(model), limited(agents(), limits))
        for name, agents in (("fresh", fresh), ("thread", threaded))
    }
    try:
        for seed, task in enumerate(tasks):
            for name in [*tallies][:: 1 if seed % 2 else -1]:
                await walk(tallies[name], spec, task, seed)
        return [tally.row(name) for name, tally in tallies.items()]
    finally:
        for tally in tallies.values():
            await tally.engine.close()


def limited(agents: Mapping[str, Agent], limits: Mapping[str, int]) -> dict[str, Agent]:
    """Return the agents with other limits."""
    return {
        name: one.model_copy(update={"max_tokens": limits.get(name, one.max_tokens)}) for name, one in agents.items()
    }


def sentences(n: int) -> list[Task]:
    """Return tasks for the embedded model that it has not been trained on."""
    return [load_graph("sentence").task(None, {"words": [*given.words]}) for given in given_tasks(n)]


def long_tasks(n: int, recipe: Recipe) -> list[Task]:
    """Return tasks of as many made words as a usual task has tokens."""
    vocabulary = recipe.vocabulary
    words = [vocabulary.bytes_of((token,)).decode() for token in vocabulary.words]
    texts = ["".join(random.Random(number).choices(words, k=TASK)) for number in range(n)]
    return [Task.model_validate({"prompt": text, "inputs": {"words": ["word"]}}) for text in texts]


def show(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the rows as a table."""
    for column in rows[0]:
        print(f"{column:20}" + "".join(f"{row[column]!s:>12}" for row in rows))


def main() -> int:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=100, help="tasks of the embedded model")
    parser.add_argument("--loops", type=int, default=4, help="loops of a usual size")
    parser.add_argument("--rounds", type=int, default=3, help="revisions of each draft")
    parser.add_argument("--shape", choices=SHAPES, default="tiny", help="of the random weights")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    recipe = Recipe(shape=options.shape, kind="q8_0")
    usual = {"generator": DRAFT, "reviser": DRAFT, "critic": CRITIQUE}
    made = cached_model(WORK, recipe)
    parts = {
        "cost": asyncio.run(measure(made, long_tasks(options.loops, recipe), options.rounds, **usual)),
        "embedded": asyncio.run(measure(embedded_model(), sentences(options.n), options.rounds)),
    }
    if options.json:
        print(json.dumps(parts))
        return 0
    for name, rows in parts.items():
        print(f"\n{name}")
        # Random weights do no task.
        show([{column: row[column] for column in row if name == "embedded" or "right" not in column} for row in rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
