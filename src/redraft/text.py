"""Text as a person counts it: words, characters, sentences, in any script."""

from __future__ import annotations

import unicodedata

import regex

__all__ = ["excerpt", "folded", "graphemes", "is_unspaced", "sentence_list", "sentences", "word_list", "words"]

# Scripts that are written without a space between words.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_IS_UNSPACED = regex.compile(rf"[{_UNSPACED}\p{{Hangul}}]")
_WORD = regex.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:['’.,\-][^\W_{_UNSPACED}]+)*")
_ABBREVIATION = regex.compile(
    r"(?:^|[\s(\"“'])(?:(?!I\b)\p{Lu}|(?:[A-Za-z]\.)+[A-Za-z]|Mrs?|Ms|Drs?|Prof|St|Jr|Sr|vs|etc|cf|al|No|Inc|Ltd|Co|ca)$"
)
_LIST_NUMBER = regex.compile(r"(?:^|\n)\s*\d{1,3}$")
_CLOSING = "\"'”’)\\]」』）》"
_END = regex.compile(
    rf"[.!?…]+[{_CLOSING}]*(?=\s|$)|[。！？…]+[{_CLOSING}]*|\n\s*\n|\n(?=\s*(?:[-*•]|\d{{1,3}}[.)])\s)"
)


def excerpt(text: str, most: int = 80) -> str:
    """Return the beginning of a text as one line of at most so many printable characters, as a reason shows it."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: most * 4]).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def folded(text: str) -> str:
    """Return a text without differences of case, width or composition."""
    return unicodedata.normalize("NFKC", text).casefold()


def is_unspaced(text: str) -> bool:
    """Return whether a text has characters of a script in which words are found by substring (Chinese, Thai, …)."""
    return _IS_UNSPACED.search(text) is not None


def graphemes(text: str) -> int:
    """Return how many characters a person sees: `é` is one, however it is composed, and so is a flag."""
    text = text.strip()
    return len(text) if text.isascii() else sum(1 for _ in regex.finditer(r"\X", text))


def words(text: str) -> int:
    """Return how many words a text has; a character of a script without spaces counts as one, as in word processors."""
    return sum(1 for _ in _WORD.finditer(text))


def word_list(text: str) -> list[str]:
    """Return the words that `words` counts, in their order."""
    return _WORD.findall(text)


def sentences(text: str) -> int:
    """Return how many sentences a text has.

    A paragraph or list item without a full stop counts as one. Abbreviations (`Mr.`, `e.g.`), initials, decimals, an
    ellipsis inside a sentence and a quoted `"Stop!" he said` do not end one.
    """
    return len(sentence_list(text))


def sentence_list(text: str) -> list[str]:
    """Return the sentences that `sentences` counts, in their order, with their closing marks."""
    parts, start = [], 0
    for match in _END.finditer(text):
        if _ends_sentence(text, match):
            parts.append(text[start : match.end()])
            start = match.end()
    return [part.strip() for part in (*parts, text[start:]) if words(part)]


def _ends_sentence(text: str, match: regex.Match[str]) -> bool:
    mark, before = match.group(), text[max(0, match.start() - 12) : match.start()]
    rest = text[match.end() : match.end() + 40].lstrip()
    if not mark.strip() or not rest:
        return True
    if mark == ".":
        return not (_ABBREVIATION.search(before) or _LIST_NUMBER.search(before))
    goes_on = rest[0].islower() or (is_unspaced(rest[0]) and not text[match.end()].isspace())
    inside = mark.startswith(("...", "…")) or (mark[0] in "!?！？" and len(mark) > 1 and mark[-1] not in "!?！？.")
    return not (goes_on and inside)
