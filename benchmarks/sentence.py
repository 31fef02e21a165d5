"""The method on tasks that training never saw: drafts and answers of the shipped graph, and its rivals at equal tokens.

    python -m benchmarks.sentence [--n 300] [--seeds 3] [--jobs 2] [--json FILE] [--plot FILE] [--sample FILE]

The tasks have 3 to 8 words, as many of each, and hold words that stand together in no training example. The truth is
coverage of every word, one sentence of at most 25 words, and acceptance by a parser of the grammar; no run sees it.
At equal tokens every method has the same first draft, the same number of generated tokens for all its agents, and the
same early stop. Stops are pure functions of the drafts, so that each kind is replayed over one set of runs that had
none: the figures are those that really running it gives, and a test says so.

Runs are kept in `benchmarks/work/` as they are made, and not made again: `--n 12` takes a minute, all of it a quarter
of an hour. Intervals are of 95 %, by 10,000 resamples of the tasks. Exits 1 where a line at the end says FAIL.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.sentence_figures import judged
from benchmarks.sentence_report import as_json, draw, markdown, sample, verdict_on
from benchmarks.sentence_runs import given_tasks, recorded
from benchmarks.sentence_tables import Report
from redraft.files import embedded_model


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=300, help="how many tasks")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each method on each task")
    parser.add_argument("--model", type=Path, default=None, help="a GGUF; the embedded model unless one is given")
    parser.add_argument("--jobs", type=int, default=2, help="processes, each with its engine")
    parser.add_argument("--json", type=Path, help="where the figures go")
    parser.add_argument("--plot", type=Path, help="where the picture goes")
    parser.add_argument("--sample", type=Path, help="where 50 runs go, to be read")
    return parser.parse_args()


def main() -> int:
    """Make what runs are missing, and print what all of them say."""
    given = options()
    runs = recorded(given.model or embedded_model(), given_tasks(given.n), given.seeds, jobs=given.jobs)
    report = Report(judged(run) for run in runs)
    print(f"# {given.n} tasks, {given.seeds} seeds\n")
    print("\n".join(markdown(table) for table in report.tables))
    print("\n".join(verdict_on(demand) for demand in report.demands))
    if given.json:
        given.json.write_text(as_json(report) + "\n", encoding="utf-8")
    if given.sample:
        given.sample.write_text(sample(report), encoding="utf-8")
    if given.plot:
        draw(report, given.plot)
    return 0 if all(demand.met for demand in report.demands) else 1


if __name__ == "__main__":
    sys.exit(main())
