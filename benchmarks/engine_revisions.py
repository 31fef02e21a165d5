"""Revisions that copy their draft, and critiques that satisfy a schema."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from benchmarks.engine_bench import Bench, in_turn
from benchmarks.engine_loops import ALONE, unbuilt
from benchmarks.engine_rows import Row, Skipped, row
from benchmarks.engine_workload import CRITIQUE, Call, Layout, Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.peers.worker import Worker

__all__ = ["critiques", "revisers"]

LOOKUPS = (2, 10)
"""Tokens that llama-cpp-python's prompt look-up proposes: what its documents advise for a CPU, and its default."""

NGRAMS = ("ngram-simple", "ngram-mod")
"""llama-server's ways to guess without a second model that its documents name first."""


@dataclass(frozen=True)
class Taken:
    """Seconds of a revision: of the whole request, and from its first token to its last."""

    whole: float
    decoding: float


def revisers(bench: Bench) -> Iterator[Row | Skipped]:
    """Revise a draft that has just been read, as the step after the critic's does."""
    for kind in ("q8_0",) if bench.quick else ("q8_0", "q4_0"):
        yield from _revisers(bench, kind)


def _revisers(bench: Bench, kind: str) -> Iterator[Row | Skipped]:
    with ExitStack() as held:
        opened = (bench.open("redraft", kind=kind, sequences=ALONE, speculation=told) for told in (True, False))
        on, off = (held.enter_context(worker) for worker in opened)
        jobs = {"on": _job(bench, on), "off": _job(bench, off)}
        jobs |= {"on, none": _job(bench, on, copied=False), "off, none": _job(bench, off, copied=False)}
        for guessed in LOOKUPS[-1:] if bench.quick else LOOKUPS:
            peer = held.enter_context(bench.open("llama", kind=kind, context=1_024, lookup=guessed))
            jobs[f"lookup {guessed}"] = _job(bench, peer)
        for way in NGRAMS if bench.programs else ():
            options: dict[str, Any] = {"slots": 1, "--spec-type": way}
            peer = held.enter_context(bench.open("server", kind=kind, **options))
            jobs[f"server {way}"] = _job(bench, peer)
        found = in_turn(bench.repeats, jobs)
    for name in jobs:
        took = ", ".join(f"{turn[name].whole:.2f} s ({turn[name].decoding:.2f} s)" for turn in found)
        bench.say(f"reviser {kind}: {name}: {took}")
    yield row(f"reviser-{kind}", [turn["off"].whole / turn["on"].whole for turn in found])
    yield row(f"reviser-decoding-{kind}", [turn["off"].decoding / turn["on"].decoding for turn in found])
    yield row(f"reviser-none-{kind}", [turn["off, none"].whole / turn["on, none"].whole for turn in found])
    yield row(f"reviser-lookup-{kind}", _against_best(found, "lookup"))
    key = f"reviser-server-{kind}"
    yield row(key, _against_best(found, "server")) if bench.programs else unbuilt(key)


def _job(bench: Bench, worker: Worker, *, copied: bool = True) -> Callable[[int], Taken]:
    layout: Layout = "role" if worker.system == "llama" else "shared"
    work = Workload(bench.work.vocabulary, layout)

    def taken(number: int) -> Taken:
        key = f"{number} {copied}"
        worker.calls([work.reading(key, copied=copied)])
        answer = worker.calls([work.revision(key, copied=copied)])
        if answer.wrong:
            bench.say(f"reviser: {worker.system} wrote something else than the model's greedy text")
        return Taken(answer.seconds, answer.decoding)

    return taken


def _against_best(found: list[dict[str, Taken]], peer: str) -> list[float]:
    """Return the ratios with whichever of a peer's ways is the fastest, in each repeat."""
    return [
        min(took.whole for name, took in turn.items() if name.startswith(peer)) / turn["on"].whole for turn in found
    ]


def critiques(bench: Bench) -> Iterator[Row | Skipped]:
    """Decode a critique under its schema, and as many tokens without one, from the first token on."""

    def job(worker: Worker, *, constrained: bool) -> Callable[[int], float]:
        def rate(number: int) -> float:
            return worker.calls([replace(critique(bench, str(number)), constrained=constrained)]).rate

        return rate

    with bench.open("redraft") as ours, bench.open("llama") as peer:
        found = in_turn(
            bench.repeats,
            {
                "redraft": job(ours, constrained=True),
                "free": job(ours, constrained=False),
                "llama": job(peer, constrained=True),
            },
        )
    for name in ("redraft", "free", "llama"):
        bench.say(f"critique: {name}: {', '.join(f'{turn[name]:.1f}/s' for turn in found)}")
    yield row("critique", [turn["redraft"] / turn["llama"] for turn in found])
    yield row("grammar", [turn["redraft"] / turn["free"] for turn in found])


def critique(bench: Bench, key: str) -> Call:
    """Return a critic's request."""
    return bench.work.call("critic", bench.work.task(f"critique {key}")[:64], tokens=CRITIQUE, constrained=True)
