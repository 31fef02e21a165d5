"""LangGraph's own tools open the shipped graphs by `langgraph.json`."""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from langgraph.pregel import Pregel

from redraft.runs import shipped

ROOT = Path(__file__).parents[1]
FILE = ROOT / "langgraph.json"
GRAPHS = json.loads(FILE.read_text(encoding="utf-8"))["graphs"]


def test_each_shipped_graph_is_there() -> None:
    assert sorted(GRAPHS) == sorted(file.stem for file in (ROOT / "graphs").glob("*.toml"))
    assert sorted(GRAPHS) == sorted(shipped.__all__)


def test_each_opens_as_a_graph_and_once(subtests: pytest.Subtests) -> None:
    for name, place in GRAPHS.items():
        with subtests.test(name=name):
            file, _, variable = place.rpartition(":")
            assert (ROOT / file).resolve() == Path(shipped.__file__).resolve()
            maker = vars(shipped)[variable]
            assert not inspect.signature(maker).parameters
            graph = maker()
            assert isinstance(graph, Pregel)
            assert (graph.name, graph.checkpointer, graph.store) == (name, None, None)
            assert maker() is graph


@pytest.mark.skipif(importlib.util.find_spec("langgraph_cli") is None, reason="langgraph-cli is not installed")
def test_langgraph_validates_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "langgraph_cli", "validate", "--config", str(FILE)],
        capture_output=True,
        check=False,
        env={**os.environ, "LANGGRAPH_CLI_NO_ANALYTICS": "1"},
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert f"is valid. ({len(GRAPHS)} graphs found)" in done.stdout
    assert "warning" not in done.stdout
