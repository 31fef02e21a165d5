"""A TOML file with the line of every key."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from redraft.errors import DefinitionError
from redraft.files.place import Located, Place
from redraft.files.reading import read_text
from redraft.files.toml_lines import key_lines

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["load_toml", "parse_toml"]

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def load_toml(path: Path) -> Located:
    """Return what a TOML file says.

    Raises:
        DefinitionError: The file cannot be read, or it is not TOML: a key twice, a missing quote, …
    """
    return parse_toml(read_text(path), path)


def parse_toml(text: str, file: Path | str) -> Located:
    """Return what a TOML text says.

    Args:
        text: The text.
        file: Its file, for errors.

    Raises:
        DefinitionError: It is not TOML.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        line = int(at[1]) if at and at[1] else text.count("\n") + 1
        column = f" (column {at[2]})" if at and at[2] else ""
        what = f"this is not TOML: {_AT.sub('', str(error))}{column}"
        raise DefinitionError(what, where=str(Place(file, line)), mend=_mend(str(error))) from error
    except RecursionError as error:
        raise DefinitionError("the values are nested too deeply", where=str(file)) from error
    except ValueError as error:
        raise DefinitionError(f"this is not TOML: {error}", where=str(file)) from error
    return Located(file, data, key_lines(text))


def _mend(error: str) -> str | None:
    if "overwrite" in error or "twice" in error or "redefine" in error or "mutate" in error:
        return "Keep one of the two; a table's keys stand together."
    return None
