"""How far a bench is: a bar on a terminal, now and then a line elsewhere; on stderr."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from redraft.cli.console import escape, is_terminal, make_console

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TextIO

    from redraft.bench.recorded import Run

__all__ = ["Progress"]

_EVERY = 15.0
"""Seconds between two lines where nobody looks at a terminal."""

_MINUTE = 60


class Progress:
    """Shows what a bench does: steps, tokens a second, the time that is left.

    Args:
        stream: Where; stderr.
    """

    def __init__(self, stream: TextIO | None) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._console = make_console(stream)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
        )
        self._bar = Bar(*columns, TimeRemainingColumn(), console=self._console) if is_terminal(stream) else None
        self._task = self._bar.add_task("", total=None, rate="", visible=False) if self._bar else None
        self._what, self._total, self._done, self._tokens = "", 0, 0, 0
        self._began = self._said = time.monotonic()

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def begin(self, what: str, total: int) -> None:
        """Begin with so many steps of something."""
        self._what, self._total, self._done, self._tokens = what, total, 0, 0
        self._began = self._said = time.monotonic()
        if self._bar and self._task is not None:
            self._bar.reset(self._task, description=what, total=total, rate="", visible=True)
        else:
            self._print(f"{what}: {total} to be made")

    def step(self) -> None:
        """Show that one of them is done."""
        self._done += 1
        if self._bar and self._task is not None:
            self._bar.update(self._task, completed=self._done, rate=self._rate())
        elif time.monotonic() - self._said >= _EVERY or self._done == self._total:
            self._said = time.monotonic()
            self._print(f"{self._what}: {self._done} of {self._total}, {self._rate()}{self._left()}")

    def made(self, run: Run) -> None:
        """Count what a run generated."""
        self._tokens += run.tokens

    def warn(self, message: str) -> None:
        """Show a message above the bar."""
        self._print(message)

    def _rate(self) -> str:
        seconds = max(time.monotonic() - self._began, 0.001)
        return f"{self._tokens / seconds:,.0f} tokens/s" if self._tokens else f"{seconds:.0f} s"

    def _left(self) -> str:
        seconds = (time.monotonic() - self._began) / self._done * (self._total - self._done)
        shown = f"{seconds / _MINUTE:.0f} min" if seconds >= 2 * _MINUTE else f"{seconds:.0f} s"
        return f", {shown} left" if self._done < self._total else ""

    def _print(self, message: str) -> None:
        self._console.print(escape(message))
