"""How often `redraft advise` is right about models whose CL and CS are known, and about the embedded model.

    python -m benchmarks.advice [--count 2000] [--whole 0] [--embedded GRAPH… [--seeds K]]

Simulates advice from 50 tasks on drawn models, by the rule that `redraft advise` follows; `--whole 20` also has it
measure so many of them through files, graph and report over a scripted engine. `--embedded` advises on graphs by their
first 50 tasks, and prints the prediction beside what the loop does on the next ones. Exits 1 where calls miss what is
demanded.
"""

from __future__ import annotations

import argparse
import sys
from random import Random
from statistics import fmean

from benchmarks.advice.embedded import compare
from benchmarks.advice.models import KINDS, Kind, drawn
from benchmarks.advice.scripted import advice_of
from benchmarks.advice.simulated import BANDS, TASKS, Advice, advised, right, undecided

RIGHT = 0.93
"""Share of right calls that is demanded where the loop gains or loses ten points or more."""

UNDECIDED = 0.85
"""Share of undecided calls that is demanded where it gains or loses two points at most."""

DEMANDED: dict[tuple[Kind, str], float] = {
    (kind, band): UNDECIDED if band == "2 points or less" else RIGHT for kind in KINDS for band in BANDS
}


def main() -> int:
    """Print the tables; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, metavar="N", help="advices of each kind")
    parser.add_argument("--whole", type=int, default=0, metavar="N", help="advices through files and graphs")
    parser.add_argument("--embedded", nargs="*", default=[], metavar="GRAPH", help="graphs of the embedded model")
    parser.add_argument("--seeds", type=int, metavar="K", help="runs of the embedded model on each task, at most")
    wanted = parser.parse_args()
    missed = simulate(wanted.count) if wanted.count else []
    if wanted.whole:
        missed += whole(wanted.whole)
    for graph in wanted.embedded:
        compare(graph, wanted.seeds)
    for one in missed:
        print(f"missed: {one}")
    return 1 if missed else 0


def simulate(count: int) -> list[str]:
    """Print what simulated advice comes to, and return what misses its demand."""
    missed = []
    print(f"From {TASKS} tasks each:")
    print("| first drafts | the loop gains or loses | advices | right | undecided | opposite | seeds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    decided: list[Advice] = []
    for kind in KINDS:
        for band in BANDS:
            found = advised(kind, band, count if band == "10 points or more" else max(1, count // 4))
            share = undecided(found) if band == "2 points or less" else right(found)
            print(f"| {kind} | {band} | {len(found)} | {_row(found)} |")
            if share < DEMANDED[kind, band]:
                missed.append(f"{kind}, {band}: {100 * share:.1f} %, not {100 * DEMANDED[kind, band]:.0f} %")
            decided += found if band == "10 points or more" else []
    more = advised("fixed", "10 points or more", max(1, count // 4), tasks=2 * TASKS)
    print(f"| fixed, {2 * TASKS} tasks | 10 points or more | {len(more)} | {_row(more)} |")
    for kind, what in KINDS.items():
        print(f"{kind}: {what}")
    _by_turns(decided)
    return missed


def _row(found: list[Advice]) -> str:
    opposite = fmean(one.opposite for one in found)
    seeds = fmean(one.seeds for one in found)
    return f"{100 * right(found):.1f} % | {100 * undecided(found):.1f} % | {100 * opposite:.1f} % | {seeds:.1f}"


def _by_turns(advices: list[Advice]) -> None:
    """Print how many calls are right by CL and CS, where the loop gains or loses ten points or more."""
    bounds = {"CL": (0.5, 0.7, 0.85, 1.0), "CS": (0.0, 0.2, 0.45, 0.7)}
    steps = list(zip(bounds["CS"], bounds["CS"][1:], strict=False))
    print("\n| CL \\ CS | " + " | ".join(f"{low:g}–{high:g}" for low, high in steps) + " |")
    print("| --- |" + " --- |" * len(steps))
    for low, high in zip(bounds["CL"], bounds["CL"][1:], strict=False):
        cells = []
        for least, most in steps:
            own = [one for one in advices if low <= one.known.cl < high and least <= one.known.cs < most]
            cells.append(f"{100 * right(own):.1f} % of {len(own)}" if own else "–")
        print(f"| {low:g}–{high:g} | " + " | ".join(cells) + " |")


def whole(count: int) -> list[str]:
    """Print advice of the whole command on drawn models, and return what is wrong."""
    random, found = Random("whole"), []
    while len(found) < count:
        known = drawn(random)
        if BANDS["10 points or more"](known.effect):
            report = advice_of(known, tasks=TASKS)
            found.append(Advice(known, report.advice, report.seeds))
            print(f"CL {known.cl:.2f} CS {known.cs:.2f}, truly {100 * known.effect:+.1f} points: {report.why}")
    print(f"right: {100 * right(found):.0f} % of {count} whole advices")
    return [] if right(found) >= RIGHT else [f"whole advice: {100 * right(found):.1f} %"]


if __name__ == "__main__":
    sys.exit(main())
