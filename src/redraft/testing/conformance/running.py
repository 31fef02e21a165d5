"""A run of all checks without pytest: what `redraft evaluators test` does."""

from __future__ import annotations

import inspect
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from unittest import SkipTest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.testing.conformance.case import Case

__all__ = ["CheckResult", "check_names", "run_checks"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check came to.

    Args:
        check: Its name, without `test_`.
        outcome: Whether it passed, failed, or was skipped.
        about: What it proves, in one line.
        message: What is wrong and how to mend it, or why it was skipped.
        seconds: How long it took.
    """

    check: str
    outcome: Literal["passed", "failed", "skipped"]
    about: str
    message: str = ""
    seconds: float = 0.0


def check_names(tests: type[Case]) -> tuple[str, ...]:
    """Return the names of the checks of a class, in the order in which they are written."""
    found: dict[str, None] = {}
    for base in reversed(tests.__mro__):
        found.update(dict.fromkeys(name for name in vars(base) if name.startswith("test_")))
    return tuple(found)


def run_checks(tests: type[Case]) -> Iterator[CheckResult]:
    """Yield what each check of a class comes to.

    Args:
        tests: A class derived from `EvaluatorTests`.
    """
    for name in check_names(tests):
        method = getattr(tests(), name)
        about = (inspect.getdoc(method) or "").partition("\n")[0]
        began = time.monotonic()
        try:
            method()
        except SkipTest as reason:
            yield CheckResult(name.removeprefix("test_"), "skipped", about, str(reason), time.monotonic() - began)
        except AssertionError as error:
            yield CheckResult(name.removeprefix("test_"), "failed", about, str(error), time.monotonic() - began)
        else:
            yield CheckResult(name.removeprefix("test_"), "passed", about, "", time.monotonic() - began)
