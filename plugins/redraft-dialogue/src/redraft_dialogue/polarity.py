"""Polarity: whether a sentence affirms or denies, in English and in Chinese."""

from __future__ import annotations

from functools import cache, lru_cache

import regex

from redraft.builtin.inflection import forms
from redraft.text import folded

__all__ = ["denies", "opposed"]

# Not every `no` denies: an answer's first word, and what only looks like a negation.
_LOOK = (
    r"^\W*(?:no|nope|yes|yeah|right|sure)\b[\s,.!;:—-]+|\bnot only\b|\bno (?:more|less|fewer|later|earlier|"
    r"sooner) than\b|"
    r"\bno (?:doubt|problem|worries|wonder|matter)\b|\bnot at all\b(?=\W*$)|\bwhether or not\b|\bno\. ?(?=\d)|"
    r"不但|不仅|不僅|不只|不过|不過|不同|不错|不錯|不久|不断|不斷|不少|不管|不论|不論|不得不|不客气|"
    r"不好意思|没错|沒錯|没问题|沒問題|差不多|了不起|无论|無論|"
    r"无数|無數|未来|未來|非常|非洲|别人|別人|别的|別的|特别|特別|分别|分別|区别|區別|个别|級別|级别|性别|"
    r"类别|告别|不如|不然|除非|只不过|要不|不止|不妨|不愧|无比|"
    r"^\W*(?:不是?|不对|没有)[,，。]"
)
_DENIES = (
    r"n't\b|\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|cannot|without|hardly|unable|"
    r"fails? to|failed to|lacks?|"
    r"lacked|refuses?|refused|denied|stopped|isnt|doesnt|dont|cant|wont)\b|[不没沒未非无無勿]|别(?=\p{Han})|"
    r"別(?=\p{Han})|禁止|拒绝|拒絕|缺乏"
)
_WORD = regex.compile(r"\w+")
_OPPOSITES = (
    "open closed, open shut, allowed forbidden, allowed prohibited, allowed banned, possible impossible, "
    "available unavailable, "
    "true false, true untrue, alive dead, free paid, safe unsafe, safe dangerous, legal illegal, "
    "married unmarried, "
    "married single, included excluded, present absent, accept reject, accept refuse, like dislike, "
    "like hate, love hate, "
    "win lose, succeed fail, increase decrease, increase fall, rise fall, rise drop, before after, "
    "inside outside, left right, "
    "north south, east west, first last, cheap expensive, hot cold, big small, old new, old young, "
    "full empty, male female, "
    "public private, indoors outdoors, permanent temporary, guilty innocent, pass fail, "
    "允许 禁止, 开门 关门, 开放 关闭, 营业 停业, 营业 打烊, 免费 收费, 安全 危险, 已婚 未婚, 喜欢 讨厌, "
    "增加 减少, 上升 下降, 成功 失败, 活着 去世, "
    "支持 反对, 合法 非法, 公开 秘密, 左边 右边, 之前 之后, 以前 以后, 男 女, 允許 禁止, 開門 關門, "
    "開放 關閉, 營業 停業, 免費 收費, 喜歡 討厭, 增加 減少"
)


def denies(text: str) -> bool:
    """Return whether a text denies what its words say: an odd number of negations does, `不得不` and `not only` do not.

    Examples:
        >>> [denies(text) for text in ("It is not open.", "It is never not open.", "No, it is open.", "店里不卖酒。")]
        [True, False, False, True]
    """
    plain = _compiled(_LOOK).sub(" ", folded(text).replace("’", "'"))
    return len(_compiled(_DENIES).findall(plain)) % 2 == 1


def opposed(fact: str, sentence: str) -> list[tuple[str, str]]:
    """Return the words of a fact whose opposites a sentence has in their place, each with its opposite.

    Examples:
        >>> opposed("The shop is open on Sunday.", "On Sunday the shop is closed.")
        [('open', 'closed')]
    """
    mine, theirs = _sides(fact), _sides(sentence)
    return [(one, other) for one, other in _pairs() if one in mine - theirs and other in theirs - mine]


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    """Return a compiled pattern: at import it would hold up every command of redraft."""
    return regex.compile(pattern)


@lru_cache(maxsize=4096)
def _sides(text: str) -> frozenset[str]:
    """Return the words with an opposite that a text has, inflected or not."""
    plain = folded(text)
    words = frozenset(_WORD.findall(plain))
    return frozenset(
        word for word, known in _known().items() if (word in plain if known is None else not known.isdisjoint(words))
    )


@cache
def _known() -> dict[str, frozenset[str] | None]:
    """Return the words that have an opposite, with their forms; None where a word is looked for as it is."""
    return {one: forms(one) if one.isascii() else None for one, _ in _pairs()}


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    rows = [pair.split() for pair in _OPPOSITES.split(",")]
    return tuple(dict.fromkeys(pair for one, other in rows for pair in ((one, other), (other, one))))
