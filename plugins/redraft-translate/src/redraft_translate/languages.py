"""Languages: what they are called, how they are written, how long texts in them are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex

__all__ = ["SCRIPTS", "Language", "known_languages", "language", "language_of", "script_names"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language, as far as a translation can be checked by its letters.

    Args:
        code: Its code (BCP 47): `en`, `zh-Hant`.
        name: Its English name.
        scripts: The scripts that its letters belong to, as Unicode names them.
        length: How many characters it needs for 100 of English.
        decimal: What it writes before decimals; the other of `.` and `,` groups thousands. Empty: either.
        others: Its other names.
    """

    code: str
    name: str
    scripts: tuple[str, ...]
    length: int
    decimal: str
    others: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The code without its variant: `zh` of `zh-Hant`."""
        return self.code.partition("-")[0]


SCRIPTS = (
    "Latin", "Han", "Hiragana", "Katakana", "Hangul", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Bengali",
    "Tamil", "Thai", "Lao", "Khmer", "Myanmar", "Georgian", "Armenian", "Ethiopic",
)  # fmt: skip
"""The scripts that are told apart."""

# code | name | scripts | characters for 100 of English | decimal sign | other names
# The lengths are medians over the strings of 40 characters and more that Django's translators have translated;
# `python -m benchmarks.evaluators --only translate` measures them again.
_TABLE = """
en      | English             | Latin                 | 100 | . | 英语 英文 anglais englisch inglés
zh      | Chinese             | Han                   |  35 | . | 中文 汉语 漢語 Mandarin
zh-Hans | Simplified Chinese  | Han                   |  35 | . | zh-CN zh-SG 简体中文 简体
zh-Hant | Traditional Chinese | Han                   |  35 | . | zh-TW zh-HK zh-MO 繁體中文 繁体中文 正體中文
ja      | Japanese            | Hiragana Katakana Han |  50 | . | 日本語 日语
ko      | Korean              | Hangul Han            |  53 | . | 한국어 韩语
de      | German              | Latin                 | 114 | , | Deutsch 德语
fr      | French              | Latin                 | 124 | , | français 法语
es      | Spanish             | Latin                 | 111 |   | español Castilian 西班牙语
it      | Italian             | Latin                 | 111 | , | italiano 意大利语
pt      | Portuguese          | Latin                 | 107 | , | português pt-BR pt-PT 葡萄牙语
nl      | Dutch               | Latin                 | 111 | , | Nederlands 荷兰语
ru      | Russian             | Cyrillic              | 110 | , | русский 俄语
uk      | Ukrainian           | Cyrillic              | 104 | , | українська
pl      | Polish              | Latin                 | 106 | , | polski
cs      | Czech               | Latin                 | 100 | , | čeština
sv      | Swedish             | Latin                 | 102 | , | svenska
da      | Danish              | Latin                 | 107 | , | dansk
fi      | Finnish             | Latin                 | 100 | , | suomi
el      | Greek               | Greek                 | 120 | , | ελληνικά
tr      | Turkish             | Latin                 | 109 | , | Türkçe
ar      | Arabic              | Arabic                |  86 | . | العربية 阿拉伯语
he      | Hebrew              | Hebrew                |  77 | . | עברית
fa      | Persian             | Arabic                |  95 | . | Farsi فارسی
hi      | Hindi               | Devanagari            |  66 | . | हिन्दी
th      | Thai                | Thai                  |  58 | . | ไทย
vi      | Vietnamese          | Latin                 |  97 | , | tiếng_Việt
id      | Indonesian          | Latin                 | 108 | , | Bahasa_Indonesia
hu      | Hungarian           | Latin                 | 108 | , | magyar
ro      | Romanian            | Latin                 | 106 | , | română
"""

_LETTERS = {script: regex.compile(rf"\p{{Script={script}}}") for script in SCRIPTS}
_NATIVE = {
    "Han": "zh", "Hangul": "ko", "Cyrillic": "ru", "Greek": "el", "Arabic": "ar", "Hebrew": "he", "Devanagari": "hi",
    "Thai": "th", "Latin": "en",
}  # fmt: skip
# One such character says as much as so many letters: 我喜欢 Python is Chinese.
_WEIGHTS = {"Han": 3, "Hangul": 2}
_LOOKED_AT = 20_000


def language(name: str) -> Language:
    """Return the language of a code or name: `de`, `German`, `Deutsch`, `zh-TW`, `Traditional Chinese`.

    Raises:
        ValueError: It is not known.
    """
    key = _key(name)
    while key and key not in _by_name():
        key = key.rpartition("-")[0]  # de-AT is de, zh-Hant-HK is zh-Hant
    if not key:
        raise ValueError(f"the language {name!r:.40} is not known; write a code such as en, de, zh, zh-Hant")
    return _by_name()[key]


def known_languages() -> tuple[Language, ...]:
    """Return all languages that are known."""
    return tuple(dict.fromkeys(_by_name().values()))


def language_of(text: str) -> Language | None:
    """Return the language that the script of a text speaks for, or None: a text without letters has none.

    Latin letters count as English and Cyrillic ones as Russian: enough for lengths and tokenizers, and no more.
    """
    found = script_names(text[:_LOOKED_AT])
    if not found:
        return None
    # Japanese is written with more Han characters than kana at times, Chinese never with kana.
    kana = found.get("Hiragana", 0) + found.get("Katakana", 0)
    if kana and kana + found.get("Han", 0) > sum(found.values()) / 2 and kana * 10 > found.get("Han", 0):
        return language("ja")
    native = _NATIVE.get(max(found, key=lambda script: found[script] * _WEIGHTS.get(script, 1)))
    return language(native) if native else None


def script_names(text: str) -> dict[str, int]:
    """Return how many letters of each script a text has, the scripts without any left out."""
    counts = {script: len(pattern.findall(text)) for script, pattern in _LETTERS.items()}
    return {script: count for script, count in counts.items() if count}


@cache
def _by_name() -> dict[str, Language]:
    found: dict[str, Language] = {}
    for row in _TABLE.strip().splitlines():
        code, name, scripts, length, decimal, others = (cell.strip() for cell in row.split("|"))
        names = tuple(other.replace("_", " ") for other in others.split())
        one = Language(code, name, tuple(scripts.split()), int(length), decimal, names)
        found |= {_key(known): one for known in (code, name, *names)}
    return found


def _key(name: str) -> str:
    return " ".join(name.replace("_", "-").casefold().split())
