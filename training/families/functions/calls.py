"""The calls that the interpreter makes: functions and methods that reach nothing outside, all bounded."""

from __future__ import annotations

import operator
from types import GeneratorType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["FUNCTIONS", "UnknownError", "called", "combined", "fetched", "plain"]

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (abs, all, any, enumerate, int, len, list, max, min, range, reversed, sorted, str, sum, tuple, zip)
}
METHODS = frozenset(
    [
        "capitalize",
        "count",
        "endswith",
        "find",
        "index",
        "isalpha",
        "isdigit",
        "islower",
        "isupper",
        "join",
        "lower",
        "lstrip",
        "replace",
        "rstrip",
        "split",
        "startswith",
        "strip",
        "swapcase",
        "title",
        "upper",
    ]
)
_OPERATORS = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Div": operator.truediv,
}
_PLAIN = (bool, int, float, str, list, tuple, type(None))
_ITERATORS: tuple[type, ...] = (GeneratorType, zip, enumerate, type(reversed([])), range)
_MOST = 5_000
_MOST_BITS = 1_000


class UnknownError(Exception):
    """Code that the interpreter does not know, or that would make something too large."""


def bounded(value: Any) -> Any:
    """Return a value that is not too large."""
    if (isinstance(value, str | list | tuple) and len(value) > _MOST) or (
        isinstance(value, int) and value.bit_length() > _MOST_BITS
    ):
        raise UnknownError
    return value


def plain(value: Any) -> Any:
    """Return a value that a test can be told as it is: no iterator, no function."""
    if type(value) not in _PLAIN:
        raise UnknownError
    if isinstance(value, list | tuple):
        for item in value:
            plain(item)
    return value


def combined(sign: ast.operator, left: Any, right: Any) -> Any:
    """Return what an operator makes of two values."""
    name = type(sign).__name__
    if name not in _OPERATORS or (name == "Mod" and isinstance(left, str) and "%" in left):
        raise UnknownError
    if name == "Mult":
        _not_too_often(left, right)
    return bounded(_OPERATORS[name](left, right))


def _not_too_often(left: Any, right: Any) -> None:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, str | list | tuple) and isinstance(other, int) and len(one) * other > _MOST:
            raise UnknownError


def fetched(value: Any, name: str) -> Callable[..., Any]:
    """Return a method of a value; where there is none, the error is Python's own."""
    if type(value) not in _PLAIN and hasattr(value, name):
        raise UnknownError
    method: Callable[..., Any] = getattr(value, name)
    if name not in METHODS:
        raise UnknownError
    return _grows(method, value) if name in ("replace", "join") else method


def _grows(method: Callable[..., Any], value: str) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        sizes = [len(argument) for argument in arguments if isinstance(argument, str | list | tuple)]
        if (len(value) + 1) * max([1, *sizes]) > _MOST:
            raise UnknownError
        return method(*arguments)

    return call


def called(function: Any, arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """Call one of the known functions; what is no function at all fails as it does in Python."""
    if function is range and any(isinstance(item, int) and abs(item) > _MOST for item in arguments):
        raise UnknownError
    if any(isinstance(item, _ITERATORS) for item in named.values()):
        raise UnknownError
    return bounded(function(*arguments, **named))
