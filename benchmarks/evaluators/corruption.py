"""Right answers written in many ways, and answers that are wrong in ways that models are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redraft.numbers import number_list

if TYPE_CHECKING:
    from random import Random

__all__ = ["WAYS", "in_han", "in_words", "wrong_numbers"]

WAYS = (
    "{n}",
    "{n:,}",
    "{n}.0",
    "{n}.00",
    "${n:,}",
    "#### {n}",
    "First 3 of the 7, then 2 * 5 = 10.\n#### {n:,}",
    "The answer is {n}.",
    "The answer is {n:,}, which is more than 3.",
    "**Final answer:** ${n:,}.00",
    r"So it is $\boxed{{{n}}}$.",
    "12 + 5 = 17, and so she has {n} of them, and one of them is new.",
    "{words}",
    "The answer is {words}.",
    "答案是{n}。",
    "第3步：一共{han}个。",
    "答案是{han}。",
)
"""Ways to write a number `n`; `words` and `han` spell it."""

_SMALL = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_LARGE = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))


def wrong_numbers(right: int, question: str, rng: Random) -> dict[str, int]:
    """Return numbers that are wrong, by what went wrong: a digit, a step, the sign, the size, the thing."""
    digits = list(str(abs(right)))
    place = rng.randrange(len(digits))
    digits[place] = rng.choice([digit for digit in "123456789" if digit != digits[place]])
    others = [
        int(n.value) for n in number_list(question) if n.value.denominator == 1 and n.value not in (right, -right)
    ]
    wrong = {
        "a digit": int("".join(digits)),
        "one more": right + 1,
        "one less": right - 1,
        "the sign": -right,
        "ten times": right * 10,
    }
    found = {name: number for name, number in wrong.items() if number != right}
    return found | ({"a number of the question": rng.choice(others)} if others else {})


def in_words(number: int) -> str:
    """Write a number as English does."""
    if number < 0:
        return f"minus {in_words(-number)}"
    for size, name in _LARGE:
        if number >= size:
            head, rest = divmod(number, size)
            joint = " and " if size == 100 else " "
            return f"{in_words(head)} {name}" + (joint + in_words(rest) if rest else "")
    if number < len(_SMALL):
        return _SMALL[number]
    return _TENS[number // 10 - 2] + (f"-{_SMALL[number % 10]}" if number % 10 else "")


def in_han(number: int) -> str:
    """Write a number as Chinese does."""
    if number < 0:
        return f"负{in_han(-number)}"
    for size, name, below in ((10**8, "亿", 10**7), (10**4, "万", 1000)):
        if number >= size:
            head, rest = divmod(number, size)
            return f"{in_han(head)}{name}" + ("零" * (rest < below) + in_han(rest) if rest else "")
    digits = ["零一二三四五六七八九"[int(digit)] for digit in f"{number:04}"]
    text = "".join(digit + unit for digit, unit in zip(digits, "千百十 ", strict=True)).strip()
    return regex.sub("零+", "零", regex.sub("零[千百十]", "零", text)).strip("零") or "零"
