"""An audit: every file that a process writes, and every connection that it makes."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Auditor", "Heard"]

_WRITES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.truncate", "sqlite3.connect")
_CONNECTS = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind")
_MOST = 20


@dataclass(frozen=True, slots=True)
class Heard:
    """The files outside the temporary folder that were written, and where connections went."""

    written: tuple[str, ...]
    network: tuple[str, ...]


class Auditor:
    """Hears of every file that is written and every connection that is made, and refuses connections if told to.

    An audit hook stays for as long as the process lives: this is for a process that is made for one evaluator.

    Args:
        network: Whether connections may be made.
    """

    def __init__(self, *, network: bool) -> None:
        self._written: list[str] = []
        self._network: list[str] = []
        self._allowed = network
        self._inside = os.path.realpath(tempfile.gettempdir())
        sys.addaudithook(self._hear)

    def take(self) -> Heard:
        """Return what was heard since the last time."""
        written, network = (tuple(dict.fromkeys(paths))[:_MOST] for paths in (self._written, self._network))
        self._written.clear()
        self._network.clear()
        return Heard(written, network)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            self._open(*args)
        elif event in _WRITES:
            self._wrote(args[0])
        elif event in _CONNECTS:
            self._connect(event, args)

    def _open(self, path: Any, mode: Any, flags: Any) -> None:
        writes = any(sign in mode for sign in "wax+") if isinstance(mode, str) else False
        if writes or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
            self._wrote(path)

    def _wrote(self, path: Any) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            real = os.path.realpath(os.fsdecode(path))
            if real != os.devnull and not Path(real).is_relative_to(self._inside):
                self._written.append(real)

    def _connect(self, event: str, args: tuple[Any, ...]) -> None:
        address = args[1] if event.startswith("socket.") and len(args) > 1 and hasattr(args[0], "family") else args[:2]
        if isinstance(address, str | bytes) or (sys.platform == "win32" and address[:1] == ("127.0.0.1",)):
            return  # A socket of the file system; on Windows, an event loop's pipe to itself.
        self._network.append(":".join(str(part) for part in address[:2]))
        if not self._allowed:
            raise PermissionError("this evaluator has not declared network=True")
