"""The plugins of one call of the command line: those that its options leave, loaded once, where they are needed."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, TextIO

from redraft.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from redraft.plugins import Loaded
    from redraft.plugins.candidate import Candidate
    from redraft.plugins.choice import Choice

__all__ = ["Selection", "chosen", "loader", "plugins", "selected", "taken_out"]

_OFF = "no:"


@dataclass
class Selection:
    """What the options say of plugins.

    Args:
        blocked: The names behind `-p no:`.
        none: Whether `--no-plugins` was given.
    """

    blocked: tuple[str, ...] = ()
    none: bool = False

    @property
    def choice(self) -> Choice:
        """The choice that they make, with the environment's."""
        from redraft.plugins.choice import Choice

        return Choice.of(self.blocked, () if self.none else None, None)

    @property
    def loader(self) -> Callable[[], Loaded]:
        """What loads them once more, in another process."""
        from redraft.plugins import load_plugins

        return partial(load_plugins, blocked=self.blocked, only=() if self.none else None)

    @cached_property
    def loaded(self) -> Loaded:
        """The plugins that are left.

        Raises:
            UsageError: One that is to be left out is not there.
        """
        from redraft.plugins import load_plugins

        with _stdout_kept():
            found = load_plugins(blocked=self.blocked, only=() if self.none else None, on_slow=_say_slow)
        self._require_known(found)
        return found

    def _require_known(self, found: Loaded) -> None:
        from redraft.plugins.choice import Choice

        infos = (*found.infos, *found.absent)
        names = sorted({name for info in infos for name in (info.name, info.distribution) if name})
        for name in self.blocked:
            if not any(Choice.of([name], None, {}).refuses(known, known) for known in names):
                what = f"no plugin is named '{name}'.{nearest(name, names)}"
                raise UsageError(what, where=f"-p no:{name}", mend="See `redraft plugins ls`.")


def _say_slow(one: Candidate) -> None:
    if sys.stderr is not None:
        told = f"waiting for plugin '{one.name}' ({one.distribution}) to load; -p no:{one.name} leaves it out"
        sys.stderr.write(f"redraft: {told}\n")
        sys.stderr.flush()


@contextmanager
def _stdout_kept() -> Iterator[None]:
    """Send to stderr what is written to the descriptor of stdout inside, by a C library or by `os.write`.

    `sys.stdout` itself still leads to the real one: last words may have to be said amid an import.
    """
    import ctypes

    try:
        kept = os.dup(1)
    except OSError:  # There is no stdout.
        yield
        return
    stdout = sys.stdout
    # A signal may come between any two of these lines: at each of them `sys.stdout` leads to the real one.
    if _descriptor(stdout) == 1:
        sys.stdout = open(kept, "w", encoding=stdout.encoding, errors=stdout.errors, closefd=False)  # noqa: SIM115 -- closed with `kept`
    try:
        with suppress(OSError):  # There is no stderr.
            os.dup2(2, 1)
        yield
    finally:
        with suppress(AttributeError, OSError, TypeError):  # What C has buffered; Windows has no library of no name.
            ctypes.CDLL(None).fflush(None)
        with suppress(AttributeError, OSError, ValueError):
            sys.stdout.flush()
        os.dup2(kept, 1)
        sys.stdout = stdout
        os.close(kept)


def _descriptor(stream: TextIO | None) -> int | None:
    try:
        return None if stream is None else stream.fileno()
    except (OSError, ValueError):
        return None


_current: ContextVar[Selection] = ContextVar("redraft_selection")


def taken_out(options: Sequence[str]) -> tuple[Selection, list[str]]:
    """Return what some options say of plugins, and the options without that. They may stand anywhere."""
    blocked, rest, waiting = [], [], list(options)
    while waiting:
        option = waiting.pop(0)
        if option == "-p" and waiting and waiting[0].startswith(_OFF):
            blocked.append(waiting.pop(0).removeprefix(_OFF))
        elif option.startswith(f"-p{_OFF}"):
            blocked.append(option.removeprefix(f"-p{_OFF}"))
        elif option != "--no-plugins":
            rest.append(option)
    return Selection(tuple(blocked), "--no-plugins" in options), rest


@contextmanager
def selected(selection: Selection) -> Iterator[None]:
    """Have `plugins` give what a selection leaves."""
    token = _current.set(selection)
    try:
        yield
    finally:
        _current.reset(token)


def chosen() -> Choice:
    """Return the choice that this call of the command line makes."""
    return _current.get(Selection()).choice


def loader() -> Callable[[], Loaded]:
    """Return what loads the plugins of this call of the command line in another process."""
    return (_current.get(None) or Selection()).loader


def plugins() -> Loaded:
    """Return the plugins of this call of the command line, loaded once."""
    selection = _current.get(None)
    return (selection or Selection()).loaded
