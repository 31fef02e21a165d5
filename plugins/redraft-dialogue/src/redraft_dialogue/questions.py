"""The questions of a turn, and what kind of answer each asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import regex

from redraft.text import folded, sentence_list

__all__ = ["Kind", "Question", "questions"]

Kind = Literal["number", "time", "place", "reason", "choice", "yes or no", "open"]
"""What a question asks for; `open` is what no sign in an answer tells."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what it asks for."""

    text: str
    kind: Kind


_AUXILIARY = (
    r"(?:is|are|am|was|were|do|does|did|can|could|will|would|shall|should|may|might|must|have|has|"
    r"had)(?:n't| not)?\b"
)
# Tried in this order: `how many years` asks for a number, `what time` for a time, `怎么不` for neither.
_ENGLISH: tuple[tuple[Kind, str], ...] = (
    ("number", r"\bhow (?:many|much|old|far|tall|big|high|deep|heavy|expensive|large|wide)\b"),
    (
        "number",
        (
            r"\bwhat(?:'s| is| are| was)? (?:the )?(?:number|percentage|price|age|amount|cost|total|sum|"
            r"score)\b"
        ),
    ),
    (
        "time",
        (
            r"\b(?:when|how (?:long|often|soon)|what (?:time|day|date|year|month)|which (?:day|date|year|"
            r"month))\b"
        ),
    ),
    ("reason", r"\b(?:why|how come|what for)\b"),
    ("place", r"\bwhere\b"),
    ("open", r"\b(?:what|who|whom|whose|which|how)\b"),
    ("choice", rf"^(?:\w+,\s*)?{_AUXILIARY}.*\bor\b(?! not\b)"),
    ("yes or no", rf"^(?:(?:and|but|so|or|well|then|ok|okay|hi|hello|hey|please|also)\b[,\s]*)*{_AUXILIARY}"),
)
_CHINESE: tuple[tuple[Kind, str], ...] = (
    (
        "time",
        (
            r"什么时候|什麼時候|何时|何時|几点|幾點|哪一?天|哪一?年|几号|幾號|几月|幾月|星期几|周几|多久|"
            r"多长时间|什么时间"
        ),
    ),
    (
        "number",
        (
            r"多少|几[个個位人只张本岁年天次块元斤公]|幾[個位人隻張本歲年天次塊元]|多[大高远遠重贵貴宽寬深]|"
            r"第几|几分之几"
        ),
    ),
    ("reason", r"为什么|為什麼|为何|為何|为啥|怎么会|怎麼會|干嘛|凭什么"),
    ("place", r"哪里|哪裡|哪儿|哪兒|什么地方|什麼地方|何处|何處"),
    ("choice", r"还是|還是"),
    ("open", r"什么|什麼|谁|誰|怎么|怎麼|如何|怎样|怎樣|哪|啥"),
    (
        "yes or no",
        (
            r"[吗嗎]|是不是|有没有|有沒有|(?P<verb>\p{Han})[不没]\g<verb>|(?P<other>可|应|愿)不\g<other>|"
            r"没有[?？]?$|[?？]$"
        ),
    ),
)
_IS_QUESTION = regex.compile(r"[?？]\W*$|[吗嗎呢][。.!！]?$")
_BEGINS = regex.compile(
    rf"^(?:what|when|where|who|whom|whose|why|which|how)\b(?! (?:a|an|about)\b)|^{_AUXILIARY} (?:i|you|he|"
    rf"she|it|we|they)\b"
)


# In a chat a question often goes without its mark: 现在几点了. What somebody knows or tells is none: 我知道为什么.
_WITHOUT_MARK = regex.compile(
    r"(?<!知道|明白|告诉|告訴|清楚|不管|无论|無論)(?:几点|幾點|多少|为什么|為什麼|哪里|哪裡|哪儿|什么时候|什麼時候|怎么|怎麼|谁)[^。！!]*$"
)


def questions(text: str) -> list[Question]:
    """Return the questions of a turn.

    Examples:
        >>> [question.kind for question in questions("I am new here. Where is it, and when does it open? 几点开门？")]
        ['time', 'time']
    """
    return [Question(sentence, _kind(sentence)) for sentence in sentence_list(text) if _is_question(sentence)]


def _is_question(sentence: str) -> bool:
    if _WITHOUT_MARK.search(sentence):
        return True
    return bool(_IS_QUESTION.search(sentence) or _BEGINS.search(folded(sentence).replace("’", "'")))


@lru_cache(maxsize=256)
def _kind(sentence: str) -> Kind:
    plain = folded(sentence).replace("’", "'").strip("\"'“”\u2018’ \t¿")
    table = _CHINESE if regex.search(r"\p{Han}", plain) else _ENGLISH
    return next((kind for kind, pattern in table if regex.search(pattern, plain)), "open")
