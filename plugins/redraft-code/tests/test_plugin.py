"""The plugin as redraft finds it: its evaluators, its graph, its README."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from redraft.agents import agents
from redraft.graph.lint import lint
from redraft.graph.loading import load_graph
from redraft.plugins import load_plugins
from redraft_code import redraft_evaluators, redraft_graphs

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
EVALUATORS = redraft_evaluators()


def section(name):
    return next(part for part in re.split(r"^## ", README, flags=re.MULTILINE) if f"`{name}`" in part.split("\n")[0])


def test_it_loads_without_a_fault():
    (info,) = [info for info in load_plugins().infos if info.distribution == "redraft-code"]
    assert info.error is None
    assert {f"evaluators/{made.name}" for made in EVALUATORS} <= set(info.provides)


def test_each_evaluator_is_documented_with_each_parameter(subtests):
    for made in EVALUATORS:
        with subtests.test(made=made):
            needs = ", ".join(f"`{name}`" for name in made.needs)
            assert f"| `{made.name}` | {made.kind} | {needs}".rstrip() in README
            names = list(made.params.model_fields) if made.params else []
            assert [name for name in names if f"`{name}`" not in section(made.name)] == []
            assert [name for name in names if f"{name}:" not in (inspect.getdoc(made.params) or "")] == []


def test_all_that_runs_code_declares_the_sandbox():
    runs = {made.name for made in EVALUATORS if made.sandbox == "namespace"}
    assert runs == {"examples", "hidden_tests", "runtime"} == {m.name for m in EVALUATORS if "ctx" in m.arguments}
    assert {made.name for made in EVALUATORS if made.kind == "oracle"} == {"hidden_tests"}


@pytest.mark.parametrize("path", redraft_graphs(), ids=lambda path: path.stem)
def test_its_graphs_have_no_fault(path):
    loaded = load_plugins()
    assert lint(load_graph(path, plugins=loaded), loaded.registry, agents(plugins=loaded)) == []


@pytest.mark.usefixtures("ctx")
def test_code_is_revised_until_its_tests_pass(redraft):
    wrong, right = "def add(a, b):\n    return a - b", "def add(a, b):\n    return a + b"
    script = {"generator": f"```python\n{wrong}\n```", "critic": {"problems": []}, "reviser": right}
    inputs = {"problem": "Write add(a, b).", "tests": ["assert add(2, 2) == 4", "assert add(1, 0) == 1"]}
    ran = redraft("code", inputs=inputs, script=script)
    assert ran.answer == right
    assert "assert add(2, 2) == 4" in ran.prompts("generator")[0]
    assert "add(2, 2): expected 4, got 0" in ran.prompts("critic")[0]


def test_a_draft_without_code_does_not_pass_the_gate(redraft):
    script = {"generator": "I cannot write code.", "critic": {"problems": []}, "reviser": "I still cannot."}
    ran = redraft("code", inputs={"problem": "Write add(a, b).", "tests": ["assert add(1, 1) == 2"]}, script=script)
    assert all("parses" in record.verdict.gates_failed for record in ran.outcome.drafts)
    assert "line 1: invalid syntax" in ran.prompts("critic")[0]


@pytest.mark.usefixtures("ctx")
def test_a_function_of_steps_is_revised_after_one_failing_example(redraft):
    up = "def f(x):\n    x = sorted(x)\n    return x"
    down = up.replace("sorted(x)", "sorted(x, reverse=True)")
    tests = ["assert f([1, 3, 2]) == [3, 2, 1]", "assert f([4, 6]) == [6, 4]"]
    inputs = {"problem": "take a list of numbers; sort them.", "tests": tests}
    ran = redraft("functions", inputs=inputs, script={"generator": up, "critic": {"problems": []}, "reviser": down})
    assert ran.answer == down
    assert "- f([1, 3, 2]): expected [3, 2, 1], got [1, 2, 3]\n\n" in ran.prompts("critic")[0]
