"""The places of a regular expression, one for each character that it names, and which may come next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.errors import DefinitionError
from redraft.llama.grammar.expression import Chars, Either, Repeat, Sequence

if TYPE_CHECKING:
    from redraft.llama.grammar.charset import Ranges
    from redraft.llama.grammar.expression import Node

__all__ = ["END", "Places"]

END = -1
"""The place behind a whole text."""

MAX_PLACES = 20_000
"""Characters that an expression may name once its quantifiers are written out."""

MAX_WORK = 2_000_000
"""Steps from place to place that may be looked at."""


class Places:
    """The places of one expression.

    A place waits for a character of its set, or is a crossing, from which one goes on without a character.

    Args:
        node: The expression.

    Raises:
        DefinitionError: It has too many.
    """

    def __init__(self, node: Node) -> None:
        self.sets: dict[int, Ranges] = {}
        self.nexts: dict[int, tuple[int, ...]] = {}
        self._work = 0
        self._reached: dict[int, frozenset[int]] = {}
        self.first = self._before(node, END)

    def reached(self, place: int) -> frozenset[int]:
        """Return the places that wait for a character, or the end, which a place leads to without one.

        Raises:
            DefinitionError: The expression is too intricate.
        """
        if place not in self._reached:
            self._reached[place] = self._walk(place)
        self.count(len(self._reached[place]))
        return self._reached[place]

    def count(self, steps: int) -> None:
        """Count steps of work.

        Raises:
            DefinitionError: There were too many.
        """
        self._work += steps
        if self._work > MAX_WORK:
            raise DefinitionError("the pattern is too intricate to be enforced")

    def _walk(self, place: int) -> frozenset[int]:
        seen, found, waiting = {place}, set(), [place]
        while waiting:
            at = waiting.pop()
            if at == END or at in self.sets:
                found.add(at)
                continue
            self.count(1)
            new = [after for after in self.nexts[at] if after not in seen]
            seen.update(new)
            waiting += new
        return frozenset(found)

    def _before(self, node: Node, target: int) -> int:
        """Return the place that an expression begins at which goes on to a target."""
        match node:
            case Chars(ranges):
                place = self._add(target)
                self.sets[place] = ranges
                return place
            case Sequence(parts):
                for part in reversed(parts):
                    target = self._before(part, target)
                return target
            case Either(options):
                return self._add(*(self._before(option, target) for option in options))
            case Repeat():
                return self._repeated(node, target)
            case _:
                raise AssertionError(node)

    def _repeated(self, node: Repeat, target: int) -> int:
        if node.high is None:
            begin = self._add(target)
            self.nexts[begin] = (self._before(node.body, begin), target)
        else:
            begin = target
            for _ in range(node.high - node.low):
                begin = self._add(self._before(node.body, begin), target)
        for _ in range(node.low):
            begin = self._before(node.body, begin)
        return begin

    def _add(self, *nexts: int) -> int:
        place = len(self.nexts)
        if place == MAX_PLACES:
            raise DefinitionError(f"the pattern names more than {MAX_PLACES:,} characters, quantifiers written out")
        self.nexts[place] = nexts
        return place
