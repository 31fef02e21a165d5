"""What a person hands to a run: a prompt, from the line or from stdin, and named inputs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from redraft.cli.console import is_terminal
from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_inputs", "read_prompt"]

_LIMIT = 16 * 1024 * 1024
"""Bytes of one text. Far beyond any model's context; it keeps `redraft run - < /dev/zero` from filling the memory."""


def read_prompt(prompt: str | None, *, wanted: bool) -> str | None:
    """Return the prompt: the argument, or stdin for `-` and for a pipe where a prompt is wanted but not given.

    Args:
        prompt: The argument, `-`, or None.
        wanted: Whether the graph takes a prompt of its own.

    Raises:
        UsageError: The text is not valid UTF-8, or too long.
    """
    piped = prompt is None and wanted and sys.stdin is not None and not is_terminal(sys.stdin)
    if prompt != "-" and not piped:
        return None if prompt is None else _valid(prompt, "the prompt")
    if sys.stdin is None:
        return ""
    return _decode(sys.stdin.buffer.read(_LIMIT + 1), "stdin").rstrip("\r\n")


def read_inputs(pairs: Iterable[str]) -> dict[str, str]:
    """Return the named inputs of `-i NAME=VALUE`; `@FILE` stands for a file's text, `@@` for a literal @.

    Raises:
        UsageError: A pair has no name, a name comes twice, or a file cannot be read.
    """
    inputs: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError(f"'{pair}' is not NAME=VALUE", where="-i", mend="Write for example -i words=dog,throw.")
        if name in inputs:
            raise UsageError(f"input '{name}' is given twice", where="-i", mend="Give each input once.")
        inputs[name] = _value(name, value)
    return inputs


def _value(name: str, value: str) -> str:
    if value.startswith("@@"):
        value = value[1:]
    elif value.startswith("@"):
        return _file(name, Path(value[1:]))
    return _valid(value, f"input '{name}'")


def _file(name: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"the file of input '{name}' cannot be read: {reason}",
            where=str(path),
            mend=f"Check the path, or write -i {name}=@@… for a value that begins with @.",
        ) from error
    return _decode(data, str(path))


def _decode(data: bytes, where: str) -> str:
    if len(data) > _LIMIT:
        raise UsageError("the text is longer than 16 MiB", where=where, mend="Give a shorter text.")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"byte {error.start} is not UTF-8", where=where, mend="Save the text as UTF-8.") from error


def _valid(text: str, what: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{what} is not UTF-8 at character {error.start}", mend="Give the text as UTF-8.") from error
    return text
