"""`redraft evaluators test`: the kit's checks from the command line."""

from __future__ import annotations

import json

from redraft.testing import EvaluatorTests
from redraft.testing.conformance import check_names

COVERAGE = ("evaluators", "test", "coverage", "-i", 'words=["dog", "ball"]')
EXAMPLES = ("--good", "The dog has a ball.", "--bad", "The cat sleeps.")


def test_a_sound_evaluator_passes(inside):
    done = inside(*COVERAGE, *EXAMPLES)
    assert done.returncode == 0
    assert "✓ the good draft scores above the bad one" in done.stdout
    assert "- it can be cancelled (it is not async)" in done.stdout
    assert " 0 failed" in done.stdout.splitlines()[-1]


def test_a_fault_is_told_with_its_mend_and_makes_the_exit_code_1(inside):
    done = inside(*COVERAGE, "--good", "The dog.", "--bad", "The cat sleeps.")
    assert done.returncode == 1
    what, mend = done.stdout.split("✗ a verifier gives the good draft 1\n")[1].splitlines()[:2]
    assert what.strip().startswith("the good draft has 0.5, not 1")
    assert mend.strip().startswith("A verifier gives 1")


def test_json_has_every_check(inside):
    done = inside(*COVERAGE, *EXAMPLES, "--json")
    told = json.loads(done.stdout)
    assert (told["evaluator"], told["ok"]) == ("coverage", True)
    assert [f"test_{check['check']}" for check in told["checks"]] == list(check_names(EvaluatorTests))
    assert set(told["checks"][0]) == {"check", "outcome", "about", "message", "seconds"}


def test_without_examples_what_needs_them_is_skipped(inside):
    done = inside("evaluators", "test", "length", "--param", "max_words=8")
    assert done.returncode == 0
    assert "- the good draft scores above the bad one (no good draft is given)" in done.stdout


GREETING = """
from redraft import Score, evaluator, hookimpl

@evaluator("greeting")
def greeting(draft, task):
    '''Whether the draft greets.'''
    name = str(task.inputs.get("name", "hello"))
    return Score(1.0) if name.casefold() in draft.text.casefold() else Score(0.0, ["greet somebody"])

@hookimpl
def redraft_evaluators():
    return [greeting]
"""


def test_an_input_that_is_named_may_be_read_though_it_is_not_needed(inside, project):
    (project / "plugins").mkdir()
    (project / "plugins" / "greeting.py").write_text(GREETING, encoding="utf-8")
    assert inside("trust").returncode == 0
    done = inside("evaluators", "test", "greeting", "-i", "name=Ann", "--good", "Dear Ann!", "--bad", "Hey.")
    assert " 0 failed" in done.stdout.splitlines()[-1], done.stdout


def test_what_is_missing_or_wrong_is_said_before_anything_runs(inside, subtests):
    for arguments, code, text in (
        (("coverage",), 2, "needs the input 'words'\n  Give each: -i words=…"),
        (("covrage",), 4, "Did you mean 'coverage'?"),
        (("length", "--param", "max_wrods=8"), 4, "Did you mean 'max_words'?"),
        (("length", "--param", "max_words"), 2, "is not NAME=VALUE"),
        (("length", "--good", "@nowhere.txt", "--param", "max_words=8"), 2, "nowhere.txt"),
    ):
        with subtests.test(arguments=arguments):
            done = inside("evaluators", "test", *arguments)
            assert done.returncode == code
            assert text in done.stderr
            assert done.stdout == ""
