"""Content words: what a text is about, its small words left away; in Chinese, its characters."""

from __future__ import annotations

from functools import cache, lru_cache

import regex

from redraft.builtin.inflection import forms
from redraft.text import folded

__all__ = ["content", "shared", "subjects"]

_ENGLISH = """
a about above after again all also am an and any are aren't as at be because been before being below between both but
by can can't cannot could couldn't did didn't do does doesn't doing don't down during each else ever few for from
further get gets go goes going got had hadn't has hasn't have haven't having he he'd he'll he's her here hers herself
him himself his how i i'd i'll i'm i've if in into is isn't it it's its itself just know let let's like lot made make
many may maybe me might mine more most much must my myself need no nor not now of off ok okay on once one ones only or
other our ours out over own please quite rather really same say says shall she she's should shouldn't so some such
sure tell than thank thanks that that's the their theirs them themselves then there there's these they they're thing
things think this those through to too under until up upon us very want wants was wasn't we we're well were weren't
what what's when where which while who who's whom whose why will with won't would wouldn't yes you you'd you'll you're
you've your yours
"""
_CHINESE = (
    "的了吗呢吧啊呀哦嗯么什哪里谁几多少怎样为何是否我你您他她它们这那有在和与跟或不没也就都还很太要会能可以请把被给对从到"
    "说想知道已经曾刚就才正个些只一下上去来过着得地让嗎麼裡誰幾為們這還會給對從說個與跟來過著讓"
)
_LETTER = r"(?:(?!\p{Han})[\p{L}\p{M}\p{N}])"
_TOKEN = regex.compile(rf"\p{{Han}}|{_LETTER}+(?:['’]{_LETTER}+)?")
_HAN = regex.compile(r"\p{Han}")
_LEAST = 2


@lru_cache(maxsize=512)  # facts and turns are looked at again with every draft
def content(text: str) -> frozenset[str]:
    """Return the content words of a text, folded, numbers left away.

    Examples:
        >>> sorted(content("When does the museum open?"))
        ['museum', 'open']
    """
    words = _TOKEN.findall(folded(text).replace("’", "'"))
    return frozenset(word for word in words if _counts(word))


def shared(words: frozenset[str], text: frozenset[str]) -> frozenset[str]:
    """Return which of some content words a text has among its own, inflected or not."""
    known = text | {form for word in text for form in forms(word)}
    return frozenset(word for word in words if word in known or not known.isdisjoint(forms(word)))


def subjects(text: str) -> frozenset[str]:
    """Return the words that say of whom or what a statement is: its first content word, and its names.

    Examples:
        >>> sorted(subjects("Each week the baker sells Tom five loaves."))
        ['tom', 'week']
    """
    words = [word for word in _TOKEN.findall(text) if content(word)]
    names = [word for word in words[1:] if word[:1].isupper()]
    first = [] if not words or _HAN.match(words[0]) else words[:1]
    return content(" ".join([*first, *names]))


def _counts(word: str) -> bool:
    if not word.isascii() and _HAN.match(word):
        return word not in _CHINESE and word not in "零一二三四五六七八九十百千万两"
    return word not in _small() and not word[0].isdigit() and (len(word) >= _LEAST or not word.isascii())


@cache
def _small() -> frozenset[str]:
    return frozenset(_ENGLISH.split())
