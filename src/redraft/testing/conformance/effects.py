"""Effects: what calls of an evaluator did to their process and to the world beside it."""

from __future__ import annotations

import decimal
import locale
import os
import random
import signal
import sys
import tempfile
import threading
import warnings
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["Auditor", "Effects", "Snapshot", "running"]

_WRITES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.truncate", "sqlite3.connect")
_CONNECTS = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind")
_MOST = 20


@dataclass(frozen=True, slots=True)
class Effects:
    """What calls left behind or did on their way.

    Args:
        imported: What the import of the module did: `printed …`, `connected to …`, `wrote …`, `started …`.
        printed: What calls wrote to stdout.
        changed: The parts of the process that calls changed, each with what it is now.
        threads: Threads that calls left running.
        children: Processes that calls left running.
        written: Files outside the temporary folder that calls wrote.
        network: Where calls connected to.
        descriptors: How many more files were open after the calls.
    """

    imported: tuple[str, ...] = ()
    printed: str = ""
    changed: dict[str, str] = field(default_factory=dict)
    threads: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    descriptors: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the effects as JSON can hold them."""
        return asdict(self)


class Auditor:
    """Hears of every file that is written and every connection that is made, and refuses connections if told to.

    An audit hook stays for as long as the process lives: this is for a process that is made for one evaluator.

    Args:
        network: Whether connections may be made.
    """

    def __init__(self, *, network: bool) -> None:
        self.written: list[str] = []
        self.network: list[str] = []
        self._allowed = network
        self._inside = os.path.realpath(tempfile.gettempdir())
        sys.addaudithook(self._hear)

    def take(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what was written, and where to connections went, since the last time."""
        heard = tuple(dict.fromkeys(self.written))[:_MOST], tuple(dict.fromkeys(self.network))[:_MOST]
        self.written.clear()
        self.network.clear()
        return heard

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
                self.written.append(real)

    def _connect(self, event: str, args: tuple[Any, ...]) -> None:
        address = args[1] if event.startswith("socket.") and len(args) > 1 and hasattr(args[0], "family") else args[:2]
        if isinstance(address, str | bytes) or (sys.platform == "win32" and address[:1] == ("127.0.0.1",)):
            return  # A socket of the file system; on Windows, an event loop's pipe to itself.
        self.network.append(":".join(str(part) for part in address[:2]))
        if not self._allowed:
            raise PermissionError("this evaluator has not declared network=True")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a process that an evaluator shares with everybody else in it."""

    cwd: str
    environ: dict[str, str]
    random: Any
    locale: str
    signals: dict[int, Any]
    warnings: list[Any]
    interpreter: dict[str, Any]

    @classmethod
    def take(cls) -> Snapshot:
        """Return the state as it is now."""
        interpreter = {
            "the recursion limit": sys.getrecursionlimit(),
            "the switch interval": sys.getswitchinterval(),
            "sys.path": list(sys.path),
            "the precision of decimals": decimal.getcontext().prec,
            "sys.stdout": sys.stdout,
        }
        return cls(
            os.getcwd(),  # noqa: PTH109 - as a text
            dict(os.environ),
            random.getstate(),
            locale.setlocale(locale.LC_ALL),
            {number: signal.getsignal(number) for number in signal.valid_signals()},
            list(warnings.filters),
            interpreter,
        )

    def restore(self) -> None:
        """Make the state what it was; what imports changed once does not count as what calls change."""
        os.chdir(self.cwd)
        os.environ.clear()
        os.environ.update(self.environ)
        random.setstate(self.random)
        locale.setlocale(locale.LC_ALL, self.locale)
        warnings.filters[:] = self.warnings  # type: ignore[index]
        for number, handler in self.signals.items():
            with suppress(OSError, ValueError, TypeError):  # Some cannot be set, and some are not Python's.
                signal.signal(number, handler)
        sys.setrecursionlimit(self.interpreter["the recursion limit"])
        sys.setswitchinterval(self.interpreter["the switch interval"])
        sys.path[:] = self.interpreter["sys.path"]
        decimal.getcontext().prec = self.interpreter["the precision of decimals"]
        sys.stdout = self.interpreter["sys.stdout"]

    def changes(self) -> dict[str, str]:
        """Return what is different now: the part, and what it has become."""
        now = Snapshot.take()
        changed = {
            name: str(getattr(now, name)) for name in ("cwd", "locale") if getattr(now, name) != getattr(self, name)
        }
        handlers = [_signal(number) for number, handler in now.signals.items() if handler != self.signals[number]]
        if handlers:
            changed["signals"] = ", ".join(handlers)
        if now.warnings != self.warnings:
            changed["warnings"] = f"{len(now.warnings)} filters, before it were {len(self.warnings)}"
        variables = sorted(
            key for key in {*now.environ, *self.environ} if now.environ.get(key) != self.environ.get(key)
        )
        if variables:
            changed["environ"] = ", ".join(variables)
        if now.random != self.random:
            changed["random"] = "another state"
        others = [key for key, value in now.interpreter.items() if value != self.interpreter[key]]
        return changed | ({"interpreter": ", ".join(others)} if others else {})


def running() -> tuple[set[str], set[str], int]:
    """Return the threads, the child processes and the number of open files of this process."""
    psutil: Any = import_module("psutil")
    process = psutil.Process()
    count = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
    threads = {f"{thread.name} ({thread.ident})" for thread in threading.enumerate()}
    return threads, {f"{child.name()} ({child.pid})" for child in process.children(recursive=True)}, count


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
