"""Decoding: many sequences, a busy machine, what Python costs, and states from disk."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.engine_bench import Bench, in_turn
from benchmarks.engine_loops import POOL, unbuilt
from benchmarks.engine_rows import Row, Skipped, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.peers.interface import Answer
    from benchmarks.peers.worker import Worker

__all__ = ["beside_a_hog", "calls_needed", "decode_rates", "python_share", "resumed"]

SHARED, TOKENS = 512, 64
STATE = 2_000


def sequences(bench: Bench, worker: Worker, count: int, key: str) -> Answer:
    """Answer requests that share a prompt but for its last word."""
    return worker.calls(bench.work.continued(f"{key} {one}", SHARED, 1, TOKENS) for one in range(count))


def decode_rates(bench: Bench) -> Iterator[Row | Skipped]:
    """Tokens a second of 8 and 16 sequences."""
    if not bench.programs:
        yield from (unbuilt(f"decode-{count}") for count in (8, 16))
        return
    with bench.open("redraft", pool=POOL) as ours:
        sequences(bench, ours, 1, "first")
        found = in_turn(
            bench.repeats,
            {
                "redraft": lambda number: {
                    count: sequences(bench, ours, count, f"decode {number}").rate for count in (8, 16)
                },
                "limit": lambda number: bench.limit().decode,
            },
        )
    for count in (8, 16):
        for name in ("redraft", "limit"):
            bench.say(f"decode: {count} sequences, {name}: {', '.join(f'{turn[name][count]:.0f}/s' for turn in found)}")
        yield row(f"decode-{count}", [turn["redraft"][count] / turn["limit"][count] for turn in found])


def python_share(bench: Bench) -> Iterator[Row | Skipped]:
    """What a step takes beside llama_decode."""
    with bench.open("redraft", pool=POOL) as ours:
        sequences(bench, ours, 1, "first")
        answers = [sequences(bench, ours, 16, f"python {number}") for number in range(bench.repeats)]
    yield row(
        "python", [1 - answer.more["model_seconds"] / answer.more["step_seconds"] for answer in answers if answer.more]
    )


def calls_needed(bench: Bench) -> Iterator[Row | Skipped]:
    """How often llama_decode is called for 8 requests of 64 tokens."""
    with bench.open("redraft", pool=POOL) as ours:
        answer = ours.calls(bench.work.continued(f"calls {one}", 0, 64, TOKENS) for one in range(8))
    assert answer.more
    yield row("calls", [answer.more["decode_calls"]])


def beside_a_hog(bench: Bench) -> Iterator[Row | Skipped]:
    """Decode while another process wants the processor; every system waits as it does when nobody says how."""
    plain = replace(bench, policy="default")

    def job(worker: Worker, tokens: int) -> Callable[[int], float]:
        return lambda number: worker.calls([bench.work.continued(f"hog {number}", 0, 16, tokens)]).rate

    with ExitStack() as held:
        jobs = {
            "redraft": job(held.enter_context(plain.open("redraft", threads=None)), 48),
            "two": job(held.enter_context(plain.open("llama", threads=2)), 8),
            "one": job(held.enter_context(plain.open("llama", threads=1, n_threads_batch=1)), 48),
        }
        held.enter_context(hog())
        found = in_turn(bench.repeats, jobs)
    for name in jobs:
        bench.say(f"hog: {name}: {', '.join(f'{turn[name]:.1f}/s' for turn in found)}")
    yield row("hog-default", [turn["redraft"] / turn["two"] for turn in found])
    yield row("hog-single", [turn["redraft"] / turn["one"] for turn in found])


@contextmanager
def hog() -> Iterator[None]:
    """Run a process that does nothing but use a processor."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def resumed(bench: Bench) -> Iterator[Row | Skipped]:
    """The time to a token after a long prompt: computed, and then by another process from what the first one left."""
    ratios = []
    for number in range(bench.repeats):
        call = bench.work.continued(f"resumed {number}", 0, STATE, 1)
        with tempfile.TemporaryDirectory() as folder:
            taken = []
            for _ in range(2):
                with bench.open("redraft", context=STATE + 304, states=folder) as ours:
                    ours.calls([bench.work.continued(f"warm {number}", 0, 4, 1)])
                    taken.append(ours.calls([call]).seconds)
        bench.say(f"resume: {taken[0]:.2f} s computed, {1000 * taken[1]:.0f} ms resumed")
        ratios.append(taken[0] / taken[1])
    yield row("resume", ratios)
