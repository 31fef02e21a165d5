"""`redraft evaluators test`: the checks of the author's kit, on a user's machine and without pytest."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redraft.cli.console import escape, make_console, plain_glyphs, write_json
from redraft.cli.given import read_inputs
from redraft.cli.groups import AsJson, Name  # noqa: TC001 -- typer reads it at run time
from redraft.cli.selection import plugins
from redraft.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.text import Text

    from redraft.evaluation import Evaluator
    from redraft.testing import CheckResult

__all__ = ["conform"]

_MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "skipped": ("-", "dim")}

Input = Annotated[
    list[str] | None,
    typer.Option("-i", "--input", metavar="NAME=VALUE", help="An input of the task; @FILE is the text of a file."),
]
Param = Annotated[
    list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A parameter, as a graph would set it.")
]
Good = Annotated[str | None, typer.Option(metavar="TEXT", help="A draft that should score high; @FILE is a file's.")]
Bad = Annotated[str | None, typer.Option(metavar="TEXT", help="A draft that should score lower; @FILE is a file's.")]
Prompt = Annotated[str, typer.Option(metavar="TEXT", help="What the task asks.")]


def conform(  # noqa: PLR0913 -- one argument for each option
    name: Name,
    *,
    inputs: Input = None,
    param: Param = None,
    good: Good = None,
    bad: Bad = None,
    prompt: Prompt = "Write one sentence.",
    as_json: AsJson = False,
) -> int:
    """Check that an evaluator keeps the rules that all evaluators keep; exit code 1 where it does not."""
    from redraft.task import Task
    from redraft.testing import EvaluatorTests, run_checks

    evaluator = plugins().registry.evaluator(name)
    given = _values(inputs)
    _require_inputs(evaluator, given)
    params = _values(param)
    evaluator.validate_params(params)
    examples = {
        "evaluator": evaluator,
        "task": Task(prompt=prompt, inputs=given),  # type: ignore[call-arg]
        "params": params,
        "optional_inputs": tuple(given),  # who names an input knows that it is read
        "good": _text("good", good),
        "bad": _text("bad", bad),
    }
    results = run_checks(type("Tests", (EvaluatorTests,), examples))
    return _report_json(name, list(results)) if as_json else _report(name, results)


def _values(pairs: Sequence[str] | None) -> dict[str, Any]:
    """Return named values: what is a list, a table, a number, true, false or null in JSON is that, all else a text."""
    return {name: _value(text) for name, text in read_inputs(pairs or ()).items()}


def _value(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value


def _text(name: str, given: str | None) -> str | None:
    return None if given is None else read_inputs([f"{name}={given}"])[name]


def _require_inputs(evaluator: Evaluator, given: dict[str, Any]) -> None:
    missing = [name for name in evaluator.needs if name not in given]
    if missing:
        raise UsageError(
            f"evaluator '{evaluator.name}' needs the input '{missing[0]}'",
            mend=f"Give each: {' '.join(f'-i {name}=…' for name in evaluator.needs)}",
        )


def _report_json(name: str, results: Sequence[CheckResult]) -> int:
    rows = [{key: getattr(result, key) for key in result.__slots__} for result in results]
    write_json({"evaluator": name, "ok": _exit_code(results) == ExitCode.DONE, "checks": rows})
    return _exit_code(results)


def _report(name: str, results: Iterable[CheckResult]) -> int:
    """Print each result as it comes, then what they come to."""
    from rich.text import Text

    console, seen = make_console(sys.stdout), []
    for result in results:
        seen.append(result)
        console.print(_line(result, console))
    counts = [(outcome, sum(result.outcome == outcome for result in seen)) for outcome in _MARKS]
    console.print(Text(f"{escape(name)}: {', '.join(f'{count} {outcome}' for outcome, count in counts)}", style="bold"))
    return _exit_code(seen)


def _line(result: CheckResult, console: Console) -> Text:
    from rich.text import Text

    mark, style = _MARKS[result.outcome]
    line = Text.assemble((plain_glyphs(mark, console.encoding), style), f" {result.check.replace('_', ' ')}")
    if result.outcome == "skipped":
        return line.append(f" ({escape(result.message)})", style="dim")
    return line.append("".join(f"\n    {escape(part.strip())}" for part in result.message.splitlines()))


def _exit_code(results: Iterable[CheckResult]) -> int:
    return ExitCode.NOT_MET if any(result.outcome == "failed" for result in results) else ExitCode.DONE
