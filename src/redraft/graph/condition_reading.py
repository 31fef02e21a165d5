"""How what stands behind `when` becomes a condition."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from redraft.convergence import CHECKS, StopRules
from redraft.errors import DefinitionError, nearest
from redraft.files import validate
from redraft.graph.condition import AllOf, AnyOf, Atom, NoProblems, Not, Noted, Scored, StopCondition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redraft.files import KeyPath, Located
    from redraft.graph.condition import Condition

__all__ = ["read_condition"]

DEEPEST = 20
"""How deep `any`, `all` and `not` may stand in each other."""

_SHAPE = 'Write "stop", { rounds = 3 }, { any = [ … ] }, { all = [ … ] } or { not = … }.'
_TESTS = ("contains", "at_least", "at_most")
_NOTE = (
    'Write { note = { answer = "yes" } }, or { note = { answer = { contains = "yes" } } }; also at_least and at_most.'
)


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
    return _all(_part(key, value, located, path) for key, value in when.items())


def _all(conditions: Iterator[Condition]) -> Condition:
    parts = tuple(conditions)
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
            return _leaf(key, value, located, inner)


def _leaf(key: str, value: Any, located: Located, path: KeyPath) -> Condition:
    match key:
        case "score" if isinstance(value, dict) and value:
            return _all(_scored(name, least, located, (*path, name)) for name, least in value.items())
        case "critique":
            return _critique(value, located, path)
        case "note":
            return _notes(value, located, path)
        case _:
            return Atom(check=key, value=_setting(key, value, located, path))


def _items(value: Any, located: Located, path: KeyPath) -> tuple[Condition, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise _wrong(located, path, f"'{path[-1]}' takes a list of conditions")
    return tuple(read_condition(item, located, (*path, number)) for number, item in enumerate(value))


def _scored(evaluator: str, least: Any, located: Located, path: KeyPath) -> Scored:
    if not _is_number(least) or not 0 <= least <= 1:
        mend = f"Write {{ score = {{ {evaluator} = 0.8 }} }}."
        raise _wrong(located, path, f"a score is a number from 0 to 1, not {least!r:.60}", mend)
    return Scored(evaluator=evaluator, least=least)


def _critique(value: Any, located: Located, path: KeyPath) -> NoProblems:
    if value != "empty":
        mend = 'Write { critique = "empty" }, or { not = { critique = "empty" } }.'
        raise _wrong(located, path, f'a critique can be "empty", not {value!r:.60}', mend)
    return NoProblems()


def _notes(value: Any, located: Located, path: KeyPath) -> Condition:
    if not isinstance(value, dict) or not value:
        raise _wrong(located, path, "'note' takes a table: a note's name, and what it says", _NOTE)
    return _all(noted for name, says in value.items() for noted in _note(name, says, located, (*path, name)))


def _note(name: str, says: Any, located: Located, path: KeyPath) -> Iterator[Noted]:
    if isinstance(says, str):
        yield Noted(note=name, test="is", value=says)
        return
    if not isinstance(says, dict) or not says:
        raise _wrong(located, path, f"a note says a text, not {says!r:.60}", _NOTE)
    for test, value in says.items():
        fits: Callable[[Any], bool] = _is_text if test == "contains" else _is_number
        if test not in _TESTS:
            raise _wrong(located, (*path, test), f"there is no test '{test}'.{nearest(test, _TESTS)}", _NOTE)
        if not fits(value):
            raise _wrong(located, (*path, test), f"{value!r:.60} does not fit '{test}'", _NOTE)
        yield Noted.model_validate({"note": name, "test": test, "value": value})


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _setting(check: str, value: Any, located: Located, path: KeyPath) -> Any:
    if check not in CHECKS:
        return value
    if check == "rounds" and value == "auto":
        raise _wrong(located, path, 'a condition takes a number of rounds; "auto" stands in [stop] alone')
    return getattr(validate(StopRules, located, path[:-1], data={check: value}, strict=True), check)


def _wrong(located: Located, path: KeyPath, what: str, mend: str = _SHAPE) -> DefinitionError:
    return DefinitionError(what, where=str(located.locate(path)), mend=mend)
