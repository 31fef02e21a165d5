"""`@evaluator`: what it declares, and what it refuses."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict, Field

from redraft.errors import DefinitionError
from redraft.evaluation import evaluator
from redraft.origin import Origin
from redraft.task import Draft, Score


class Tone(BaseModel):
    model_config = ConfigDict(extra="forbid")

    word: str = "please"
    least: int = Field(default=1, ge=1)


@evaluator("politeness", kind="verifier", needs=["words"], params=Tone)
def politeness(draft: Draft, params: Tone) -> Score:
    """Whether the draft is polite.

    More about it.
    """
    return Score(float(params.word in draft.text))


def test_an_evaluator_is_still_the_plain_function():
    assert politeness(Draft(text="please"), Tone()) == Score(1.0)
    assert politeness(draft=Draft(text="now"), params=Tone()) == Score(0.0)


def test_it_says_what_it_declared():
    assert (politeness.name, politeness.kind, politeness.needs) == ("politeness", "verifier", ("words",))
    assert politeness.params is Tone
    assert politeness.timeout == 30.0
    assert politeness.description == "Whether the draft is polite."
    assert repr(politeness) == "<Evaluator 'politeness' (verifier)>"


def test_it_is_called_by_its_distribution_where_a_plugin_brought_it():
    plain = evaluator("plain")(lambda draft: 1.0)
    assert (plain.brought_by, plain.full_name) == (None, "plain")
    for distribution, brought_by, full_name in [("dist", "dist", "dist:plain"), ("redraft", None, "plain")]:
        plain.origin = Origin(distribution, "plugin", "module")
        assert (plain.brought_by, plain.full_name) == (brought_by, full_name)


def test_parameters_become_the_evaluators_own_model():
    assert politeness.validate_params({"word": "thanks"}) == Tone(word="thanks")


WRONG_PARAMETERS = [
    ({"wrod": "x"}, "no parameter 'wrod'. Did you mean 'word'?"),
    ({"least": 0}, "least: input should be greater than or equal to 1"),
    ({"least": "many"}, "least: input should be a valid integer"),
]


def test_wrong_parameters_are_refused(subtests):
    for params, message in WRONG_PARAMETERS:
        with subtests.test(params=params):
            with pytest.raises(DefinitionError) as caught:
                politeness.validate_params(params)
            assert message in str(caught.value)
            assert caught.value.where == "evaluator 'politeness'"
            assert str(caught.value).count("\n") < 5


def test_an_evaluator_without_parameters_takes_none():
    plain = evaluator("plain")(lambda draft: 1.0)
    assert plain.validate_params({}) is None
    with pytest.raises(DefinitionError, match="takes no parameters"):
        plain.validate_params({"word": "x"})


SENSELESS = [
    ({"name": "No Name"}, "a name is"),
    ({"name": "ok", "kind": "verifyer"}, "Did you mean 'verifier'"),
    ({"name": "ok", "needs": "words"}, "needs is a list"),
    ({"name": "ok", "needs": [1]}, "needs is a list of names, not"),
    ({"name": "ok", "needs": 7}, "needs is a list of names, not 7"),
    ({"name": "ok", "needs": {"words": "lst"}}, "Did you mean 'list'"),
    ({"name": "ok", "params": dict}, "params is a pydantic model"),
    ({"name": "ok", "sandbox": "namespce"}, "Did you mean 'namespace'"),
    ({"name": "ok", "cost": "hihg"}, "Did you mean 'high'"),
    ({"name": "ok", "timeout": "soon"}, "timeout"),
    ({"name": "ok", "timeout": 0}, "timeout"),
    ({"name": "ok", "timeout": float("nan")}, "timeout"),
]


def test_a_declaration_that_makes_no_sense_is_refused(subtests):
    for declared, message in SENSELESS:
        with subtests.test(declared=declared), pytest.raises(DefinitionError, match=message):
            evaluator(**declared)


ODD_FUNCTIONS = [
    (lambda drfat: 1.0, "Did you mean 'draft'"),
    (lambda draft, params: 1.0, "declares no model"),
    (lambda draft, /: 1.0, "nobody gives"),
]


def test_a_function_that_asks_for_what_nobody_gives_is_refused(subtests):
    for function, message in ODD_FUNCTIONS:
        with subtests.test(function=function), pytest.raises(DefinitionError, match=message):
            evaluator("odd")(function)


def test_only_what_is_asked_for_is_given():
    assert evaluator("a")(lambda draft, other=1: 1.0).arguments == ("draft",)
    assert evaluator("b")(lambda **all_of_them: 1.0).arguments == ("draft", "task", "params", "ctx")
