"""Runs of a graph shown whole, as `redraft bench` recorded them: what was drafted, what was said, what was true.

    python -m benchmarks.bench_runs GRAPH [--count 3] [--seeds 3] [--n 200] [--model MODEL]

It makes nothing: `redraft bench GRAPH` has. The first run is one whose first draft was wrong and whose answer is right,
the second one whose answer is wrong, the third one that broke a right draft, the fourth one that was right at once;
then it begins again. Those of a kind are in the file's order.
"""

from __future__ import annotations

import argparse
import sys
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from redraft.bench.answers import loop_answer
from redraft.bench.identity import name_of
from redraft.bench.judging import Judgement
from redraft.bench.keeping import Shelf
from redraft.bench.runs import Runs
from redraft.bench.subject import Asked, Place, subject_of
from redraft.files import project_dir
from redraft.plugins import load_plugins

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redraft.bench.recorded import Run, Written
    from redraft.bench.subject import Subject

KINDS = ((False, True), (False, False), (True, False), (True, True))
"""Whether first draft and answer are right, by the kinds of runs in their order."""


def main() -> int:
    """Show runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph")
    parser.add_argument("--count", type=int, default=3, help="how many runs")
    parser.add_argument("--seeds", type=int, default=3, help="as for redraft bench")
    parser.add_argument("--n", type=int, help="as for redraft bench")
    parser.add_argument("--model", help="as for redraft bench")
    parser.add_argument("--data", type=Path, help="as for redraft bench")
    given = parser.parse_args()
    asked = Asked([given.graph], given.data, given.model, given.n, given.seeds)
    subject = subject_of(given.graph, asked, Place(project_dir(), load_plugins(), load_plugins))
    shown = list(islice(picked(subject, given.seeds), given.count))
    if not shown:
        sys.exit(f"There are no runs of {given.graph}: run `redraft bench {given.graph}` first, with the same options.")
    print("\n\n".join(shown))
    return 0


def picked(subject: Subject, seeds: int) -> Iterator[str]:
    """Yield runs as text, kind by kind."""
    truth = {(one.task, one.text): one.right for one in Shelf(subject.judgements, Judgement)}
    kinds: dict[tuple[bool, bool], list[str]] = {kind: [] for kind in KINDS}
    for name, runs in Runs(subject, seeds).whole():
        judged = name_of(subject.tasks[name].judged)
        loop = runs["loop"]
        right = {draft.text: truth.get((judged, draft.text), False) for draft in loop.drafts}
        answer = loop.drafts[loop_answer(loop).draft or 0]
        kinds[right[loop.drafts[0].text], right[answer.text]].append(told(subject, loop, right))
    yield from (text for text in chain.from_iterable(zip_longest(*kinds.values())) if text)


def told(subject: Subject, run: Run, right: Mapping[str, bool]) -> str:
    """Return a run as Markdown."""
    row = subject.tasks[run.task]
    answer = loop_answer(run).draft
    lines = [f"**{row.id}, seed {run.seed}**", "", "```", row.task.prompt, "```", ""]
    for place, draft in enumerate(run.drafts):
        lines += drafted(place, draft, right=right[draft.text])
    lines.append(f"- answer: draft {answer}; stopped by {run.stop.check}: {run.stop.detail}")
    return "\n".join(lines)


def drafted(place: int, draft: Written, *, right: bool) -> Iterator[str]:
    """Yield the lines of a draft."""
    value = "not evaluated" if draft.rank is None else f"value {draft.rank[2]:.2f}"
    yield f"- draft {place} by {draft.author} ({value}, in truth {'right' if right else 'wrong'}): `{draft.text}`"
    yield from (f"  - {reason}" for reason in draft.reasons)
    for item in draft.problems or ():
        where, fix = item.where and f"{item.where}: ", item.fix and f" → {item.fix}"
        yield f"  - critic: {where}{item.problem}{fix}"
    if draft.problems == ():
        yield "  - critic: nothing"


if __name__ == "__main__":
    sys.exit(main())
