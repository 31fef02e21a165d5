"""Chinese numerals: `一百二十`, `3万5千`, `二〇二四`, `百分之五`, `三分之一`, `第三`; also the financial ones.

A single character is often no number (`统一`, `四川`, `十分`). It counts where a measure word follows, or nothing does.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import regex

from redraft.numbers.figures import read_figure
from redraft.numbers.number import Number

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["chinese_numbers"]

_DIGITS = {
    sign: value
    for value, signs in enumerate(
        ("零〇○", "一壹", "二两兩贰貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for sign in signs
}
_UNITS = {sign: value for value, signs in ((10, "十拾"), (100, "百佰"), (1000, "千仟")) for sign in signs}
_MYRIADS = {sign: value for value, signs in ((10**4, "万萬"), (10**8, "亿億")) for sign in signs}
_MULTIPLIERS = _UNITS | _MYRIADS

_D, _M = "".join(_DIGITS), "".join(_MULTIPLIERS)
# A thousand is no multiplier where it begins a unit of its own: 5千克, 3千米.
_TIMES = rf"(?:[{_M}](?![克米瓦卡赫帕焦]))"
_ARABIC = r"(?<![0-9])(?:[0-9]{1,3}(?:,[0-9]{3})++(?![0-9])|[0-9]++)(?:\.[0-9]++)?"
_NUMERAL = (
    rf"(?:(?:{_ARABIC}\s?|[{_D}])?{_TIMES}++(?:[零〇]?(?:{_ARABIC}|[{_D}]){_TIMES}++)*+(?:[零〇]?[{_D}])?(?![{_D}])"
    rf"|[{_D}]++(?![{_M}]))"
)
_AMOUNT = rf"(?:{_NUMERAL}|{_ARABIC})"
_NUMBER = regex.compile(
    rf"""
    (?=[-−0-9负負第{_D}{_M}])
    (?P<sign>负|負|(?<![\p{{L}}\p{{N}}])[-−])?
    (?: (?P<hundredths>百分之(?P<share>{_AMOUNT}(?:[点點][{_D}]+)?))
      | (?P<bottom>{_AMOUNT})分之(?P<top>{_AMOUNT})
      | (?P<half>一半)
      | (?P<ordinal>第)?(?P<whole>{_NUMERAL})(?:[点點](?P<decimals>[{_D}]+)(?![{_M}刻分半]))?(?P<percent>\s?%)?
    )
    """,
    regex.VERBOSE,
)
_HAN = regex.compile(rf"[{_D}{_M}]")
_MEASURES = frozenset(
    "个個名位人元块塊角分秒年月日天号时點点周岁歲次倍只隻条條张張本件台辆輛双雙对對组組家间間座层層楼米里公千克斤吨升寸尺度"
    "页頁章节節步段句字种種类類项項款支枝棵朵头頭匹杯瓶盒箱包袋碗盘片颗顆粒根部架艘股份期届所把顿餐小美英欧日"
)
_APPROXIMATE = "几幾数數好上"
# 早上十点 is ten o'clock, 上十次 about ten times.
_PARTS_OF_DAY = ("早上", "晚上")
_SAID = "是为為有得到约共于\uff1d=："
_DAYS = "期周週拜初"
_LONG = 3
_LONGEST = 40


def chinese_numbers(text: str) -> Iterator[Number]:
    """Yield the numbers that stand in Chinese numerals in a text of plain digits."""
    for match in _NUMBER.finditer(text) if _HAN.search(text) else ():
        value = _value(match) if len(match.group()) <= _LONGEST else None
        if value is None or not (match["whole"] is None or _stands(match, text)):
            continue
        percent = bool(match["hundredths"] or match["percent"])
        yield Number(
            (-value if match["sign"] else value) / (100 if percent else 1),
            match.group(),
            match.start(),
            "han",
            percent=percent,
            ordinal=match["ordinal"] is not None,
        )


def _value(match: regex.Match[str]) -> Fraction | None:
    if match["half"]:
        return Fraction(1, 2)
    if match["share"]:
        whole, _, decimals = match["share"].replace("點", "点").partition("点")
        return _joined(_numeral(whole), decimals)
    if match["bottom"]:
        top, bottom = _numeral(match["top"]), _numeral(match["bottom"])
        return top / bottom if top is not None and bottom else None
    return _joined(_numeral(match["whole"]), match["decimals"] or "")


def _joined(whole: Fraction | None, decimals: str) -> Fraction | None:
    if whole is None or not decimals:
        return whole
    return whole + Fraction(f"0.{''.join(str(_DIGITS[sign]) for sign in decimals)}")


def _numeral(text: str) -> Fraction | None:
    """Return what a numeral amounts to, or None where its signs are no number: `千万`, `三四`."""
    if regex.fullmatch(_ARABIC, text):
        return read_figure(text)
    if all(sign in _DIGITS for sign in text):
        if len(text) == 1 or len(text) >= _LONG or any(_DIGITS[sign] == 0 for sign in text):
            return Fraction("".join(str(_DIGITS[sign]) for sign in text))
        return None
    return None if text[0] in _MULTIPLIERS and text[0] not in "十拾" else _sum(text)


def _sum(text: str) -> Fraction:
    """Return the sum of digits, each times the unit behind it."""
    total = section = pending = Fraction(0)
    last = 1
    for token in regex.findall(rf"{_ARABIC}|\S", text):
        if token in _MYRIADS:
            last = _MYRIADS[token]
            section += pending
            # 亿 takes all that stands before it, 万 what stands after a 亿.
            total = (total + section) * last if last > 10**4 else total + section * last
            section = pending = Fraction(0)
        elif token in _UNITS:
            last = _UNITS[token]
            section, pending = section + (pending or 1) * last, Fraction(0)
        else:
            pending = Fraction(_DIGITS[token]) if token in _DIGITS else read_figure(token)
            last = 10 if pending == 0 else last
    # Who says 一百二 leaves out the last 十.
    return total + section + pending * max(1, last // 10)


def _stands(match: regex.Match[str], text: str) -> bool:
    """Return whether what could be a number is one where it stands."""
    whole = match["whole"]
    before, after = text[match.start("whole") - 1 : match.start("whole")], text[match.end() : match.end() + 1]
    is_about = before in _APPROXIMATE and text[match.start("whole") - 2 : match.start("whole")] not in _PARTS_OF_DAY
    if before and (before in _D + _DAYS or (is_about and whole[0] in _MULTIPLIERS)):
        return False
    if after and after in _APPROXIMATE[:2]:
        return False
    if len(whole) > 1 or match["ordinal"] or match["decimals"] or match["percent"]:
        return True
    if whole in "十拾" and after == "分":
        return text[match.end() + 1 : match.end() + 2] in ("钟", "鐘", "之")
    if after in _MEASURES:
        return True
    alone = not after or not after.isalnum()
    return alone and (before in _SAID or not before.isalnum() or whole not in "一壹")
