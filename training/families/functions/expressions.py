"""Expressions of a small part of Python, evaluated without Python's own `eval`: what is not known here is never run.

The syntax tree is walked, and nothing is called but the functions of `calls`. Values and errors, their texts too, are
Python's own.
"""

from __future__ import annotations

import ast
import builtins
import operator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from training.families.functions.calls import FUNCTIONS, UnknownError, called, combined, fetched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Scope = dict[str, Any]
    Code = Callable[[Scope], Any]

__all__ = ["TURNS", "Translator", "expression", "turns_left"]

_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
TURNS = "turns left"
_MOST_TURNS = 5_000
_BUILTINS = frozenset(dir(builtins))


class Translator:
    """Turns expressions into functions of a scope.

    Args:
        local: The names that belong to the function.
        inner: The names that belong to the comprehensions around.
    """

    def __init__(self, local: frozenset[str], inner: frozenset[str] = frozenset()) -> None:
        self.local = local
        self.inner = inner

    def code(self, node: ast.expr) -> Code:
        """Return what evaluates an expression.

        Raises:
            UnknownError: There is something in it that the interpreter does not know.
        """
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None or node.lineno != node.end_lineno:
            raise UnknownError
        made: Code = method(node)
        return made

    def _constant(self, node: ast.Constant) -> Code:
        value = node.value
        if type(value) not in (int, str, bool, type(None), float):
            raise UnknownError
        return lambda _scope: value

    def _name(self, node: ast.Name) -> Code:
        name, inner = node.id, bool(self.inner)
        if name in self.local or name in self.inner:

            def local(scope: Scope) -> Any:
                if name in scope:
                    return scope[name]
                if inner:
                    what = f"cannot access free variable '{name}' where it is not associated with a value"
                    raise NameError(f"{what} in enclosing scope")
                what = f"cannot access local variable '{name}' where it is not associated with a value"
                raise UnboundLocalError(what)

            return local
        if name in FUNCTIONS:
            return lambda _scope: FUNCTIONS[name]
        if name in _BUILTINS or name == "f" or name.startswith("__"):
            raise UnknownError

        def missing(_scope: Scope) -> Any:
            raise NameError(f"name '{name}' is not defined")

        return missing

    def _binop(self, node: ast.BinOp) -> Code:
        left, right, sign = self.code(node.left), self.code(node.right), node.op
        return lambda scope: combined(sign, left(scope), right(scope))

    def _unaryop(self, node: ast.UnaryOp) -> Code:
        sign, value = _SIGNS.get(type(node.op)), self.code(node.operand)
        if sign is None:
            raise UnknownError
        return lambda scope: sign(value(scope))

    def _boolop(self, node: ast.BoolOp) -> Code:
        values, until = [self.code(value) for value in node.values], isinstance(node.op, ast.Or)

        def either(scope: Scope) -> Any:
            result: Any = None
            for value in values:
                result = value(scope)
                if bool(result) == until:
                    break
            return result

        return either

    def _compare(self, node: ast.Compare) -> Code:
        if len(node.ops) > 1 or type(node.ops[0]) not in _COMPARED:
            raise UnknownError
        sign, left, right = _COMPARED[type(node.ops[0])], self.code(node.left), self.code(node.comparators[0])
        return lambda scope: sign(left(scope), right(scope))

    def _ifexp(self, node: ast.IfExp) -> Code:
        test, then, other = self.code(node.test), self.code(node.body), self.code(node.orelse)
        return lambda scope: then(scope) if test(scope) else other(scope)

    def _list(self, node: ast.List) -> Code:
        items = [self.code(item) for item in node.elts]
        return lambda scope: [item(scope) for item in items]

    def _tuple(self, node: ast.Tuple) -> Code:
        items = [self.code(item) for item in node.elts]
        return lambda scope: tuple(item(scope) for item in items)

    def _subscript(self, node: ast.Subscript) -> Code:
        value = self.code(node.value)
        if isinstance(node.slice, ast.Slice):
            ends = [self.code(end) if end else None for end in (node.slice.lower, node.slice.upper, node.slice.step)]
            return lambda scope: value(scope)[slice(*[end(scope) if end else None for end in ends])]
        place = self.code(node.slice)
        return lambda scope: value(scope)[place(scope)]

    def _call(self, node: ast.Call) -> Code:
        if any(keyword.arg is None for keyword in node.keywords):
            raise UnknownError
        function = self._function(node.func)
        arguments = [self.code(argument) for argument in node.args]
        named = {str(keyword.arg): self.code(keyword.value) for keyword in node.keywords}
        return lambda scope: called(
            function(scope), [item(scope) for item in arguments], {name: item(scope) for name, item in named.items()}
        )

    def _function(self, node: ast.expr) -> Code:
        if isinstance(node, ast.Name):
            return self._name(node)
        if not isinstance(node, ast.Attribute):
            raise UnknownError
        name = node.attr
        if name == "fromkeys" and isinstance(node.value, ast.Name) and node.value.id == "dict":
            return lambda _scope: dict.fromkeys
        value = self.code(node.value)
        return lambda scope: fetched(value(scope), name)

    def _listcomp(self, node: ast.ListComp) -> Code:
        turns = self._turns(node)
        return lambda scope: list(turns(scope))

    def _generatorexp(self, node: ast.GeneratorExp) -> Code:
        return self._turns(node)

    def _turns(self, node: ast.ListComp | ast.GeneratorExp) -> Code:
        if len(node.generators) > 1 or node.generators[0].is_async:
            raise UnknownError
        (loop,) = node.generators
        put, names = _target(loop.target)
        inside = Translator(self.local, self.inner | names)
        source, body = self.code(loop.iter), inside.code(node.elt)
        tests = [inside.code(test) for test in loop.ifs]

        def turns(scope: Scope) -> Iterator[Any]:
            return _looped(iter(source(scope)), dict(scope))

        def _looped(items: Iterator[Any], scope: Scope) -> Iterator[Any]:
            for item in items:
                scope[TURNS][0] -= 1
                if scope[TURNS][0] < 0:
                    raise UnknownError
                put(scope, item)
                if all(test(scope) for test in tests):
                    yield body(scope)

        return turns


def _target(node: ast.expr) -> tuple[Callable[[Scope, Any], None], frozenset[str]]:
    """Return what puts an item of a loop into a scope, and the names that it puts there."""
    if isinstance(node, ast.Name):
        name = node.id
        return lambda scope, item: scope.__setitem__(name, item), frozenset({name})
    if not isinstance(node, ast.Tuple) or len(node.elts) != 2:  # noqa: PLR2004 - pairs are all that steps take apart
        raise UnknownError
    names = [item.id for item in node.elts if isinstance(item, ast.Name)]
    if len(names) != len(node.elts):
        raise UnknownError

    def put(scope: Scope, item: Any) -> None:
        scope[names[0]], scope[names[1]] = item

    return put, frozenset(names)


def turns_left() -> list[int]:
    """Return a new count of the turns that the loops of one call may take together."""
    return [_MOST_TURNS]


@lru_cache(maxsize=50_000)
def expression(code: str) -> Callable[[Any], Any]:
    """Return what evaluates an expression of `x`.

    Raises:
        UnknownError: The interpreter does not know it.
    """
    made = Translator(frozenset({"x"})).code(ast.parse(code, mode="eval").body)
    return lambda value: made({"x": value, TURNS: turns_left()})
