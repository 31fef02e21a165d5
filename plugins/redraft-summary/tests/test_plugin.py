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
from redraft_summary import redraft_evaluators, redraft_graphs

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
EVALUATORS = redraft_evaluators()


def section(name):
    return next(part for part in re.split(r"^##+ ", README, flags=re.MULTILINE) if f"`{name}`" in part.split("\n")[0])


def test_it_loads_without_a_fault():
    (info,) = [info for info in load_plugins().infos if info.distribution == "redraft-summary"]
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


def test_what_reads_the_reference_is_an_oracle():
    assert {made.name for made in EVALUATORS if made.kind == "oracle"} == {"gist", "rouge"}


@pytest.mark.parametrize("path", redraft_graphs(), ids=lambda path: path.stem)
def test_its_graphs_have_no_fault(path):
    loaded = load_plugins()
    assert lint(load_graph(path, plugins=loaded), loaded.registry, agents(plugins=loaded)) == []


SOURCE = (
    "Ann Lee, 42, has run the Hilltop bakery since 2004. On Saturdays a thousand people queue for its bread, for the "
    "bakery bakes its bread slowly. Ann Lee learnt to bake bread in France, where she worked in a bakery for 7 years."
)
SUMMARY = "People love the slowly baked bread of the Hilltop bakery, where Ann Lee works."


def test_a_summary_that_adds_a_number_is_revised(redraft):
    script = {
        "generator": "People love the slowly baked bread of the Hilltop bakery, where Ann Lee, 43, works.",
        "critic": {"problems": []},
        "reviser": SUMMARY,
    }
    ran = redraft("summary", inputs={"source": SOURCE}, script=script, rating="5")
    assert ran.answer == SUMMARY
    assert 'the source has no number "43"' in ran.prompts("critic")[0]


STORY = (
    "There was a gardener, Tom, who lived by the lake. He wanted to paint 43 yellow bags. The miller Paul came to the "
    "gardener with a brush. Yet in the wind the bags gave the gardener hard work. By evening no bag of Tom was painted."
)


def test_a_story_is_told_until_nothing_is_too_long_copied_or_made_up(redraft):
    script = {
        "generator": "Paul the miller wanted to paint 43 yellow bags, but failed because of the storm.",
        "critic": {"problems": []},
        "reviser": "Tom the gardener hoped to paint 43 yellow bags, but failed.",
    }
    ran = redraft("story", inputs={"source": STORY}, script=script)
    assert ran.answer == "Tom the gardener hoped to paint 43 yellow bags, but failed."
    told = ran.prompts("critic")[0]
    for reason in (
        "2 words too many: 15 of at most 13, 30% of the source's 46",
        '6 words: "wanted to paint 43 yellow bags"',
        'the source has no word "storm"',
        'the key term "Tom" is missing',
        'the key term "gardener" is missing',
    ):
        assert reason in told
