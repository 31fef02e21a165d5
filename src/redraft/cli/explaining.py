"""Rules of lint, explained: what each is, why, the smallest graph that earns it, and the mended one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from redraft.cli.console import escape, make_console, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.text import Text

    from redraft.graph.lint import Explanation

__all__ = ["print_rules"]

DOCS = "docs/rules.md"


def print_rules(codes: Sequence[str], *, as_json: bool) -> None:
    """Print what is to be said about some codes, or one line about each that there is.

    Raises:
        UnknownNameError: There is no such code.
    """
    from redraft.graph.lint import RULES, explain

    rules = [explain(code) for code in codes or RULES]
    if as_json:
        write_json([_told(rule) for rule in rules])
        return
    console = make_console(sys.stdout)
    for number, rule in enumerate(rules):
        for line in _page(rule) if codes else (_title(rule),):
            console.print(line, soft_wrap=True)
        if number < len(rules) - 1 and codes:
            console.print()


def _told(rule: Explanation) -> dict[str, Any]:
    return {
        "code": rule.code,
        "severity": rule.rule.severity,
        "rule": rule.rule.text,
        "mend": rule.rule.mend,
        "why": rule.why,
        "earns": dict(rule.earns),
        "mended": dict(rule.mended),
        "docs": f"{DOCS}#{rule.code.lower()}",
    }


def _title(rule: Explanation) -> Text:
    from rich.text import Text

    colour = "red" if rule.rule.severity == "error" else "yellow"
    return Text.assemble((f"{rule.code} {rule.rule.severity}", colour), f"  {escape(rule.rule.text)}")


def _page(rule: Explanation) -> Iterator[Text]:
    from rich.text import Text

    yield _title(rule)
    yield Text(f"{rule.rule.mend}\n", style="dim")
    yield Text(f"{escape(rule.why)}\n")
    for title, files in rule.parts.items():
        yield Text(title, style="bold")
        yield Text(_indented(files))
    yield Text(f"See {DOCS}#{rule.code.lower()}", style="dim")


def _indented(files: Mapping[str, str]) -> str:
    lines = (line for text in files.values() for line in [*text.rstrip().split("\n"), ""])
    return "\n".join(f"  {line}".rstrip() for line in lines)
