"""Names that a new thing may have."""

from __future__ import annotations

import keyword
import re
import unicodedata
from typing import TYPE_CHECKING

from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["identifier", "legal", "require_name"]

_LONGEST = 64
_NAME = re.compile(rf"[a-z][a-z0-9_-]{{0,{_LONGEST - 1}}}")
_OTHER = re.compile(r"[^a-z0-9_-]+")
# What the files of a new plugin mean by these.
_TAKEN = frozenset({"draft", "evaluator", "params", "redraft", "score", "task", "test", "tests"})


def legal(name: str) -> str:
    """Return the legal name that is nearest to one, or an empty text.

    Examples:
        >>> legal("Politeness Check!")
        'politeness-check'
    """
    plain = unicodedata.normalize("NFKD", name.strip()).encode("ascii", "ignore").decode().lower()
    return _OTHER.sub("-", plain).lstrip("0123456789_-").rstrip("_-")[:_LONGEST]


def require_name(kind: str, name: str, *, reserved: Collection[str] = (), code: bool = False) -> str:
    """Return a name for a new thing, as it was given.

    Args:
        kind: What it is, for the message.
        name: The name.
        reserved: Names that redraft's own things have.
        code: Whether Python code is called by it.

    Raises:
        UsageError: It is no name, or somebody else's; the message proposes another one.
    """
    if not _NAME.fullmatch(name):
        what = f"'{name}' is no name for {kind}: small letters, digits, _ and -, a letter first"
        raise UsageError(what, mend=_proposal(legal(name), reserved, code=code))
    if name in reserved:
        what = f"'{name}' is the name of one of redraft's own"
        raise UsageError(what, mend=_proposal(name, reserved, code=code))
    if code and _is_taken(name):
        what = f"'{name}' means something else in Python code"
        raise UsageError(what, mend=_proposal(name, reserved, code=code))
    return name


def identifier(name: str) -> str:
    """Return what Python code calls a thing of that name."""
    return name.replace("-", "_")


def _proposal(name: str, reserved: Collection[str], *, code: bool) -> str:
    if not name:
        return "Take for example 'tone' or 'no-cliches'."
    free = f"my-{name}"[:_LONGEST] if name in reserved or (code and _is_taken(name)) else name
    return f"Take for example '{free}'."


def _is_taken(name: str) -> bool:
    module = identifier(name)
    return keyword.iskeyword(module) or keyword.issoftkeyword(module) or module in _TAKEN
