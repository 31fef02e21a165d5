"""Lists and cards: what `ls` and `show` print, for people and as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

from redraft.cli.console import escape, is_terminal, make_console, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from redraft.files import Found

__all__ = ["Titled", "found_row", "print_card", "print_rows", "print_table"]

_ENDLESS = 100_000
_LONG = 60


class Titled(Protocol):
    """A table that knows its title."""

    @property
    def title(self) -> str:
        """Stands above it."""

    @property
    def rows(self) -> Sequence[Mapping[str, str]]:
        """Its cells by column."""

    @property
    def notes(self) -> Sequence[str]:
        """Stand below it."""


def found_row(found: Found, facts: Callable[[Path], dict[str, Any]], *, own: str) -> dict[str, Any]:
    """Return the row of a file on the search path; one that is broken says so.

    Args:
        found: The file.
        facts: Reads the file, and returns its `description` and its own fact.
        own: The key of that fact, None in the row of a broken file.
    """
    from redraft.errors import RedraftError

    row = {
        "name": found.name,
        "origin": found.origin,
        "distribution": found.distribution,
        "path": str(found.path),
        "shadows": [str(path) for path in found.shadows],
    }
    try:
        return {**row, **facts(found.path), "error": None}
    except RedraftError as error:
        return {**row, own: None, "description": f"broken: {error}", "error": str(error)}


def print_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Print one line for each row, or the rows as JSON.

    Args:
        rows: What there is; JSON has all keys.
        columns: The keys that a person sees, in order; one that is empty in every row is left out.
        as_json: Whether to print JSON.
    """
    if as_json:
        write_json(rows)
        return
    _print_columns(rows, columns)


def print_table(table: Titled) -> None:
    """Print a table with its title above it and its notes below it."""
    from rich.text import Text

    console = make_console(sys.stdout)
    console.print(Text(escape(table.title), style="bold"))
    _print_columns(table.rows, list(dict.fromkeys(column for row in table.rows for column in row)))
    for note in table.notes:
        console.print(Text(escape(note), style="dim"))
    console.print()


def _print_columns(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    filled = [column for column in columns if any(_cell(row.get(column)) for row in rows)]
    for number, column in enumerate(filled):
        table.add_column(column, style="cyan" if number == 0 else None, overflow="fold")
    for row in rows:
        table.add_row(*(Text(escape(_cell(row.get(column)))) for column in filled))
    console = make_console(sys.stdout)
    if not is_terminal(sys.stdout):
        console.width = _ENDLESS
    console.print(table, soft_wrap=False)


def print_card(card: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one thing, key by key, or as JSON. Texts of several lines stand below their key."""
    if as_json:
        write_json(card)
        return
    from rich.text import Text

    console = make_console(sys.stdout)
    wide = max((len(key) for key, value in card.items() if "\n" not in _cell(value)), default=0)
    for key, value in card.items():
        text = escape(_cell(value))
        if "\n" in text:
            console.print(Text(key, style="bold"))
            console.print(Text("\n".join(f"  {line}" for line in text.splitlines())))
        elif text:
            console.print(Text.assemble((f"{key:<{wide}}", "bold"), f"  {text}"))


def _cell(value: Any) -> str:
    match value:
        case None | () | []:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            parts = [_cell(part) for part in value]
            return "\n".join(parts) if any("\n" in part or len(part) > _LONG for part in parts) else ", ".join(parts)
        case dict():
            return "\n".join(f"{key}: {_cell(part)}" for key, part in value.items())
    return str(value)
