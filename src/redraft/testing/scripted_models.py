"""Models without weights: what an evaluator that asks models is tested with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["ScriptedModels"]

_BUCKETS = 64
_SCALE = ("1", "2", "3", "4", "5")


class ScriptedModels:
    """Answers what an evaluator asks through `ctx` as a script says.

    Args:
        choices: What every agent chooses from.
        rating: Called with the agent's name and its values; returns the choice that it is sure of. None: the last one.
        text: Called with the agent's name and its values; returns what it writes. None: the draft as it is.
        embedding: Called with a text; returns its vector. None: how often each letter occurs.
        value: Called with a query and a document; returns what a scorer finds the document worth. None: always 1.
    """

    def __init__(
        self,
        *,
        choices: Sequence[str] = _SCALE,
        rating: Callable[[str, Mapping[str, Any]], str] | None = None,
        text: Callable[[str, Mapping[str, Any]], str] | None = None,
        embedding: Callable[[str], Sequence[float]] | None = None,
        value: Callable[[str, str], float] | None = None,
    ) -> None:
        self._choices = tuple(choices)
        self._rating = rating
        self._text = text
        self._embedding = embedding or _letters
        self._value = value

    @classmethod
    def favouring(cls, text: str) -> Self:
        """Return models that rate one draft as high as they can, and every other one as low.

        Args:
            text: The text of that draft.
        """

        def is_it(values: Mapping[str, Any]) -> bool:
            return any(getattr(value, "text", value) == text for value in values.values())

        return cls(
            choices=_SCALE, rating=lambda _, v: _SCALE[-1 if is_it(v) else 0], value=lambda _, d: float(d == text)
        )

    async def rate(self, agent: str, values: Mapping[str, Any]) -> tuple[float, ...]:
        """Return 1 for the choice that the script names, and 0 for the others."""
        chosen = self._rating(agent, values) if self._rating else self._choices[-1]
        return tuple(float(choice == chosen) for choice in self._choices)

    def choices(self, agent: str) -> tuple[str, ...]:  # noqa: ARG002 - every agent has the same
        """Return what an agent chooses from."""
        return self._choices

    async def generate(self, agent: str, values: Mapping[str, Any], *, seed: int = 0) -> str:  # noqa: ARG002
        """Return what the script says that an agent writes."""
        return self._text(agent, values) if self._text else str(getattr(values.get("draft"), "text", ""))

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return a vector for each text."""
        return tuple(tuple(self._embedding(text)) for text in texts)

    async def score(self, scorer: str, query: str, documents: Sequence[str], **_how: object) -> tuple[float, ...]:  # noqa: ARG002
        """Return what the script finds each document worth."""
        return tuple(self._value(query, document) if self._value else 1.0 for document in documents)


def _letters(text: str) -> tuple[float, ...]:
    counts = [0] * _BUCKETS
    for sign in text.casefold():
        counts[ord(sign) % _BUCKETS] += 1
    length = sum(count * count for count in counts) ** 0.5 or 1.0
    return tuple(count / length for count in counts)
