"""Numbers in digits and in words, with what each can mean."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from redraft_translate.numbers import numbers
from redraft_translate.numerals import spelled
from redraft_translate.protected import protected, without

READ = [
    ("1,000", ".", [[1000]]),
    ("1.000", ".", [[1]]),
    ("1.000", ",", [[1000]]),
    ("1.000", "", [[1, 1000]]),
    ("1.234,5", "", [["1234.5"]]),
    ("1 234 567,5", ",", [["1234567.5"]]),
    ("10'000", "", [[10000]]),
    ("1,2", ".", [[1], [2]]),
    ("1,2", ",", [["1.2"]]),
    ("3万", "", [[30000]]),
    ("3百万", "", [[3000000]]),
    ("3千万", "", [[30000000]]),
    ("2.5亿", "", [[250000000]]),
    ("3千克", "", [[3]]),
    ("3 Mrd. Euro", ",", [[3000000000]]),
    ("5k", "", [[5, 5000]]),
    ("3:30 pm", "", [[3, 15], [30]]),
    ("下午3点", "", [[3, 15]]),
    ("6:00", "", [[6]]),
    ("2024-01-05", "", [[2024], [1], [5]]),
    ("192.168.0.1", "", [[192], [168], [0], [1]]),
    ("GPT-4 and H2O, v3.5", "", [[4]]),
    ("½ \u0663\u066b\u0665 \uff10\uff15", "", [[1], [2], ["3.5"], [5]]),
    ("no", "", []),
]


def test_digits_are_read_with_all_they_can_mean(subtests):
    for text, decimal, values in READ:
        with subtests.test(text=text):
            found = [sorted(number.values) for number in numbers(text, decimal)]
            assert found == [[Fraction(value) for value in each] for each in values]


SPELLED = [
    ("twenty-five", 25),
    ("two hundred and five", 205),
    ("三千五百", 3500),
    ("两", 2),
    ("百分之三十", 30),
    ("siebte zwölf", 12),
    ("février", 2),
    ("一半", "1/2"),
]


def test_words_are_read_generously(subtests):
    for text, value in SPELLED:
        with subtests.test(text=text):
            assert Fraction(value) in spelled(text)


PROTECTED = [
    ("{} {0} {user.name} {total:,.2f} {{ x }} ${y}", ["{}", "{0}", "{user.name}", "{total:,.2f}", "{{x}}", "${y}"]),
    ("%s %1$s %(n)d %.2f %05d", ["%s", "%1$s", "%(n)d", "%.2f", "%05d"]),
    ("50% off, 100 % sure, 5%d", []),
    ('{"a": 1} { b }', []),
    ("a < b and c > d", []),
    ('<a href="https://x.org/a">b</A>', ["<a>", "https://x.org/a", "</a>"]),
    ("(https://x.org/a), www.y.org.", ["https://x.org/a", "www.y.org"]),
    ("写信给ann.b@x.org。", ["ann.b@x.org"]),
]


def test_what_is_protected(subtests):
    for text, items in PROTECTED:
        with subtests.test(text=text):
            assert list(protected(text)) == items


@given(st.text())
@settings(deadline=None)
def test_nothing_protected_is_left_where_it_was_taken_out(text):
    assert not protected(without(text)) or "%" in text or "{" in text or "@" in text or "<" in text


@given(st.text(), st.sampled_from(["", ".", ","]))
@settings(deadline=None)
def test_every_number_can_mean_something(text, decimal):
    assert all(number.values for number in numbers(text, decimal))
