"""A plan: what the tests of a task come to, in steps that the tester can run one by one."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redraft.errors import UsageError
from redraft.text import excerpt
from redraft_code.rewriting import rewritten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft import Task

__all__ = ["Exchange", "Plan", "Step", "plan"]

_SHOWN = 100
_MOST = 1_000
_PAIR = {"input", "output"}
_MEND = "give Python assertions, or pairs such as {'input': '1 2', 'output': '3'}"


@dataclass(frozen=True, slots=True)
class Step:
    """Some statements of the tests.

    Args:
        code: What is run.
        label: How a reason names it.
        test: Whether it is a test; else it prepares some.
    """

    code: str
    label: str
    test: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a program reads, and what it must print."""

    reads: str
    prints: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The tests of a task: steps in Python, or exchanges with a program."""

    steps: tuple[Step, ...] = ()
    exchanges: tuple[Exchange, ...] = ()


def plan(task: Task, name: str, *, function: str | None) -> Plan:
    """Return the tests in a task's input.

    Args:
        task: The task.
        name: The input: Python text, a list of such texts, or a list of pairs of input and output.
        function: The function that pairs call, and that HumanEval's `check` is given.

    Raises:
        UsageError: The input is none of these, or has no test.
    """
    given = task.inputs[name]
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list) or not all(isinstance(item, str | dict) for item in given):
        raise UsageError(f"the input '{name}' must be a text or a list: {_MEND}")
    if any(isinstance(item, dict) for item in given):
        found = _of_pairs(given, name, function)
    else:
        found = Plan(steps=tuple(_steps([str(item) for item in given], name, function)))
    count = len(found.exchanges) + sum(step.test for step in found.steps)
    if not count:
        raise UsageError(f"the input '{name}' has no test: {_MEND}")
    if count > _MOST:
        raise UsageError(f"the input '{name}' has {count} tests, at most {_MOST} can be run")
    return found


def _of_pairs(given: Sequence[Any], name: str, function: str | None) -> Plan:
    for number, item in enumerate(given, 1):
        if not isinstance(item, dict) or set(item) != _PAIR:
            raise UsageError(f"the input '{name}' must be pairs of 'input' and 'output', and entry {number} is none")
    if function is not None:
        return Plan(steps=tuple(_call(function, item["input"], item["output"]) for item in given))
    if not all(isinstance(text, str) for item in given for text in item.values()):
        raise UsageError(
            f"the input '{name}' must have texts in its pairs, or a graph name a function for them to call"
        )
    return Plan(exchanges=tuple(Exchange(item["input"], item["output"]) for item in given))


def _call(function: str, given: Any, expected: Any) -> Step:
    arguments = given if isinstance(given, list) else [given]
    called = f"{function}({', '.join(map(repr, arguments))})"
    code = f"__redraft_check('==', __redraft_same({called}), {expected!r}, given=False)"
    return Step(code, excerpt(called, _SHOWN), test=True)


def _steps(texts: Sequence[str], name: str, function: str | None) -> Iterator[Step]:
    for number, text in enumerate(texts, 1):
        where = f"the input '{name}'" + (f", entry {number}" if len(texts) > 1 else "")
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
            what = error.msg if isinstance(error, SyntaxError) else error
            raise UsageError(f"{where}{line} must be Python: {what}") from error
        for node in tree.body:
            yield from _of_statement(node, function)


def _of_statement(node: ast.stmt, function: str | None) -> Iterator[Step]:
    is_definition = isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
    asserts = any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
    is_test = not is_definition and (asserts or isinstance(node, ast.Expr))
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if is_text:
        return
    yield Step(rewritten(node), excerpt(_source(node), _SHOWN), test=is_test)
    if isinstance(node, ast.FunctionDef):
        if node.name.startswith("test") and not node.args.args:
            yield Step(f"{node.name}()", node.name, test=True)
        elif node.name == "check" and len(node.args.args) == 1 and function is not None:
            yield Step(f"check({function})", f"check({function})", test=True)


def _source(node: ast.stmt) -> str:
    if isinstance(node, ast.Assert):
        return ast.unparse(_asked(node.test))
    return ast.unparse(node).partition("\n")[0]


def _asked(test: ast.expr) -> ast.expr:
    """Return what an assertion asks the code; the plain value that it must equal is told beside what came."""
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if _is_plain(left) != _is_plain(right):
            return right if _is_plain(left) else left
    return test


def _is_plain(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return True
