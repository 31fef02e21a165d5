"""A project with a truth of its own: a plugin's oracle, a graph that is measured by it, and its tasks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from redraft.bench.subject import Place
from redraft.evaluation import evaluator
from redraft.plugins import load_plugins
from redraft.plugins.info import Loaded
from redraft.registry import KINDS, Entry, Registry
from redraft.task import Draft, Score, Task

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.bench.recorded import Run
    from redraft.evaluation import Evaluator

NEVER = "what? no! yes?"
"""What no single sentence holds: every draft is revised, whatever the model knows."""

TASKS = [
    (["dog", "ball", "park"], "ball"),
    (["zeugma", "dog", NEVER], "dog"),
    (["girl", "drink", "juice", "kitchen"], "juice"),
    (["xylophone", NEVER, "run"], "run"),
]
GRAPH = """\
redraft = 1
extends = "sentence"
embedded = true

[bench]
truth = { ends_well = 1.0 }
tasks = "mine.jsonl"
"""


@evaluator("ends_well", kind="oracle", needs={"words": "list", "last": "text"}, in_process=True)
def ends_well(draft: Draft, task: Task) -> Score:
    """Whether the draft has the word that only the truth names."""
    return Score(float(task.inputs["last"] in draft.text), ["the last word is missing"])


def lines(truths: list[str] | None = None) -> str:
    given = truths or [last for _, last in TASKS]
    rows = [
        {"inputs": {"words": words}, "truth": {"last": last}} for (words, _), last in zip(TASKS, given, strict=True)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


def written(folder: Path) -> Path:
    """Return a project folder in this one, with the graph `mine` and its tasks."""
    graphs = folder / "project" / "graphs"
    graphs.mkdir(parents=True)
    (graphs / "mine.toml").write_text(GRAPH, encoding="utf-8")
    (graphs / "mine.jsonl").write_text(lines(), encoding="utf-8")
    return folder / "project"


def placed(project: Path) -> Place:
    """Return a project with the oracle among its plugins."""
    usual = load_plugins(project)
    return knowing(Place(project, usual, lambda: usual), ends_well)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder; what is kept lies in `cache` beside it."""
    monkeypatch.setenv("REDRAFT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("REDRAFT_CONFIG_DIR", str(tmp_path / "config"))
    return written(tmp_path)


@pytest.fixture
def place(project: Path) -> Place:
    """The project, with the oracle among its plugins."""
    return placed(project)


def knowing(place: Place, thing: Evaluator) -> Place:
    """A place whose plugins bring one more evaluator."""
    known = [entry for kind in KINDS for entry in place.plugins.registry.entries(kind)]
    loaded = Loaded(Registry([*known, Entry("evaluators", thing.name, thing, "redraft-proof")]), infos=(), absent=())
    return Place(place.project, loaded, lambda: loaded)


class Heard:
    """Listens, and remembers."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []
        self.steps = 0
        self.runs: list[Run] = []
        self.warnings: list[str] = []

    def begin(self, what: str, total: int) -> None:
        self.begun.append((what, total))

    def step(self) -> None:
        self.steps += 1

    def made(self, run: Run) -> None:
        self.runs.append(run)

    def warn(self, message: str) -> None:
        self.warnings.append(message)


@pytest.fixture
def heard() -> Heard:
    """A listener."""
    return Heard()
