"""Assertions rewritten, so that one that fails tells what it saw."""

from __future__ import annotations

import ast

__all__ = ["rewritten"]

_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}


def rewritten(statement: ast.stmt) -> str:
    """Return a statement's code in which each assertion hands both of its sides to the tester.

    Examples:
        >>> rewritten(ast.parse("assert f(2) == 4").body[0])
        "__redraft_check('==', f(2), 4, given=False)"
    """
    return ast.unparse(ast.fix_missing_locations(_Rewriter().visit(statement)))


class _Rewriter(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        match node.test:
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                given = not _calls(left) and _calls(right)
                arguments = [ast.Constant(_SIGNS[type(sign)]), left, right]
                return _called("__redraft_check", arguments, [ast.keyword("given", ast.Constant(given))])
            case test:
                return _called("__redraft_true", [test], [])


def _calls(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.Call) for inner in ast.walk(node))


def _called(name: str, arguments: list[ast.expr], named: list[ast.keyword]) -> ast.stmt:
    return ast.Expr(ast.Call(ast.Name(name, ast.Load()), arguments, named))
