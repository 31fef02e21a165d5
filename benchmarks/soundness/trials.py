"""Trials by number: which graph it is, what becomes of it, and which rule a mutation of it broke."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.soundness.drawing import grown, wild
from benchmarks.soundness.mutated import Mutated
from benchmarks.soundness.mutations import MUTATIONS
from benchmarks.soundness.running import run
from benchmarks.soundness.world import BOOK, REGISTRY
from redraft.errors import DefinitionError
from redraft.graph.lint import RULES, lint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.soundness.running import Ran
    from benchmarks.soundness.sketch import Sketch
    from redraft.graph.lint import Window

__all__ = ["Mutant", "Walk", "codes_of", "mutant", "refusals", "walk"]

LEANS = (0.0, 0.1, 0.5, 0.9)
HARMLESS = "G011"
"""A node that cannot be reached keeps nothing from ending; wild graphs are full of them."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One random graph: how it was drawn, whether lint let it pass, and its run where it did."""

    number: int
    wild: bool
    codes: frozenset[str]
    nodes: int
    ran: Ran | None


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mutation of a sound graph: the rule that it breaks, and the codes that lint gave."""

    number: int
    code: str
    found: frozenset[str]

    @property
    def caught(self) -> bool:
        """Whether the right code is among them."""
        return self.code in self.found


def codes_of(sketch: Sketch, windows: Mapping[str, Window] | None = None) -> frozenset[str]:
    """Return the codes that lint gives a graph; `G000` alone where it cannot even be read."""
    try:
        spec = sketch.spec()
    except DefinitionError:
        return frozenset({"G000"})
    return frozenset(one.code for one in lint(spec, REGISTRY, BOOK, windows=windows))


def refusals(codes: frozenset[str]) -> frozenset[str]:
    """Return the codes that a graph is not run for."""
    return frozenset(code for code in codes if RULES[code].severity == "error") - {HARMLESS}


def walk(number: int) -> Walk:
    """Draw a graph, every other one wild, and run it to its end where lint lets it pass."""
    is_wild = bool(number % 2)
    draw = random.Random(f"soundness:{number}")
    sketch = wild(draw) if is_wild else grown(draw)
    codes = codes_of(sketch)
    ran = None if refusals(codes) else run(sketch.spec(), draw, lean=draw.choice(LEANS))
    return Walk(number, is_wild, codes, len(sketch.nodes), ran)


def mutant(number: int) -> Mutant:
    """Draw sound graphs until one has room for the mutation of this number, and mutate it."""
    draw = random.Random(f"mutant:{number}")
    code = list(MUTATIONS)[number % len(MUTATIONS)]
    while True:
        sketch = grown(draw)
        on = Mutated(draw, sketch.copy())
        if not draw.choice(MUTATIONS[code])(on):
            continue
        codes = codes_of(sketch)
        if code not in codes and all(RULES[one].severity == "warning" for one in codes):
            return Mutant(number, code, codes_of(on.sketch, on.windows))
