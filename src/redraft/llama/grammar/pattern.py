"""A regular expression of a JSON schema, read to the end: what cannot be enforced exactly is refused by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from redraft.errors import DefinitionError
from redraft.llama.grammar.charset import DOT, WRITABLE, complement, escape_class, union
from redraft.llama.grammar.expression import EMPTY, Chars, Edge, Either, Repeat, Sequence, either, sequence

if TYPE_CHECKING:
    from redraft.llama.grammar.charset import Ranges
    from redraft.llama.grammar.expression import Node

__all__ = ["parse_pattern"]

MAX_GROUPS = 40
"""How deep groups may stand in each other."""

MAX_REPEAT = 10_000
"""Highest number in a quantifier."""


_ANYTHING = Repeat(Chars(WRITABLE), 0, None)
_BRACES = re.compile(r"\{(\d+)(?:(,)(\d*))?\}", re.ASCII)
_CODE = re.compile(r"u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|c([A-Za-z])|(0)(?!\d)")
_LOW_SURROGATE = re.compile(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_LETTERS = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_REFUSED = {
    "(?=": "a look-ahead `(?=`",
    "(?!": "a look-ahead `(?!`",
    "(?<=": "a look-behind `(?<=`",
    "(?<!": "a look-behind `(?<!`",
    "b": "a word boundary `\\b`",
    "B": "a word boundary `\\B`",
    "k": "a back-reference `\\k`",
    "p": "a Unicode property `\\p`",
    "P": "a Unicode property `\\P`",
}


_HIGH_SURROGATES = range(0xD800, 0xDC00)
_SURROGATES = range(0xD800, 0xE000)
_CODES = range(0x110000)


def parse_pattern(pattern: str) -> Node:
    """Return what the whole text must be so that the expression is found in it.

    Raises:
        DefinitionError: It is no regular expression, or has what cannot be enforced.
    """
    return _whole(_Parser(pattern).parse(), pattern)


def _whole(node: Node, pattern: str, *, begun: bool = False, ended: bool = False) -> Node:
    """Return a node without edges: what stands before it where it has no `^`, and behind it where it has no `$`."""
    if isinstance(node, Either):
        return either(_whole(option, pattern, begun=begun, ended=ended) for option in node.options)
    parts = list(node.parts) if isinstance(node, Sequence) else [node]
    while parts and parts[0] == Edge("^"):
        begun, parts = True, parts[1:]
    while parts and parts[-1] == Edge("$"):
        ended, parts = True, parts[:-1]
    if len(parts) == 1 and isinstance(parts[0], Either):
        return _whole(parts[0], pattern, begun=begun, ended=ended)
    if any(_has_edge(part) for part in parts):
        raise _flaw(pattern, "`^` and `$` can only be enforced at the beginning and at the end of an alternative")
    return sequence([*([] if begun else [_ANYTHING]), *parts, *([] if ended else [_ANYTHING])])


def _has_edge(node: Node) -> bool:
    match node:
        case Edge():
            return True
        case Sequence(parts) | Either(parts):
            return any(_has_edge(part) for part in parts)
        case Repeat(body):
            return _has_edge(body)
        case _:
            return False


def _flaw(pattern: str, what: str) -> DefinitionError:
    return DefinitionError(f"the pattern {pattern!r:.80}: {what}")


class _Parser:
    """Reads one expression from left to right.

    Args:
        pattern: The expression.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0

    def parse(self) -> Node:
        node = self._options()
        if self._at < len(self._pattern):
            self._refuse("a `)` closes no group")
        return node

    def _options(self) -> Node:
        options = [self._parts()]
        while self._takes("|"):
            options.append(self._parts())
        return either(options)

    def _parts(self) -> Node:
        parts: list[Node] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            parts.append(self._quantified(self._one()))
        return sequence(parts)

    def _quantified(self, node: Node) -> Node:
        bounds = self._quantifier()
        if not bounds:
            return node
        if isinstance(node, Edge):
            self._refuse(f"`{node.sign}` cannot be repeated")
        # A lazy quantifier allows the same texts.
        self._takes("?")
        if self._peek() in tuple("*+?{"):
            self._refuse(f"`{self._peek()}` repeats nothing")
        if bounds == (1, 1):
            return node
        return EMPTY if bounds[1] == 0 or node == EMPTY else Repeat(node, *bounds)

    def _quantifier(self) -> tuple[int, int | None] | None:
        for sign, bounds in {"*": (0, None), "+": (1, None), "?": (0, 1)}.items():
            if self._takes(sign):
                return bounds
        found = _BRACES.match(self._pattern, self._at)
        if not found:
            return None
        self._at = found.end()
        low = int(found[1])
        high = low if not found[2] else int(found[3]) if found[3] else None
        if max(low, high or 0) > MAX_REPEAT or (high is not None and low > high):
            self._refuse(f"the quantifier `{found[0]}` is not within 0 to {MAX_REPEAT:,} and in order")
        return low, high

    def _one(self) -> Node:
        char = self._next()
        match char:
            case "(":
                return self._group()
            case "[":
                return self._set()
            case ".":
                return Chars(DOT)
            case "^" | "$":
                return Edge(char)
            case "\\":
                return self._chars(self._escape(inside=False, wide=False))
            case "*" | "+" | "?":
                self._refuse(f"`{char}` repeats nothing")
            case "{":
                self._refuse("a `{` that is no quantifier is written `\\{`")
        return self._chars(_single(ord(char)))

    def _group(self) -> Node:
        for sign in ("(?<=", "(?<!", "(?=", "(?!"):
            if self._pattern.startswith(sign, self._at - 1):
                self._refuse(f"{_REFUSED[sign]} cannot be enforced")
        if self._takes("?") and not self._takes(":"):
            name = re.compile(r"<[^\W\d]\w*>").match(self._pattern, self._at)
            if not name:
                self._refuse(f"the group `(?{self._peek()}` cannot be enforced")
            self._at = name.end()
        self._depth += 1
        if self._depth > MAX_GROUPS:
            self._refuse(f"groups stand more than {MAX_GROUPS} deep in each other")
        node = self._options()
        self._depth -= 1
        if not self._takes(")"):
            self._refuse("a `(` is not closed")
        return node

    def _set(self) -> Node:
        negated = self._takes("^")
        if self._peek() == "]":
            self._refuse("a set without characters, `[]` or `[^]`, cannot be enforced")
        found: list[Ranges] = []
        while not self._takes("]"):
            found.append(self._span(wide=negated))
        return self._chars(complement(union(found)) if negated else union(found))

    def _span(self, *, wide: bool) -> Ranges:
        low = self._member(wide=wide)
        if self._peek() != "-" or self._pattern.startswith("-]", self._at):
            return low
        self._next()
        high = self._member(wide=wide)
        if not (_is_single(low) and _is_single(high)) or low[0][0] > high[0][0]:
            self._refuse("a range in a set goes from one character to a later one")
        return ((low[0][0], high[0][0]),)

    def _member(self, *, wide: bool) -> Ranges:
        char = self._next()
        return self._escape(inside=True, wide=wide) if char == "\\" else _single(ord(char))

    def _escape(self, *, inside: bool, wide: bool) -> Ranges:
        found = _CODE.match(self._pattern, self._at)
        if found:
            return _single(self._code(found))
        letter = self._next()
        if letter in _LETTERS:
            return _single(_LETTERS[letter])
        if letter in "dwsDWS":
            return escape_class(letter, wide=wide)
        if letter == "b" and inside:
            return _single(0x08)
        if not letter.isascii() or letter.isalnum() or letter == "_":
            named = f"a back-reference `\\{letter}`" if letter.isdigit() else f"the escape `\\{letter}`"
            self._refuse(f"{_REFUSED.get(letter, named)} cannot be enforced")
        return _single(ord(letter))

    def _code(self, found: re.Match[str]) -> int:
        self._at = found.end()
        if found[4]:
            return ord(found[4].upper()) - 64
        code = int(found[1] or found[2] or found[3] or found[5], 16)
        low = _LOW_SURROGATE.match(self._pattern, self._at) if code in _HIGH_SURROGATES else None
        if low:
            self._at = low.end()
            code = 0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00
        if code not in _CODES or code in _SURROGATES:
            self._refuse(f"`\\{found[0]}` is no character")
        return code

    def _chars(self, ranges: Ranges) -> Chars:
        kept = union([ranges])
        if not kept:
            self._refuse("it needs a character that cannot be written in JSON without `\\u`")
        return Chars(kept)

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        char = self._peek()
        if not char:
            self._refuse("it ends too early")
        self._at += 1
        return char

    def _takes(self, sign: str) -> bool:
        taken = self._peek() == sign
        self._at += taken
        return taken

    def _refuse(self, what: str) -> NoReturn:
        raise _flaw(self._pattern, f"{what} (at character {self._at})")


def _single(code: int) -> Ranges:
    return ((code, code),)


def _is_single(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]
