"""Runs of the shipped `sentence` graph and of its rivals, recorded draft by draft. Nothing here knows the truth."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import sys
import tempfile
import time
from contextlib import aclosing
from dataclasses import dataclass, replace
from inspect import isawaitable
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import IO, TYPE_CHECKING, Any

from redraft import load_graph
from redraft.agents import get_agent
from redraft.convergence import Stop, StopRules
from redraft.evaluation import evaluator
from redraft.graph.spec import Edge, GraphSpec
from redraft.llama.opening import open_engine
from redraft.runs.events import Charged, Criticised, DraftFinished, Evaluated, RunEnded
from redraft.runs.preparation import Order, prepare
from redraft.runs.run import walk
from redraft.task import DraftRecord, Score, Stopped, Value
from training.families.sentence.words import sample_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redraft.convergence import Progress
    from redraft.evaluation import Evaluator
    from redraft.llama.interface import Engine
    from redraft.runs.preparation import Prepared
    from redraft.task import Critique

WORK = Path(__file__).parent / "work"
SIZES = range(3, 9)
BUDGET = 300
"""Generated tokens that every method has for a task, all its agents together."""
ROUNDS = 6
"""Revisions that a run without stops makes."""
TARGET = 0.98
"""The value at which every method is content: the shipped graph's own."""


@dataclass(frozen=True, order=True)
class Given:
    """A task: its name, `size:number`, and its words."""

    name: str
    words: tuple[str, ...]


Key = tuple[Given, int, str]
"""The task, the seed and the method of a run."""


@dataclass(frozen=True)
class Method:
    """A way to spend tokens: a graph, and whether its evaluators keep their reasons to themselves."""

    graph: GraphSpec
    silent: bool = False


class Call(Value):
    """What one call of the model cost."""

    prompt_tokens: int
    completion_tokens: int

    @property
    def rates(self) -> bool:
        """Whether it is a judge's: a rating is read off, and nothing generated."""
        return not self.completion_tokens


class Written(Value):
    """A draft with its verdict and critique, and how many calls the run had paid for when it had its verdict."""

    record: DraftRecord
    calls: int


class Run(Value):
    """One method's run on one task with one seed."""

    method: str
    task: str
    words: tuple[str, ...]
    seed: int
    calls: tuple[Call, ...]
    drafts: tuple[Written, ...]
    stop: Stopped
    seconds: float

    @property
    def key(self) -> Key:
        """What tells this run from all others of the same model."""
        return Given(self.task, self.words), self.seed, self.method

    def tokens(self, calls: int) -> int:
        """Return how many tokens the first calls generated."""
        return sum(call.completion_tokens for call in self.calls[:calls])


def given_tasks(n: int) -> list[Given]:
    """Return the first `n` tasks, evenly over the sizes; a larger `n` has the tasks of a smaller one."""
    draws = {size: Random(f"bench:{size}") for size in SIZES}
    tasks = []
    for number in range(n):
        lap, place = divmod(number, len(SIZES))
        size = SIZES[place]
        tasks.append(Given(f"{size}:{lap}", tuple(sample_words(draws[size], size=size, kept_back=True))))
    return tasks


def rules(**on: Any) -> StopRules:
    """Return stop rules of which only those named are on; rounds are many unless they are named."""
    off: dict[str, Any] = {"verified": False, "fixpoint": False, "oscillation": None, "regression": False}
    return StopRules.model_validate(off | {"rounds": 1000} | on)


def methods() -> Mapping[str, Method]:
    """Return every method by its name, the shipped graph first.

    All have the node `generator`, whose first visit has the same seed everywhere: they share their first draft.
    """
    shipped = load_graph("sentence")
    limited = rules(score=TARGET, tokens=BUDGET)
    # It goes on until a draft has reached the target and the critic has found nothing: both stops are read off it.
    settled = rules(tokens=BUDGET, plugins={"settled": True})
    return {
        "shipped": Method(shipped),
        "unstopped": Method(_round(shipped, rules(rounds=ROUNDS), "critic", "reviser")),
        "loop": Method(_round(shipped, limited, "critic", "reviser")),
        "best-of-N": Method(_round(shipped, limited, "generator")),
        "no critique": Method(_round(shipped, limited, "reviser")),
        "self-critique": Method(_round(shipped, settled, "critic", "reviser"), silent=True),
    }


def _round(graph: GraphSpec, stop: StopRules, *back: str) -> GraphSpec:
    """Return the graph with other rules and another way from a verdict to the next draft."""
    there = [edge for edge in graph.edges if edge.target == "end" or edge.source in {"start", "generator"}]
    ways = [Edge(source=a, target=b) for a, b in pairwise(("evaluate", *back, "evaluate"))]
    known = {(edge.source, edge.target) for edge in there}
    edges = (*there, *(way for way in ways if (way.source, way.target) not in known))
    names = {edge.source for edge in edges}
    nodes = {name: node for name, node in graph.nodes.items() if name in names}
    return graph.model_copy(update={"nodes": nodes, "edges": edges, "stop": stop})


def silenced(loud: Evaluator) -> Evaluator:
    """Return an evaluator that gives the same value and says nothing."""

    @evaluator(loud.name, kind=loud.kind, needs=loud.needs, params=loud.params, timeout=loud.timeout, cost=loud.cost)
    async def quiet(**given: Any) -> Score:
        returned = loud(**{name: given[name] for name in loud.arguments})
        score: Score = await returned if isawaitable(returned) else returned
        return score.model_copy(update={"reasons": ()})

    return quiet


def ready(method: Method, engine: Engine) -> Prepared:
    """Return a run of the method that lacks nothing but its task."""
    prepared = prepare(Order(graph="sentence", inputs={"words": ["any"]}, model=engine))
    uses = {
        node: tuple(replace(use, evaluator=silenced(use.evaluator)) if method.silent else use for use in used)
        for node, used in prepared.parts.uses.items()
    }
    # The rival's graph comes in behind the linter, which refuses a reviser that reads a critique nobody writes.
    return replace(prepared, spec=method.graph, parts=replace(prepared.parts, uses=uses))


async def record(prepared: Prepared, name: str, given: Given, seed: int) -> Run:
    """Run a method that is ready on a task, and return what it did."""
    content: list[Critique] = []

    def settled(progress: Progress, _: object) -> Stop | None:
        best = progress.best.verdict.value if progress.best and progress.best.verdict else None
        return (
            Stop("settled", "the target is reached, and the critic has found nothing")
            if content and (best or 0) >= TARGET
            else None
        )

    task = prepared.spec.task(None, {"words": [*given.words]})
    prepared = replace(prepared, task=task, parts=replace(prepared.parts, checks={"settled": settled}))
    calls: list[Call] = []
    paid: list[int] = []
    async with aclosing(walk(prepared, seed)) as events:
        async for event in events:
            match event:
                case Charged():
                    calls.append(Call(prompt_tokens=event.prompt_tokens, completion_tokens=event.completion_tokens))
                case DraftFinished():
                    paid.append(len(calls))
                case Evaluated():
                    paid[-1] = len(calls)
                case Criticised(critique=critique) if not critique.problems:
                    content.append(critique)
                case RunEnded():
                    end = event
    if end.error:
        raise RuntimeError(f"{name} on task {given.name}, seed {seed}, failed") from end.error
    return Run(
        method=name,
        task=given.name,
        words=given.words,
        seed=seed,
        calls=tuple(calls),
        drafts=tuple(Written(record=one, calls=n) for one, n in zip(end.outcome.drafts, paid, strict=True)),
        stop=end.outcome.stop,
        seconds=end.outcome.usage.seconds,
    )


def recorded(model: Path, tasks: Sequence[Given], seeds: int, *, jobs: int = 1) -> list[Run]:
    """Return every method's runs on every task with every seed: those on file, and the others as they are made."""
    folder = WORK / f"sentence-{fingerprint(model)}"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(given, seed, name) for given in tasks for seed in range(seeds) for name in methods()]
    done = {run.key: run for run in on_file(folder)}
    missing = [key for key in wanted if key not in done]
    print(f"{len(wanted)} runs, {len(missing)} of them to be made", file=sys.stderr)
    _make(model, missing, folder, jobs)
    done |= {run.key: run for run in on_file(folder)}
    return [done[key] for key in wanted]


def fingerprint(model: Path) -> str:
    """Return what identifies the model, the graphs and the agents. Delete the runs after a change of redraft itself."""
    parts = [model.read_bytes(), *(repr(method).encode() for method in methods().values())]
    agents = (get_agent(name) for name in ("generator", "critic", "reviser", "judge"))
    parts += [agent.model_dump_json(exclude={"origin"}).encode() for agent in agents]
    return hashlib.blake2b(b"\0".join(parts), digest_size=6).hexdigest()


def on_file(folder: Path) -> Iterator[Run]:
    """Yield the runs in a folder. A line that was being written when its process was killed is no run."""
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n"):
                yield Run.model_validate_json(line)


def _make(model: Path, keys: Sequence[Key], folder: Path, jobs: int) -> None:
    """Make runs in processes of their own, each with its engine and its file."""
    context = multiprocessing.get_context("spawn")
    # By task, not by run: the runs of one task share prompts, which an engine does not compute again. The first tasks
    # come first everywhere, so that what an ended benchmark has made serves one with a smaller `n`.
    tasks = {given: number for number, given in enumerate(dict.fromkeys(given for given, *_ in keys))}
    shares = [[key for key in keys if tasks[key[0]] % jobs == job] for job in range(jobs)]
    workers = [context.Process(target=_work, args=(model, share, folder)) for share in shares if share]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise SystemExit("a worker failed; what it had made is kept")


def _work(model: Path, keys: Sequence[Key], folder: Path) -> None:
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".jsonl", delete=False, encoding="utf-8") as file:
        asyncio.run(_fill(model, keys, file))


async def _fill(model: Path, keys: Sequence[Key], file: IO[str]) -> None:
    engine, began = open_engine(model), time.monotonic()
    ways = {name: ready(method, engine) for name, method in methods().items()}
    for number, (given, seed, name) in enumerate(keys, start=1):
        run = await record(ways[name], name, given, seed)
        file.write(run.model_dump_json() + "\n")
        file.flush()
        if number % 60 == 0 or number == len(keys):
            print(f"{number} of {len(keys)} runs, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    await engine.close()
