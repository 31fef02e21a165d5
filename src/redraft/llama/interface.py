"""What every engine takes and gives: the floor that agents stand on, whatever runs below it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from redraft.task import Message

__all__ = ["Dry", "Engine", "EngineStats", "Finish", "Piece", "Request", "Sampling", "Token"]

Finish = Literal["stop", "length", "deadline"]
"""Why a generation ended: the model (or a stop string) ended it, `max_tokens` cut it, or its deadline did."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a prompt: plain text, a template's own text (special), or token ids.

    Only a special piece may become control tokens; everything that a user or a model wrote is plain.
    """

    text: str = ""
    special: bool = False
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Dry:
    """What the next token of a repeated sequence loses ("don't repeat yourself").

    After p-e-w, text-generation-webui pull request 5677.

    Args:
        multiplier: What going on with a repeat of the allowed length costs.
        base: By what each further token multiplies that.
        allowed_length: The shortest repeat that it costs something to go on with.
        breakers: Texts that no repeat reaches over: a token that holds one ends it.
    """

    multiplier: float = 0.8
    base: float = 1.75
    allowed_length: int = 2
    breakers: tuple[str, ...] = ("\n", ":", '"', "*")


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn: penalties and biases, then top k, typical, top p, min p, then the temperature.

    Penalties are for what the output has said so far, never for what stands in its prompt.

    Args:
        temperature: 0 takes the likeliest.
        top_k: Keep so many of the likeliest; 0 keeps all.
        top_p: Keep the likeliest up to this probability.
        min_p: Drop what has less than this share of the likeliest's probability.
        typical_p: Keep the tokens of most usual surprise up to this probability (Meister et al., arXiv 2202.00666).
        repeat_penalty: What the logit of a token that was written is divided by, or multiplied where it is negative.
        frequency_penalty: What a token loses each time it was written.
        presence_penalty: What a token loses once it was written.
        penalty_last_n: How many of the last tokens these three look at.
        dry: What repeated sequences lose, or None.
        logit_bias: Texts of one token, and what is added to their logits.
    """

    temperature: float = 0.7
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.0
    typical_p: float = 1.0
    repeat_penalty: float = 1.0
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    penalty_last_n: int = 64
    dry: Dry | None = None
    logit_bias: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt to continue.

    Args:
        pieces: The prompt.
        sampling: How tokens are drawn.
        schema: A JSON schema that the output must satisfy, enforced while decoding; None for free text.
        grammar: A grammar in llguidance's Lark syntax that the output must satisfy; None for free text.
        seed: Seed of this request's own random generator, 0 to 2**64 - 1.
        max_tokens: Upper bound on generated tokens, the end-of-turn token not counted.
        stop: Strings that end the output; they are not part of it.
        copies: Text that the output is likely to copy.
        adapter: Name of a LoRA adapter that the engine was opened with.
        deadline: `time.monotonic()` value at which generation ends.
        agent: Who asks; for logs and scripted engines, never for the model.
        run: On whose behalf: engines serve runs in turn, however many requests one of them has.
        logprobs: Whether tokens carry their log-probability, which costs a pass over the vocabulary each.
    """

    pieces: tuple[Piece, ...]
    sampling: Sampling = field(default_factory=Sampling)
    schema: Mapping[str, Any] | None = None
    grammar: str | None = None
    seed: int = 0
    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    copies: str | None = None
    adapter: str | None = None
    deadline: float | None = None
    agent: str = ""
    run: str = ""
    logprobs: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """One generated token: its id, the text it completes (whole characters), and its log-probability if asked for.

    The last token of a generation carries `finish`; it has id -1 where it only closes the stream (its text is what
    was held back).
    """

    id: int
    text: str
    logprob: float | None = None
    finish: Finish | None = None


@dataclass(slots=True)
class EngineStats:
    """Counters since the engine was opened.

    Args:
        prompt_tokens: Tokens of all prompts.
        prompt_tokens_reused: How many of them had been computed before.
        completion_tokens: Tokens generated.
        decode_calls: Calls of llama_decode.
        rows: Tokens that these calls computed.
        proposed: Tokens that speculation proposed.
        accepted: How many of them the model would have written too.
        requeued: Times that a request gave up its place in a full pool, to go on later.
        evicted: Tokens forgotten to make room.
        model_seconds: Time spent inside llama_decode.
        step_seconds: Time spent in steps as a whole.
    """

    prompt_tokens: int = 0
    prompt_tokens_reused: int = 0
    completion_tokens: int = 0
    decode_calls: int = 0
    rows: int = 0
    proposed: int = 0
    accepted: int = 0
    requeued: int = 0
    evicted: int = 0
    model_seconds: float = 0.0
    step_seconds: float = 0.0


@runtime_checkable
class Engine(Protocol):
    """Turns token ids into tokens. One loaded model serves all agents and all runs."""

    name: str
    context: int
    metadata: Mapping[str, str]
    stats: EngineStats

    def chat(self, messages: Sequence[Message]) -> tuple[Piece, ...]:
        """Return a conversation as pieces, by the model's own template, ready for the assistant's turn."""
        ...

    def extend(self, held: Sequence[int], messages: Sequence[Message]) -> Piece:
        """Return the tokens of a conversation that goes on from those it has, ready for the assistant's turn.

        Args:
            held: The tokens so far, the last ones those of an answer; none for a new conversation.
            messages: The new turns. A system turn counts only in a new conversation.

        Raises:
            ModelError: The model's template cannot go on from an answer.
        """
        ...

    def count(self, pieces: Sequence[Piece]) -> int:
        """Return how many tokens the pieces make."""
        ...

    def generate(self, request: Request) -> AsyncGenerator[Token, None]:
        """Yield the continuation of a prompt, one token at a time.

        Raises:
            PromptTooLongError: The prompt leaves no room for a token in the context.
            GenerationError: The model could not go on.
        """
        ...

    async def rate(self, pieces: Sequence[Piece], choices: Sequence[str]) -> tuple[float, ...]:
        """Return the probability of each choice as the next text, normalised over the choices."""
        ...

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one embedding for each text."""
        ...

    async def close(self) -> None:
        """Free the model. Requests under way end with GenerationError."""
        ...
