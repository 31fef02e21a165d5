"""How what stands behind `when` becomes a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.convergence import CHECKS, StopRules
from redraft.errors import DefinitionError
from redraft.files import validate
from redraft.graph.spec import AllOf, AnyOf, Atom, Not, StopCondition

if TYPE_CHECKING:
    from redraft.files import KeyPath, Located
    from redraft.graph.spec import Condition

__all__ = ["read_condition"]

DEEPEST = 20
"""How deep `any`, `all` and `not` may stand in each other."""

_SHAPE = 'Write "stop", { rounds = 3 }, { any = [ … ] }, { all = [ … ] } or { not = … }.'


def read_condition(when: Any, located: Located, path: KeyPath) -> Condition:
    """Return the condition that a value stands for; several keys in one table must all hold.

    Args:
        when: The value.
        located: The file, for errors.
        path: The way to the value.

    Raises:
        DefinitionError: The value is no condition.
    """
    if when == "stop":
        return StopCondition()
    if len(path) > DEEPEST:
        raise _wrong(located, path[:3], "the condition is nested too deeply")
    if not isinstance(when, dict) or not when:
        raise _wrong(located, path, f"{when!r} is not a condition"[:80])
    parts = tuple(_part(key, value, located, path) for key, value in when.items())
    return parts[0] if len(parts) == 1 else AllOf(items=parts)


def _part(key: str, value: Any, located: Located, path: KeyPath) -> Condition:
    inner = (*path, key)
    match key:
        case "not":
            return Not(item=read_condition(value, located, inner))
        case "any":
            return AnyOf(items=_items(value, located, inner))
        case "all":
            return AllOf(items=_items(value, located, inner))
        case _:
            return Atom(check=key, value=_setting(key, value, located, inner))


def _items(value: Any, located: Located, path: KeyPath) -> tuple[Condition, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise _wrong(located, path, f"'{path[-1]}' takes a list of conditions")
    return tuple(read_condition(item, located, (*path, number)) for number, item in enumerate(value))


def _setting(check: str, value: Any, located: Located, path: KeyPath) -> Any:
    if check not in CHECKS:
        return value
    return getattr(validate(StopRules, located, path[:-1], data={check: value}, strict=True), check)


def _wrong(located: Located, path: KeyPath, what: str) -> DefinitionError:
    return DefinitionError(what, where=str(located.locate(path)), mend=_SHAPE)
