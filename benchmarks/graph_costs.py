"""What a task costs with each shipped graph: drafts, and tokens of the embedded model; the pages of the graphs say it.

    python -m benchmarks.graph_costs [--n 10] [--write]

The tasks are the first of `graphs/sentence.jsonl`, as prompts; `translate_back` translates such a sentence's words. A
person who is asked says no once, and then yes. `--write` puts the figures into docs/graphs/.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import redraft

ROOT = Path(__file__).parents[1]
GRAPHS = (
    *("refine", "best_of_n", "best_then_refine", "self_consistency", "pareto", "debate", "critic_panel"),
    *("translate_back", "human_review"),
)
FIGURES = re.compile(r"on \d+ tasks(?P<how>.*?): \*\*.*?\*\* a task\.")


def tasks(n: int) -> list[list[str]]:
    """Return the words of the first tasks."""
    lines = (ROOT / "graphs" / "sentence.jsonl").read_text(encoding="utf-8").splitlines()[:n]
    return [json.loads(line)["inputs"]["words"] for line in lines]


def asked(graph: str, words: list[str]) -> dict[str, Any]:
    """Return what a run of a graph is given."""
    listed = ", ".join(words)
    if graph == "translate_back":
        return {"inputs": {"source": f"{listed}.", "source_language": "English", "language": "Chinese"}}
    return {"prompt": f"Write one sentence that uses all of these words: {listed}."}


def person() -> Any:
    """Return someone who finds fault with the first draft, and takes the second."""
    answers = iter(["no", "Say it in other words.", *["yes"] * 9])
    return lambda _question: next(answers)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a task costs on average: drafts, and tokens written and read."""

    drafts: float
    written: float
    read: float

    def __str__(self) -> str:
        return f"{self.drafts:.1f} drafts, {self.written:.0f} tokens written, {self.read:.0f} read"


def cost(graph: str, n: int, model: Any) -> Cost:
    """Return what the first n tasks cost."""
    runs = [redraft.run(graph=graph, model=model, answer=person(), **asked(graph, words)) for words in tasks(n)]
    return Cost(
        fmean(len(run.drafts) for run in runs),
        fmean(run.usage.completion_tokens for run in runs),
        fmean(run.usage.prompt_tokens for run in runs),
    )


def main() -> None:
    """Print a line for each graph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=10)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    model = redraft.load_model("embedded")
    for graph in GRAPHS:
        paid = cost(graph, given.n, model)
        print(f"{graph}: {paid}", flush=True)
        if given.write:
            page = ROOT / "docs" / "graphs" / f"{graph}.md"
            said = rf"on {given.n} tasks\g<how>: **{paid}** a task."
            page.write_text(FIGURES.sub(said, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
