"""An equation: what is read as one, and what is wrong with it."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from redraft_qa.equation import Side, equation_list, shown

FAULTS = [
    ("12 + 37 = 49. Answer: 49.", [None]),
    ("12 + 37 = 48.", ["12 + 37 is 49, not 48"]),
    ("20 + 15 = 35. 35 - 8 = 26.", [None, "35 - 8 is 27, not 26"]),
    ("2 + 3 * 4 = 20", ["2 + 3 * 4 is 14, not 20"]),
    ("9 × 2 = 18, 9 x 3 = 27, 18÷2 = 8", [None, None, "18÷2 is 9, not 8"]),
    ("7 - 12 = 5", ["7 - 12 is -5, not 5"]),
    ("1,000 + 1 = 1,001", [None]),
    ("$12 + $3.50 = $15.50", [None]),
    ("10 / 3 = 3.33", [None]),
    ("10 / 3 = 3.34", ["10 / 3 is 3.33, not 3.34"]),
    ("12 + 37 = 49 - 9 = 40", ["12 + 37 is 49, but 49 - 9 is 40"]),
    ("12 + 37 = 49 = 48", ["49 is 49, not 48"]),
    ("3 = 4 + 1", ["4 + 1 is 5, not 3"]),
    ("1 / 0 = 1", ["1 / 0 divides by 0"]),
    ("12 + 37 = 48 apples", ["12 + 37 is 49, not 48"]),
    ("First 1 + 1 = 3\nthen 2 + 2 = 4", ["1 + 1 is 2, not 3", None]),
]

NOT_UNDERSTOOD = [
    "(3 + 4) * 2 = 14",
    "2 * (3 + 4) = 14",
    "12 apples + 37 apples = 49 apples",
    "2 apples x 12 + 1 = 25",
    "half of 12 + 2 = 8",
    "12 + 37 = 49 * (1)",
    "12 + 37 = 50 + x",
    "x + 12 + 37 = 50",
    "2^3 + 1 = 9",
    "30 + 50 = 0.00008 million",
    "50% + 12 = 12.5",
    "10 / 4 = 2 remainder 2",
    "3! + 1 = 7",
    "12 + 37 ≈ 50",
    "1 / 2 + 1 = 1 1/2",
    "49",
    "a = 49",
    "",
]


def test_a_wrong_equation_is_told_with_what_it_should_say(subtests):
    for text, faults in FAULTS:
        with subtests.test(text=text):
            assert [equation.fault for equation in equation_list(text)] == faults


def test_what_is_not_understood_is_left_alone(subtests):
    for text in NOT_UNDERSTOOD:
        with subtests.test(text=text):
            assert equation_list(text) == []


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.integers(0, 999), min_size=2, max_size=4), st.lists(st.sampled_from("+-*"), min_size=3, max_size=3))
def test_what_is_faulted_is_wrong_and_what_is_not_is_right(numbers, signs):
    text = str(numbers[0]) + "".join(f" {sign} {number}" for sign, number in zip(signs, numbers[1:], strict=False))
    value = eval(text)
    assert Side(text).value == value
    if value >= 0:
        assert [one.fault for one in equation_list(f"{text} = {value}")] == [None]
        assert [one.fault for one in equation_list(f"{text} = {value + 1}")] == [f"{text} is {value}, not {value + 1}"]


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(alphabet="0123456789 +-*/=.,x×÷$%()a\n"))
def test_no_text_is_too_odd(text):
    for equation in equation_list(text):
        assert equation.fault is None or equation.fault.strip()


def test_numbers_are_shown_as_a_person_writes_them():
    assert [shown(Fraction(value)) for value in ("49", "-5", "1/2", "10/3", "1000")] == [
        "49",
        "-5",
        "0.5",
        "3.33",
        "1000",
    ]
