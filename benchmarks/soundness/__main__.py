"""Lint's word, kept or broken: random graphs, run to their ends, and mutations that each break one rule.

    python -m benchmarks.soundness [--n 2000] [--jobs 2]

A graph that lints clean has to end within its bound and read nothing that is not written, whatever models, evaluators
and people do; a mutation has to be found under the code of the rule that it breaks. Exits 1 on any miss, and where lint
of 1,000 nodes in a row, or of a complete digraph of 300, takes a second of CPU time.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from benchmarks.soundness.costs import SECOND, costs
from benchmarks.soundness.mutations import MUTATIONS
from benchmarks.soundness.trials import mutant, walk
from redraft.graph.lint import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.soundness.costs import Cost
    from benchmarks.soundness.trials import Mutant, Walk

_T = TypeVar("_T")
SHOWN = 20
"""How many misses are printed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, and return the exit code."""
    options = _options(arguments)
    # The programs that trace runs would be told of each.
    os.environ["LANGSMITH_TRACING"] = "false"
    began = time.monotonic()
    with ProcessPoolExecutor(options.jobs) as pool:
        walks = list(_followed(pool.map(walk, range(options.n), chunksize=10), "graphs"))
        mutants = list(_followed(pool.map(mutant, range(options.n), chunksize=10), "mutations"))
    took = time.monotonic() - began
    misses = [*_broken(walks), *_uncaught(mutants)]
    _print_walks(walks)
    _print_codes(walks, mutants)
    measured = costs()
    _print_costs(measured)
    for miss in misses[:SHOWN]:
        print(f"MISS {miss}")
    slow = [cost.name for cost in measured if cost.lint >= SECOND]
    print(f"\n{len(walks)} graphs, {len(mutants)} mutations, {len(misses)} misses, {len(slow)} too slow ({took:.0f} s)")
    return 1 if misses or slow else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soundness", description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, default=2000, help="graphs to run, and mutations to try")
    parser.add_argument("--jobs", type=int, default=2, help="processes that work at the same time")
    return parser.parse_args(arguments)


def _followed(results: Iterable[_T], name: str) -> Iterator[_T]:
    """Say from time to time how many there are."""
    for number, one in enumerate(results, 1):
        if number % 100 == 0:
            print(f"{number} {name}", file=sys.stderr, flush=True)
        yield one


def _broken(walks: Sequence[Walk]) -> Iterator[str]:
    for one in walks:
        for what in one.ran.broken if one.ran else ():
            yield f"graph {one.number}: {what}"


def _uncaught(mutants: Sequence[Mutant]) -> Iterator[str]:
    for one in mutants:
        if not one.caught:
            yield f"mutation {one.number} breaks {one.code}, and lint found {', '.join(sorted(one.found)) or 'nothing'}"


def _print_walks(walks: Sequence[Walk]) -> None:
    for name, is_wild in (("grown", False), ("wild", True)):
        own = [one for one in walks if one.wild is is_wild]
        ran = [one.ran for one in own if one.ran]
        if not ran:
            continue
        ends = ", ".join(f"{check} {count}" for check, count in Counter(one.ended for one in ran).most_common())
        visits, nearest = sum(one.visits for one in ran), max(one.visits / one.bound for one in ran)
        print(f"{name}: {len(own)} drawn, {len(ran)} clean and run, at most {max(one.nodes for one in own)} nodes")
        print(f"  {visits} visits, at most {nearest:.0%} of the bound; {sum(one.reads for one in ran)} reads looked at")
        print(f"  {sum(one.asked for one in ran)} questions to people; ended by: {ends}")


def _print_codes(walks: Sequence[Walk], mutants: Sequence[Mutant]) -> None:
    tried, caught = Counter(one.code for one in mutants), Counter(one.code for one in mutants if one.caught)
    alone = Counter(one.code for one in mutants if one.caught and _only_error(one))
    drawn = Counter(code for one in walks for code in one.codes)
    print("\n| code | mutations | caught | as the only error | random graphs that had it |")
    print("| --- | --- | --- | --- | --- |")
    for code in RULES:
        print(f"| {code} | {tried[code]} | {caught[code]} | {alone[code]} | {drawn[code]} |")
    never = [code for code in MUTATIONS if not tried[code]]
    print(f"\nnever reached: {', '.join(never) + ': too few trials' if never else 'none'}")


def _only_error(one: Mutant) -> bool:
    return all(code == one.code or RULES[code].severity == "warning" for code in one.found)


def _print_costs(measured: Sequence[Cost]) -> None:
    print("\n| graph | nodes | edges | lint | networkx: components, descendants, ancestors |")
    print("| --- | --- | --- | --- | --- |")
    for one in measured:
        print(f"| {one.name} | {one.nodes} | {one.edges} | {one.lint:.3f} s | {one.networkx:.3f} s |")


if __name__ == "__main__":
    sys.exit(main())
