"""The runs that documents show: each is found among a graph's held-out tasks, and written between its markers.

    python -m benchmarks.transcripts            # after the embedded model has changed
    python -m benchmarks.transcripts README.md

A document says which run it shows: `<!-- transcript: sentence mended -->`, up to `<!-- end of transcript -->`. It is
the first of the graph's held-out tasks, seed 0, whose run is of that kind: `first` (the first draft is right), `mended`
(it is wrong, and its revision right) or `failed` (the answer after a revision is wrong). What is right, the graph's
`[bench]` says. Exits 1 where no run is of the kind; the document then stays as it is.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import redraft
from redraft.bench.judging import Question, judged, needs_of, truth_of
from redraft.bench.tasks import read_tasks
from redraft.cli.live import View
from redraft.errors import UsageError
from redraft.plugins import load_plugins
from redraft.runs.events import RunEnded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from redraft.bench.tasks import Row
    from redraft.evaluation import Use
    from redraft.graph.spec import GraphSpec
    from redraft.task import Outcome

__all__ = ["KINDS", "Shown", "documents", "found", "kind_of", "main", "renewed", "shown_in"]

ROOT = Path(__file__).parents[1]
KINDS = ("first", "mended", "failed")
END = "<!-- end of transcript -->"
_SHOWN = re.compile(rf"<!-- transcript: (?P<graph>\S+) (?P<kind>\S+) -->\n(?P<text>.*?){END}", re.DOTALL)
_WIDEST_COMMAND = 110


@dataclass(frozen=True, slots=True)
class Shown:
    """A run that a document shows: of which graph and kind, and the text between its markers."""

    graph: str
    kind: str
    text: str = ""

    @property
    def wanted(self) -> tuple[str, str]:
        """What run it is."""
        return self.graph, self.kind


def documents() -> Iterator[Path]:
    """Yield the documents that show runs."""
    files = [*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("plugins/*/README.md")]
    return (file for file in sorted(files) if shown_in(file.read_text(encoding="utf-8")))


def shown_in(text: str) -> list[Shown]:
    """Return the runs that a document shows, in their order."""
    return [Shown(match["graph"], match["kind"], match["text"]) for match in _SHOWN.finditer(text)]


def renewed(text: str, runs: Mapping[tuple[str, str], str]) -> str:
    """Return a document with these runs by graph and kind in place of those that it shows; others stay."""

    def written(match: re.Match[str]) -> str:
        run = runs.get((match["graph"], match["kind"]))
        head = f"<!-- transcript: {match['graph']} {match['kind']} -->\n"
        return match[0] if run is None else f"{head}```text\n{run}\n```\n{END}"

    return _SHOWN.sub(written, text)


def kind_of(outcome: Outcome, right: Sequence[bool]) -> str | None:
    """Return which kind of run this is, given which of its drafts are right, or None for one that no document shows."""
    if len(right) == 1:
        return "first" if right[0] else None
    if not right[outcome.best or 0]:
        return "failed"
    revised = outcome.drafts[1].draft.parent == 0
    return "mended" if right == [False, True] and revised else None


def found(graph: str, kinds: Iterable[str], model: Any, *, most: int) -> dict[tuple[str, str], str]:
    """Return the first run of each kind that one of a graph's first held-out tasks has; a kind may be missing.

    Raises:
        UsageError: The graph does not say what is right, or has no tasks.
    """
    plugins = load_plugins(ROOT)
    spec = redraft.load_graph(graph, ROOT, plugins=plugins)
    uses = truth_of(spec, plugins.registry)
    if spec.tasks_file is None:
        raise UsageError(f"graph '{graph}' has no held-out tasks")
    left, runs = set(kinds), {}
    for row in read_tasks(spec.tasks_file, spec, needs_of(uses, spec)).rows[:most]:
        if not left:
            break
        outcome, screen = _run(row.prompt, graph=spec, inputs=row.inputs, model=model, project=ROOT, plugins=plugins)
        right = asyncio.run(_right(spec, uses, row, outcome))
        kind = kind_of(outcome, right)
        if kind in left:
            left.remove(kind)
            runs[graph, kind] = "\n".join([*_command(graph, row), screen, "", _note(spec, row, right)])
    return runs


def _run(prompt: str | None, **order: Any) -> tuple[Outcome, str]:
    """Return a run, and what a person sees of it."""
    screen = io.StringIO()
    view = View(screen)
    with redraft.stream(prompt, **order) as events:
        for event in events:
            view.show(event)
    assert isinstance(event, RunEnded)
    return event.outcome, screen.getvalue().strip("\n")


async def _right(spec: GraphSpec, uses: Sequence[Use], row: Row, outcome: Outcome) -> list[bool]:
    assert spec.bench is not None
    texts = [record.draft.text for record in outcome.drafts]
    asked = [Question(row.id, row.judged, text) for text in dict.fromkeys(texts)]
    truth = {one.text: one.right async for one in judged(spec.bench, uses, asked)}
    return [truth[text] for text in texts]


def _command(graph: str, row: Row) -> list[str]:
    """Return the command that makes the run, or nothing where no reader would type it."""
    given = [
        f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in row.inputs.items()
    ]
    command = shlex.join(["redraft", "run", "-g", graph, *(part for one in given for part in ("-i", one))])
    typed = len(command) <= _WIDEST_COMMAND and not any(isinstance(value, dict) for value in row.inputs.values())
    return [f"$ {command}"] if typed else []


def _note(spec: GraphSpec, row: Row, right: Sequence[bool]) -> str:
    assert spec.bench is not None
    drafts = ", ".join(f"draft {index} {'right' if yes else 'wrong'}" for index, yes in enumerate(right))
    truth = ", ".join(use.name for use in spec.bench.truth)
    return f"# held-out task {row.line}, seed 0; by the truth ({truth}): {drafts}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the runs into the documents; return 1 where one was not found."""
    parser = argparse.ArgumentParser(description="Renew the runs that documents show.")
    parser.add_argument("documents", nargs="*", type=Path, help="those that show a run, where none is named")
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--most", type=int, default=300, help="held-out tasks of a graph that are tried")
    asked = parser.parse_args(arguments)
    files = asked.documents or list(documents())
    wanted = {one.wanted for file in files for one in shown_in(file.read_text(encoding="utf-8"))}
    model = redraft.load_model(asked.model)
    runs: dict[tuple[str, str], str] = {}
    for graph in sorted({graph for graph, _ in wanted}):
        runs |= found(graph, [kind for name, kind in wanted if name == graph], model, most=asked.most)
    asyncio.run(model.close())
    for file in files:
        text = file.read_text(encoding="utf-8")
        file.write_text(renewed(text, runs), encoding="utf-8")
    for graph, kind in sorted(wanted - runs.keys()):
        print(f"no run of graph '{graph}' is '{kind}' on its first {asked.most} held-out tasks", file=sys.stderr)
    print(f"{len(runs)} runs in {len(files)} documents")
    return 0 if wanted == runs.keys() else 1


if __name__ == "__main__":
    raise SystemExit(main())
