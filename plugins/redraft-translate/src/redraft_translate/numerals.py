"""Numbers in words: Chinese numerals, and the small numbers of some languages."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import regex

__all__ = ["han_value", "spelled"]

_DIGITS = dict(
    zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖两兩貳參陸", [0, *range(10), *range(1, 10), 2, 2, 2, 3, 6], strict=True)
)
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_HAN = regex.compile(rf"[{''.join(_DIGITS)}{''.join(_SMALL)}{''.join(_BIG)}]+(?:[点點][{''.join(_DIGITS)}]+)?")
_LONGEST = 30

_ENGLISH_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ENGLISH_BIG = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

# What is read as a number by itself, in any text: ordinals, months, and the numbers up to twelve of other languages.
_SINGLE = """
first 1; second 2; third 3; fourth 4; fifth 5; sixth 6; seventh 7; eighth 8; ninth 9; tenth 10; eleventh 11; twelfth 12;
once 1; twice 2; thrice 3; half 0.5; both 2; pair 2; double 2; dozen 12; score 20; decade 10; century 100; single 1; an 1;
january 1; february 2; march 3; april 4; may 5; june 6; july 7; august 8; september 9; october 10; november 11;
december 12; jan 1; feb 2; mar 3; apr 4; jun 6; jul 7; aug 8; sep 9; sept 9; oct 10; nov 11; dec 12;
null 0; eins 1; ein 1; eine 1; einen 1; einem 1; einer 1; zwei 2; drei 3; vier 4; fünf 5; sechs 6; sieben 7; acht 8;
neun 9; zehn 10; elf 11; zwölf 12; januar 1; februar 2; märz 3; mai 5; juni 6; juli 7; oktober 10; dezember 12;
un 1; une 1; deux 2; trois 3; quatre 4; cinq 5; sept 7; huit 8; neuf 9; dix 10; onze 11; douze 12; janvier 1; février 2;
mars 3; avril 4; juin 6; juillet 7; août 8; septembre 9; octobre 10; novembre 11; décembre 12;
uno 1; una 1; dos 2; tres 3; cuatro 4; cinco 5; seis 6; siete 7; ocho 8; nueve 9; diez 10; once 11; doce 12; enero 1;
febrero 2; marzo 3; abril 4; mayo 5; junio 6; julio 7; agosto 8; septiembre 9; octubre 10; noviembre 11; diciembre 12;
due 2; tre 3; quattro 4; cinque 5; sei 6; sette 7; otto 8; nove 9; dieci 10; undici 11; dodici 12; gennaio 1; febbraio 2;
aprile 4; maggio 5; giugno 6; luglio 7; settembre 9; ottobre 10; dicembre 12;
um 1; uma 1; dois 2; duas 2; três 3; quatro 4; sete 7; oito 8; dez 10; doze 12; janeiro 1; fevereiro 2; março 3; maio 5;
junho 6; julho 7; setembro 9; outubro 10; dezembro 12;
один 1; одна 1; одно 1; два 2; две 2; три 3; четыре 4; пять 5; шесть 6; семь 7; восемь 8; девять 9; десять 10
"""
_WORD = regex.compile(r"[^\W\d_]+")


def spelled(text: str) -> list[Decimal]:
    """Return the numbers that a text may have in words, one for each reading of a word.

    Generous on purpose: `may` is also the fifth month. It serves to forgive, never to accuse.
    """
    words = _WORD.findall(text.casefold())
    single = [value for word in words for value in _singles().get(word, ())]
    alone = [Decimal(_english_values()[word]) for word in words if word in _english_values()]
    halves = [Decimal("0.5")] * text.count("半")
    return [*single, *alone, *_english(words), *halves, *(han_value(match.group()) for match in _HAN.finditer(text))]


def han_value(numeral: str) -> Decimal:
    """Return the value of a Chinese numeral: `三千五百` is 3500, `二〇二四` is 2024, `一点五` is 1.5.

    Args:
        numeral: A text of Chinese digits and units alone.
    """
    whole, _, decimals = numeral[:_LONGEST].replace("點", "点").partition("点")
    digits = "".join(str(_DIGITS[sign]) for sign in decimals)
    return Decimal(f"{_whole(whole)}.{digits}") if digits else Decimal(_whole(whole))


def _whole(numeral: str) -> int:
    if all(sign in _DIGITS for sign in numeral):
        return int("".join(str(_DIGITS[sign]) for sign in numeral) or "0")
    total, section, digit = 0, 0, 0
    for sign in numeral:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _SMALL:
            section, digit = section + (digit or 1) * _SMALL[sign], 0
        else:
            # 三万亿 multiplies all that came before; 三亿五千万 only what follows the larger unit.
            before, group = (0, total + section + digit) if total < _BIG[sign] else (total, section + digit)
            total, section, digit = before + (group or 1) * _BIG[sign], 0, 0
    return total + section + digit


def _english(words: list[str]) -> list[Decimal]:
    """Return the numbers that runs of English number words make: `two hundred and five` is 205."""
    found: list[Decimal] = []
    total, group, open_ = 0, 0, False
    for word in [*words, ""]:
        value = _english_values().get(word)
        if value is None and not (open_ and word == "and"):
            found += [Decimal(total + group)] if open_ else []
            total, group, open_ = 0, 0, False
        elif value is not None and value < 100:  # noqa: PLR2004 - what stands before or after a unit
            group, open_ = group + value, True
        elif value == 100:  # noqa: PLR2004
            group, open_ = (group or 1) * value, True
        elif value is not None:
            total, group, open_ = total + (group or 1) * value, 0, True
    return found


@cache
def _english_values() -> dict[str, int]:
    tens = {word: 20 + 10 * place for place, word in enumerate(_ENGLISH_TENS)}
    return {word: value for value, word in enumerate(_ENGLISH_SMALL)} | tens | _ENGLISH_BIG


@cache
def _singles() -> dict[str, tuple[Decimal, ...]]:
    found: dict[str, tuple[Decimal, ...]] = {}
    for entry in _SINGLE.replace("\n", " ").split(";"):
        word, value = entry.split()
        found[word] = (*found.get(word, ()), Decimal(value))
    return found
