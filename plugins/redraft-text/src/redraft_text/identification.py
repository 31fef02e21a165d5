"""Identification: in which language each passage of a text is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import regex

from redraft_text.characters import han, only_simplified, only_traditional

if TYPE_CHECKING:
    from collections.abc import Iterator

    from py3langid.langid import LanguageIdentifier

__all__ = ["NAMES", "Passage", "known_languages", "passages"]

NAMES = {
    "ar": ("Arabic", "العربية"),
    "de": ("German", "Deutsch"),
    "el": ("Greek", "Ελληνικά"),
    "en": ("English",),
    "es": ("Spanish", "Español"),
    "fr": ("French", "Français"),
    "he": ("Hebrew", "עברית"),
    "hi": ("Hindi", "हिन्दी"),
    "id": ("Indonesian",),
    "it": ("Italian", "Italiano"),
    "ja": ("Japanese", "日本語"),
    "ko": ("Korean", "한국어"),
    "nl": ("Dutch", "Nederlands"),
    "pl": ("Polish", "Polski"),
    "pt": ("Portuguese", "Português"),
    "ru": ("Russian", "Русский"),
    "th": ("Thai", "ไทย"),
    "tr": ("Turkish", "Türkçe"),
    "uk": ("Ukrainian", "Українська"),
    "vi": ("Vietnamese", "Tiếng Việt"),
    "zh": ("Chinese", "中文", "汉语", "漢語"),
    "zh-hans": ("simplified Chinese", "简体中文", "zh-cn", "zh-sg"),
    "zh-hant": ("traditional Chinese", "繁體中文", "zh-tw", "zh-hk"),
}
"""Languages by code: the name that reasons use, and other ways to write it."""

# Written in no other script: nothing that is mostly in another one is in them.
_SCRIPTS = {
    "Han": ("zh", "zh-hans", "zh-hant", "ja", "yue", "wuu"),
    "Kana": ("ja",),
    "Hangul": ("ko",),
    "Thai": ("th",),
    "Greek": ("el", "grc"),
    "Hebrew": ("he", "hbo"),
    "Cyrillic": ("ba", "be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "tt", "uk"),
    "Arabic": ("ar", "ary", "arz", "fa", "ps", "sdh", "ug", "ur"),
    "Devanagari": ("gom", "hi", "mr", "ne", "sa"),
}
_SCRIPT = {
    "Kana": regex.compile(r"[\p{Hiragana}\p{Katakana}]"),
    **{name: regex.compile(rf"\p{{{name}}}") for name in _SCRIPTS if name != "Kana"},
    "Latin": regex.compile(r"\p{Latin}"),
}
# A character of these says as much as a few letters.
_HEAVY = {"Han": 3, "Kana": 2, "Hangul": 2}
_ASIDE = regex.compile(
    r"(?ms)^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1|\Z)"
    r"|`[^`\n]+`|\b(?:https?://|www\.)\S+|\b[^\s@]{1,64}@\S{1,255}|</?\w[^<>\n]*>|\$[^$\n]+\$"
)
# Pairs that no model tells apart in a few sentences; who asks for one takes the other.
_ALIKE = (frozenset({"bs", "hr", "sr"}), frozenset({"en", "pcm"}), frozenset({"id", "ms"}), frozenset({"nn", "no"}))
_CONFIDENT = 0.5
_LEAST_LETTERS = 15
_MOST_KANJI = 12


@dataclass(frozen=True, slots=True)
class Passage:
    """Some lines of a text that are in one language.

    Args:
        text: What it says.
        line: The line of the text that it begins in.
        language: Its language's code; the one asked for where nothing speaks against it.
        weight: How much it says, in letters.
    """

    text: str
    line: int
    language: str
    weight: int


def known_languages() -> tuple[str, ...]:
    """Return the codes of all languages that can be asked for."""
    return tuple(sorted({*_identifier().labels, "zh-hans", "zh-hant"} - {"zxx"}))


def passages(text: str, asked: str) -> list[Passage]:
    """Return a text's lines with the language of each; code, addresses, tags and formulas are left aside.

    Args:
        text: What is identified.
        asked: The language that counts where the text is too short to tell, and its script allows.
    """
    plain = _ASIDE.sub(lambda match: "\n" * match.group().count("\n") or " ", text)
    lines = [(line, number, _letters(line)) for number, line in enumerate(plain.split("\n"), 1)]
    # What is too short alone is told with all others that are.
    short = " ".join(line for line, _, letters in lines if 0 < letters.total() < _LEAST_LETTERS)
    return [
        Passage(
            line, number, _language(line if letters.total() >= _LEAST_LETTERS else short, line, asked), letters.total()
        )
        for line, number, letters in lines
        if letters
    ]


def _letters(line: str) -> Counter[str]:
    found = {name: len(pattern.findall(line)) * _HEAVY.get(name, 1) for name, pattern in _SCRIPT.items()}
    return Counter({name: count for name, count in found.items() if count})


def _language(told: str, line: str, asked: str) -> str:
    """Return the language of a line: by its script where that decides, else by a model of languages.

    Args:
        told: The text that the model is shown.
        line: The line itself.
        asked: The language asked for.
    """
    script = _script(line)
    if script == "Han":
        return _chinese(line, asked)
    if len(_SCRIPTS.get(script, ())) == 1:
        return _SCRIPTS[script][0]
    fits = _fits(asked, script)
    if fits and _letters(told).total() < _LEAST_LETTERS:
        return asked
    likeliest, value = next(iter(_ranked(told, script)), ("zxx", 1.0))
    alike = any({likeliest, asked} <= group for group in _ALIKE)
    return asked if fits and (alike or value < _CONFIDENT) else likeliest


def _script(line: str) -> str:
    letters = _letters(line)
    if letters["Kana"] * 10 > letters["Han"] > 0:
        return "Kana"
    return letters.most_common(1)[0][0]


def _chinese(line: str, asked: str) -> str:
    """Return which Chinese a line without kana is in; a few characters may be Japanese."""
    characters = han(line)
    if asked in ("zh", "yue", "wuu") or (asked == "ja" and len(characters) <= _MOST_KANJI):
        return asked
    simplified, traditional = (sum(map(test, characters)) for test in (only_simplified, only_traditional))
    if not asked.startswith("zh"):
        return "zh"
    if simplified == traditional:
        return asked
    return "zh-hans" if simplified > traditional else "zh-hant"


def _fits(language: str, script: str) -> bool:
    """Return whether a language is written in a script."""
    return language in _SCRIPTS.get(script, ()) or (script == "Latin" and language not in _non_latin())


@cache
def _non_latin() -> frozenset[str]:
    return frozenset(language for languages in _SCRIPTS.values() for language in languages) - {"sr"}


def _ranked(text: str, script: str) -> Iterator[tuple[str, float]]:
    """Yield the languages of a script, the likeliest first."""
    return ((language, float(value)) for language, value in _identifier().rank(text) if _fits(language, script))


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
