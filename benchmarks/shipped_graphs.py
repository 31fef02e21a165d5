"""Every shipped graph on the six domains, beside best-of-N with as many tokens: one table, by `redraft bench`.

    python -m benchmarks.shipped_graphs [--n 60] [--seeds 1] [--write]

A shipped graph keeps its nodes, its ways and its rounds. The task, the evaluators, what contents the graph, and the
truth are the domain's. `translate_back` can only translate, and is told the source's language besides; `human_review`
asks a person, and has no truth but theirs. `--write` puts the table into docs/graphs/compared.md. Runs are kept: after
an interruption the same command goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import graph_costs
from benchmarks.domains import DOCS, renew, told
from redraft.bench.benching import bench
from redraft.bench.subject import Asked, Place
from redraft.bench.tables import Table, points, share
from redraft.cli.progress import Progress
from redraft.graph.dumping import dump_graph
from redraft.graph.loading import load_graph
from redraft.graph.spec import EvaluateNode
from redraft.plugins import load_plugins

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redraft.bench.intervals import Interval
    from redraft.bench.report import GraphReport
    from redraft.graph.spec import GraphSpec

DOMAINS = ("sentence", "questions", "story", "phrases", "functions", "facts")
GRAPHS = tuple(name for name in graph_costs.GRAPHS if name != "human_review")
OWN = "the domain's own"
TRANSLATION = "phrases"
OTHER = {"Chinese": "English", "English": "Chinese"}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=60, help="tasks of each domain")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--domains", nargs="+", choices=DOMAINS, default=DOMAINS)
    parser.add_argument("--write", action="store_true", help="write docs/graphs/compared.md")
    given = parser.parse_args()
    found = {(domain, name): one for domain in given.domains for name, one in compared(domain, given.n, given.seeds)}
    size = f"{given.n} tasks × {given.seeds} of each domain"
    brief = Table(f"Right answers in per cent, and by how many points ahead of best-of-N ({size})", overview(found))
    whole = Table("The same with 95 % intervals, and what it costs a task", [row_of(*key, found[key]) for key in found])
    text = "\n".join(told([brief, whole]))
    print(text)
    if given.write:
        renew(DOCS / "graphs" / "compared.md", text)
    return 0


def compared(domain: str, n: int, seeds: int) -> Iterator[tuple[str, GraphReport]]:
    """Yield the reports of a domain by their graphs' names: its own graph first, then each shipped one."""
    plugins = load_plugins()
    spec = load_graph(domain, plugins=plugins)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "graphs").mkdir()
        tasks = written(project / "tasks.jsonl", spec)
        names = [domain]
        for name in GRAPHS:
            if name != "translate_back" or domain == TRANSLATION:
                mixed = mix(load_graph(name, plugins=plugins), spec)
                (project / "graphs" / f"{mixed.name}.toml").write_text(dump_graph(mixed), encoding="utf-8")
                names.append(mixed.name)
        place = Place(project, plugins, load_plugins)
        with Progress(sys.stderr) as progress:
            own = bench(Asked([domain], None, "embedded", n, seeds), place, progress)
            others = bench(Asked(names[1:], tasks, "embedded", n, seeds), place, progress)
    for one in (*own.graphs, *others.graphs):
        yield one.graph.removeprefix(f"{domain}_"), one


def mix(graph: GraphSpec, domain: GraphSpec) -> GraphSpec:
    """Return a shipped graph with the task, the evaluators, the stops and the truth of a domain."""
    evaluate = domain.nodes["evaluate"]
    nodes = {name: evaluate if isinstance(node, EvaluateNode) else node for name, node in graph.nodes.items()}
    inputs = domain.inputs | ({"source_language": "text"} if "language" in domain.inputs else {})
    return graph.model_copy(
        update={
            "name": f"{domain.name}_{graph.name}",
            "embedded": True,
            "prompt": domain.prompt,
            "inputs": inputs,
            "nodes": nodes,
            "stop": domain.stop.model_copy(update={"rounds": graph.stop.rounds}),
            "bench": domain.bench and domain.bench.model_copy(update={"tasks": None}),
        }
    )


def written(path: Path, domain: GraphSpec) -> Path:
    """Write the tasks of a domain, with the source's language where they are translations."""
    assert domain.tasks_file
    rows = [json.loads(line) for line in domain.tasks_file.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        if "language" in row["inputs"]:
            row["inputs"]["source_language"] = OTHER[row["inputs"]["language"]]
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return path


def overview(found: Mapping[tuple[str, str], GraphReport]) -> list[dict[str, str]]:
    """Return a row for each graph, with a column for each domain; the domain's own graph is the first row."""
    rows: dict[str, dict[str, str]] = {}
    for (domain, name), one in found.items():
        row = OWN if name == domain else name
        lead = _ahead(one)
        rows.setdefault(row, {"graph": row})[domain] = f"{100 * one.drafts.answer.value:.0f} ({100 * lead.value:+.0f})"
    return list(rows.values())


def row_of(domain: str, name: str, one: GraphReport) -> dict[str, str]:
    """Return what was measured of a graph on a domain."""
    return {
        "domain": domain,
        "graph": name,
        "first draft right, %": share(one.drafts.first),
        "answer right, %": share(one.drafts.answer),
        "ahead of best-of-N": points(_ahead(one)),
        "drafts": f"{one.cost.drafts:.1f}",
        "tokens written": f"{one.cost.completion_tokens:.0f}",
    }


def _ahead(one: GraphReport) -> Interval:
    """Return by how much a graph's answers are ahead of best-of-N's with as many tokens."""
    lead = next(rival.ahead for rival in one.rivals if rival.name == "best-of-N")
    assert lead, f"{one.graph} has no best-of-N"
    return lead


if __name__ == "__main__":
    sys.exit(main())
