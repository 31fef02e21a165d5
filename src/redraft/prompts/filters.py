"""What a prompt may put behind a bar or behind `is`: pure functions, each paid for before it works."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jinja2 import filters, pass_context, tests
from jinja2.runtime import Undefined
from pydantic import BaseModel

from redraft.prompts.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2.runtime import Context

__all__ = ["FILTERS", "TESTS"]

WIDEST = 100_000
"""The largest whole number that a filter takes: a length, a width, a number of digits."""


def _charged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter or test that pays for what it is given and for what it makes."""
    kind = getattr(getattr(function, "jinja_pass_arg", None), "name", None)

    @pass_context
    @functools.wraps(function)
    def paid(context: Context, value: Any, *args: Any, **kwargs: Any) -> Any:
        budget: Budget = context.parent[Budget.NAME]
        if not isinstance(value, Undefined):
            budget.spend_on(value, args, kwargs)
        _refuse_wide(args, kwargs)
        first = {"context": (context,), "environment": (context.environment,), "eval_context": (context.eval_ctx,)}
        made = function(*first.get(kind or "", ()), value, *args, **kwargs)
        if isinstance(made, Iterator):
            made = list(made)
        if not isinstance(made, Undefined):
            budget.spend_on(made)
        return made

    paid.jinja_pass_arg = pass_context(lambda context: context).jinja_pass_arg  # type: ignore[attr-defined]
    return paid


def _refuse_wide(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    if any(isinstance(one, int) and abs(one) > WIDEST for one in (*args, *kwargs.values())):
        raise ValueError(f"a number in a filter is at most {WIDEST}")


@pass_context
def _join(context: Context, values: Any, separator: str = "", attribute: str | None = None) -> str:
    budget: Budget = context.parent[Budget.NAME]
    budget.spend_on(values, separator)
    if attribute is not None:
        getter = filters.make_attrgetter(context.environment, attribute)
        values = [getter(value) for value in values]
    parts = [_text(budget, value) for value in values]
    budget.spend(len(str(separator)) * len(parts) + sum(map(len, parts)))
    return str(separator).join(parts)


@pass_context
def _replace(context: Context, value: Any, old: str, new: str, count: int = -1) -> str:
    budget: Budget = context.parent[Budget.NAME]
    text = _text(budget, value)
    budget.spend(len(text) + text.count(old) * len(new))
    return text.replace(old, new, count)


@pass_context
def _indent(context: Context, value: Any, width: int | str = 4, first: bool = False, blank: bool = False) -> str:  # noqa: FBT001, FBT002 - as Jinja2
    budget: Budget = context.parent[Budget.NAME]
    text = _text(budget, value)
    budget.spend(len(text) + (text.count("\n") + 1) * (width if isinstance(width, int) else len(width)))
    return filters.do_indent(text, width, first, blank)


@pass_context
def _format(context: Context, value: Any, *args: Any, **kwargs: Any) -> Any:
    return context.environment.call_binop(context, "%", str(value), kwargs or args)  # type: ignore[attr-defined]


@pass_context
def _tojson(context: Context, value: Any, indent: int | None = None) -> str:
    budget: Budget = context.parent[Budget.NAME]
    budget.spend_on(value)
    budget.spend(0 if indent is None else max(indent, 0) * 1000)
    return json.dumps(value, ensure_ascii=False, indent=None if indent is None else min(indent, 8), default=_plain)


@pass_context
def _sum(context: Context, values: Any, attribute: str | None = None) -> float:
    context.parent[Budget.NAME].spend_on(values)
    getter = filters.make_attrgetter(context.environment, attribute) if attribute is not None else lambda one: one
    total: float = sum(getter(value) for value in values)
    return total


def _text(budget: Budget, value: Any) -> str:
    if not isinstance(value, str):
        budget.spend_on(value)
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")


def _named(table: Mapping[str, Any], names: str) -> dict[str, Callable[..., Any]]:
    return {name: _charged(table[name]) for name in names.split()}


FILTERS: Mapping[str, Callable[..., Any]] = _named(
    filters.FILTERS,
    "abs batch capitalize count d default dictsort first float int items last length list lower map max min reject"
    " rejectattr reverse round select selectattr sort string title trim truncate unique upper wordcount",
) | {"format": _format, "indent": _indent, "join": _join, "replace": _replace, "sum": _sum, "tojson": _tojson}
"""Every filter of a prompt, by name."""

TESTS: Mapping[str, Callable[..., Any]] = _named(
    tests.TESTS,
    "boolean defined divisibleby eq equalto even false float ge gt in integer iterable le lower lt mapping ne none"
    " number odd sequence string true undefined upper",
)
"""Every test of a prompt, by name."""
