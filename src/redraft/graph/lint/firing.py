"""Which edges can fire: the conditions of a node's edges, tried against every outcome of the checks in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from redraft.graph.condition import AllOf, AnyOf, Atom, Not, Noted, Scored, StopCondition, leaves_of
from redraft.graph.holding import says

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from redraft.graph.condition import Condition, Leaf
    from redraft.graph.edge import Exit

__all__ = ["never_firing", "unchosen"]

EFFORT = 4096
"""How many edges times outcomes are tried at a node; beyond that, every edge is taken to fire."""

Outcome: TypeAlias = "Mapping[str, bool]"
Choices: TypeAlias = "Mapping[str, Sequence[str]]"


def never_firing(edges: Sequence[Exit], rounds: int, choices: Choices) -> list[Exit]:
    """Return the edges of one node that fire under no outcome of the checks.

    Args:
        edges: The edges in file order.
        rounds: The graph's own limit: from then on `stop` holds.
        choices: All that a note can say, of the notes of which that is known.
    """
    leaves: dict[str, Leaf] = {}
    for leaf in (leaf for edge in edges if edge.when for leaf in leaves_of(edge.when)):
        leaves[_key(leaf)] = leaf
        if len(edges) << len(leaves) > EFFORT:
            return []
    fired: set[int] = set()
    unsaid = [key for key, leaf in leaves.items() if unchosen(leaf, choices)]
    for outcome in _outcomes(leaves, rounds):
        if any(outcome[key] for key in unsaid):
            continue
        first = next((number for number, edge in enumerate(edges) if _holds(edge.when, outcome)), None)
        if first is not None:
            fired.add(first)
    return [edge for number, edge in enumerate(edges) if number not in fired]


def unchosen(leaf: Leaf, choices: Choices) -> bool:
    """Return whether a condition asks a note for what none of its choices says."""
    if not isinstance(leaf, Noted) or leaf.note not in choices:
        return False
    return not any(says(choice, leaf) for choice in choices[leaf.note])


def _outcomes(leaves: Mapping[str, Leaf], rounds: int) -> Iterator[Outcome]:
    """Yield what may hold at once: who reaches a limit has reached each lower one, and a note says one thing only."""
    limits = [limit for key, leaf in leaves.items() if (limit := _limit(key, leaf))]
    scales = [[one for one in limits if one.of == of] for of in {limit.of for limit in limits}]
    says = {key: leaf.note for key, leaf in leaves.items() if isinstance(leaf, Noted) and leaf.test == "is"}
    for values in product((False, True), repeat=len(leaves) + 1):
        outcome = dict(zip((*leaves, "stop"), values, strict=True))
        said = [note for key, note in says.items() if outcome[key]]
        done = _reached((one for one in limits if one.of == "rounds"), outcome)
        if (not outcome["stop"] and done >= rounds) or len(set(said)) < len(said):
            continue
        if all(_reached(scale, outcome) < _missed(scale, outcome) for scale in scales):
            yield outcome


@dataclass(frozen=True, slots=True)
class _Limit:
    """A condition that holds from some point on a scale: rounds done, or the value of a score."""

    of: str
    key: str
    at: float


def _limit(key: str, leaf: Leaf) -> _Limit | None:
    match leaf:
        case Atom(check="rounds" | "tokens" | "seconds" | "score" as check, value=int() | float() as value):
            return _Limit(check, key, value)
        case Scored(evaluator=evaluator, least=least):
            return _Limit(f"score of {evaluator}", key, least)
        case Noted(test="at_least", note=note, value=int() | float() as value):
            return _Limit(f"at least {note}", key, value)
        case Noted(test="at_most", note=note, value=int() | float() as value):
            return _Limit(f"at most {note}", key, -value)
        case _:
            return None


def _reached(scale: Iterable[_Limit], outcome: Outcome) -> float:
    return max((limit.at for limit in scale if outcome[limit.key]), default=-math.inf)


def _missed(scale: Iterable[_Limit], outcome: Outcome) -> float:
    return min((limit.at for limit in scale if not outcome[limit.key]), default=math.inf)


def _holds(condition: Condition | None, outcome: Outcome) -> bool:
    match condition:
        case None:
            return True
        case StopCondition():
            return outcome["stop"]
        case Not(item=item):
            return not _holds(item, outcome)
        case AllOf(items=items):
            return all(_holds(item, outcome) for item in items)
        case AnyOf(items=items):
            return any(_holds(item, outcome) for item in items)
        case _:
            return outcome[_key(condition)]


def _key(leaf: Leaf) -> str:
    return repr(leaf)
