"""A module of one file, made of exactly the bytes whose digest is known."""

from __future__ import annotations

import hashlib
import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from redraft.errors import PluginError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["digest_of", "load_file", "module_name", "read_code"]

LIMIT = 8 << 20
"""Bytes that a file of code may have."""


def read_code(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        PluginError: It cannot be read, is no regular file, or is too large.
    """
    try:
        if not path.is_file():
            raise PluginError("there is no such file", where=str(path), mend="Check the path.")
        with path.open("rb") as file:
            code = file.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PluginError(f"the file cannot be read: {reason}", where=str(path)) from error
    if len(code) > LIMIT:
        raise PluginError("the file is larger than 8 MiB", where=str(path), mend="Make a package of it.")
    return code


def digest_of(code: bytes) -> str:
    """Return the SHA-256 of a file's content."""
    return hashlib.sha256(code).hexdigest()


def module_name(path: Path, sha256: str) -> str:
    """Return what the module of a file is called: another name for another content or place."""
    place = hashlib.sha256(str(path).encode(errors="surrogateescape")).hexdigest()[:8]
    return f"redraft_file_{re.sub(r'[^A-Za-z0-9_]', '_', path.stem)}_{place}_{sha256[:12]}"


def load_file(path: Path, sha256: str) -> ModuleType:
    """Return the module of a file, run once in a process; whatever running it raises comes through.

    What is run are the bytes that were digested here, never the file read again.

    Args:
        path: The file, absolute.
        sha256: The digest that its content must have.

    Raises:
        PluginError: It cannot be read, or has another content.
    """
    name = module_name(path, sha256)
    if name in sys.modules:
        return sys.modules[name]
    code = read_code(path)
    if digest_of(code) != sha256:
        raise PluginError("the file has changed", where=str(path), mend="Look at it, then run `redraft trust`.")
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        exec(compile(code, str(path), "exec"), vars(module))  # noqa: S102 - the user trusts these very bytes
    except BaseException:
        del sys.modules[name]
        raise
    return module
