"""Conditions: what stands behind `when`, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field

from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "AllOf",
    "AnyOf",
    "Atom",
    "Condition",
    "Leaf",
    "NoProblems",
    "Not",
    "Noted",
    "Scored",
    "StopCondition",
    "asks_for_stop",
    "atoms_of",
    "leaves_of",
    "setting_of",
]


class StopCondition(Value):
    """`when = "stop"`: one of the graph's own stop rules says stop."""

    kind: Literal["stop"] = "stop"


class Atom(Value):
    """One check with its own setting: `{ rounds = 3 }`."""

    kind: Literal["check"] = "check"
    check: str
    value: Any


class Scored(Value):
    """One evaluator gave the current draft at least so much: `{ score = { coverage = 1.0 } }`."""

    kind: Literal["scored"] = "scored"
    evaluator: str
    least: float = Field(ge=0, le=1)


class NoProblems(Value):
    """The last critique found nothing wrong: `{ critique = "empty" }`."""

    kind: Literal["no_problems"] = "no_problems"


class Noted(Value):
    """A note says something: `{ note = { answer = "yes" } }`, `{ note = { grade = { at_least = 4 } } }`."""

    kind: Literal["noted"] = "noted"
    note: str
    test: Literal["is", "contains", "at_least", "at_most"]
    value: str | float


class AnyOf(Value):
    """At least one condition holds."""

    kind: Literal["any"] = "any"
    items: tuple[Condition, ...]


class AllOf(Value):
    """Every condition holds."""

    kind: Literal["all"] = "all"
    items: tuple[Condition, ...]


class Not(Value):
    """A condition does not hold."""

    kind: Literal["not"] = "not"
    item: Condition


Leaf: TypeAlias = Atom | Scored | NoProblems | Noted
"""A condition that looks at the run by itself."""

Condition = Annotated[
    StopCondition | Atom | Scored | NoProblems | Noted | AnyOf | AllOf | Not, Field(discriminator="kind")
]


def leaves_of(condition: Condition) -> Iterator[Leaf]:
    """Yield everything that a condition looks at by itself."""
    match condition:
        case Atom() | Scored() | NoProblems() | Noted():
            yield condition
        case Not(item=item):
            yield from leaves_of(item)
        case AllOf(items=items) | AnyOf(items=items):
            for item in items:
                yield from leaves_of(item)


def atoms_of(condition: Condition) -> Iterator[Atom]:
    """Yield the checks that a condition asks."""
    return (leaf for leaf in leaves_of(condition) if isinstance(leaf, Atom))


def asks_for_stop(condition: Condition | None) -> bool:
    """Return whether a condition asks the rules of `[stop]`."""
    match condition:
        case StopCondition():
            return True
        case Not(item=item):
            return asks_for_stop(item)
        case AnyOf(items=items) | AllOf(items=items):
            return any(map(asks_for_stop, items))
        case _:
            return False


def setting_of(value: Any) -> str:
    """Return a check's setting as people read it."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {setting_of(part)}" for name, part in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)
