"""What a translation leaves as it is: placeholders, tags, addresses."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["protected", "without"]

# An address ends at a quote, a bracket or a sign of a script without spaces; its last stop or comma is the sentence's.
_IN_URL = r"[^\s<>\"'“”\u2018’«»(){}\[\]（）【】「」《》，。；：！？、\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]"
_URL = rf"(?:(?:https?|ftp)://|www\.){_IN_URL}+(?<![.,;:!?])"
_MAIL = r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,63}"
_TAG = r"</?(?P<tag>[A-Za-z][A-Za-z0-9\-]*)(?:\s[^<>]*)?/?>"
# `{}`, `{0}`, `{user.name}`, `{total:,.2f}`, `{{ name }}`, `${x}`; JSON has quotes or spaces there.
_BRACES = r"\$?\{\{[^{}]{1,80}\}\}|\$\{[^{}\s]{1,80}\}|\{[A-Za-z0-9_.\[\]]*(?:![rsa])?(?::[^{}\s\"']*)?\}"
# Not the percent sign of `50%off`, and no `% s`: "100 % sure" has no placeholder.
_PERCENT = r"(?<![\p{N}%])%(?:\([A-Za-z_][A-Za-z0-9_]*\)|\d+\$)?[#0+\-]*\d*(?:\.\d+)?[sdifeEgGxXoucr@]"
_ANY = rf"(?P<url>{_URL})|(?P<mail>{_MAIL})|(?P<markup>{_TAG})|{_BRACES}|{_PERCENT}"


def protected(text: str) -> Counter[str]:
    """Return what must stand in a translation as it stands in a text, and how often it does.

    Of a tag only its name counts (`<a href="…" title="…">` is `<a>`), for some attributes are translated; addresses
    in it count by themselves.

    Examples:
        >>> sorted(protected("<b>{name}</b> owes %d"))
        ['%d', '</b>', '<b>', '{name}']
    """
    return Counter(item for match in _compiled(_ANY).finditer(text) for item in _items(match))


def without(text: str) -> str:
    """Return a text with a space in place of all that is protected in it."""
    return _compiled(_ANY).sub(" ", text)


def _items(match: regex.Match[str]) -> Iterator[str]:
    whole = match.group()
    if not match["markup"]:
        yield "".join(whole.split())
        return
    yield f"<{'/' if whole.startswith('</') else ''}{match['tag'].lower()}>"
    yield from _compiled(_URL).findall(whole)


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    """Return a compiled pattern: at import it would hold up every command of redraft."""
    return regex.compile(pattern)
