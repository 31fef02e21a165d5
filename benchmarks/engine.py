"""The engine beside its peers: one model, the same prompts, the same lengths, in turn.

    python -m benchmarks.engine [--quick] [--only NAME] [--json] [--repeats 3]

Builds llama.cpp's programs once, from the source distribution of the installed llama-cpp-python (ten minutes on two
cores), except with `--quick`, which takes less than five minutes and names the peers that it leaves out. A ratio is
the median over repeats in which the systems took turns; its spread is their extremes. Exits 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from benchmarks import engine_decode, engine_gpu, engine_loops, engine_own, engine_revisions
from benchmarks.engine_bench import Bench
from benchmarks.engine_rows import Row, Skipped, as_json, table
from benchmarks.engine_workload import CRITIQUE, DRAFT, EDIT, EVERY, FRAME, INSTRUCTIONS, TASK
from benchmarks.peers.build import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["MEASURES", "main"]

MEASURES: dict[str, Callable[[Bench], Iterator[Row | Skipped]]] = {
    "decode": engine_decode.decode_rates,
    "gpu": engine_gpu.on_a_gpu,
    "loops": engine_loops.eight_loops,
    "tasks": engine_loops.eight_tasks,
    "one-loop": engine_loops.one_loop,
    "prompts": engine_loops.prompt_tokens,
    "together": engine_loops.together,
    "reviser": engine_revisions.revisers,
    "critique": engine_revisions.critiques,
    "hog": engine_decode.beside_a_hog,
    "resume": engine_decode.resumed,
    "python": engine_decode.python_share,
    "calls": engine_decode.calls_needed,
    "own": engine_own.own_revisions,
}
"""What can be measured, each with its lines of the table."""

SLOW = ("tasks", "one-loop")
"""What `--quick` leaves out, beside revisers of Q4_0 and loops of one reused `Llama`."""


def main() -> int:
    """Measure, and print the table."""
    given = arguments()
    built = None if given.quick else build(given.cache, cuda=engine_gpu.has_gpu())
    repeats = given.repeats or (1 if given.quick else 3)
    bench = Bench(given.cache, built, given.threads, repeats, quick=given.quick, policy=given.peers_wait)
    names = given.only or [name for name in MEASURES if not (given.quick and name in SLOW)]
    bench.say(about(bench))
    rows: list[Row | Skipped] = []
    for name in names:
        bench.say(f"{name} …")
        began = time.monotonic()
        rows += MEASURES[name](bench)
        bench.say(f"{name}: {time.monotonic() - began:.0f} s")
    print(json.dumps(as_json(rows), indent=1) if given.json else table(rows))
    if given.quick and not given.only:
        bench.say(f"left out with --quick: {', '.join(SLOW)}, revisers of Q4_0, loops of one reused Llama")
    return 0 if all(line.ok is not False for line in rows if isinstance(line, Row)) else 1


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="in under five minutes, without building anything")
    parser.add_argument("--only", action="append", choices=MEASURES, help="measure this alone; may be given again")
    parser.add_argument("--json", action="store_true", help="print rows of name, against, ratio, low, high, goal, ok")
    parser.add_argument("--repeats", type=int, help="how often each pair is measured (3; with --quick, 1)")
    parser.add_argument("--threads", type=int, default=2, help="threads of every system (2)")
    waits = "how the threads of peers wait: as redraft's do, or as nobody sets it"
    parser.add_argument("--peers-wait", choices=("alike", "default"), default="alike", help=waits)
    home = platformdirs.user_cache_path("redraft-bench")
    parser.add_argument("--cache", type=Path, default=home, help=f"where models and programs are kept ({home})")
    return parser.parse_args()


def about(bench: Bench) -> str:
    """Return what is measured, on what."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    return (
        f"machine: {platform.machine()}, {os.cpu_count()} processors, load {load}, Python {platform.python_version()}\n"
        f"model: random weights in the shape of Qwen2.5-0.5B, {bench.vocabulary:,} tokens, Q4_0 unless Q8_0 is named; "
        f"a made-up vocabulary; what it writes is a fixed chain of words\n"
        f"prompts: {TASK} tokens (task), {DRAFT} (draft, revision), {CRITIQUE} (critique, under a schema), "
        f"{INSTRUCTIONS} (instructions, {FRAME} of them common to all agents); a draft differs from its revision in "
        f"{EDIT} of {EVERY} tokens\n"
        f"layout: redraft and llama-server read what agents share first and their instructions last, the others all "
        f"instructions as the system text\n"
        f"keys and values: redraft's in BF16 where the processor multiplies it, the others' in F16, as they come\n"
        f"threads: {bench.threads} for each; peers wait {bench.policy}; {bench.repeats} repeats"
    )


if __name__ == "__main__":
    sys.exit(main())
