"""Checks decide from the progress alone, so each is a table of progress and decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from redraft.convergence import CHECKS, Continue, Plateau, Progress, Revert, Stop, StopRules, decide, holds
from redraft.task import Assessed, Draft, Score, Verdict

if TYPE_CHECKING:
    import pytest


def assessed(
    index: int, value: float | None = 0.5, *, text: str | None = None, parent: int | None = None, **score: Any
) -> Assessed:
    made = Score(value, evaluator="coverage", **score) if value is not None else Score(evaluator="coverage", error="no")
    draft = Draft(index=index, text=text if text is not None else f"draft {index}", parent=parent)
    return Assessed(draft=draft, verdict=Verdict(scores=(made,)))


def progress(*drafts: Assessed, **rest: Any) -> Progress:
    best: Assessed | None = None
    ranks = []
    for draft in drafts:
        best = draft if best is None or draft.rank > best.rank else best
        ranks.append(best.rank)
    return Progress(current=drafts[-1] if drafts else None, best=best, recent=tuple(drafts), ranks=tuple(ranks), **rest)


OFF = StopRules(verified=False, fixpoint=False, oscillation=None, regression=False, rounds=1000)


DECISIONS = [
    ({}, progress(assessed(0)), Continue()),
    ({"score": 0.9}, progress(assessed(0, 0.95)), "score"),
    ({"score": 0.9}, progress(assessed(0, 0.89)), Continue()),
    ({"score": 0.0}, progress(assessed(0, None)), Continue()),
    ({"verified": True}, progress(assessed(0, 1.0, kind="verifier")), "verified"),
    ({"verified": True}, progress(assessed(0, 0.99, kind="verifier")), Continue()),
    ({"verified": True}, progress(assessed(0, 1.0, kind="judge")), Continue()),
    ({"verified": True}, progress(assessed(0, None, kind="verifier")), Continue()),
    ({"fixpoint": True}, progress(assessed(0, text="a"), assessed(1, text="a", parent=0)), "fixpoint"),
    ({"fixpoint": True}, progress(assessed(0, text="a"), assessed(1, text="b", parent=0)), Continue()),
    ({"oscillation": 2}, progress(*(assessed(i, text=t) for i, t in enumerate("aba"))), "oscillation"),
    ({"oscillation": 2}, progress(*(assessed(i, text=t) for i, t in enumerate("abca"))), Continue()),
    ({"oscillation": 3}, progress(*(assessed(i, text=t) for i, t in enumerate("abca"))), "oscillation"),
    ({"plateau": Plateau(rounds=2)}, progress(*(assessed(i, 0.5) for i in range(3))), "plateau"),
    ({"plateau": Plateau(rounds=2)}, progress(*(assessed(i, 0.5) for i in range(2))), Continue()),
    ({"plateau": Plateau(rounds=2)}, progress(*(assessed(i, 0.5 + i / 10) for i in range(3))), Continue()),
    ({"plateau": Plateau(rounds=1, gain=0)}, progress(assessed(0, 0.5), assessed(1, 0.6)), Continue()),
    ({"plateau": Plateau(rounds=1, gain=0)}, progress(assessed(0, 0.5), assessed(1, 0.5)), "plateau"),
    ({"rounds": 0}, progress(assessed(0)), "rounds"),
    ({"rounds": 3}, progress(assessed(0), rounds=3), "rounds"),
    ({"rounds": 3}, progress(assessed(0), rounds=2), Continue()),
    ({"tokens": 10}, progress(assessed(0), tokens=10), "tokens"),
    ({"tokens": 10}, progress(assessed(0), tokens=9), Continue()),
    ({"seconds": 1.5}, progress(assessed(0), seconds=1.5), "seconds"),
    ({"regression": True}, progress(assessed(0, 0.9), assessed(1, 0.5)), Revert(0)),
    ({"regression": True}, progress(assessed(0, 0.9), assessed(1, 0.5), reverted=True), "regression"),
    ({"regression": True}, progress(assessed(0, 0.9), assessed(1, 0.9)), Continue()),
    ({"gate": True}, progress(assessed(0, 0.0, gate=True)), "gate"),
    ({"gate": "other"}, progress(assessed(0, 0.0, gate=True)), Continue()),
]


def test_a_rule_decides_as_the_table_says(subtests: pytest.Subtests) -> None:
    for rules, seen, expected in DECISIONS:
        with subtests.test(rules=rules):
            decision = decide(OFF.model_copy(update=rules), seen)
            assert (decision.check if isinstance(decision, Stop) else decision) == expected


def test_a_stop_wins_over_a_revert() -> None:
    seen = progress(assessed(0, 0.9), assessed(1, 0.5), rounds=3)
    assert decide(StopRules(rounds=3), seen) == Stop("rounds", "3 rounds done")


def test_a_score_needs_a_complete_verdict_that_passes_its_gates() -> None:
    good = Score(1.0, evaluator="judge")
    rules = OFF.model_copy(update={"score": 0.5})
    for spoiler in (Score(evaluator="x", error="down"), Score(0.0, evaluator="artefact", gate=True)):
        draft = Assessed(draft=Draft(text="a"), verdict=Verdict(scores=(good, spoiler)))
        assert decide(rules, progress(draft)) == Continue()


def test_a_plugin_check_decides_after_the_built_in_ones() -> None:
    def polite(progress: Progress, word: str) -> Stop | None:
        text = progress.current.draft.text if progress.current else ""
        return Stop("polite", f"it says {word}") if word in text else None

    rules = OFF.model_copy(update={"plugins": {"polite": "please"}})
    seen = progress(assessed(0, text="yes please"))
    checked = Progress(current=seen.current, best=seen.best, plugin_checks={"polite": polite})
    assert decide(rules, checked) == Stop("polite", "it says please")
    assert holds("polite", "please", checked)


@given(
    values=st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=8),
    texts=st.lists(st.sampled_from("abc"), min_size=8, max_size=8),
    rounds=st.integers(0, 5),
    reverted=st.booleans(),
)
def test_used_up_rounds_always_stop(values: list[float | None], texts: list[str], rounds: int, reverted: bool) -> None:
    drafts = [assessed(i, value, text=texts[i]) for i, value in enumerate(values)]
    rules = StopRules(rounds=3, score=0.9, plateau=Plateau())
    decision = decide(rules, progress(*drafts, rounds=rounds, reverted=reverted))
    assert isinstance(decision, Stop) or rounds < 3


def test_every_check_has_a_rule_of_its_name() -> None:
    assert set(CHECKS) <= set(StopRules.model_fields)
