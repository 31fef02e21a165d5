"""`EvaluatorTests`: a sound evaluator passes every check, and each defect is seen by a check of its own."""

from __future__ import annotations

import inspect
from unittest import SkipTest

import pytest

from redraft.testing import EvaluatorTests, run_checks
from redraft.testing.conformance import check_names
from tests.testing import defects, mutants
from tests.testing.defects import DEFECTS, OUTSIDE
from tests.testing.mutants import MUTANTS, Mutant

CHECKS = [name.removeprefix("test_") for name in check_names(EvaluatorTests)]


def suite(made, **attributes):
    given = {"evaluator": made, "task": mutants.TASK, "good": mutants.GOOD, "bad": mutants.BAD} | attributes
    return type("Tests", (EvaluatorTests,), given)


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A folder that no evaluator may write to."""
    monkeypatch.setenv(OUTSIDE, str(tmp_path))


def failures(tests) -> dict[str, str]:
    return {result.check: result.message for result in run_checks(tests) if result.outcome == "failed"}


@pytest.mark.parametrize("made", [mutants.sound, mutants.sound_async], ids=lambda made: made.name)
def test_a_sound_evaluator_passes_every_check(made):
    assert failures(suite(made)) == {}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.evaluator.name)
def test_a_defect_is_seen_by_its_check_and_by_hardly_another(mutant: Mutant):
    found = failures(suite(mutant.evaluator, task=mutant.task, params=mutant.params))
    assert mutant.seen_by in found
    assert set(found) <= {mutant.seen_by, *mutant.maybe_by}, found


def test_each_mutant_is_seen_by_another_check():
    assert len({mutant.seen_by for mutant in MUTANTS}) == len(MUTANTS) >= 15


@pytest.mark.parametrize(("made", "task", "checks"), DEFECTS, ids=lambda value: getattr(value, "name", ""))
@pytest.mark.usefixtures("outside")
def test_each_check_refuses_what_it_is_for(made, task, checks, subtests):
    tests = suite(made, task=task)()
    for name in checks:
        with subtests.test(name=name), pytest.raises(AssertionError) as caught:
            getattr(tests, f"test_{name}")()
        what, _, mend = str(caught.value).partition("\n  ")
        assert what
        assert mend.endswith(".")


def test_no_check_is_without_an_evaluator_that_it_refuses():
    refused = {mutant.seen_by for mutant in MUTANTS} | {name for _, _, checks in DEFECTS for name in checks}
    assert refused == set(CHECKS)


def test_there_are_enough_checks_and_each_says_what_it_proves():
    abouts = [(inspect.getdoc(getattr(EvaluatorTests, f"test_{name}")) or "").partition("\n")[0] for name in CHECKS]
    assert len(CHECKS) >= 40
    assert all(about.endswith(".") for about in abouts)
    assert len(set(abouts)) == len(abouts)


def test_what_ends_its_process_is_not_called_in_this_one():
    found = {result.check: result for result in run_checks(suite(defects.fatal))}
    assert found["its_first_calls_come_back"].outcome == "failed"
    assert "exit code 3" in found["its_first_calls_come_back"].message
    assert found["the_good_draft_scores_above_the_bad_one"].outcome == "skipped"


def test_what_is_missing_in_the_class_is_said():
    class Empty(EvaluatorTests):
        __test__ = False

    with pytest.raises(AssertionError, match="not an evaluator"):
        Empty().test_it_says_what_it_scores()
    with pytest.raises(AssertionError, match="has no good draft"):
        type("T", (Empty,), {"evaluator": mutants.sound})().test_the_good_draft_scores_above_the_bad_one()
    with pytest.raises(SkipTest, match="no bad draft"):
        suite(mutants.sound, bad=None)().test_the_bad_draft_has_a_reason()
    with pytest.raises(AssertionError, match=r"params does not fit: no parameter 'exakt'\. Did you mean 'exact'\?"):
        suite(mutants.sound, params={"exakt": True})().test_the_bad_draft_has_a_reason()
