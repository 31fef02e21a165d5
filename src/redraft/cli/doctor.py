"""`redraft doctor`: what redraft finds on this machine, and what to do about what it misses."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from redraft.cli.console import escape, make_console, plain_glyphs, write_json
from redraft.cli.groups import AsJson  # noqa: TC001 -- typer reads it at run time
from redraft.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.cli.examination import Symptom

__all__ = ["doctor"]

_MARKS = {"ok": ("✓", "green"), "note": ("·", "yellow"), "broken": ("✗", "bold red")}


def doctor(*, as_json: AsJson = False) -> int:
    """Look at this machine, and say what is missing."""
    from redraft.cli.examination import examine

    symptoms = examine()
    broken = any(symptom.state == "broken" for symptom in symptoms)
    if as_json:
        write_json({"ok": not broken, "checks": [asdict(symptom) for symptom in symptoms]})
    else:
        _print(symptoms)
    return ExitCode.INTERNAL if broken else ExitCode.DONE


def _print(symptoms: Sequence[Symptom]) -> None:
    from rich.text import Text

    console = make_console(sys.stdout)
    wide = max(len(symptom.name) for symptom in symptoms)
    for symptom in symptoms:
        mark, style = _MARKS[symptom.state]
        head = Text.assemble((plain_glyphs(mark, console.encoding), style), (f" {symptom.name:<{wide}}  ", "bold"))
        console.print(head + Text(escape(symptom.detail)))
        if symptom.mend:
            console.print(Text(" " * (wide + 4) + escape(symptom.mend), style="dim"))
