"""Checks of the values that an evaluator gives."""

from __future__ import annotations

import math
from unittest import SkipTest

from redraft.testing.conformance.case import Case, require
from redraft.testing.conformance.samples import SMALL

__all__ = ["ValueChecks"]


class ValueChecks(Case):
    """What comes out is a score, and means something."""

    def test_the_good_draft_scores_above_the_bad_one(self) -> None:
        """It tells a good draft from a bad one."""
        good, bad = self._score(self._good).value, self._score(self._bad).value
        require(
            good is not None and bad is not None and (good > bad or math.isnan(good + bad)),
            f"the good draft has {good:g}, the bad one {bad:g}",
            "Mend the evaluator, or choose examples that differ in what it scores.",
        )

    def test_a_verifier_gives_the_good_draft_1(self) -> None:
        """A verifier is satisfied by a good draft, so that a run can stop."""
        if self._evaluator.kind != "verifier":
            raise SkipTest("it is no verifier")
        answer = self._score(self._good)
        require(
            answer.value == 1 or math.isnan(answer.value or 0),
            f"the good draft has {answer.value:g}, not 1; reasons: {', '.join(answer.reasons) or 'none'}",
            "A verifier gives 1 where there is nothing to find fault with; anything else is a heuristic.",
        )

    def test_it_returns_a_score(self) -> None:
        """It returns a Score, a number or a bool, and never text, nothing, or a list."""
        for name in ("good", "bad", *SMALL):
            answer = self._seen(name)
            require(
                answer.how != "odd",
                f"it {answer.told}, for {_draft(name)}",
                "Return Score(value, reasons), a number from 0 to 1 or a bool.",
            )

    def test_values_are_from_0_to_1(self) -> None:
        """No value is below 0 or above 1, not even by rounding."""
        for name in ("good", "bad", *SMALL):
            value = self._seen(name).value
            require(
                value is None or not math.isfinite(value) or 0 <= value <= 1,
                f"it gave {value!r} for {_draft(name)}",
                "Bound what you compute: min(1.0, max(0.0, value)); divide percentages by 100.",
            )

    def test_values_are_finite(self) -> None:
        """No value is NaN or infinite."""
        for name in ("good", "bad", *SMALL):
            value = self._seen(name).value
            require(
                value is None or math.isfinite(value),
                f"it gave {value} for {_draft(name)}",
                "Find the case that divides by nothing or takes the logarithm of 0, and say what it is worth.",
            )

    def test_an_error_is_not_given_for_a_draft(self) -> None:
        """Errors are for what is wrong with the task or the machine; a bad draft gets a low score."""
        for name in ("good", "bad", *SMALL):
            answer = self._seen(name)
            require(
                answer.how != "error",
                f"it {answer.told}, for {_draft(name)}",
                "Return Score(0.0, [what is wrong with the draft]): a verdict with an error is never complete.",
            )


def _draft(name: str) -> str:
    return f"the {name} draft" if name in ("good", "bad") else f"the text '{name}': {SMALL[name][:40]!r}"
