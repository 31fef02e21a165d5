"""Numbers in words: those that `redraft.numbers` reads, and the small ones of more languages."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import regex

from redraft.numbers import number_list

__all__ = ["spelled"]

_HAN = dict(zip("零〇一二三四五六七八九十两兩单單双雙", [0, 0, *range(1, 11), 2, 2, 1, 1, 2, 2], strict=True))
_UNITS = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}

# What is read as a number by itself, in any text: the numbers up to twelve, ordinals, months.
_SINGLE = """
zero 0; one 1; two 2; three 3; four 4; five 5; six 6; seven 7; eight 8; nine 9; ten 10; eleven 11; twelve 12;
first 1; second 2; third 3; fourth 4; fifth 5; sixth 6; seventh 7; eighth 8; ninth 9; tenth 10;
eleventh 11; twelfth 12; once 1; twice 2; thrice 3; half 0.5; both 2; pair 2; double 2; dozen 12; score 20; decade 10;
century 100; single 1;
january 1; february 2; march 3; april 4; may 5; june 6; july 7; august 8; september 9; october 10; november 11;
december 12; jan 1; feb 2; mar 3; apr 4; jun 6; jul 7; aug 8; sep 9; sept 9; oct 10; nov 11; dec 12;
null 0; eins 1; ein 1; eine 1; einen 1; einem 1; einer 1; zwei 2; drei 3; vier 4; fünf 5; sechs 6; sieben 7; acht 8;
neun 9; zehn 10; elf 11; zwölf 12; januar 1; februar 2; märz 3; mai 5; juni 6; juli 7; oktober 10; dezember 12;
un 1; une 1; deux 2; trois 3; quatre 4; cinq 5; sept 7; huit 8; neuf 9; dix 10; onze 11; douze 12; janvier 1; février 2;
mars 3; avril 4; juin 6; juillet 7; août 8; septembre 9; octobre 10; novembre 11; décembre 12;
uno 1; una 1; dos 2; tres 3; cuatro 4; cinco 5; seis 6; siete 7; ocho 8; nueve 9; diez 10; once 11; doce 12; enero 1;
febrero 2; marzo 3; abril 4; mayo 5; junio 6; julio 7; agosto 8; septiembre 9; octubre 10; noviembre 11; diciembre 12;
due 2; tre 3; quattro 4; cinque 5; sei 6; sette 7; otto 8; nove 9; dieci 10; undici 11; dodici 12; gennaio 1;
febbraio 2; aprile 4; maggio 5; giugno 6; luglio 7; settembre 9; ottobre 10; dicembre 12;
um 1; uma 1; dois 2; duas 2; três 3; quatro 4; sete 7; oito 8; dez 10; doze 12; janeiro 1; fevereiro 2; março 3;
maio 5; junho 6; julho 7; setembro 9; outubro 10; dezembro 12;
один 1; одна 1; одно 1; два 2; две 2; три 3; четыре 4; пять 5; шесть 6; семь 7; восемь 8; девять 9; десять 10
"""
_WORD = regex.compile(r"[^\W\d_]+")


def spelled(text: str) -> list[Fraction]:
    """Return the numbers that a text may have in words, one for each reading of a word.

    Generous on purpose: `may` is also the fifth month. It serves to forgive, never to accuse.

    Examples:
        >>> [str(value) for value in spelled("May has three hundred and five")]
        ['5', '3', '100', '5', '305']
    """
    single = [value for word in _WORD.findall(text.casefold()) for value in _singles().get(word, ())]
    signs = [Fraction(_HAN[sign]) for sign in text if sign in _HAN]
    halves = [Fraction(1, 2)] * text.count("半")
    whole = [number.value * (100 if number.percent else 1) for number in number_list(text) if number.form != "digits"]
    return [*single, *signs, *halves, *whole]


@cache
def _singles() -> dict[str, tuple[Fraction, ...]]:
    found: dict[str, tuple[Fraction, ...]] = {word: (Fraction(value),) for word, value in _UNITS.items()}
    for entry in _SINGLE.replace("\n", " ").split(";"):
        word, value = entry.split()
        found[word] = (*found.get(word, ()), Fraction(value))
    return found
