"""An engine without a model: it answers what a script says. For control flow only, never for quality."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redraft.llama.interface import EngineStats, Piece, Token

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from redraft.llama.interface import Request
    from redraft.task import Message

__all__ = ["ScriptedEngine"]

_WORD = re.compile(r"\s*\S+\s*?|\s+")


class ScriptedEngine:
    """Answers each request with what `script` returns for it; a token is a word with the space before it.

    Args:
        script: Called with the request and how often its agent was asked before; returns the whole answer.
        ratings: Called with the choices of a judge; returns their probabilities. None: all alike.
        metadata: What a model file would say about itself.
    """

    def __init__(
        self,
        script: Callable[[Request, int], str],
        *,
        ratings: Callable[[Sequence[str]], Sequence[float]] | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self.name = "scripted"
        self.context = 1 << 20
        self.metadata: Mapping[str, str] = metadata or {}
        self.stats = EngineStats()
        self._script = script
        self._ratings = ratings
        self._asked: dict[str, int] = {}
        self._words: dict[str, int] = {}

    def chat(self, messages: Sequence[Message]) -> tuple[Piece, ...]:
        """Return one plain piece for each message."""
        return tuple(Piece(text=message.content) for message in messages)

    def extend(self, held: Sequence[int], messages: Sequence[Message]) -> Piece:
        """Return the conversation so far and its new turns as one piece: its tokens, and its text for the script."""
        known = list(self._words)
        told = "".join(known[token] for token in held)
        turns = [message.content for message in messages if not (held and message.role == "system")]
        new = "\n".join(["", *turns] if held else turns)
        return Piece(text=told + new, ids=(*held, *(self._id(word) for word in _WORD.findall(new))))

    def count(self, pieces: Sequence[Piece]) -> int:
        """Return the number of words."""
        return sum(len(piece.ids) or len(piece.text.split()) for piece in pieces)

    async def generate(self, request: Request) -> AsyncGenerator[Token, None]:
        """Yield the scripted answer word by word, cut at `max_tokens`."""
        visit = self._asked.get(request.agent, 0)
        self._asked[request.agent] = visit + 1
        words = _WORD.findall(self._script(request, visit))
        for word in words[: request.max_tokens]:
            self.stats.completion_tokens += 1
            yield Token(self._id(word), word)
        yield Token(-1, "", finish="stop" if len(words) <= request.max_tokens else "length")

    def _id(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words))

    async def rate(self, pieces: Sequence[Piece], choices: Sequence[str]) -> tuple[float, ...]:
        """Return the scripted probabilities of the choices."""
        self.stats.prompt_tokens += self.count(pieces)
        return tuple(self._ratings(choices)) if self._ratings else (1 / len(choices),) * len(choices)

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return the length of each text as its embedding."""
        return tuple((float(len(text)),) for text in texts)

    async def close(self) -> None:
        """Do nothing: there is no model to free."""
