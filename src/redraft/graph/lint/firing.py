"""Which edges can fire: the conditions of a node's edges, tried against every outcome of the checks in them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from redraft.graph.spec import AllOf, AnyOf, Atom, Condition, Not, StopCondition, atoms_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redraft.graph.spec import Edge

__all__ = ["never_firing"]

EFFORT = 4096
"""How many edges times outcomes are tried at a node; beyond that, every edge is taken to fire."""

Outcome: TypeAlias = "Mapping[str, bool]"


def never_firing(edges: Sequence[Edge], rounds: int) -> list[Edge]:
    """Return the edges of one node that fire under no outcome of the checks.

    Args:
        edges: The edges in file order.
        rounds: The graph's own limit: from then on `stop` holds.
    """
    atoms = {_key(atom): atom for edge in edges if edge.when for atom in atoms_of(edge.when)}
    if len(edges) << len(atoms) > EFFORT:
        return []
    fired: set[int] = set()
    for outcome in _outcomes(atoms, rounds):
        first = next((number for number, edge in enumerate(edges) if _holds(edge.when, outcome)), None)
        if first is not None:
            fired.add(first)
    return [edge for number, edge in enumerate(edges) if number not in fired]


def _outcomes(atoms: Mapping[str, Atom], rounds: int) -> Iterator[Outcome]:
    limits = {key: atom.value for key, atom in atoms.items() if atom.check == "rounds"}
    for values in product((False, True), repeat=len(atoms) + 1):
        outcome = dict(zip((*atoms, "stop"), values, strict=True))
        done = max((limit for key, limit in limits.items() if outcome[key]), default=-1)
        open_limits = (limit for key, limit in limits.items() if not outcome[key])
        if done < min(open_limits, default=done + 1) and (outcome["stop"] or done < rounds):
            yield outcome


def _holds(condition: Condition | None, outcome: Outcome) -> bool:
    match condition:
        case None:
            return True
        case StopCondition():
            return outcome["stop"]
        case Atom():
            return outcome[_key(condition)]
        case Not(item=item):
            return not _holds(item, outcome)
        case AllOf(items=items):
            return all(_holds(item, outcome) for item in items)
        case AnyOf(items=items):
            return any(_holds(item, outcome) for item in items)


def _key(atom: Atom) -> str:
    return f"{atom.check} {atom.value!r}"
