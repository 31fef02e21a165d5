"""From the numbers of a ranking head to a value from 0 to 1."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.catalog.rank_head import RankHead
from redraft.errors import DefinitionError, GenerationError
from redraft.llama.calibration import Calibration, worths

FINITE = st.floats(allow_nan=False, allow_infinity=False, width=32)


def head(*labels, activation="none"):
    return RankHead(max(len(labels), 1), labels, activation, context=512, heads=2, in_parts=False, template=None)


def test_one_number_goes_through_the_sigmoid():
    assert Calibration().value_of([0.0], head()) == 0.5
    assert Calibration().value_of([1.0], head()) == pytest.approx(0.7310586)
    assert Calibration().value_of([-1.0], head()) == pytest.approx(1 - 0.7310586)


def test_midpoint_and_scale_fit_numbers_without_bounds():
    reward = Calibration(midpoint=8.0, scale=2.0)
    assert reward.value_of([8.0], head()) == 0.5
    assert reward.value_of([10.0], head()) == pytest.approx(0.7310586)
    assert reward.value_of([4.0], head()) == pytest.approx(0.1192029)


def test_what_was_put_through_tanh_is_taken_out_of_it():
    plain = Calibration().value_of([1.25], head())
    assert Calibration().value_of([math.tanh(1.25)], head(activation="tanh")) == pytest.approx(plain)
    assert Calibration().value_of([1.0], head(activation="tanh")) > 0.999


def test_labels_are_worth_what_is_said_of_them():
    calibration = Calibration(labels={"entailment": 1.0, "neutral": 0.5})
    logits = [math.log(part) for part in (0.2, 0.6, 0.2)]
    found = calibration.value_of(logits, head("entailment", "neutral", "contradiction"))
    assert found == pytest.approx(0.2 + 0.3)


def test_probabilities_are_not_made_probabilities_again():
    assert Calibration().value_of([0.9, 0.1], head("yes", "no", activation="softmax")) == pytest.approx(0.9)


def test_labels_say_themselves_what_they_are_worth(subtests):
    known = {
        ("1 star", "2 stars", "5 stars"): {"1 star": 0.0, "2 stars": 0.25, "5 stars": 1.0},
        ("-1", "1.5"): {"-1": 0.0, "1.5": 1.0},
        ("No", "yes"): {"No": 0.0, "yes": 1.0},
    }
    for labels, expected in known.items():
        with subtests.test(labels):
            assert worths(labels) == pytest.approx(expected)
    for labels in [("good", "bad"), ("LABEL_0", "LABEL_1"), ("1", "1"), ("yes",), ("yes", "no", "maybe"), ("1st", "2")]:
        with subtests.test(labels):
            assert worths(labels) is None


UNFIT = [
    (Calibration(labels={"a": 1.0}), head(), "gives one number and has no labels"),
    (Calibration(labels={"god": 1.0}), head("good", "bad"), "no label 'god'. Did you mean 'good'?"),
    (Calibration(), head("good", "bad"), "nothing says what the model's labels are worth: good, bad"),
    (Calibration(midpoint=1.0), head("yes", "no"), "midpoint and scale do not fit: yes, no"),
]


def test_what_does_not_fit_a_model_is_said_with_a_mend(subtests):
    for calibration, unfit, said in UNFIT:
        with subtests.test(said), pytest.raises(DefinitionError) as caught:
            calibration.require_fitting(unfit, where="evaluator 'judge'")
        assert said in str(caught.value)
        assert caught.value.mend


def test_what_fits_is_not_refused():
    Calibration().require_fitting(head("yes", "no"), where="")
    Calibration(midpoint=3.0, scale=2.0).require_fitting(head(), where="")
    Calibration(labels={"good": 1.0}).require_fitting(head("good", "bad"), where="")


@given(FINITE, FINITE, st.floats(1e-9, 1e9), st.sampled_from(["none", "tanh"]))
def test_one_number_is_always_a_value(number, midpoint, scale, activation):
    assert 0 <= Calibration(midpoint, scale).value_of([number], head(activation=activation)) <= 1


@given(st.lists(FINITE, min_size=3, max_size=3), st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_labels_always_have_a_value(numbers, parts):
    labels = dict(zip("abc", parts, strict=True))
    assert 0 <= Calibration(labels=labels).value_of(numbers, head(*"abc")) <= 1


@given(FINITE, FINITE)
def test_a_larger_number_is_never_worth_less(one, other):
    low, high = (Calibration().value_of([number], head()) for number in sorted([one, other]))
    assert low <= high


def test_what_is_no_number_is_an_error():
    for number in (math.nan, math.inf):
        with pytest.raises(GenerationError, match="no number"):
            Calibration().value_of([number], head())
