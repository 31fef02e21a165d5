"""Syntax: what keeps code from being Python."""

from __future__ import annotations

import ast
import warnings
from threading import RLock

from redraft.text import excerpt

__all__ = ["fault_of"]

_NO_CODE = "the draft has no Python code"
_MOST = 500_000
# The compiler takes the square of a program's length; the parser does not.
_MOST_COMPILED = 50_000
# Filters of warnings belong to the process, not to the thread.
_FILTERS = RLock()


def fault_of(code: str) -> str | None:
    """Return what is wrong with code, with its line; None where it compiles.

    Very long code is parsed only, so that a `return` outside of a function goes unseen there.
    """
    if not code.strip():
        return _NO_CODE
    if len(code) > _MOST:
        return f"the code has {len(code):,} characters, more than {_MOST:,} are not looked at"
    try:
        with _FILTERS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flags = 0 if len(code) <= _MOST_COMPILED else ast.PyCF_ONLY_AST
            compile(code, "draft", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        return _told(error)
    except (MemoryError, OverflowError, RecursionError):
        return "the code is nested too deeply"
    except ValueError as error:
        return f"no Python: {error}"
    return None


def _told(error: SyntaxError) -> str:
    where = f"line {error.lineno}: " if error.lineno else ""
    line = (error.text or "").strip()
    return f"{where}{error.msg}{f': {excerpt(line, 60)}' if line else ''}"
