"""`redraft check`: proves graphs and agents sound before any model is loaded."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redraft.cli.console import escape, make_console, plain_glyphs, write_json
from redraft.cli.groups import AsJson  # noqa: TC001 -- typer reads it at run time
from redraft.cli.selection import plugins
from redraft.errors import ExitCode, RedraftError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.text import Text

    from redraft.graph.lint import Finding
    from redraft.graph.spec import GraphSpec

__all__ = ["check"]

_LINE = re.compile(r":(\d+)(?:\s|$)")


def check(
    target: Annotated[
        str | None,
        typer.Argument(metavar="NAME|FILE", help="A graph, or a graph or agent file; all where it is left out."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> int:
    """Check graphs and agents without loading a model."""
    reports = [_check_one(target)] if target else _check_all()
    if as_json:
        write_json(reports[0] if target else reports)
    else:
        _print(reports)
    broken = any(finding["severity"] == "error" for report in reports for finding in report["findings"])
    return ExitCode.DEFINITION if broken else ExitCode.DONE


def _check_all() -> list[dict[str, Any]]:
    from redraft.plugins.shelf import Shelf

    agents = [_check_agent(found.path) for found in Shelf("agents", plugins=plugins()).all()]
    return agents + [_check_graph(found.path) for found in Shelf("graphs", plugins=plugins()).all()]


def _check_one(target: str) -> dict[str, Any]:
    return _check_agent(Path(target)) if target.endswith(".md") else _check_graph(target)


def _check_agent(path: Path) -> dict[str, Any]:
    from redraft.agents import load_agent

    def findings() -> list[dict[str, Any]]:
        load_agent(path)
        return []

    return _report(str(path), findings)


def _check_graph(target: str | Path) -> dict[str, Any]:
    from redraft import load_graph

    def findings() -> list[dict[str, Any]]:
        return [_finding(item) for item in _lint(load_graph(target, plugins=plugins()))]

    return _report(_file_of(target), findings)


def _lint(spec: GraphSpec) -> list[Finding]:
    from redraft.agents import agents
    from redraft.files import project_dir
    from redraft.graph.lint import lint

    return lint(spec, plugins().registry, agents(project_dir(), plugins=plugins()))


def _file_of(target: str | Path) -> str:
    from redraft.plugins.shelf import Shelf

    try:
        return str(Shelf("graphs", plugins=plugins())[str(target)].path)
    except (KeyError, RedraftError):
        return str(target)


def _report(file: str, findings: Callable[[], list[dict[str, Any]]]) -> dict[str, Any]:
    """Return a file's findings; one that cannot even be read has that as its only one."""
    try:
        return {"file": file, "findings": findings()}
    except RedraftError as error:
        line = _LINE.search(error.where or "")
        unread = {
            "code": "G000",
            "severity": "error",
            "file": file,
            "line": int(line[1]) if line else None,
            "name": (error.where or "").rpartition(" ")[2],
            "message": error.what,
            "mend": error.mend,
        }
        return {"file": file, "findings": [unread]}


def _finding(item: Finding) -> dict[str, Any]:
    return item.model_dump(mode="json")


def _print(reports: list[dict[str, Any]]) -> None:
    from rich.text import Text

    console = make_console(sys.stdout)
    for report in reports:
        broken = any(finding["severity"] == "error" for finding in report["findings"])
        mark, style = ("✗", "red") if broken else ("✓", "green")
        console.print(Text.assemble((plain_glyphs(mark, console.encoding), style), f" {escape(_near(report['file']))}"))
        for finding in report["findings"]:
            console.print(_told(finding))


def _told(finding: dict[str, Any]) -> Text:
    from rich.text import Text

    colour = "red" if finding["severity"] == "error" else "yellow"
    place = f"{_near(finding['file'])}:{finding['line']}" if finding["line"] else _near(finding["file"])
    told = Text.assemble("  ", (f"{finding['severity']} {finding['code']}", colour), f" {escape(finding['message'])}")
    mend = f"  {finding['mend']}" if finding["mend"] else ""
    return told.append(f"\n      {escape(place + mend)}", style="dim")


def _near(file: str) -> str:
    """Return a path as a person would type it here."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file
