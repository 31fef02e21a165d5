"""Trials: what the evaluator `examples` says of a draft, without a process of its own."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from redraft.evaluation.result import plain
from redraft.task import Score
from redraft.text import excerpt
from redraft_code.extraction import extract
from redraft_code.inside.session import brief
from redraft_code.syntax import fault_of
from training.families.functions.interpreter import RaisedError, UnknownError, function_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["known", "passes", "tried"]


_TEST = re.compile(r"assert f\((.+)\) == (.+)")
_SHOWN = 100


@dataclass(frozen=True)
class Trial:
    """One test: how a reason names it, what `f` is called with, and what it must give."""

    label: str
    given: Any
    expected: Any


@lru_cache(maxsize=20_000)
def _trial(test: str) -> Trial:
    match = _TEST.fullmatch(test)
    if match is None:
        raise ValueError(f"no test of this family: {test}")
    # What a test says is written with `repr`, as the evaluator writes it: it need not be taken apart and put together.
    given, expected = map(ast.literal_eval, match.groups())
    return Trial(excerpt(f"f({match[1]})", _SHOWN), given, expected)


def tried(text: str, tests: Sequence[str], *, told: int) -> Score:
    """Return the share of tests that a draft passes, and so many reasons as `examples` is asked for."""
    code = extract(text)
    fault = fault_of(code)
    if fault:
        return Score(0.0, [plain(fault)])
    try:
        function, unknown = function_of(code), False
    except UnknownError:
        function, unknown = None, True
    faults = [_fault(_trial(test), function, unknown=unknown) for test in tests]
    found = [fault for fault in faults if fault is not None]
    return Score((len(tests) - len(found)) / len(tests), list(dict.fromkeys(map(plain, found)))[:told])


def passes(text: str, tests: Sequence[str]) -> bool:
    """Whether a draft passes all of some tests."""
    return tried(text, tests, told=0).value == 1


def known(text: str, tests: Sequence[str]) -> bool:
    """Whether the interpreter knows all that a draft does, so that `tried` gives the evaluator's own words."""
    code = extract(text)
    if fault_of(code):
        return True
    try:
        function = function_of(code)
        for test in tests:
            _fault(_trial(test), function, unknown=False, strict=True)
    except UnknownError:
        return False
    return True


def _fault(trial: Trial, function: Callable[[Any], Any] | None, *, unknown: bool, strict: bool = False) -> str | None:
    if unknown:
        return f"{trial.label}: not run"
    if function is None:
        return f"{trial.label}: the draft does not define it: name 'f' is not defined"
    try:
        got = function(trial.given)
    except RaisedError as error:
        return f"{trial.label}: {error}"
    except UnknownError:
        if strict:
            raise
        return f"{trial.label}: not run"
    return None if got == trial.expected else f"{trial.label}: expected {brief(trial.expected)}, got {brief(got)}"
