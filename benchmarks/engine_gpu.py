"""Decoding on a GPU, where llama-cpp-python was built for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.engine_bench import Bench, in_turn
from benchmarks.engine_decode import sequences
from benchmarks.engine_loops import POOL, unbuilt
from benchmarks.engine_rows import TARGETS, Row, Skipped, row
from redraft.llama.native.library import library

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["COUNTS", "has_gpu", "on_a_gpu"]

COUNTS = (1, 8, 32, 64)


def has_gpu() -> bool:
    """Return whether this build of llama.cpp can use a GPU."""
    return bool(library().llama_supports_gpu_offload())


def on_a_gpu(bench: Bench) -> Iterator[Row | Skipped]:
    """Tokens a second of 1 to 64 sequences."""
    for count in COUNTS:
        key = f"gpu-{count}"
        if not has_gpu():
            yield Skipped(TARGETS[key].name, TARGETS[key].against, "llama-cpp-python was not built for a GPU")
        elif not bench.programs:
            yield unbuilt(key)
    if not has_gpu() or not bench.programs:
        return
    with bench.open("redraft", pool=POOL, sequences=max(COUNTS)) as ours:
        sequences(bench, ours, 1, "first")
        found = in_turn(
            bench.repeats,
            {
                "redraft": lambda number: {n: sequences(bench, ours, n, f"gpu {number}").rate for n in COUNTS},
                "limit": lambda _number: bench.limit(counts=COUNTS).decode,
            },
        )
    for count in COUNTS:
        for name in ("redraft", "limit"):
            bench.say(f"gpu: {count} sequences, {name}: {', '.join(f'{turn[name][count]:.0f}/s' for turn in found)}")
        yield row(f"gpu-{count}", [turn["redraft"][count] / turn["limit"][count] for turn in found])
