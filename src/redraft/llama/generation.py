"""One generation: a prompt continued token by token, on the thread that owns the context."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.errors import PromptTooLongError, UsageError
from redraft.llama.interface import Token
from redraft.llama.sampling.penalties import Penalties
from redraft.llama.sampling.reader import Reader
from redraft.llama.sampling.sampler import Sampler, logprob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redraft.llama.grammar.constraint import Constraint
    from redraft.llama.interface import Finish, Request
    from redraft.llama.native.context import Context

__all__ = ["Generation", "room_for"]


def room_for(prompt: int, context: int) -> int:
    """Return how many tokens can follow a prompt.

    Raises:
        UsageError: The prompt is empty.
        PromptTooLongError: No token can.
    """
    if prompt < 1:
        raise UsageError("the prompt has no tokens")
    if prompt >= context:
        raise PromptTooLongError(
            f"the prompt has {prompt:,} tokens and the model's context holds {context:,}",
            mend="Shorten the prompt, or use a model with a longer context.",
        )
    return context - prompt


@dataclass(slots=True)
class Generation:
    """A prompt and what continues it.

    Args:
        context: The model's memory.
        request: What was asked.
        ids: The prompt's tokens.
        limit: Most tokens that may be generated.
        constraint: What the output must satisfy.
    """

    context: Context
    request: Request
    ids: tuple[int, ...]
    limit: int
    constraint: Constraint | None = None

    def tokens(self, proceed: Callable[[], bool]) -> Iterator[Token]:
        """Yield the generated tokens, the last one with its finish; end early where `proceed` says no."""

        def on_time() -> bool:
            return proceed() and not self._late()

        sampling = self.request.sampling
        # Made before the prompt is computed: a bias that this model cannot have is an error at once.
        sampler = Sampler(sampling, self.request.seed, Penalties(sampling, self.context.vocabulary))
        if self.limit < 1:
            yield Token(-1, "", finish="length")
        elif self.context.hold(self.ids, proceed=on_time):
            yield from self._sampled(sampler, proceed)
        elif proceed():
            yield from self._closing("deadline")

    def _sampled(self, sampler: Sampler, proceed: Callable[[], bool]) -> Iterator[Token]:
        vocabulary = self.context.vocabulary
        reader = Reader(self.request.stop if self.constraint is None else ())
        for left in range(self.limit, 0, -1):
            logits = self.context.logits()
            draw = sampler.uniform()
            token = self._pick(sampler, draw, left)
            if token is None:
                yield from self._closing("length", reader)
                return
            weight = logprob(logits, token)
            if token in vocabulary.ends:
                yield Token(-1, reader.rest(), weight, "stop")
                return
            self.context.stats.completion_tokens += 1
            sampler.accept(token)
            text = reader.read(self._bytes_of(token, first=left == self.limit))
            finish = self._finish(reader, left)
            if finish:
                yield Token(token, text + reader.rest(), weight, finish)
                return
            yield Token(token, text, weight)
            if not proceed():
                return
            if self._late():
                yield from self._closing("deadline", reader)
                return
            self.context.decode([token])

    def _bytes_of(self, token: int, *, first: bool) -> bytes:
        data = self.context.vocabulary.bytes_of(token)
        # SentencePiece begins the first word with a blank, which is no part of the text.
        return data.removeprefix(b" ") if first and self.context.vocabulary.prefixes_space else data

    def _pick(self, sampler: Sampler, draw: float, left: int) -> int | None:
        logits = self.context.logits()
        if self.constraint is None:
            return sampler.pick(logits, draw).token
        return self.constraint.pick(logits, sampler, draw, left=left)

    def _finish(self, reader: Reader, left: int) -> Finish | None:
        if reader.stopped or (self.constraint is not None and self.constraint.complete):
            return "stop"
        return "length" if left == 1 else None

    def _closing(self, finish: Finish, reader: Reader | None = None) -> Iterator[Token]:
        """Yield what closes the output: the rest of a schema's value, at no cost, or the text held back."""
        reader = reader or Reader()
        ids = self.constraint.closing if self.constraint is not None else ()
        for at, token in enumerate(ids, start=1):
            self.context.stats.completion_tokens += 1
            text = reader.read(self.context.vocabulary.bytes_of(token))
            yield Token(token, text, finish=finish if at == len(ids) else None)
        if not ids:
            yield Token(-1, reader.rest(), finish=finish)

    def _late(self) -> bool:
        deadline = self.request.deadline
        return deadline is not None and time.monotonic() >= deadline
