"""The person at the terminal, who answers what a graph asks."""

from __future__ import annotations

import queue
import sys
from typing import TYPE_CHECKING

from redraft.cli.console import escape, is_terminal

if TYPE_CHECKING:
    from redraft.graph.questions import Question

__all__ = ["Person", "person_there"]


class Person:
    """Answers at the terminal. The thread that shows the run reads, so that a signal ends the waiting."""

    def __init__(self) -> None:
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def __call__(self, _question: Question) -> str | None:
        """Return the answer, once it was read."""
        return self._answers.get()

    def ask(self, question: Question) -> None:
        """Ask, and read the answer: a line, or the lines up to an empty one where it is a text."""
        _say(f"{question.mistake}\n" if question.mistake else "")
        choices = f" ({'/'.join(question.choices)})" if question.choices else ""
        _say(f"? {question.question}{choices}\n")
        if question.writes == "draft" and question.draft is not None:
            _say("  (write the text anew, an empty line ends it; nothing keeps the draft)\n")
        elif question.writes != "note":
            _say("  (an empty line ends it)\n")
        self._answers.put(_line() if question.writes == "note" else _lines())


def person_there() -> Person | None:
    """Return the person at the terminal, or None where stdin or stderr is none."""
    return Person() if is_terminal(sys.stdin) and is_terminal(sys.stderr) else None


def _say(text: str) -> None:
    sys.stderr.write(escape(text) if text else "")
    sys.stderr.flush()


def _line() -> str | None:
    _say("> ")
    read = sys.stdin.readline()
    return read.rstrip("\n") if read else None


def _lines() -> str | None:
    lines: list[str] = []
    while (line := _line()) is not None:
        if not line.strip():
            return "\n".join(lines)
        lines.append(line)
    return "\n".join(lines) or None
