"""Sentences with slots: which texts they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Templates"]

_SLOT = regex.compile(r"\{(\w+)\}")


class Templates:
    """Sentences with slots, as a grammar without recursion.

    Args:
        sentences: Whole texts; `{name}` is a slot.
        slots: What may stand in each slot; it may have slots again.

    Raises:
        ValueError: A slot is named that is not there, or stands inside itself.
    """

    def __init__(self, sentences: Sequence[str], slots: Mapping[str, Sequence[str]]) -> None:
        self._slots = slots
        self._sentences = tuple(sentences)
        checked: set[str] = set()
        for sentence in sentences:
            self._check(sentence, (), checked)

    def _check(self, phrase: str, inside: tuple[str, ...], checked: set[str]) -> None:
        for name in _SLOT.findall(phrase):
            if name not in self._slots:
                raise ValueError(f"the slot '{name}' of {phrase!r} is not among the slots")
            if name in inside:
                raise ValueError(f"the slot '{name}' stands inside itself: {' → '.join((*inside, name))}")
            if name not in checked:
                for option in self._slots[name]:
                    self._check(option, (*inside, name), checked)
                checked.add(name)

    def reach(self, text: str) -> int | None:
        """Return up to where a text is like the beginning of one of the sentences, or None where it is one, whole."""
        walk = _Walk(text, self._slots)
        ends = {end for sentence in self._sentences for end in walk.ends(sentence, 0)}
        return None if len(text) in ends else walk.furthest


class _Walk:
    """One text, looked through for phrases; what a slot matches from a place on is found once."""

    def __init__(self, text: str, slots: Mapping[str, Sequence[str]]) -> None:
        self._text = text
        self._slots = slots
        self._found: dict[tuple[str, int], frozenset[int]] = {}
        self.furthest = 0

    def ends(self, phrase: str, start: int) -> frozenset[int]:
        """Return where a phrase that begins at a place may end."""
        places = frozenset({start})
        for index, part in enumerate(_SLOT.split(phrase)):
            step = self._filled if index % 2 else self._said
            places = frozenset(end for place in places for end in step(part, place))
        return places

    def _filled(self, name: str, start: int) -> frozenset[int]:
        key = (name, start)
        if key not in self._found:
            self._found[key] = frozenset(end for option in self._slots[name] for end in self.ends(option, start))
        return self._found[key]

    def _said(self, words: str, start: int) -> frozenset[int]:
        like = 0
        while like < len(words) and self._text[start + like : start + like + 1] == words[like]:
            like += 1
        self.furthest = max(self.furthest, start + like)
        return frozenset({start + like}) if like == len(words) else frozenset()
