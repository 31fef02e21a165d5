"""An interpreter of functions that are written as the solutions are: one argument, one statement a line."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from redraft_code.inside.session import brief
from training.families.functions.calls import UnknownError, plain
from training.families.functions.expressions import TURNS, Translator, turns_left

if TYPE_CHECKING:
    from training.families.functions.expressions import Code, Scope

__all__ = ["RaisedError", "UnknownError", "function_of"]

_MOST_LENGTH = 4_000


class RaisedError(Exception):
    """What the code raised, as a test is told."""


@dataclass(frozen=True)
class Function:
    """A function of one argument.

    Attributes:
        name: The name of its argument.
        steps: For each statement its line, the name that it binds (None: it returns), and its value.
    """

    name: str
    steps: tuple[tuple[int, str | None, Code], ...]

    def __call__(self, value: Any) -> Any:
        """Return what it gives.

        Raises:
            RaisedError: It raised something.
            UnknownError: It did what the interpreter does not know.
        """
        scope: Scope = {self.name: list(value) if isinstance(value, list) else value, TURNS: turns_left()}
        for line, name, code in self.steps:
            try:
                given = plain(code(scope))
            except UnknownError:
                raise
            except Exception as error:
                what = f"raised {type(error).__name__}: {brief(error, plain=True)} (line {line})"
                raise RaisedError(what) from error
            if name is None:
                return given
            scope[name] = given
        return None


@lru_cache(maxsize=20_000)
def function_of(code: str) -> Function | None:
    """Return the function `f` of some code that compiles; None where it defines other functions only.

    Raises:
        UnknownError: The interpreter does not know it.
    """
    if len(code) > _MOST_LENGTH:
        raise UnknownError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(code).body
        return _function(body)
    except RecursionError as error:
        raise UnknownError from error


def _function(body: list[ast.stmt]) -> Function | None:
    node = body[0] if len(body) == 1 else None
    if not isinstance(node, ast.FunctionDef):
        raise UnknownError
    name = _argument(node)
    if node.name != "f":
        return None
    translator = Translator(frozenset(target for step in node.body for target in _bound(step)) | {name})
    return Function(name, tuple(_step(step, translator) for step in node.body))


def _argument(node: ast.FunctionDef) -> str:
    match ast.unparse(node.args), node.args.args, node.decorator_list, node.returns:
        case text, [ast.arg(arg=name)], [], None if text == name:
            return name
    raise UnknownError


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return [node.targets[0].id]
    if isinstance(node, ast.Return):
        return []
    raise UnknownError


def _step(node: ast.stmt, translator: Translator) -> tuple[int, str | None, Code]:
    if node.lineno != node.end_lineno:
        raise UnknownError
    if isinstance(node, ast.Return):
        return node.lineno, None, translator.code(node.value) if node.value else lambda _scope: None
    if not isinstance(node, ast.Assign):
        raise UnknownError
    return node.lineno, _bound(node)[0], translator.code(node.value)
