"""An interruption: a call in the middle of another one, at each of its lines, without any chance in it."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redraft.evaluation import Evaluator

__all__ = ["interrupted"]

_MOST = 100
_LONGEST = 2.0


@contextmanager
def interrupted(evaluator: Evaluator, between: Callable[[], Any]) -> Iterator[None]:
    """Call `between` at each line of the evaluator's own package that runs inside.

    A hundred times at most, for two seconds and for half the time that the evaluator has.

    Args:
        evaluator: Whose lines are meant.
        between: What is called at each.
    """
    folder = _folder(evaluator)
    left, busy = _MOST, False
    until = time.monotonic() + min(_LONGEST, evaluator.timeout / 2)

    def at_line(_: Any, event: str, __: Any) -> Any:
        nonlocal left, busy
        if event == "line" and left and not busy and time.monotonic() < until:
            left, busy = left - 1, True
            try:
                between()
            finally:
                busy = False
        return at_line

    def at_call(frame: Any, _: str, __: Any) -> Any:
        return at_line if frame.f_code.co_filename.startswith(folder) and not busy else None

    before = sys.gettrace()
    sys.settrace(at_call)
    try:
        yield
    finally:
        sys.settrace(before)


def _folder(evaluator: Evaluator) -> str:
    """Return where the evaluator's package is, or its module's file where it is no part of a package."""
    module = sys.modules[evaluator.function.__module__]
    file = Path(str(module.__file__))
    return str(file.parent) if "." in module.__name__ or file.name == "__init__.py" else str(file)
