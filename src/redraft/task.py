"""The values a run passes around: frozen, and checked at construction."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from redraft.errors import ExitCode

__all__ = [
    "Assessed",
    "Critique",
    "Draft",
    "DraftRecord",
    "Kind",
    "Message",
    "Note",
    "Outcome",
    "Problem",
    "Reproducible",
    "Score",
    "Stopped",
    "Task",
    "Usage",
    "Verdict",
]

Reproducible = Literal["exactly", "up to floating-point effects of batching"]
"""How far the same seed gives the same texts again, whatever else the engines compute beside them."""

Kind = Literal["verifier", "heuristic", "judge", "oracle"]
"""How far a score can be trusted: a verifier is sound, an oracle reads the reference and never steers a loop."""


def _unit(value: float | None) -> float | None:
    if value is not None and not (math.isfinite(value) and 0.0 <= value <= 1.0):
        raise ValueError(f"a score is a finite number from 0 to 1, not {value!r}")
    return value


class Value(BaseModel):
    """The base of every value: frozen, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(Value):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Task(Value):
    """What is asked: the conversation so far, and named inputs (passage, words, tests, …)."""

    messages: tuple[Message, ...] = Field(min_length=1)
    inputs: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _from_prompt(cls, data: Any) -> Any:
        if isinstance(data, dict) and "prompt" in data:
            rest = {key: value for key, value in data.items() if key != "prompt"}
            return rest | {"messages": (Message(role="user", content=data["prompt"]),)}
        return data

    @property
    def prompt(self) -> str:
        """The conversation as one text: the turn itself where there is only one."""
        if len(self.messages) == 1:
            return self.messages[0].content
        return "\n\n".join(f"{message.role}: {message.content}" for message in self.messages)


class Draft(Value):
    """One candidate text: where it comes from, and whether it was cut at a token limit."""

    index: int = Field(default=0, ge=0)
    round: int = Field(default=0, ge=0)
    text: str
    parent: int | None = None
    author: str = ""
    cut: bool = False


class Score(Value):
    """One evaluator's outcome: a finite value in [0, 1] and reasons, or an error. An error is never a 0.

    `Score(0.5, ["two words are missing"])` is what an evaluator returns; redraft fills in the rest.
    """

    value: Annotated[float | None, AfterValidator(_unit)] = None
    reasons: tuple[str, ...] = ()
    evaluator: str = ""
    kind: Kind = "heuristic"
    weight: float = Field(default=1.0, ge=0)
    gate: bool = False
    error: str | None = None

    def __init__(self, value: float | None = None, reasons: Any = (), **rest: Any) -> None:
        super().__init__(value=value, reasons=reasons, **rest)  # type: ignore[call-arg]

    @model_validator(mode="after")
    def _value_or_error(self) -> Score:
        if (self.value is None) == (self.error is None):
            raise ValueError("a score has either a value or an error")
        return self


class Verdict(Value):
    """All scores of one draft.

    `value` is the weighted mean of the weighted scores present (none: null). A verdict is `complete` where every
    weighted score and every gate has a value. A gate is passed at its full value, 1.
    """

    scores: tuple[Score, ...] = ()

    @property
    def gates_failed(self) -> tuple[str, ...]:
        """The names of the gates that gave a value below 1."""
        return tuple(s.evaluator for s in self.scores if s.gate and s.value is not None and s.value < 1)

    @property
    def complete(self) -> bool:
        """Whether no evaluator ended in an error."""
        return all(score.value is not None for score in self.scores)

    @property
    def value(self) -> float | None:
        """The weighted mean of the scores present, or None where there are none."""
        present = [(s.value, s.weight) for s in self.scores if not s.gate and s.value is not None and s.weight > 0]
        total = sum(weight for _, weight in present)
        # A sum of floats may exceed its own bound by an ulp; the mean of numbers in [0, 1] is in [0, 1].
        return min(1.0, sum(value * weight for value, weight in present) / total) if total else None

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """The order of "best", earlier drafts winning ties: gates passed, every score present, value."""
        value = self.value
        return (not self.gates_failed, self.complete, -1.0 if value is None else value)

    def score_of(self, evaluator: str) -> Score | None:
        """Return the score that the named evaluator gave, or None."""
        return next((score for score in self.scores if score.evaluator == evaluator), None)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What evaluators said against the draft, in their order."""
        return tuple(reason for s in self.scores if s.value is not None and s.value < 1 for reason in s.reasons)


class Assessed(Value):
    """A draft with its verdict (None: not evaluated yet)."""

    draft: Draft
    verdict: Verdict | None = None

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """The verdict's place in the order of "best"; below every evaluated draft where there is no verdict."""
        return self.verdict.rank if self.verdict else (False, False, -2.0)


class Problem(Value):
    """One thing that a critic found wrong: where, what, and how to fix it."""

    where: str = ""
    problem: str
    fix: str = ""


class Critique(Value):
    """The critic's structured feedback on one draft."""

    draft: int = Field(default=0, ge=0)
    problems: tuple[Problem, ...] = ()


class Stopped(Value):
    """Why a run ended: the check's name and a sentence."""

    check: str
    detail: str


class Usage(Value):
    """What a run cost. Tokens are those of all agents; seconds do not count time between processes."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0


class DraftRecord(Value):
    """A draft in a run's record, with its verdict (None: never evaluated) and the critique that it drew."""

    draft: Draft
    verdict: Verdict | None = None
    critique: Critique | None = None

    def to_json(self) -> dict[str, JsonValue]:
        """Return the draft in the shape that `--json` documents."""
        verdict = self.verdict or Verdict()
        return {
            "index": self.draft.index,
            "round": self.draft.round,
            "text": self.draft.text,
            "value": verdict.value,
            "complete": self.verdict is not None and verdict.complete,
            "gates_failed": list(verdict.gates_failed),
            "scores": [
                {key: getattr(score, key) for key in ("evaluator", "kind", "value")}
                | {"reasons": list(score.reasons), "error": score.error}
                for score in verdict.scores
            ],
            "critique": self.critique.model_dump(mode="json")["problems"] if self.critique else None,
        }


class Note(Value):
    """What a node noted: an agent, a function, or a person who was asked."""

    node: str
    note: str
    text: str


class Outcome(Value):
    """What a run hands over: the answer, the index of the draft it came from, why it stopped, and its record.

    `path` has the nodes whose visits are over, `notes` what they noted, both in their order; `exit_code` is what a
    process that made this run should exit with.
    """

    run: str
    graph: str
    model: str | None
    task: Task
    answer: str | None
    best: int | None
    stop: Stopped
    path: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    drafts: tuple[DraftRecord, ...] = ()
    usage: Usage = Usage()
    reproducible: Reproducible = "exactly"
    exit_code: ExitCode = ExitCode.DONE

    def to_json(self) -> dict[str, JsonValue]:
        """Return the one object that `--json` prints."""
        return {
            "run": self.run,
            "graph": self.graph,
            "model": self.model,
            "task": self.task.model_dump(mode="json"),
            "answer": self.answer,
            "best": self.best,
            "stop": self.stop.model_dump(mode="json"),
            "path": list(self.path),
            "notes": [note.model_dump(mode="json") for note in self.notes],
            "drafts": [record.to_json() for record in self.drafts],
            "usage": self.usage.model_dump(mode="json"),
            "reproducible": self.reproducible,
        }
