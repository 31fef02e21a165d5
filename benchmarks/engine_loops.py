"""Whole refinement loops, and the prompts that they compute."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from benchmarks.engine_bench import Bench, in_turn
from benchmarks.engine_rows import TARGETS, Row, Skipped, row
from benchmarks.engine_workload import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.peers.interface import Answer
    from benchmarks.peers.worker import Worker

__all__ = ["ALONE", "eight_loops", "eight_tasks", "one_loop", "prompt_tokens", "together"]

LOOPS = 8
POOL = 16_384

ALONE = 1
"""Sequences of an engine that a run opens for itself: its agents follow one another."""


def eight_loops(bench: Bench) -> Iterator[Row | Skipped]:
    """8 loops on one task."""
    yield from _many(bench, "loops", tasks=1)


def eight_tasks(bench: Bench) -> Iterator[Row | Skipped]:
    """8 loops on 8 tasks."""
    yield from _many(bench, "tasks", tasks=LOOPS)


def _many(bench: Bench, key: str, *, tasks: int) -> Iterator[Row | Skipped]:
    rounds = 1 if bench.quick else 2
    # Peers that run one loop after another take as long for each: some are measured and stand for the rest.
    sampled = 1 if bench.quick else 2

    def all_at_once(worker: Worker) -> Callable[[int], tuple[float, Answer]]:
        def job(number: int) -> tuple[float, Answer]:
            answer = worker.loops(Plan(LOOPS, rounds, tasks, f"{key} {number}"))
            return answer.seconds, answer

        return job

    def one_by_one(worker: Worker) -> Callable[[int], tuple[float, Answer]]:
        def job(number: int) -> tuple[float, Answer]:
            answer = worker.loops(Plan(sampled, rounds, tasks, f"{key} {number}"))
            return answer.seconds * LOOPS / sampled, answer

        return job

    with ExitStack() as held:
        ours = held.enter_context(bench.open("redraft", pool=POOL))
        jobs = {"redraft": all_at_once(ours)}
        # One reused `Llama` takes as long as LangGraph's loop of it.
        peers = {"chat": "langgraph"} if bench.quick else {"chat": "langgraph", "llama": "llama"}
        for peer, system in peers.items():
            jobs[peer] = one_by_one(held.enter_context(bench.open(system)))
        if bench.programs:
            jobs["server"] = all_at_once(held.enter_context(bench.open("server")))
        found = in_turn(1 if bench.quick else bench.repeats, jobs)
        for peer in jobs:
            bench.say(f"{key}: {peer} {', '.join(f'{turn[peer][0]:.1f} s' for turn in found)}")
        yield from _limited(bench, key, [turn["redraft"] for turn in found])
        yield from (
            row(f"{key}-{peer}", [turn[peer][0] / turn["redraft"][0] for turn in found])
            for peer in jobs
            if peer != "redraft"
        )
    if not bench.programs:
        yield unbuilt(f"{key}-server")


def _limited(bench: Bench, key: str, taken: list[tuple[float, Answer]]) -> Iterator[Row | Skipped]:
    if not bench.programs:
        yield unbuilt(f"{key}-limit")
        return
    ratios = []
    for seconds, answer in taken:
        limit = bench.limit()
        least = answer.evaluated / limit.prompt + answer.written / limit.decode[LOOPS]
        bench.say(f"{key}: limit {least:.1f} s for {answer.evaluated} prompt tokens and {answer.written} written")
        ratios.append(least / seconds)
    yield row(f"{key}-limit", ratios)


def one_loop(bench: Bench) -> Iterator[Row | Skipped]:
    """One loop of three rounds."""
    rounds = 1 if bench.quick else 3
    with bench.open("redraft", sequences=ALONE) as ours, bench.open("langgraph") as peer:
        found = in_turn(
            bench.repeats,
            {
                "redraft": lambda number: ours.loops(Plan(1, rounds, 1, f"one {number}")).seconds,
                "chat": lambda number: peer.loops(Plan(1, rounds, 1, f"one {number}")).seconds,
            },
        )
    yield row("one-loop", [turn["chat"] / turn["redraft"] for turn in found])


def prompt_tokens(bench: Bench) -> Iterator[Row | Skipped]:
    """Prompt tokens that are computed, which no clock measures: a small model does."""
    small = Bench(bench.cache, bench.programs, bench.threads, shape="tiny", policy=bench.policy)
    plan = Plan(1, 2, 1, "counted")
    with small.open("redraft", kind="q8_0", pool=POOL) as ours, small.open("llama", kind="q8_0") as peer:
        reused = peer.loops(plan)
        yield row("prompt-one", [ours.loops(plan).evaluated / reused.evaluated])
        eight = ours.loops(Plan(LOOPS, 2, 1, "eight counted"))
        yield row("prompt-eight", [eight.evaluated / (LOOPS * reused.prompt)])


def together(bench: Bench) -> Iterator[Row | Skipped]:
    """Requests that arrive at once and begin alike."""
    if not bench.programs:
        yield unbuilt("together")
        yield unbuilt("together-time")
        return

    def calls(worker: Worker) -> Callable[[int], Answer]:
        def job(number: int) -> Answer:
            task = bench.work.words(f"together {number}", 512)
            return worker.calls(bench.work.continued(f"{number} {one}", 0, 16, 1).after(task) for one in range(LOOPS))

        return job

    with bench.open("redraft", pool=POOL) as ours, bench.open("server") as peer:
        found = in_turn(bench.repeats, {"redraft": calls(ours), "server": calls(peer)})
    yield row("together", [turn["redraft"].evaluated / turn["server"].evaluated for turn in found])
    yield row("together-time", [turn["redraft"].seconds / turn["server"].seconds for turn in found])


def unbuilt(key: str) -> Skipped:
    """Return the line of a peer that is not built."""
    return Skipped(TARGETS[key].name, TARGETS[key].against, "--quick builds nothing")
