"""What an evaluator in a process of its own costs, beside a thread and a ProcessPoolExecutor in the same run.

    python -m benchmarks.evaluation_cost [--json]

A trivial evaluator is called one call after the other; then 200 drafts are scored by 6 evaluators each, a few
milliseconds of plain Python a call, all drafts at once. Exits 1 where the median call takes more than 2 ms, a process
more than 250 ms to start, or the cores are less than 85 % busy.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.evaluation_work import HERE, WORK, count, trivial, trivial_here
from redraft.evaluation import Use, assess
from redraft.evaluation.crew import Crew
from redraft.evaluation.job import Job
from redraft.evaluation.target import target_of
from redraft.task import Draft, Task

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

CALLS, DRAFTS, STARTS = 2_000, 200, 7
MOST_MEDIAN, MOST_START, LEAST_BUSY = 2.0, 250.0, 0.85
TASK = Task(prompt="Say something.")
CORES = len(os.sched_getaffinity(0))


def texts() -> list[str]:
    """Return texts of 150 words, each another one."""
    return [" ".join(f"w{(place * (draft + 7)) % 97}" for place in range(150)) for draft in range(DRAFTS)]


async def timed(call: Callable[[], Awaitable[Any]]) -> dict[str, float]:
    """Return how long calls take, one after the other, in milliseconds."""
    for _ in range(20):
        await call()
    taken = []
    for _ in range(CALLS):
        began = time.perf_counter()
        await call()
        taken.append(1000 * (time.perf_counter() - began))
    return {"median": statistics.median(taken), "p95": sorted(taken)[int(0.95 * CALLS)]}


async def each_call(crew: Crew) -> dict[str, dict[str, float]]:
    """Return what a call of a trivial evaluator costs, by where it runs."""
    draft, loop = Draft(text="A text."), asyncio.get_running_loop()
    with ProcessPoolExecutor(1) as pool:
        return {
            "a process of its own": await timed(lambda: assess(draft, TASK, [Use(trivial)], crew=crew)),
            "a thread": await timed(lambda: assess(draft, TASK, [Use(trivial_here)])),
            "ProcessPoolExecutor": await timed(lambda: loop.run_in_executor(pool, bool, draft.text)),
        }


async def starts() -> float:
    """Return the milliseconds that a process takes from nothing to its first answer, the plugin imported."""
    target = target_of(trivial)
    assert target is not None
    taken = []
    for _ in range(STARTS):
        crew = Crew(cores=1)
        began = time.perf_counter()
        await crew.do(Job(target))
        taken.append(1000 * (time.perf_counter() - began))
        crew.close()
    return statistics.median(taken)


def cpu() -> dict[int, float]:
    """Return the CPU seconds of this process, and of each below it that lives."""
    me = psutil.Process()
    times = {process.pid: process.cpu_times() for process in (me, *me.children(recursive=True))}
    return {pid: each.user + each.system for pid, each in times.items()}


async def busy(work: Callable[[], Awaitable[Any]]) -> dict[str, float]:
    """Return how long some work takes, and how busy it keeps the cores."""
    await work()
    before, began = cpu(), time.perf_counter()
    await work()
    wall, after = time.perf_counter() - began, cpu()
    spent = {pid: seconds - before.get(pid, 0.0) for pid, seconds in after.items()}
    own = spent.pop(os.getpid())
    below = sum(spent.values())
    return {"seconds": wall, "busy": (own + below) / wall / CORES, "busy below": below / wall / CORES}


async def all_drafts(crew: Crew) -> dict[str, dict[str, float]]:
    """Return what scoring all drafts costs, by where evaluators run."""
    drafts, loop = [Draft(text=text) for text in texts()], asyncio.get_running_loop()

    async def assessed(evaluators: Any) -> None:
        uses = [Use(each) for each in evaluators]
        verdicts = await asyncio.gather(*(assess(draft, TASK, uses, crew=crew) for draft in drafts))
        assert all(verdict.complete for verdict in verdicts)

    with ProcessPoolExecutor(CORES) as pool:

        async def pooled() -> None:
            work = ((draft.text, size) for draft in drafts for size in range(1, len(WORK) + 1))
            await asyncio.gather(*(loop.run_in_executor(pool, count, *each) for each in work))

        peer = await busy(pooled)
    return {
        "processes of their own": await busy(lambda: assessed(WORK)),
        "threads": await busy(lambda: assessed(HERE)),
        "ProcessPoolExecutor": peer,
    }


async def measured() -> dict[str, Any]:
    """Return all figures."""
    start = await starts()
    crew = Crew()
    try:
        return {"start": start, "calls": await each_call(crew), "drafts": await all_drafts(crew)}
    finally:
        crew.close()


def missed(figures: dict[str, Any]) -> list[str]:
    """Return what is demanded and not met."""
    demands = {
        f"a call takes at most {MOST_MEDIAN:g} ms": figures["calls"]["a process of its own"]["median"] <= MOST_MEDIAN,
        f"a process starts in {MOST_START:g} ms": figures["start"] <= MOST_START,
        f"cores are {LEAST_BUSY:.0%} busy": figures["drafts"]["processes of their own"]["busy"] >= LEAST_BUSY,
    }
    return [demand for demand, met in demands.items() if not met]


def show(figures: dict[str, Any]) -> None:
    """Print the figures as two tables."""
    print(f"a process starts, its plugin imported, in {figures['start']:.0f} ms\n")
    print(f"{'a trivial call, in':26} {'median ms':>10} {'p95 ms':>8}")
    for name, row in figures["calls"].items():
        print(f"{name:26} {row['median']:10.2f} {row['p95']:8.2f}")
    print(f"\n{f'{DRAFTS} drafts x {len(WORK)} evaluators, in':34} {'seconds':>8} {'cores busy':>11} {'below us':>9}")
    for name, row in figures["drafts"].items():
        print(f"{name:34} {row['seconds']:8.2f} {row['busy']:11.0%} {row['busy below']:9.0%}")


def main() -> int:
    """Measure, print, and return 1 where a demand is not met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    as_json = parser.parse_args().json
    figures = asyncio.run(measured())
    lacking = missed(figures)
    if as_json:
        print(json.dumps(figures | {"missed": lacking}))
    else:
        show(figures)
        print("\nnot met: " + "; ".join(lacking) if lacking else "\nall demands are met")
    return bool(lacking)


if __name__ == "__main__":
    sys.exit(main())
