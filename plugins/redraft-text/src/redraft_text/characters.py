"""Chinese characters: which are common, and which belong to simplified or traditional writing only."""

from __future__ import annotations

import regex

__all__ = ["han", "only_simplified", "only_traditional", "uncommon"]

_HAN = regex.compile(r"\p{Han}")
# Level 1 of GB 2312 (3,755 characters) and of Big5 (5,401): the ones in frequent use, as the standards rank them.
_GB2312_FIRST, _GB2312_LAST = 0xB0A1, 0xD7F9
_BIG5_FIRST, _BIG5_LAST = 0xA440, 0xC67E


def han(text: str) -> list[str]:
    """Return the Chinese characters of a text, in their order."""
    return _HAN.findall(text)


def uncommon(text: str) -> list[str]:
    """Return the Chinese characters of a text that are not in frequent use, in the writing that it is in."""
    characters = han(text)
    simplified, traditional = (sum(map(test, characters)) for test in (only_simplified, only_traditional))
    return [
        character
        for character in characters
        if not (simplified >= traditional and _between(character, "gb2312", _GB2312_FIRST, _GB2312_LAST))
        and not (traditional >= simplified and _between(character, "big5", _BIG5_FIRST, _BIG5_LAST))
    ]


def only_simplified(character: str) -> bool:
    """Return whether a character is one of simplified writing that traditional writing does not have: 学, not 學."""
    return _within(character, "gb2312") and not _within(character, "big5")


def only_traditional(character: str) -> bool:
    """Return whether a character is one of traditional writing that simplified writing does not have: 學, not 学."""
    return _within(character, "big5") and not _within(character, "gb2312")


def _between(character: str, codec: str, first: int, last: int) -> bool:
    return _within(character, codec) and first <= int.from_bytes(character.encode(codec), "big") <= last


def _within(character: str, codec: str) -> bool:
    try:
        return len(character.encode(codec)) > 1
    except UnicodeEncodeError:
        return False
