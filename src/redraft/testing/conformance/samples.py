"""Sample texts: what a model may write one day, and what an evaluator must survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HEAVY", "SMALL", "heavy_text"]

SMALL: Mapping[str, str] = {
    "empty": "",
    "blank": " \n\t\u00a0\u3000 \n",
    "one character": "a",
    "combining": "Cafe\u0301 nai\u0308ve A\u030angstro\u0308m z\u0351\u036b\u0343a\u0334l\u0337g\u0338o",
    "emoji": "👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 🇩🇪 👍🏽 1\ufe0f\u20e3",
    "astral": "\U0001d518\U0001d52b\U0001d526 𠜎𠜱𠝹 🂡 𐍈",
    "surrogate": "half a character: \ud83d, and the other half: \ude00",
    "right to left": "\u200fשל\u05d5ם ע\u05d5לם (abc) مرحبا بالعالم، كيف حالك؟ \u202eevil\u202c",
    "chinese": "今天天气很好，我们去公园玩吧。你觉得呢？",
    "controls": "\x1b[31mred\x1b[0m \x07\x08 a\x7fb \x9b1m",
    "nulls": "a\x00b \x00\x00",
    "line ends": "one\x0btwo\x0cthree\x1cfour\x85five\u2028six\u2029seven\reight",
    "punctuation": "… !!! --- ??? «» ()",
    "templates": "{0} {} %s %(x)d {{ task }} {% if %} $HOME `id` \\1 (?P<x> [a- * +",
    "digits": "² ٣٤ ½ Ⅷ \uff11\uff12 \U0001d7d7 ⑤ 一二三 1e999 -0 NaN",
    "markup": "<p>a &amp; b</p>\n```python\nprint(1\n```\n- a\n| b | c |\n# head",
}
"""Small texts by name."""

HEAVY = ("huge", "long line", "nested", "spaces", "quotes", "repeated")
"""The names of the texts that cost time, memory or stack."""

_MEGABYTE = 1_000_000
_LONG = 200_000


def heavy_text(name: str, good: str) -> str:
    """Return a text of `HEAVY`.

    Args:
        name: Its name.
        good: A good draft, of which the huge one is made.
    """
    match name:
        case "huge":
            unit = (good.strip() or "The dog has a ball.") + "\n"
            return (unit * (_MEGABYTE // len(unit) + 1))[:_MEGABYTE]
        case "long line":
            return "x" * _LONG
        case "nested":
            return "[" * _LONG
        case "spaces":
            return "a" + " " * _LONG + "b"
        case "quotes":
            return "\"'" * (_LONG // 2)
        case _:
            return "a. " * (_LONG // 3) + "!"
