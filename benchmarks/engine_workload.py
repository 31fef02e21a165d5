"""What every system is asked to do: the same prompts, the same lengths, the same share of a revision that is copied."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, Protocol
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.gguf_vocabulary import MadeVocabulary

__all__ = [
    "CRITIQUE",
    "DRAFT",
    "EDIT",
    "EVERY",
    "FRAME",
    "INSTRUCTIONS",
    "SCHEMA",
    "TASK",
    "Ask",
    "Call",
    "Layout",
    "Plan",
    "Workload",
    "run_loop",
]

TASK, DRAFT, CRITIQUE, INSTRUCTIONS = 400, 200, 80, 60
"""Tokens of the parts of a prompt."""

FRAME = 15
"""Of the instructions, what all agents share, as the shipped ones do their system text and their labels."""

EDIT, EVERY = 3, 30
"""One edit that loses so many of so many tokens: a tenth."""

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "where": {"type": "string", "maxLength": 60},
        "problem": {"type": "string", "maxLength": 160},
        "fix": {"type": "string", "maxLength": 400},
    },
    "required": ["where", "problem", "fix"],
    "additionalProperties": False,
}
"""A critique. Its longest form is longer than a critique may be, so that every system writes as many tokens."""

Layout = Literal["shared", "role"]
"""`shared`: what agents have in common first, their own instructions last. `role`: all instructions as system text."""


@dataclass(frozen=True)
class Call:
    """One request.

    Args:
        ids: The prompt.
        system: The system text, and what the user says, for those who take messages.
        user: See `system`.
        tokens: How many to write.
        constrained: Whether they must satisfy `SCHEMA`.
        copies: The text that the answer mostly copies.
    """

    ids: tuple[int, ...]
    system: str
    user: str
    tokens: int
    constrained: bool = False
    copies: str | None = None

    def after(self, ids: tuple[int, ...]) -> Call:
        """Return the request with tokens before its prompt."""
        return replace(self, ids=ids + self.ids)


@dataclass(frozen=True)
class Plan:
    """Loops to run.

    Args:
        loops: How many.
        rounds: Revisions of each.
        tasks: How many tasks they share; loops take them in turn.
        key: Makes the texts differ from those of other plans.
    """

    loops: int
    rounds: int
    tasks: int = 1
    key: str = ""


class Ask(Protocol):
    """How a system is asked."""

    async def __call__(self, call: Call, /) -> tuple[int, ...]:
        """Return the tokens written."""
        ...


class Workload:
    """Makes the prompts.

    Args:
        vocabulary: The model's; the model is chained.
        layout: How the parts of a prompt are ordered.
    """

    def __init__(self, vocabulary: MadeVocabulary, layout: Layout = "shared") -> None:
        self.vocabulary = vocabulary
        self.layout = layout
        ids = {token: number for number, token in enumerate(vocabulary.tokens)}
        self._begin, self._end, self._newline = ids["<|im_start|>"], ids["<|im_end|>"], ids["Ċ"]
        self._roles = {role: ids[role] for role in ("system", "user", "assistant")}
        self.written = vocabulary.after(self._newline, DRAFT)
        """What a generator or a reviser writes: every prompt ends with the same token."""

    def words(self, key: str, count: int) -> tuple[int, ...]:
        """Return words that no chain orders, the same for the same key."""
        return tuple(random.Random(crc32(key.encode())).sample(self.vocabulary.words, count))

    def call(self, role: str, *parts: tuple[int, ...], tokens: int, **more: Any) -> Call:
        """Return the request of an agent that reads these parts."""
        read = tuple(token for part in parts for token in part)
        frame, told = self.words("frame", FRAME), self.words(f"instructions {role}", INSTRUCTIONS - FRAME)
        first, last = (frame, read + told) if self.layout == "shared" else (frame + told, read)
        turns = [("system", first), ("user", last)]
        ids = [token for name, content in turns for token in self._turn(name, content)]
        ids += [self._begin, self._roles["assistant"], self._newline]
        texts = {name: self.text(content) for name, content in turns}
        return Call(tuple(ids), texts["system"], texts["user"], tokens, **more)

    def _turn(self, role: str, content: tuple[int, ...]) -> list[int]:
        return [self._begin, self._roles[role], self._newline, *content, self._end, self._newline]

    def task(self, key: str) -> tuple[int, ...]:
        """Return a task."""
        return self.words(f"task {key}", TASK)

    def revision(self, key: str, *, copied: bool) -> Call:
        """Return a reviser's request whose answer copies nine tenths of its draft, or nothing.

        Its answer is begun for it with a word of its own, so that none is like another: systems remember what they
        wrote.
        """
        draft, begun = self._draft(key, copied=copied), self.words(f"begun {key}", 1)
        critique = self.words(f"critique {key}", CRITIQUE)
        call = self.call("reviser", self.task("revised"), draft, critique, tokens=DRAFT, copies=self.text(draft))
        return replace(call, ids=call.ids + begun)

    def reading(self, key: str, *, copied: bool) -> Call:
        """Return the request that comes before that revision in a loop: the critic's, of which a token is written."""
        draft = self._draft(key, copied=copied)
        return self.call("critic", self.task("revised"), draft, tokens=1)

    def _draft(self, key: str, *, copied: bool) -> tuple[int, ...]:
        if not copied:
            return self.words(f"draft {key}", DRAFT)
        return self.altered(self.vocabulary.after(self.words(f"begun {key}", 1)[0], DRAFT), key)

    def continued(self, key: str, shared: int, own: int, tokens: int) -> Call:
        """Return a request that begins as others do and ends with words of its own."""
        return Call(self.words("shared", shared) + self.words(f"own {key}", own), "", "", tokens)

    def text(self, ids: tuple[int, ...]) -> str:
        """Return the text of tokens; of control tokens, nothing."""
        return self.vocabulary.bytes_of(ids).decode(errors="replace")

    def wrong(self, calls: Sequence[Call], written: Sequence[tuple[int, ...]]) -> int:
        """Return how many answers are not what the model writes greedily."""
        answers = [(call, ids) for call, ids in zip(calls, written, strict=True) if not call.constrained]
        return sum(ids != self.vocabulary.after(call.ids[-1], call.tokens) for call, ids in answers)

    def altered(self, written: tuple[int, ...], loop: str, turn: int = 0) -> tuple[int, ...]:
        """Return a draft of which a tenth is otherwise: little edits, which lengthen or shorten it by a token."""
        chance = random.Random(crc32(f"{loop} {turn}".encode()))
        # The first token is the loop's own, or all their drafts would begin alike.
        drawn = self.words(f"first {loop}", EVERY), self.words(f"edits {loop} {turn}", len(written))
        own, others = ([word for word in words if word not in written] for words in drawn)
        fresh = iter((own[0], *others))
        edits = [(0, 1, 1)]
        for number, block in enumerate(range(0, len(written) - EVERY + 1, EVERY)):
            at = block + chance.randrange(2, EVERY - EDIT)
            edits.append((at, EDIT, EDIT + (0, 1, -1)[number % 3]))
        edits.append((len(written) - 2, 1, 1))
        draft: list[int] = []
        for (at, lost, put), (until, _, _) in pairwise([*edits, (len(written), 0, 0)]):
            draft += [next(fresh) for _ in range(put)]
            draft += written[at + lost : until]
        return tuple(draft)


async def run_loop(ask: Ask, work: Workload, plan: Plan, number: int) -> int:
    """Run one loop, and return how many tokens were written.

    Raises:
        ValueError: The system wrote something else than the model's greedy text.
    """
    task = work.task(f"{plan.key} {number % plan.tasks}")
    written = await ask(work.call("generator", task, tokens=DRAFT))
    count = len(written)
    for turn in range(plan.rounds):
        _expect(work, written)
        draft = work.altered(written, f"{plan.key} {number}", turn)
        critique = await ask(work.call("critic", task, draft, tokens=CRITIQUE, constrained=True))
        revision = work.call("reviser", task, draft, critique, tokens=DRAFT, copies=work.text(draft))
        written = await ask(revision)
        count += len(critique) + len(written)
    _expect(work, written)
    return count


def _expect(work: Workload, written: tuple[int, ...]) -> None:
    if written != work.written:
        raise ValueError(f"wrote {work.text(written[:8])!r}…, not {work.text(work.written[:8])!r}…")
