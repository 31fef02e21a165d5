"""`redraft advise` whole, from its files to its report, over a scripted engine whose CL and CS are known."""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from redraft.bench.advising import Wanted, advise
from redraft.bench.subject import Place
from redraft.plugins import load_plugins
from redraft.testing.scripted import ScriptedEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.advice.models import Known
    from redraft.bench.advice_report import AdviceReport
    from redraft.bench.recorded import Run
    from redraft.llama.interface import Request

__all__ = ["GRAPH", "Silent", "advice_of", "scripted_engine", "written"]

RIGHT, WRONG = "zebra", "quagga"
_TASK = re.compile(r"Task \d+")

GRAPH = """\
redraft = 1
embedded = true

[task]
prompt = "Task {{ number }}."
inputs = { number = "text", words = "list" }

[nodes]
generator = { agent = "generator" }
evaluate = { evaluators = { length = { weight = 1.0, min_words = 99 } } }
critic = { agent = "critic" }
reviser = { agent = "reviser" }

[[edges]]
path = ["start", "generator", "evaluate"]

[[edges]]
path = ["evaluate", "end"]
when = "stop"

[[edges]]
path = ["evaluate", "critic", "reviser", "evaluate"]

[stop]
rounds = "auto"

[bench]
truth = { coverage = 1.0 }
tasks = "known.jsonl"
"""
"""A loop that takes every revision, for each is longer: so its gain follows from CL and CS alone."""


class Silent:
    """Listens, and says nothing."""

    def begin(self, what: str, total: int) -> None:
        """Say nothing."""

    def step(self) -> None:
        """Say nothing."""

    def made(self, run: Run) -> None:
        """Say nothing."""

    def warn(self, message: str) -> None:
        """Say nothing."""


def scripted_engine(known: Known) -> ScriptedEngine:
    """Return an engine that writes as a known model does; the same seed writes the same."""

    def answer(request: Request, visit: int) -> str:
        prompt = "".join(piece.text for piece in request.pieces)
        random = Random(f"{known}:{request.seed}:{request.agent}:{_TASK.findall(prompt)}")
        match request.agent:
            case "critic":
                return json.dumps({"problems": []})
            case "generator":
                return _draft(right=random.random() < known.first, words=5)
            case _:
                return _draft(right=random.random() < (known.cl if RIGHT in prompt else known.cs), words=20)

    return ScriptedEngine(answer)


def _draft(*, right: bool, words: int) -> str:
    return " ".join([RIGHT if right else WRONG, *["so"] * words]) + "."


def written(folder: Path, *, tasks: int) -> Path:
    """Return a project in a folder, with the graph `known` and so many tasks."""
    graphs = folder / "project" / "graphs"
    graphs.mkdir(parents=True)
    (graphs / "known.toml").write_text(GRAPH, encoding="utf-8")
    lines = (json.dumps({"inputs": {"number": str(number), "words": [RIGHT]}}) for number in range(tasks))
    (graphs / "known.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "project"


def advice_of(known: Known, *, tasks: int, seeds: int | None = None) -> AdviceReport:
    """Return what `redraft advise` says of a model, asked in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="redraft-") as folder, _apart(Path(folder)):
        project = written(Path(folder), tasks=tasks)
        plugins = load_plugins(project, only=())
        place = Place(project, plugins, lambda: plugins)
        return advise(Wanted("known", seeds=seeds), place, Silent(), engine=scripted_engine(known))


@contextmanager
def _apart(folder: Path) -> Iterator[None]:
    """Have runs and advice kept in a folder meanwhile."""
    names = ("REDRAFT_CACHE_DIR", "REDRAFT_DATA_DIR")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({name: str(folder / name) for name in names})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
