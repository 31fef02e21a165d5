"""A graph over a scripted model: by name, as a file, as text, built in Python."""

from __future__ import annotations

import pytest

from redraft import Graph
from redraft.errors import UnknownNameError, UsageError
from redraft.testing import ScriptedRun, run_scripted

SCRIPT = {
    "generator": "The dog has a ball.",
    "critic": {"problems": [{"where": "", "problem": "no park", "fix": "name the park"}]},
    "reviser": ["The dog has a ball in the park."],
}
WORDS = {"words": ["dog", "ball", "park"]}
TEXT = """
redraft = 1
extends = "sentence"

[stop]
rounds = 0
"""


def test_a_run_has_its_outcome_its_events_and_what_was_asked():
    ran = run_scripted("sentence", inputs=WORDS, script=SCRIPT, rating="5")
    assert isinstance(ran, ScriptedRun)
    assert ran.answer == ran.outcome.answer == "The dog has a ball in the park."
    assert ran.drafts == ("The dog has a ball.", "The dog has a ball in the park.")
    assert [type(event).__name__ for event in ran.events][:2] == ["RunStarted", "DraftStarted"]
    assert ['"park" is missing' in prompt for prompt in ran.prompts("critic")] == [True]
    assert len(ran.prompts("generator")) == 1


def test_a_graph_comes_by_name_as_a_file_as_text_or_from_python(subtests, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(TEXT, encoding="utf-8")
    built = (
        Graph("once")
        .task("Use {{ words | join(', ') }}.", words="list")
        .node("generator", agent="generator")
        .node("evaluate", evaluators={"coverage": 1.0})
        .edge("start", "generator", "evaluate", "end")
    )
    for graph in ("sentence", file, TEXT, built, built.spec()):
        with subtests.test(graph=graph):
            ran = run_scripted(graph, inputs=WORDS, script=SCRIPT, rounds=0)
            assert ran.drafts == ("The dog has a ball.",)


def test_an_agent_gets_its_answers_one_by_one_and_the_last_one_again():
    script = SCRIPT | {"reviser": ["The dog naps.", "The dog has a ball in the park."], "generator": "No."}
    ran = run_scripted("sentence", inputs=WORDS, script=script, rating="5", rounds=2)
    assert ran.drafts == ("No.", "The dog naps.", "The dog has a ball in the park.")
    assert len(ran.prompts("critic")) == 2


def test_a_script_may_be_a_function():
    ran = run_scripted("refine", "Ask for tea.", script=lambda request, visit: f"{request.agent} {visit}", rounds=0)
    assert ran.answer == "generator 0"


def test_an_agent_that_names_a_model_of_its_own_is_scripted_too(tmp_path):
    (tmp_path / "agents").mkdir()
    text = "---\nredraft: 1\nreads: [task]\nwrites: draft\nmodel: nowhere\n---\n{{ task.prompt }}"
    (tmp_path / "agents" / "generator.md").write_text(text, encoding="utf-8")
    ran = run_scripted("refine", "Ask for tea.", script=SCRIPT, rounds=0, project=tmp_path)
    assert ran.answer == "The dog has a ball."


def test_what_the_script_lacks_is_said():
    with pytest.raises(UsageError, match=r"no answer for agent 'generator'\. Did you mean 'generater'\?"):
        run_scripted("refine", "Ask for tea.", script={"generater": "Tea?"})
    with pytest.raises(UnknownNameError, match="no graph 'refined'"):
        run_scripted("refined", "Ask for tea.", script=SCRIPT)


def test_a_rating_that_the_judge_does_not_know_is_an_error_in_its_score():
    ran = run_scripted("refine", "Ask for tea.", script=SCRIPT, rating="6", rounds=0)
    error = ran.outcome.drafts[0].verdict.score_of("judge").error
    assert "cannot choose '6'" in error
