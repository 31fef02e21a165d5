"""What a call in a process of its own costs: a small measurement, by the best of several batches."""

from __future__ import annotations

import asyncio
import statistics
import time

from benchmarks import evaluation_cost
from benchmarks.evaluation_cost import TASK, missed, show
from benchmarks.evaluation_work import trivial
from redraft.evaluation import Use, assess
from redraft.evaluation.crew import Crew
from redraft.task import Draft


async def test_a_trivial_call_takes_at_most_two_milliseconds():
    crew, medians = Crew(cores=1), []
    try:
        for _ in range(5):
            taken = []
            for _ in range(60):
                began = time.perf_counter()
                assert (await assess(Draft(text="A text."), TASK, [Use(trivial)], crew=crew)).value == 1.0
                taken.append(time.perf_counter() - began)
            medians.append(statistics.median(taken))
    finally:
        crew.close()
    assert min(medians) <= 0.002


def test_the_benchmark_measures_what_it_demands(monkeypatch, capsys):
    monkeypatch.setattr(evaluation_cost, "CALLS", 20)
    monkeypatch.setattr(evaluation_cost, "DRAFTS", 4)
    monkeypatch.setattr(evaluation_cost, "STARTS", 1)
    figures = asyncio.run(evaluation_cost.measured())
    show(figures)
    assert "a process of its own" in capsys.readouterr().out
    slow = figures | {"start": 1e6, "calls": {"a process of its own": {"median": 1e3, "p95": 1e3}}}
    assert missed(slow)[:2] == ["a call takes at most 2 ms", "a process starts in 250 ms"]
