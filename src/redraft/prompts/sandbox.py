"""The sandbox that prompts are rendered in: the part of Jinja2 that a prompt needs, each step charged to a budget."""

from __future__ import annotations

import re
from collections.abc import ItemsView, KeysView, ValuesView
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer
from pydantic import BaseModel

from redraft.errors import nearest
from redraft.prompts.budget import Budget, weigh
from redraft.prompts.filters import FILTERS, TESTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jinja2.runtime import Context

__all__ = ["METHODS", "PromptEnvironment", "environment", "unsupported"]

METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset({"endswith", "lower", "removeprefix", "removesuffix", "split", "splitlines", "startswith", "strip"})
    | {"capitalize", "count", "lstrip", "rstrip", "title", "upper"},
    dict: frozenset({"get", "items", "keys", "values"}),
}
"""What a template may call, by the type of the value."""

FUNCTIONS = frozenset({"namespace", "range"})

_LOOP = frozenset({"depth", "depth0", "first", "index", "index0", "last", "length", "revindex", "revindex0"})
_LOOP |= {"nextitem", "previtem"}
_WIDE = re.compile(r"%(?:\([^)]*\))?[-+ #0]*(?:\*|\d{4}|\d*\.(?:\*|\d{4}))")

WIDEST_BASE = 10**6
WIDEST_POWER = 64
ROUND = 20
"""What one round of a loop costs, in characters."""

_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.AssignBlock: "set … endset",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from … import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.With: "with",
    nodes.ScopedEvalContextModifier: "autoescape",
}


def unsupported(node: nodes.Node) -> str | None:
    """Return why a template may not have a syntax node, or None where it may."""
    match node:
        case nodes.Filter(name=name) if name not in FILTERS:
            return f"there is no filter '{name}'.{nearest(name, FILTERS)}"
        case nodes.Test(name=name) if name not in TESTS:
            return f"there is no test '{name}'.{nearest(name, TESTS)}"
        case nodes.For(recursive=True):
            return "a prompt cannot have a recursive loop"
        case nodes.Call():
            return _unsupported_call(node)
    word = _REFUSED.get(type(node))
    return f"a prompt cannot have '{{% {word} %}}'" if word else None


def _unsupported_call(call: nodes.Call) -> str | None:
    known = frozenset().union(*METHODS.values())
    match call.node:
        case nodes.Name(name=name):
            return None if name in FUNCTIONS else f"there is no function '{name}'.{nearest(name, FUNCTIONS)}"
        case nodes.Getattr(attr=name):
            return None if name in known else f"there is no method '{name}' in a prompt.{nearest(name, known)}"
    return "a prompt can only call functions by their name"


class PromptEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2's immutable sandbox, which knows only what a prompt needs and charges for it."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, finalize=_printed, cache_size=0
        )
        self.filters = dict(FILTERS) | {_COUNTED: _counted, _SLICED: _sliced, _HELD: _held}
        self.tests = {name: self.tests[name] for name in TESTS}
        self.globals = {"range": range, "namespace": Namespace}

    def metered(self, tree: nodes.Template) -> nodes.Template:
        """Return the template with a meter at each loop, slice and join."""
        metered: nodes.Template = _Meter().visit(tree)
        return metered

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a value's field, a table's entry, or one of the methods that a template may call."""
        match obj:
            case BaseModel():
                return self._field(obj, attribute)
            case dict():
                return self._entry(obj, attribute)
            case Namespace():
                return self._held_in(obj, attribute)
            case str() if attribute in METHODS[str]:
                return getattr(obj, attribute)
            case LoopContext() if attribute in _LOOP:
                return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item of a list or a table."""
        if isinstance(obj, BaseModel | LoopContext | Namespace):
            return self.getattr(obj, str(argument))
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805, PYI063 - as Jinja2
        """Call one of the few functions and methods there are.

        Raises:
            SecurityError: It is none of them.
        """
        budget: Budget = __context.parent[Budget.NAME]
        owner = getattr(__obj, "__self__", None)
        if __obj is not range and __obj is not Namespace and not _is_method(owner, __obj):
            raise SecurityError("this cannot be called in a prompt")
        budget.spend_on(owner, args, kwargs)
        made = __obj(*args, **kwargs)
        return list(made) if isinstance(made, KeysView | ValuesView | ItemsView) else made

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Work out `left operator right`, paid for before it is done."""
        _charge(context.parent[Budget.NAME], operator, left, right)
        return self.binop_table[operator](left, right)

    def _held_in(self, obj: Namespace, attribute: str) -> Any:
        # A namespace has attributes only for what was put into it; its own names begin with an underscore.
        missing = self.undefined(obj=obj, name=attribute)
        return missing if attribute.startswith("_") else getattr(obj, attribute, missing)

    def _field(self, obj: BaseModel, name: str) -> Any:
        kind = type(obj)
        if _is_readable(kind, name):
            return getattr(obj, name)
        known = [one for one in (*kind.model_fields, *dir(kind)) if _is_readable(kind, one)]
        return self.undefined(f"a {kind.__name__.lower()} has no '{name}'.{nearest(name, known)}", obj=obj, name=name)

    def _entry(self, obj: dict[str, Any], attribute: str) -> Any:
        if attribute in obj:
            return obj[attribute]
        return getattr(obj, attribute) if attribute in METHODS[dict] else self.undefined(obj=obj, name=attribute)


@lru_cache(maxsize=1)
def environment() -> PromptEnvironment:
    """Return the one environment of the process; nothing in it changes once it is made."""
    return PromptEnvironment()


_COUNTED = " counted"
_SLICED = " sliced"
_HELD = " held"


class _Meter(NodeTransformer):
    """Puts a filter of ours, whose name no template can spell, where Jinja2 offers no place to charge."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 -- Jinja2 dispatches by class name
        self.generic_visit(node)
        node.iter = _filter(_COUNTED, node.iter)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filter("join", nodes.List(node.nodes, lineno=node.lineno))

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        bounds: list[nodes.Expr] = [
            part or nodes.Const(None) for part in (node.arg.start, node.arg.stop, node.arg.step)
        ]
        return _filter(_SLICED, node.node, *bounds)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        return self._held(node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        return self._held(node) if node.ctx == "load" else node

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        return self._held(node)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        for operand in node.ops:
            operand.expr = _filter(_HELD, operand.expr)
        return node

    def _held(self, node: nodes.Expr) -> nodes.Expr:
        """A table that holds another twice, and is held twice, …, would weigh more than it seems to."""
        self.generic_visit(node)
        return _filter(_HELD, node)


def _filter(name: str, node: nodes.Node, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(cast("nodes.Expr", node), name, list(args), [], None, None, lineno=node.lineno)


@pass_context
def _counted(context: Context, values: Iterable[Any]) -> _Counted:
    return _Counted(values, context.parent[Budget.NAME])


class _Counted:
    """An iterable that is charged as it is walked over."""

    def __init__(self, values: Iterable[Any], budget: Budget) -> None:
        self._values = values
        self._budget = budget

    def __iter__(self) -> Iterator[Any]:
        for value in self._values:
            self._budget.spend(ROUND)
            yield value

    def __len__(self) -> int:
        return len(self._values)  # type: ignore[arg-type]


@pass_context
def _sliced(context: Context, value: Any, start: Any, stop: Any, step: Any) -> Any:
    context.parent[Budget.NAME].spend_on(value)
    return value[slice(start, stop, step)]


@pass_context
def _held(context: Context, value: Any) -> Any:
    if not isinstance(value, Undefined):
        context.parent[Budget.NAME].spend_on(value)
    return value


@pass_context
def _printed(context: Context, value: Any) -> Any:
    if not isinstance(value, str | Undefined):
        context.parent[Budget.NAME].spend_on(value)
    return value


def _is_method(owner: Any, method: Any) -> bool:
    return type(owner) in METHODS and getattr(method, "__name__", "") in METHODS[type(owner)]


def _charge(budget: Budget, operator: str, left: Any, right: Any) -> None:
    if isinstance(left, int | float) and isinstance(right, int | float):
        _charge_number(budget, operator, left, right)
        return
    budget.spend_on(left, right)
    if operator == "*" and isinstance(right, int):
        budget.spend(weigh(left, budget.left) * max(right, 0))
    elif operator == "*" and isinstance(left, int):
        budget.spend(weigh(right, budget.left) * max(left, 0))
    elif operator == "%" and isinstance(left, str):
        if _WIDE.search(left):
            raise ValueError("a width in a format is at most 999")
        budget.spend(left.count("%") * (1000 + weigh(right, budget.left)))


def _charge_number(budget: Budget, operator: str, left: float, right: float) -> None:
    if operator == "**" and not (abs(left) <= WIDEST_BASE and abs(right) <= WIDEST_POWER):
        raise ValueError(f"a power is at most {WIDEST_BASE} ** {WIDEST_POWER}")
    budget.spend_on(left, right)
    if operator == "*" and isinstance(left, int) and isinstance(right, int):
        budget.spend((left.bit_length() * right.bit_length()) // 64)


def _is_readable(kind: type[BaseModel], name: str) -> bool:
    if name.startswith(("_", "model_")):
        return False
    return name in kind.model_fields or isinstance(getattr(kind, name, None), property)
