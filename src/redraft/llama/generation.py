"""One generation: a prompt continued token by token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.errors import PromptTooLongError, UsageError
from redraft.llama.interface import Token
from redraft.llama.sampling.penalties import Penalties
from redraft.llama.sampling.reader import Reader
from redraft.llama.sampling.sampler import Sampler, logprob
from redraft.llama.schedule.sequence import Fed
from redraft.llama.speculation.proposer import Proposer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from redraft.llama.grammar.interface import Constrained
    from redraft.llama.interface import EngineStats, Finish, Request
    from redraft.llama.vocabulary import Vocabulary

__all__ = ["Bounds", "Generation", "room_for"]


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


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an output is held to.

    Args:
        limit: Most tokens that may be generated.
        adapter: The key of the adapter to compute with; "" for none.
        constraint: What the output must satisfy.
    """

    limit: int
    adapter: str = ""
    constraint: Constrained | None = None


class Generation:
    """What continues a prompt: given logits, it draws tokens and turns them into text.

    Every token takes one draw of the request's own generator, whether it was sampled, proposed or forced: a seed gives
    the same text with speculation and without.

    Args:
        request: What was asked.
        prompt: The prompt's tokens.
        bounds: What its output is held to.
        vocabulary: The model's vocabulary.
        stats: Counters to keep.

    Raises:
        UsageError: A text that is to be biased is not one token of this model.
    """

    scored = 1

    def __init__(
        self, request: Request, prompt: tuple[int, ...], bounds: Bounds, vocabulary: Vocabulary, stats: EngineStats
    ) -> None:
        self.prompt = prompt
        self.adapter = bounds.adapter
        self.deadline = request.deadline
        self.done = False
        self._request = request
        self.left = bounds.limit
        self._vocabulary = vocabulary
        self._stats = stats
        self._constraint = constraint = bounds.constraint
        self._sampler = Sampler(request.sampling, request.seed, Penalties(request.sampling, vocabulary))
        self._reader = Reader(request.stop if constraint is None else ())
        self._proposer = Proposer(prompt, vocabulary.tokens_of(request.copies) if request.copies else ())
        self._items: list[Token] = []
        self._first = True
        if bounds.limit < 1:
            self._close("length")

    @property
    def chance(self) -> float:
        """How likely the next token is the one that would be proposed."""
        return self._proposer.chance

    def propose(self, count: int) -> list[int]:
        """Return at most so many tokens that are likely to come next."""
        return self._proposer.propose(min(count, self.left - 1))

    def feed(
        self, logits: NDArray[np.float32], proposed: Sequence[int], peaks: NDArray[np.float32] | None = None
    ) -> Fed:
        """Draw tokens: one after what was computed, and one after each proposal that equals what was drawn."""
        tokens: list[int] = []
        accepted = 0
        while len(tokens) == accepted < len(logits) and not self.done:
            row = logits[accepted]
            if peaks is not None:
                self._sampler.know(row, peaks[accepted])
            for token in self._drawn(row):
                matches = len(tokens) == accepted and proposed[accepted : accepted + 1] == [token]
                accepted += matches
                tokens.append(token)
                self._proposer.follow(token)
        # What ended the output is not computed any more.
        return Fed(tokens, min(accepted, max(len(tokens) - 1, 0)) if self.done else accepted)

    def score(self, logits: NDArray[np.float32], left: int) -> None:
        """Do nothing: only the logits after the whole prompt are wanted."""

    def expire(self) -> None:
        """End the output, for its deadline has passed."""
        self._close("deadline")

    def items(self) -> list[Token]:
        """Return the tokens made since this was last asked."""
        items, self._items = self._items, []
        return items

    def _drawn(self, logits: NDArray[np.float32]) -> Iterator[int]:
        """Yield a token that is drawn, and those that the grammar forces after it."""
        draw = self._sampler.uniform()
        token = self._pick(logits, draw)
        if token is None:
            self._close("length")
            return
        weight = logprob(logits, token) if self._request.logprobs else None
        if token in self._vocabulary.ends:
            self._end(Token(-1, self._reader.rest(), weight, "stop"))
            return
        self._write(token, weight)
        yield token
        if self._constraint is None or self.done:
            return
        for forced in self._constraint.forced(self.left):
            self._sampler.uniform()
            self._write(forced, 0.0 if self._request.logprobs else None)
            yield forced

    def _pick(self, logits: NDArray[np.float32], draw: float) -> int | None:
        if self._constraint is None:
            return self._sampler.pick(logits, draw).token
        return self._constraint.pick(logits, self._sampler, draw, left=self.left)

    def _write(self, token: int, weight: float | None) -> None:
        self._stats.completion_tokens += 1
        self.left -= 1
        self._sampler.accept(token)
        text = self._reader.read(self._bytes_of(token))
        finish = self._finish()
        if finish:
            self._end(Token(token, text + self._reader.rest(), weight, finish))
        else:
            self._items.append(Token(token, text, weight))

    def _bytes_of(self, token: int) -> bytes:
        data = self._vocabulary.bytes_of(token)
        first, self._first = self._first, False
        # SentencePiece begins the first word with a blank, which is no part of the text.
        return data.removeprefix(b" ") if first and self._vocabulary.prefixes_space else data

    def _finish(self) -> Finish | None:
        if self._reader.stopped or (self._constraint is not None and self._constraint.complete):
            return "stop"
        return "length" if self.left == 0 else None

    def _close(self, finish: Finish) -> None:
        """End the output: with the rest of a schema's value, at no cost, or with the text held back."""
        ids = self._constraint.closing if self._constraint is not None else ()
        self._stats.completion_tokens += len(ids)
        self._items += [Token(token, self._reader.read(self._vocabulary.bytes_of(token))) for token in ids]
        last = self._items.pop() if ids else Token(-1, self._reader.rest())
        self._end(Token(last.id, last.text, finish=finish))

    def _end(self, last: Token) -> None:
        self._items.append(last)
        self.done = True
