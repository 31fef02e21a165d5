"""The engine: one GGUF model, loaded in the process, serving every agent of every run."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from redraft.catalog.header import inspect, require_generator
from redraft.errors import GenerationError, UsageError
from redraft.llama.embedding import Embedder
from redraft.llama.generation import Generation, room_for
from redraft.llama.grammar.constraint import Constraint, Grammars
from redraft.llama.grammar.schema import parse_schema
from redraft.llama.interface import EngineStats, Piece
from redraft.llama.native.context import Context
from redraft.llama.native.model import Model
from redraft.llama.rating import Rating
from redraft.llama.template import CHATML, ChatTemplate
from redraft.llama.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from redraft.llama.interface import Request, Token
    from redraft.task import Message

__all__ = ["LlamaEngine", "open_engine"]

T = TypeVar("T")


class LlamaEngine:
    """Turns prompts into tokens with llama.cpp.

    Requests are served in the order they came, one at a time, on a thread that owns the model. What a prompt shares
    with the one before is not computed again.

    Args:
        name: What the model is called.
        context: The model's memory; the engine frees it.
        template: The model's chat template.
    """

    def __init__(self, name: str, context: Context, template: ChatTemplate) -> None:
        self.name = name
        self.context = context.size
        self.metadata: Mapping[str, str] = context.model.metadata
        self.stats: EngineStats = context.stats
        self._context = context
        self._template = template
        self._vocabulary = context.vocabulary
        self._grammars = Grammars(context.vocabulary)
        self._embedder = Embedder(context.model)
        self._worker = Worker(name, _Release(context, self._embedder))
        # Also runs at exit, before the interpreter takes the library's callbacks away.
        self._finalizer = weakref.finalize(self, self._worker.close)

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
        if not self._finalizer.alive:
            raise GenerationError("the engine was closed")
        if not held:
            return Piece(ids=self._vocabulary.encode(self._template.pieces(messages)))
        turns = [message for message in messages if message.role != "system"]
        return Piece(ids=self._vocabulary.encode((Piece(ids=tuple(held)), *self._template.continuation(turns))))

    def count(self, pieces: Sequence[Piece]) -> int:
        """Return how many tokens the pieces make.

        Raises:
            GenerationError: The engine was closed.
        """
        if not self._finalizer.alive:
            raise GenerationError("the engine was closed")
        return len(self._vocabulary.encode(pieces))

    async def generate(self, request: Request) -> AsyncGenerator[Token, None]:
        """Yield the continuation of a prompt, one token at a time; closing the generator ends it within a token.

        Under a schema the output always satisfies it, also where `max_tokens` or the deadline cuts it; stop strings
        do not apply then.

        Raises:
            UsageError: The schema's shortest output does not fit `max_tokens`, or an adapter is named.
            PromptTooLongError: The prompt leaves no room for a token in the context.
            DefinitionError: The schema cannot be enforced.
            GenerationError: The model could not go on.
        """
        if request.adapter is not None:
            raise UsageError(f"adapter '{request.adapter}' cannot be used: adapters are not supported in this version")
        shape = None if request.schema is None else parse_schema(request.schema)

        def work(proceed: Callable[[], bool]) -> Iterator[Token]:
            ids = self._vocabulary.encode(request.pieces)
            limit = min(request.max_tokens, room_for(len(ids), self.context))
            constraint = None if shape is None else Constraint(self._grammars, shape, limit)
            return Generation(self._context, request, ids, limit, constraint).tokens(proceed)

        async with contextlib.aclosing(self._worker.stream(work)) as tokens:
            async for token in tokens:
                yield token

    async def rate(self, pieces: Sequence[Piece], choices: Sequence[str]) -> tuple[float, ...]:
        """Return the probability of each choice as the next text, normalised over the choices.

        Raises:
            UsageError: There are no choices, or one is empty.
            PromptTooLongError: The prompt leaves no room in the context.
            GenerationError: The model could not go on.
        """
        rating = Rating(self._context, tuple(pieces), tuple(choices))
        return await self._first(rating.probabilities)

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one embedding of unit length for each text, the mean over its tokens.

        Raises:
            GenerationError: The model gives no embeddings.
        """
        return await self._first(lambda proceed: self._embedder.embeddings(tuple(texts), proceed))

    async def close(self) -> None:
        """Free the model. Requests under way end with GenerationError."""
        if self._finalizer.detach():
            await asyncio.to_thread(self._worker.close)

    async def _first(self, work: Callable[[Callable[[], bool]], Iterator[T]]) -> T:
        async with contextlib.aclosing(self._worker.stream(work)) as items:
            return await anext(items)


class _Release:
    """Frees what a worker owned."""

    def __init__(self, *owned: Any) -> None:
        self._owned = owned

    def __call__(self) -> None:
        for thing in reversed(self._owned):
            thing.close()


def open_engine(
    path: Path,
    *,
    context: int | None = None,
    threads: int | None = None,
    gpu_layers: int | Literal["auto"] = "auto",
    on_warning: Callable[[str], None] = lambda _message: None,
) -> LlamaEngine:
    """Load a GGUF model.

    Args:
        path: The model's file.
        context: Tokens that prompt and answer may have together; None for what the model was trained with, up to 8,192.
        threads: Threads that compute; None for the processors this process may use, or one for a small model.
        gpu_layers: Layers to offload to a GPU; `auto` offloads all where the build can.
        on_warning: Called with what the user should know.

    Raises:
        ModelFileError: The file is no model that llama.cpp could load and generate with.
    """
    header = inspect(path)
    require_generator(header)
    model = Model(path, gpu_layers=gpu_layers)
    try:
        template = _template_of(model, on_warning)
        held = Context(model, size=context, threads=threads, stats=EngineStats())
    except BaseException:
        model.close()
        raise
    return LlamaEngine(model.name, held, template)


def _template_of(model: Model, on_warning: Callable[[str], None]) -> ChatTemplate:
    source = model.metadata.get("tokenizer.chat_template", "")
    if not source.strip():
        on_warning(f"model '{model.name}' has no chat template; chatml is used")
        source = CHATML
    vocabulary = model.vocabulary
    return ChatTemplate(source, bos=vocabulary.text_of(vocabulary.bos), eos=vocabulary.text_of(vocabulary.eos))
