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
from redraft_qa import redraft_evaluators, redraft_graphs

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
EVALUATORS = redraft_evaluators()


def section(name):
    return next(part for part in re.split(r"^##+ ", README, flags=re.MULTILINE) if f"`{name}`" in part.split("\n")[0])


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
    assert {made.name for made in EVALUATORS if made.kind == "oracle"} == {"exact_match", "f1", "numeric", "solution"}


@pytest.mark.parametrize("path", redraft_graphs(), ids=lambda path: path.stem)
def test_its_graphs_have_no_fault(path):
    loaded = load_plugins()
    assert lint(load_graph(path, plugins=loaded), loaded.registry, agents(plugins=loaded)) == []


PASSAGE = "The old dog chased a red ball across the yard. Then it slept under the apple tree."
TRUE = 'A ball: "the old dog chased a red ball".'


def test_an_answer_without_a_true_quotation_is_revised(redraft):
    script = {"generator": 'A cat: "it chased a cat".', "critic": {"problems": []}, "reviser": TRUE}
    inputs = {"passage": PASSAGE, "question": "What did the dog chase?"}
    ran = redraft("passage", inputs=inputs, script=script, rating="5")
    assert ran.answer == TRUE
    assert 'the passage has no "it chased a cat"' in ran.prompts("critic")[0]
    assert PASSAGE in ran.prompts("generator")[0]


def test_a_wrong_sum_is_revised_until_program_and_further_answers_agree(redraft):
    script = {
        "generator": "3 * 2 = 5\nAnswer: 5 dollars",
        "critic": {"problems": []},
        "reviser": "3 * 2 = 6\nAnswer: 6 dollars",
        "programmer": "print(3 * 2)",
        "answerer": ["Answer: 6 dollars"],
    }
    inputs = {"question": "How much are 3 eggs at 2 dollars each?", "unit": "dollars"}
    ran = redraft("calculation", inputs=inputs, script=script)
    assert ran.answer.endswith("Answer: 6 dollars")
    assert [record.verdict.value for record in ran.outcome.drafts] == [pytest.approx(1 / 3), 1.0]
    assert 'the answer is "5", but a program computes 6' in ran.prompts("critic")[0]
    assert "0 of 4 further answers agree; 4 say 6" in ran.prompts("critic")[0]


STORY = "Tom put the ball in the box. Ann moved the ball to the garden. Ann put the kite in the box."


def test_a_wrong_sum_is_told_with_what_it_should_be_until_it_is_right(redraft):
    script = {
        "generator": "12 + 37 = 48. Answer: 48.",
        "critic": {"problems": []},
        "reviser": ["12 + 37 = 49. Answer: 48.", "12 + 37 = 49. Answer: 49."],
    }
    passage = "Tom has 12 apples. Ann has 37 apples."
    inputs = {"passage": passage, "question": "How many apples do Tom and Ann have together?"}
    ran = redraft("questions", inputs=inputs, script=script)
    assert ran.answer == "12 + 37 = 49. Answer: 49."
    assert "12 + 37 is 49, not 48" in ran.prompts("critic")[0]
    assert 'the calculation gives 49, not "48"' in ran.prompts("critic")[1]


def test_a_sentence_about_something_else_is_told_and_an_older_one_is_not(redraft):
    old = '"Tom put the ball in the box." Answer: the box.'
    script = {
        "generator": '"Ann put the kite in the box." Answer: the box.',
        "critic": {"problems": []},
        "reviser": old,
    }
    ran = redraft("questions", inputs={"passage": STORY, "question": "Where is the ball now?"}, script=script)
    assert 'no quotation has "ball"' in ran.prompts("critic")[0]
    assert ran.answer == old
    assert len(ran.outcome.drafts) == 2
