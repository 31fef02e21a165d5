"""Numbers as a person writes them: in digits, in English words, in Chinese numerals."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from redraft.numbers import number_list

READ = [
    ("1,000 of 2 000 and 10\u202f000", [1000, 2, 0, 10_000]),
    ("$1,234.50.", ["1234.5"]),
    ("-2.5, (−3) and x = -7", ["-2.5", -3, -7]),
    ("3-5, a 10-year bond, COVID-19", [3, 5, 10, 19]),
    ("1/2, 1 1/2, ½, 1½, 24/7", ["1/2", "3/2", "1/2", "3/2", "24/7"]),
    (r"\frac{3}{4}", ["3/4"]),
    ("11/29/2026", [11, 29, 2026]),
    ("5/0", []),
    ("3e5, 3×10^5, 2 x 10^{-3}, 2 x 10", [300_000, 300_000, "0.002", 2, 10]),
    ("5 million, 1.5 billion, 80k, 5 kg, 4 hundred, 3 dozen", [5_000_000, 1_500_000_000, 80_000, 5, 400, 36]),
    ("5%, 5 percent, 5 per cent, five percent, 5‰", ["0.05", "0.05", "0.05", "0.05", "0.005"]),
    (".5 of 1.2", ["0.5", "1.2"]),
    ("H2O, A4, B2B, v1", []),
    ("\uff11\uff12\uff13，\uff14\uff15\uff16 \uff15\uff05 ١٢", [123_456, "0.05", 12]),
    ("3rd, 21st", [3, 21]),
    ("twenty-three, twenty three, Twelve", [23, 23, 12]),
    ("a hundred and five people", [105]),
    ("two million three hundred thousand and one", [2_300_001]),
    ("five hundred thousand", [500_000]),
    ("one hundred and two hundred", [100, 200]),
    ("two dozen, a dozen, half a dozen", [24, 12, 6]),
    ("one third, two-thirds, three quarters, half", ["1/3", "2/3", "3/4", "1/2"]),
    ("two and a half hours", ["2.5"]),
    ("three point one four", ["3.14"]),
    ("minus three", [-3]),
    ("the third, the twenty-fifth", [3, 25]),
    ("first, second, thousands, dozens, someone, tent, often", []),
    ("一百二十、一百零五、一百二、一万二、三千五", [120, 105, 120, 12_000, 3_500]),
    ("十二、二十、两千零三", [12, 20, 2003]),
    ("二〇二四年，二零二五年", [2024, 2025]),
    ("三点一四，下午三点二十", ["3.14", 3, 20]),
    ("百分之五，百分之三点五，百分之12", ["0.05", "0.035", "0.12"]),
    ("二分之一，三分之二，一半", ["1/2", "2/3", "1/2"]),
    ("3万5千，1.5亿，120万，1亿2000万", [35_000, 150_000_000, 1_200_000, 120_000_000]),
    ("一万亿，三万五千亿，一亿二千万", [10**12, 35 * 10**11, 120_000_000]),
    ("壹佰贰拾元，負三元", [120, -3]),
    ("5千克，3千米", [5, 3]),
    ("三个人，两天，第三名", [3, 2, 3]),
    ("答案是五", [5]),
    ("答案是十", [10]),
    ("十分钟", [10]),
    ("统一，唯一。星期二。四川，四面八方，千万不要，万一，十分好", []),
    ("几十，数百万，二三十人，三四个", []),
    ("早上十点，晚上十一点，上百人", [10, 11]),
]


def test_numbers_are_read_exactly(subtests):
    for text, values in READ:
        with subtests.test(text=text):
            assert [number.value for number in number_list(text)] == [Fraction(value) for value in values]


FORMS = [
    ("5%", "digits", True, False),
    ("five percent", "words", True, False),
    ("百分之五", "han", True, False),
    ("3rd", "digits", False, True),
    ("third", "words", False, True),
    ("第三", "han", False, True),
    ("第3", "digits", False, True),
    ("12", "digits", False, False),
]


def test_a_number_says_how_it_is_written(subtests):
    for text, form, percent, ordinal in FORMS:
        with subtests.test(text=text):
            (number,) = number_list(text)
            assert (number.form, number.percent, number.ordinal) == (form, percent, ordinal)


def test_a_number_says_where_it_stands():
    text = "Of \uff11，\uff10\uff10\uff10 eggs, 三百个 are for two-thirds of us."
    assert [text[number.start : number.end] for number in number_list(text)] == [
        "\uff11，\uff10\uff10\uff10",
        "三百",
        "two-thirds",
    ]


_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
]
_ONES += ["seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int) -> str:
    """Write a number as English does."""
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            head, rest = divmod(number, size)
            joint = " and " if size == 100 else " "
            return f"{in_words(head)} {name}" + (joint + in_words(rest) if rest else "")
    if number < 20:
        return _ONES[number]
    return _TENS[number // 10 - 2] + (f"-{_ONES[number % 10]}" if number % 10 else "")


def in_han(number: int) -> str:
    """Write a number as Chinese does."""
    if number >= 10**8:
        head, rest = divmod(number, 10**8)
        return f"{in_han(head)}亿" + ("零" * (0 < rest < 10**7) + in_han(rest) if rest else "")
    if number >= 10**4:
        head, rest = divmod(number, 10**4)
        return f"{in_han(head)}万" + ("零" * (0 < rest < 1000) + in_han(rest) if rest else "")
    text = "".join(
        "零一二三四五六七八九"[int(digit)] + unit for digit, unit in zip(f"{number:04}", "千百十 ", strict=True)
    )
    for zero in ("零千", "零百", "零十", "零零"):
        text = text.replace(zero, "零")
    return text.strip().replace("零零", "零").strip("零")


@given(st.integers(1, 10**12 - 1))
def test_whatever_is_spelled_in_english_is_read_back(number):
    assert [found.value for found in number_list(f"There are {in_words(number)} of them.")] == [number]


@given(st.integers(1, 10**12 - 1))
def test_whatever_is_spelled_in_chinese_is_read_back(number):
    assert [found.value for found in number_list(f"共有{in_han(number)}个。")] == [number]


@given(st.decimals(-(10**12), 10**12, places=3))
def test_whatever_is_written_in_digits_is_read_back(number):
    assert [found.value for found in number_list(f"It is {number:,}.")] == [Fraction(number)]


@given(st.text())
def test_numbers_stand_in_their_text_in_order(text):
    found = number_list(text)
    assert all(len(number.text) > 0 and number.end <= len(text) for number in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


LONG = ["1", "一", "十", "万亿", "one ", "1,111", "1/", "万1", "a hundred and ", "-", "twenty-", "百分之", "1.1"]


def test_a_long_text_is_read_in_time_that_grows_with_its_length(subtests):
    for part in LONG:
        with subtests.test(part=part):
            start = time.process_time()
            number_list(part * (30_000 // len(part)))
            assert time.process_time() - start < 3
