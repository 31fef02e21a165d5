"""A meter at each place of a template where Jinja2 itself offers none: loops, slices, tables, comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from jinja2 import nodes, pass_context
from jinja2.runtime import Undefined
from jinja2.visitor import NodeTransformer

from redraft.prompts.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jinja2.runtime import Context

__all__ = ["METER", "with_meter"]

ROUND = 20
"""What one round of a loop costs, in characters."""


def with_meter(tree: nodes.Template) -> nodes.Template:
    """Return the template with the filters of the meter put in."""
    metered: nodes.Template = _Meter().visit(tree)
    return metered


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


METER: Mapping[str, Callable[..., Any]] = {_COUNTED: _counted, _SLICED: _sliced, _HELD: _held}
"""The filters of the meter, by names that no template can spell."""
