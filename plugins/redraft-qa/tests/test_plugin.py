"""The plugin as redraft finds it: its evaluators, its graphs, its README."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from redraft.files import find
from redraft.graph.loading import load_graph
from redraft.plugins import load_plugins
from redraft_qa import redraft_agents, redraft_evaluators, redraft_graphs

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
EVALUATORS = redraft_evaluators()


def section(name):
    return next(part for part in re.split(r"^### ", README, flags=re.MULTILINE) if f"`{name}`" in part.split("\n")[0])


def test_it_loads_without_a_fault():
    (info,) = [info for info in load_plugins().infos if info.distribution == "redraft-qa"]
    assert info.error is None
    assert {f"evaluators/{made.name}" for made in EVALUATORS} <= set(info.provides)


def test_each_evaluator_is_documented_with_each_parameter(subtests):
    for made in EVALUATORS:
        with subtests.test(made=made):
            needs = ", ".join(f"`{name}`" for name in made.needs)
            assert f"| `{made.name}` | {made.kind} | {needs}".rstrip() in README
            names = list(made.params.model_fields) if made.params else []
            assert re.findall(r"^\| `(\w+)` \|", section(made.name), re.MULTILINE) == names
            assert [name for name in names if f"{name}:" not in (inspect.getdoc(made.params) or "")] == []


def test_what_reads_the_answer_is_an_oracle():
    assert {made.name for made in EVALUATORS if made.kind == "oracle"} == {"exact_match", "f1", "numeric"}


@pytest.mark.parametrize("path", redraft_graphs(), ids=lambda path: path.stem)
def test_its_graphs_have_no_oracle(path):
    graph = load_graph(path, Path.cwd())
    kinds = {use.name: load_plugins().registry.evaluator(use.name).kind for use in graph.nodes["evaluate"].evaluators}
    assert "oracle" not in kinds.values()


def test_its_agents_are_found(tmp_path):
    assert {path.stem for path in redraft_agents()} <= set(find("agents", tmp_path))
