"""The sandbox that prompts are rendered in: the part of Jinja2 that a prompt needs, each step charged to a budget."""

from __future__ import annotations

from collections.abc import ItemsView, KeysView, ValuesView
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from pydantic import BaseModel

from redraft.errors import nearest
from redraft.prompts.budget import Budget
from redraft.prompts.charges import charge
from redraft.prompts.filters import FILTERS, TESTS
from redraft.prompts.meter import METER, with_meter

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        self.filters = dict(FILTERS) | dict(METER)
        self.tests = {name: self.tests[name] for name in TESTS}
        self.globals = {"range": range, "namespace": Namespace}

    def metered(self, tree: nodes.Template) -> nodes.Template:
        """Return the template with a meter at each loop, slice and join."""
        return with_meter(tree)

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
        charge(context.parent[Budget.NAME], operator, left, right)
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


@pass_context
def _printed(context: Context, value: Any) -> Any:
    if not isinstance(value, str | Undefined):
        context.parent[Budget.NAME].spend_on(value)
    return value


def _is_method(owner: Any, method: Any) -> bool:
    return type(owner) in METHODS and getattr(method, "__name__", "") in METHODS[type(owner)]


def _is_readable(kind: type[BaseModel], name: str) -> bool:
    if name.startswith(("_", "model_")):
        return False
    return name in kind.model_fields or isinstance(getattr(kind, name, None), property)
