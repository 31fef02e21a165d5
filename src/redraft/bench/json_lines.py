"""Lines of JSON in a file: one object each."""

from __future__ import annotations

import json
import math
import re
from codecs import BOM_UTF8
from collections import Counter
from typing import TYPE_CHECKING, Any

from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["LONGEST", "kind_of", "lines_of", "object_of"]

LONGEST = 16 << 20
"""Bytes of one line. Far beyond any model's context."""

_KINDS = {str: "a text", dict: "an object", list: "a list", bool: "true or false", type(None): "null"}
_SURROGATE = re.compile("[\ud800-\udfff]")


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers, from 1.

    Raises:
        UsageError: There is no such file, or it cannot be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise UsageError("this is not a file", where=str(path), mend="Name a file of JSON lines.")
        with path.open("rb") as file:
            yield from (
                (number, line) for number, line in enumerate(_lines(file), 1) if line.removeprefix(BOM_UTF8).strip()
            )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"the file cannot be read: {reason}", where=str(path), mend="Check the path.") from error


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file's lines, of one that is too long only the beginning, which is too long as well."""
    while line := file.readline(LONGEST + 1):
        yield line
        while len(line) > LONGEST and not line.endswith(b"\n"):
            line = file.readline(LONGEST + 1)


def object_of(line: bytes) -> dict[str, Any]:
    """Return the object that a line is.

    Raises:
        UsageError: It is too long, no UTF-8, no JSON, or something else.
    """
    if len(line) > LONGEST and not line.endswith(b"\n"):
        raise UsageError("the line is longer than 16 MiB", mend="Make the task shorter.")
    try:
        said = json.loads(
            line.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_finite, parse_float=_finite
        )
        alone = _SURROGATE.search(json.dumps(said, ensure_ascii=False))
    except UnicodeDecodeError as error:
        raise UsageError(f"byte {error.start + 1} of the line is not UTF-8", mend="Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        what = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}, at character {error.pos + 1}"
        raise UsageError(what, mend="Write one JSON object a line, and nothing round it.") from error
    except ValueError as error:
        raise UsageError(f"this is not JSON: {error}", mend="Write the number as a text.") from error
    except RecursionError as error:
        raise UsageError("the values are nested too deeply", mend="Flatten them.") from error
    if alone:
        what = f"\\u{ord(alone[0]):04x} is half of a character"
        raise UsageError(what, mend="Write the character itself, or both halves.")
    if not isinstance(said, dict):
        raise UsageError(
            f"a line is an object, not {kind_of(said)}", mend="Write one JSON object a line, and nothing round it."
        )
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise UsageError(f"the key {twice!r:.60} comes twice", mend="Keep one of the two.")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UsageError(f"{text:.20} is not a finite number", mend="Write a number, or null.")
    return number


def kind_of(value: Any) -> str:
    """Return what a value is, as a person calls it."""
    return _KINDS.get(type(value), "a number")
