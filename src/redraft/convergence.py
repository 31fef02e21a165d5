"""Checks: pure functions of a run's progress that decide on an edge whether to continue, revert or stop.

The order below follows the published evidence: what proves a draft good comes first, then what shows that revising no
longer helps, then the budgets. A stop always wins over a revert.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field, model_validator

from redraft.task import Assessed, Critique, Stopped, Value

__all__ = [
    "CHECKS",
    "Check",
    "Continue",
    "Decision",
    "Plateau",
    "Progress",
    "Revert",
    "Stop",
    "StopRules",
    "ask",
    "decide",
    "holds",
]


@dataclass(frozen=True, slots=True)
class Continue:
    """Go round again."""


@dataclass(frozen=True, slots=True)
class Revert:
    """Go on from the draft with index `to`, with a new seed."""

    to: int


@dataclass(frozen=True, slots=True)
class Stop:
    """End the run: the check that says so, and one sentence."""

    check: str
    detail: str

    def to_value(self) -> Stopped:
        """Return the stop as it stands in a run's record."""
        return Stopped(check=self.check, detail=self.detail)


Decision = Continue | Revert | Stop


class Plateau(Value):
    """The best draft must gain `gain` in value within `rounds` rounds."""

    rounds: int = Field(default=2, ge=1, le=1000)
    gain: float = Field(default=0.01, ge=0, le=1)


class StopRules(Value):
    """The `[stop]` table of a graph. A rule that is None or False is off; `rounds` is always on."""

    score: float | None = Field(default=None, ge=0, le=1)
    verified: bool = True
    fixpoint: bool = True
    oscillation: int | None = Field(default=4, ge=1, le=100)
    plateau: Plateau | None = None
    gate: bool | str = False
    rounds: int = Field(default=3, ge=0, le=1000)
    tokens: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, gt=0)
    regression: bool = True
    plugins: dict[str, Any] = Field(default_factory=dict)
    # Set by `rounds = "auto"`: until recorded advice has said how many, and without any, the usual number holds.
    auto: bool = False

    @model_validator(mode="before")
    @classmethod
    def _await_advice(cls, data: Any) -> Any:
        if not isinstance(data, dict) or data.get("rounds") != "auto":
            return data
        return {key: value for key, value in data.items() if key != "rounds"} | {"auto": True}

    def of_rounds(self, rounds: int) -> StopRules:
        """Return these rules with another number of rounds, whatever was to say it.

        Raises:
            ValidationError: It is no whole number from 0 to 1,000.
        """
        return StopRules.model_validate(self.model_dump() | {"rounds": rounds, "auto": False})

    @property
    def memory(self) -> int:
        """How many evaluated drafts the rules look back on."""
        return max(2, (self.oscillation or 0) + 1, (self.plateau.rounds if self.plateau else 0) + 1)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a check may look at.

    Args:
        current: The draft under decision.
        best: The first in the order of "best" among all evaluated drafts, or None before the first.
        recent: The last evaluated drafts, oldest first, the current one last.
        ranks: The best rank after each of the last evaluations, oldest first.
        rounds: How often the run has returned to the node whose edge is decided.
        tokens: Completion tokens of all agents so far.
        seconds: Seconds the run has taken so far.
        reverted: Whether the run has gone back to its best draft before.
        plugin_checks: The checks that plugins brought, by name.
        critique: The last critique.
        notes: What was noted, by the notes' names.
    """

    current: Assessed | None = None
    best: Assessed | None = None
    recent: tuple[Assessed, ...] = ()
    ranks: tuple[tuple[bool, bool, float], ...] = ()
    rounds: int = 0
    tokens: int = 0
    seconds: float = 0.0
    reverted: bool = False
    plugin_checks: Mapping[str, Check] = field(default_factory=dict)
    critique: Critique | None = None
    notes: Mapping[str, str] = field(default_factory=dict)


Check = Callable[[Progress, Any], Stop | Revert | None]
"""A check takes the progress and its rule's value, and returns a decision or None."""


def _score(progress: Progress, threshold: float) -> Stop | None:
    verdict = progress.current.verdict if progress.current else None
    if verdict is None or not verdict.complete or verdict.gates_failed or verdict.value is None:
        return None
    if verdict.value < threshold:
        return None
    return Stop("score", f"the draft's value {verdict.value:.2f} reaches {threshold:.2f}")


def _verified(progress: Progress, rule: object) -> Stop | None:
    verdict = progress.current.verdict if progress.current else None
    if not rule or verdict is None or verdict.gates_failed or not verdict.complete:
        return None
    verifiers = [score for score in verdict.scores if score.kind == "verifier"]
    if not verifiers or any(score.value is None or score.value < 1 for score in verifiers):
        return None
    return Stop("verified", f"passed by {', '.join(score.evaluator for score in verifiers)}")


def _fixpoint(progress: Progress, rule: object) -> Stop | None:
    current = progress.current
    if not rule or current is None or current.draft.parent is None:
        return None
    parents = [*progress.recent, progress.best] if progress.best else progress.recent
    same = any(
        seen.draft.index == current.draft.parent and seen.draft.text == current.draft.text for seen in parents if seen
    )
    return Stop("fixpoint", "the revision changed nothing") if same else None


def _oscillation(progress: Progress, last: int) -> Stop | None:
    current = progress.current
    if current is None:
        return None
    earlier = [seen.draft for seen in progress.recent if seen.draft.index < current.draft.index][-last:]
    twin = next((seen for seen in earlier if seen.text == current.draft.text), None)
    return Stop("oscillation", f"draft {current.draft.index} repeats draft {twin.index}") if twin else None


def _plateau(progress: Progress, rule: Plateau) -> Stop | None:
    if len(progress.ranks) <= rule.rounds:
        return None
    then, now = progress.ranks[-1 - rule.rounds], progress.ranks[-1]
    if now[:2] > then[:2] or now[2] - then[2] >= rule.gain > 0 or (rule.gain == 0 and now[2] > then[2]):
        return None
    return Stop("plateau", f"no gain of {rule.gain:g} in {rule.rounds} round{'s' if rule.rounds > 1 else ''}")


def _gate(progress: Progress, rule: object) -> Stop | None:
    verdict = progress.current.verdict if progress.current else None
    if not rule or verdict is None:
        return None
    failed = [name for name in verdict.gates_failed if rule is True or name == rule]
    return Stop("gate", f"the draft fails {', '.join(failed)}") if failed else None


def _rounds(progress: Progress, limit: int) -> Stop | None:
    if progress.rounds < limit:
        return None
    return Stop(
        "rounds", "no revision was asked for" if limit == 0 else f"{limit} round{'s' if limit > 1 else ''} done"
    )


def _tokens(progress: Progress, limit: int) -> Stop | None:
    return Stop("tokens", f"{progress.tokens} of {limit} tokens used") if progress.tokens >= limit else None


def _seconds(progress: Progress, limit: float) -> Stop | None:
    return Stop("seconds", f"{limit:g} seconds are over") if progress.seconds >= limit else None


def _regression(progress: Progress, rule: object) -> Stop | Revert | None:
    current, best = progress.current, progress.best
    if not rule or current is None or best is None or current.rank >= best.rank:
        return None
    if progress.reverted:
        return Stop("regression", f"again worse than draft {best.draft.index}, the best so far")
    return Revert(best.draft.index)


CHECKS: Mapping[str, Check] = {
    "score": _score,
    "verified": _verified,
    "fixpoint": _fixpoint,
    "oscillation": _oscillation,
    "plateau": _plateau,
    "gate": _gate,
    "rounds": _rounds,
    "tokens": _tokens,
    "seconds": _seconds,
    "regression": _regression,
}
"""The built-in checks, in the order they are asked."""


def ask(check: str, value: Any, progress: Progress) -> Decision:
    """Return what one check decides by itself.

    Args:
        check: The name of a built-in or plugin check.
        value: The check's setting, as in a graph's `[stop]` table.
        progress: The run so far.
    """
    function = CHECKS.get(check) or progress.plugin_checks[check]
    decision = None if value is None else function(progress, value)
    return decision or Continue()


def holds(check: str, value: Any, progress: Progress) -> bool:
    """Return whether the named check decides anything but to continue: what a condition on an edge asks."""
    return not isinstance(ask(check, value, progress), Continue)


def decide(rules: StopRules, progress: Progress) -> Decision:
    """Return what the rules say: the first stop in their order, else a revert, else continue."""
    revert: Revert | None = None
    for check, function in {**CHECKS, **progress.plugin_checks}.items():
        value = getattr(rules, check, None) if check in CHECKS else rules.plugins.get(check)
        decision = None if value is None else function(progress, value)
        if isinstance(decision, Stop):
            return decision
        revert = revert or decision
    return revert or Continue()
