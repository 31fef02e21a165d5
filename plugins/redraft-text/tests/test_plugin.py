"""The plugin as redraft finds it: its evaluators, its graphs, its README."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from redraft.agents import agents
from redraft.graph.lint import lint
from redraft.graph.loading import load_graph
from redraft.plugins import load_plugins
from redraft_text import redraft_evaluators, redraft_graphs

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
EVALUATORS = redraft_evaluators()


def section(name):
    return next(part for part in re.split(r"^## ", README, flags=re.MULTILINE) if f"`{name}`" in part.split("\n")[0])


def test_it_loads_without_a_fault():
    (info,) = [info for info in load_plugins().infos if info.distribution == "redraft-text"]
    assert info.error is None
    assert {f"evaluators/{made.name}" for made in EVALUATORS} <= set(info.provides)
    assert {"graphs/acronym", "graphs/concepts", "graphs/keywords"} <= set(info.provides)


def test_each_evaluator_is_documented_with_each_parameter(subtests):
    for made in EVALUATORS:
        with subtests.test(made=made):
            needs = ", ".join(f"`{name}`" for name in made.needs)
            assert f"| `{made.name}` | {made.kind} | {needs}".rstrip() in README
            names = list(made.params.model_fields) if made.params else []
            assert [name for name in names if f"`{name}`" not in section(made.name)] == []
            assert [name for name in names if f"{name}:" not in (inspect.getdoc(made.params) or "")] == []


@pytest.mark.parametrize("path", redraft_graphs(), ids=lambda path: path.stem)
def test_its_graphs_have_no_fault(path):
    loaded = load_plugins()
    assert lint(load_graph(path, plugins=loaded), loaded.registry, agents(plugins=loaded)) == []


def test_words_that_are_missing_or_out_of_order_are_revised(redraft):
    good = "The dog ran through the park and threw a ball to the child."
    script = {
        "generator": "The ball flew to the child while the dog slept in the park all day.",
        "critic": {"problems": []},
        "reviser": good,
    }
    inputs = {"words": ["dog", "run", "park", "throw"], "language": "English"}
    ran = redraft("keywords", inputs=inputs, script=script)
    assert ran.answer == good
    assert '"run" is missing' in ran.prompts("critic")[0]


def test_a_draft_in_another_language_does_not_pass_the_gate(redraft):
    script = {
        "generator": "狗在公园里跑，把球扔给孩子。",
        "critic": {"problems": []},
        "reviser": "The dog runs in the park and throws the ball.",
    }
    inputs = {"words": ["狗", "公园"], "language": "Chinese"}
    assert redraft("keywords", inputs=inputs, script=script).answer == "狗在公园里跑，把球扔给孩子。"
    ran = redraft("keywords", inputs={"words": ["dog", "park"], "language": "English"}, script=script)
    assert ran.answer == "The dog runs in the park and throws the ball."
    assert "line 1 is in Chinese, not in English" in ran.prompts("critic")[0]


def test_an_acronym_from_elsewhere_is_revised(redraft):
    script = {"generator": "BADGE", "critic": {"problems": []}, "reviser": "RADAR"}
    ran = redraft("acronym", inputs={"title": "Radio Detection And Ranging"}, script=script)
    assert ran.answer == "RADAR"
    assert 'only 2 of the 5 letters of "BADGE" come from the title' in ran.prompts("critic")[0]


def test_a_text_that_leaves_concepts_out_is_revised(redraft):
    good = "The toddler removed a vest, and then her mother pulled him through the snow."
    script = {"generator": "The toddler removed a vest.", "critic": {"problems": []}, "reviser": good}
    inputs = {"words": ["vest", "snow", "remove", "toddler", "mother", "pull"]}
    ran = redraft("concepts", inputs=inputs, script=script, rating="5")
    assert ran.answer == good
    assert '"snow" is missing' in ran.prompts("critic")[0]
