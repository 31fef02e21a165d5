"""The engine: one GGUF model, loaded in the process, serving every agent of every run."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from redraft.errors import UsageError, nearest
from redraft.llama.generation import Bounds, Generation, room_for
from redraft.llama.grammar.factory import constraint_for
from redraft.llama.grammar.grammars import Grammars
from redraft.llama.interface import Piece
from redraft.llama.native.library import memory_returned
from redraft.llama.rating import Continuation, probabilities, variants_of
from redraft.llama.readers import Readers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Iterable, Mapping, Sequence

    from redraft.llama.embedding import Embedder
    from redraft.llama.interface import EngineStats, Request, Token
    from redraft.llama.schedule.driver import Driver
    from redraft.llama.template import ChatTemplate
    from redraft.llama.vocabulary import Vocabulary
    from redraft.task import Message

__all__ = ["Facts", "LlamaEngine", "Parts", "Release"]

T = TypeVar("T")

LONG = 20_000
"""Characters from which a prompt is tokenised on another thread: others must not wait for it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an open model.

    Args:
        name: What it is called.
        context: Tokens that a prompt and its answer may have together.
        pool: Tokens that all sequences may have together, what they share counted once.
        exact: Whether a seed gives the same text to the bit, whatever else is computed in the same steps.
        metadata: The file's metadata.
        adapters: The adapters that requests may name, and the key under which each computes.
    """

    name: str
    context: int
    pool: int
    exact: bool
    metadata: Mapping[str, str]
    adapters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parts:
    """What an engine is made of.

    Args:
        vocabulary: The model's vocabulary.
        template: Its chat template.
        driver: The thread that owns it; closing that frees it.
        embedder: Makes its embeddings.
        stats: Its counters.
    """

    vocabulary: Vocabulary
    template: ChatTemplate
    driver: Driver
    embedder: Embedder
    stats: EngineStats


class LlamaEngine:
    """Turns prompts into tokens with llama.cpp.

    Requests are served side by side: each step computes the next tokens of all of them. What prompts share is computed
    once, and what a request is likely to copy is proposed and verified. One thread owns the model.

    Args:
        facts: What is known of the model.
        parts: What it is made of.
    """

    def __init__(self, facts: Facts, parts: Parts) -> None:
        self.name = facts.name
        self.context = facts.context
        self.pool = facts.pool
        self.exact = facts.exact
        self.metadata = facts.metadata
        self.stats = parts.stats
        self._adapters = facts.adapters
        self._vocabulary = parts.vocabulary
        self._template = parts.template
        self._grammars = Grammars(parts.vocabulary)
        self._embedder = parts.embedder
        self._driver = parts.driver
        self._readers = Readers()
        # Also runs at exit, before the interpreter takes the library's callbacks away.
        self._finalizer = weakref.finalize(self, _close, self._readers, parts.driver)

    def chat(self, messages: Sequence[Message]) -> tuple[Piece, ...]:
        """Return a conversation as pieces, by the model's own template, ready for the assistant's turn.

        Raises:
            ModelError: The template refuses the conversation.
        """
        return self._template.pieces(messages)

    def extend(self, held: Sequence[int], messages: Sequence[Message]) -> Piece:
        """Return the tokens of a conversation that goes on from those it has, ready for the assistant's turn.

        Args:
            held: The tokens so far, the last ones those of an answer; none for a new conversation.
            messages: The new turns. A system turn counts only in a new conversation.

        Raises:
            ModelError: The template refuses the conversation, or cannot go on from an answer.
            GenerationError: The engine was closed.
        """
        with self._readers:
            if not held:
                return Piece(ids=self._vocabulary.encode(self._template.pieces(messages)))
            turns = [message for message in messages if message.role != "system"]
            return Piece(ids=self._vocabulary.encode((Piece(ids=tuple(held)), *self._template.continuation(turns))))

    def count(self, pieces: Sequence[Piece]) -> int:
        """Return how many tokens the pieces make.

        Raises:
            GenerationError: The engine was closed.
        """
        with self._readers:
            return len(self._vocabulary.encode(pieces))

    async def generate(self, request: Request) -> AsyncGenerator[Token, None]:
        """Yield the continuation of a prompt, one token at a time; closing the generator ends it at the next step.

        Under a schema the output always satisfies it, also where `max_tokens` or the deadline cuts it; stop strings
        do not apply then. A caller that reads nothing is not written for any further until it does.

        Raises:
            UsageError: The schema's shortest output does not fit `max_tokens`, or there is no such adapter.
            PromptTooLongError: The prompt leaves no room for a token in the context.
            DefinitionError: The schema or the grammar cannot be enforced.
            GenerationError: The model could not go on.
        """
        self._readers.require_open()
        heavy = request.grammar or request.schema or _length(request.pieces) > LONG
        work = await asyncio.to_thread(self._generation, request) if heavy else self._generation(request)
        async with contextlib.aclosing(self._driver.stream(work, request.run)) as tokens:
            async for token in tokens:
                yield token

    async def rate(
        self, pieces: Sequence[Piece], choices: Sequence[str], *, adapter: str | None = None
    ) -> tuple[float, ...]:
        """Return the probability of each choice as the next text, normalised over the choices.

        Raises:
            UsageError: There are no choices, or one is empty.
            PromptTooLongError: The prompt leaves no room in the context.
            GenerationError: The model could not go on.
        """
        with self._readers:
            prompt = self._vocabulary.encode(tuple(pieces))
            variants = variants_of(choices, self._vocabulary)
        endings: dict[tuple[int, ...], set[int]] = defaultdict(set)
        for ids in (ids for choice in variants for ids in choice):
            endings[ids[:-1]].add(ids[-1])
        room_for(len(prompt) + max(len(begun) for begun in endings), self.context)
        key = self._key_of(adapter)
        works = [Continuation(prompt, begun, sorted(last), key) for begun, last in endings.items()]
        found = await _all(self._first(self._driver.stream(work)) for work in works)
        scores = {
            (*begun, token): weight
            for begun, weights in zip(endings, found, strict=True)
            for token, weight in weights.items()
        }
        return probabilities(variants, scores)

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one embedding of unit length for each text, the mean over its tokens.

        Raises:
            UsageError: A text is empty.
            GenerationError: The model gives no embeddings.
        """
        self._readers.require_open()
        return await self._driver.result(self._embedder.work(tuple(texts)))

    async def close(self) -> None:
        """Free the model. Requests under way end with GenerationError."""
        if self._finalizer.detach():
            await asyncio.to_thread(_close, self._readers, self._driver)

    def _generation(self, request: Request) -> Generation:
        with self._readers:
            ids = self._vocabulary.encode(request.pieces)
            limit = min(request.max_tokens, room_for(len(ids), self.context))
            bounds = Bounds(limit, self._key_of(request.adapter), constraint_for(request, self._grammars, limit))
            return Generation(request, ids, bounds, self._vocabulary, self.stats)

    def _key_of(self, adapter: str | None) -> str:
        if adapter is None:
            return ""
        if adapter not in self._adapters:
            known = ", ".join(self._adapters) or "none"
            raise UsageError(
                f"there is no adapter '{adapter}'.{nearest(adapter, self._adapters)}",
                mend=f"This engine was opened with: {known}.",
            )
        return self._adapters[adapter]

    async def _first(self, items: AsyncGenerator[Any, None]) -> Any:
        async with contextlib.aclosing(items):
            return await anext(items)


def _close(readers: Readers, driver: Driver) -> None:
    """Free the model, once nobody reads its vocabulary."""
    readers.close()
    driver.close()


async def _all(asked: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Return what all give; none goes on where one fails."""
    tasks = [asyncio.ensure_future(one) for one in asked]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _length(pieces: Sequence[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces)


class Release:
    """Frees what an engine's thread owned, the last thing first.

    Args:
        owned: The things.
    """

    def __init__(self, *owned: Any) -> None:
        self._owned = owned

    def __call__(self) -> None:
        """Free them."""
        for thing in reversed(self._owned):
            thing.close()
        memory_returned()
