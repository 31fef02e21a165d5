"""The final answer of a text, and its number."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from redraft.answer import final_answer

TEXTS = [
    ("18", "18"),
    ("She sells 9.\n#### 18", "18"),
    ("#### Step 1\nAdd 3 and 4.\n#### 7\nDone.", "7"),
    ("#### Steps\nAdd.", "#### Steps\nAdd"),
    ("Kim wrote it.\n#### Kim Lee", "Kim Lee"),
    (r"So \boxed{12} or rather \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
    (r"An open \boxed{12", r"An open \boxed{12"),
    ("The answer is 18. That is 3 more than 15.", "18"),
    ("The answer is 5? No: the answer is 6.", "6"),
    ("**Final answer:** Dr. Smith.", "Dr. Smith"),
    ("Answer:\n\n42 eggs", "42 eggs"),
    ("The correct answer would be $7.50.", "$7.50"),
    ("The answer is $x$.", "x"),
    ("The answer: **blue**", "blue"),
    ("所以答案是十八。她很高兴。", "十八"),
    ("最终答案：北京", "北京"),
    ("答：一共120元。", "一共120元"),
    ("No answer here", "No answer here"),
    ("Answer:", "Answer"),
    ("Answer: 18. She sells 9 eggs.", "18"),
    ("Answer: 16 - 3 - 4 = 9.\nThen 9 * 2 = 18.", "Answer: 16 - 3 - 4 = 9.\nThen 9 * 2 = 18"),
    ("答案：她先有十六个鸡蛋，吃掉三个。后来是十三个。", "答案：她先有十六个鸡蛋，吃掉三个。后来是十三个"),
    ("The result is 9 eggs. In total she makes 18.", "The result is 9 eggs. In total she makes 18"),
    ("The final result is 18. It was hard.", "18"),
    ("", ""),
]


def test_the_final_answer_is_found(subtests):
    for text, answer in TEXTS:
        with subtests.test(text=text):
            assert final_answer(text).text == answer


NUMBERS = [
    ("18", 18),
    ("16 - 3 - 4 = 9, and 9 * 2 = 18", 18),
    ("She makes $1,234.50 a day.", "1234.5"),
    ("The answer is 18 of 20.", 18),
    ("The answer is about 18 (9 x 2).", 18),
    ("The answer is 9 * 2 = 18 dollars.", 18),
    ("The answer is that she sells 9 eggs for $18", 18),
    ("She has 18 eggs, and one of them is green.", 18),
    ("There is one.", 1),
    ("He ate half.", "1/2"),
    ("一共有3个班，一百二十人。", 120),
    ("她是班里最高的一个，一米七，共三十人。", 30),
    ("第3题：一百二十", 120),
    ("It was the 5th.", 5),
    ("-3 degrees", -3),
    ("5%", "1/20"),
    (r"\boxed{\frac{3}{4}}", "3/4"),
    ("twenty-three", 23),
    ("none", None),
    ("", None),
]


def test_the_number_of_an_answer_is_found(subtests):
    for text, value in NUMBERS:
        with subtests.test(text=text):
            number = final_answer(text).number
            assert (number and number.value) == (None if value is None else Fraction(value))


@given(st.text(), st.integers(-(10**9), 10**9))
def test_what_stands_behind_hashes_is_always_the_answer(text, number):
    assert final_answer(f"{text}\n#### {number:,}").number.value == number


@given(st.text())
def test_an_answer_is_always_a_part_of_its_text(text):
    assert final_answer(text).text in text
