"""The figures and the runs that the pages of the six domains show, written between their markers.

    redraft bench sentence questions story phrases functions facts --json > report.json
    python -m benchmarks.domains report.json

`docs/domains/GRAPH.md` gets the graph's own figures and three of its runs, one of them a failure; `docs/results.md` all
tables, the READMEs a short one, between `<!-- measured -->` and `<!-- end of measured -->`. The bench kept the runs.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.bench_runs import picked
from redraft.bench.report import BenchReport
from redraft.bench.subject import Asked, Place, subject_of
from redraft.bench.tables import Table, points, share, tables_of
from redraft.files import project_dir
from redraft.plugins import load_plugins

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft.bench.report import GraphReport

DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- measured -->\n", "<!-- end of measured -->"
SHOWN = 3
BRIEFLY = ("best-of-N", "no critique")
READMES = {
    "README.md": (
        "graph",
        "first draft right, %",
        "answer right, %",
        "gain",
        "ahead of best-of-N",
        "ahead of no critique",
        "advice",
    ),
    "README.zh.md": ("流程图", "第一稿正确，%", "答案正确，%", "提升", "领先 best-of-N", "领先不经批评", "建议"),
}


def main() -> int:
    """Write the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path, help="what `redraft bench --json` printed")
    parser.add_argument("--model", help="as for redraft bench")
    given = parser.parse_args()
    report = BenchReport.model_validate_json(given.report.read_bytes())
    for one in report.graphs:
        alone = report.model_copy(update={"graphs": (one,)})
        runs = shown(one, given.model)
        renew(
            DOCS / "domains" / f"{one.graph}.md",
            "\n".join([*told(tables_of(alone)), "## Three runs, whole", "", *runs]),
        )
    renew(DOCS / "results.md", "\n".join(told(tables_of(report))))
    for readme, columns in READMES.items():
        renew(DOCS.parent / readme, "\n".join(told([brief(report, columns)])))
    return 0


def brief(report: BenchReport, columns: Sequence[str]) -> Table:
    """Return the table of the READMEs: what the loop gained, and what the same tokens gained otherwise."""
    rows = []
    for one in report.graphs:
        found = [one.graph, share(one.drafts.first), share(one.drafts.answer), points(one.gain)]
        found += [points(rival.ahead) for rival in one.rivals if rival.name in BRIEFLY]
        rows.append(dict(zip(columns, [*found, one.forecast.advice], strict=True)))
    return Table(f"{report.graphs[0].tasks} × {report.graphs[0].seeds}", rows)


def shown(one: GraphReport, model: str | None) -> Iterator[str]:
    """Yield runs of a graph as Markdown: one that was mended, one that failed, and another."""
    asked = Asked([one.graph], None, model, one.tasks, one.seeds)
    subject = subject_of(one.graph, asked, Place(project_dir(), load_plugins(), load_plugins))
    for run in islice(picked(subject, one.seeds), SHOWN):
        yield from (run, "")


def told(tables: list[Table]) -> Iterator[str]:
    """Yield tables as Markdown."""
    for table in tables:
        columns = list(table.rows[0])
        yield from (f"**{table.title}**", "", f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}")
        yield from (f"| {' | '.join(row.get(column, '') for column in columns)} |" for row in table.rows)
        yield ""
        yield from (f"{note}." for note in table.notes)
        yield from [""] if table.notes else []


def renew(path: Path, text: str) -> None:
    """Write a text between the markers of a page.

    Raises:
        SystemExit: The page is missing, or has no markers.
    """
    page = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        sys.exit(f"{path} has no place for figures: put {BEGIN.strip()} and {END} into it")
    path.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
