"""`redraft check`: proves graphs and agents sound before any model is loaded, and explains the rules."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redraft.cli.console import escape, make_console, plain_glyphs, write_json
from redraft.cli.explaining import print_rules
from redraft.cli.groups import AsJson  # noqa: TC001 -- typer reads it at run time
from redraft.cli.selection import plugins
from redraft.errors import ExitCode, RedraftError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.text import Text

    from redraft.agents import Agent
    from redraft.graph.lint import Finding, Window
    from redraft.graph.spec import GraphSpec

__all__ = ["check"]

_SOUND = ("✓", "green")
_LINE = re.compile(r":(\d+)(?:\s|$)")


def check(
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME|FILE]...", help="Graphs, or graph or agent files; all where none is named."),
    ] = None,
    *,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what the codes that are named stand for; without one, list all.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Check graphs and agents without loading a model."""
    if explain:
        print_rules(targets or [], as_json=as_json)
        return ExitCode.DONE
    reports = [_check_one(target) for target in targets] if targets else _check_all()
    if as_json:
        write_json(reports[0] if targets and len(targets) == 1 else reports)
    else:
        shown = reports if targets else [report for report in reports if _is_own(report) or _is_broken(report)]
        _print(shown, others=len(reports) - len(shown))
    return ExitCode.DEFINITION if any(map(_is_broken, reports)) else ExitCode.DONE


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

    book = agents(project_dir(), plugins=plugins())
    return lint(spec, plugins().registry, book, windows=_windows(spec, book))


def _windows(spec: GraphSpec, book: Mapping[str, Agent]) -> dict[str, Window]:
    """Return what the headers of the models say that a run would take, as far as there are any."""
    found = {}
    for name in _asked_for(spec, book):
        with contextlib.suppress(RedraftError):  # No model is named, or none is there: a run will say so.
            window = _window(name, spec)
            if window:
                found[name] = window
    return found


def _asked_for(spec: GraphSpec, book: Mapping[str, Agent]) -> set[str]:
    from redraft.graph.node import AgentNode

    nodes = [node for one in spec.whole() for node in one.nodes.values() if isinstance(node, AgentNode)]
    names = set()
    for node in nodes:
        with contextlib.suppress(KeyError, RedraftError):  # Lint says what is wrong with it.
            names.add(node.applied_to(book[node.agent]).model)
    return names


def _window(name: str, spec: GraphSpec) -> Window | None:
    from redraft.catalog.header import inspect
    from redraft.files import project_dir
    from redraft.graph.lint import Window
    from redraft.runs.models import model_file

    model = model_file(name, spec, project_dir(), plugins().registry)
    tokens = inspect(model.path).context_length
    return Window(model.name, tokens) if tokens else None


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


def _is_broken(report: dict[str, Any]) -> bool:
    return any(finding["severity"] == "error" for finding in report["findings"])


def _is_own(report: dict[str, Any]) -> bool:
    from redraft.files import project_dir

    return Path(report["file"]).is_relative_to(project_dir())


def _print(reports: list[dict[str, Any]], *, others: int) -> None:
    """Print what was found in files; of so many others there is no more to say than that they are sound."""
    from rich.text import Text

    console = make_console(sys.stdout)
    for report in reports:
        mark, style = ("✗", "red") if _is_broken(report) else _SOUND
        console.print(Text.assemble((plain_glyphs(mark, console.encoding), style), f" {escape(_near(report['file']))}"))
        for finding in report["findings"]:
            console.print(_told(finding))
    if others:
        of = f" {others} more of redraft and of plugins"
        console.print(Text.assemble((plain_glyphs(_SOUND[0], console.encoding), _SOUND[1]), of))


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
