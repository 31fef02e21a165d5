"""Checks of time: large texts, and what is declared to take milliseconds."""

from __future__ import annotations

from unittest import SkipTest

from redraft.testing.conformance.case import Case, best_of, require

__all__ = ["EnduranceChecks"]

_SECONDS = {"low": 0.1, "medium": 10.0}
_MEND = "Look at a bounded part of the text, or use a method whose time grows with its length."


class EnduranceChecks(Case):
    """It ends within its own timeout, also where a draft is large or odd."""

    def test_a_megabyte_is_scored_in_time(self) -> None:
        """A draft of a million characters."""
        self._in_time("huge")

    def test_a_long_line_is_scored_in_time(self) -> None:
        """Two hundred thousand characters without a space."""
        self._in_time("long line")

    def test_deep_nesting_is_scored(self) -> None:
        """Two hundred thousand opening brackets: a parser may run out of its stack."""
        self._in_time("nested")

    def test_a_long_gap_is_no_trap(self) -> None:
        """Two hundred thousand spaces between two letters: the trap of many patterns."""
        self._in_time("spaces")

    def test_many_quotes_are_no_trap(self) -> None:
        """Two hundred thousand quotation marks, none of which closes another."""
        self._in_time("quotes")

    def test_many_sentences_are_no_trap(self) -> None:
        """Sixty thousand sentences, all alike: the trap of whatever compares each with each."""
        self._in_time("repeated")

    def test_its_cost_is_what_it_declares(self) -> None:
        """`low` means milliseconds, `medium` seconds: a run plans by it."""
        most = _SECONDS.get(self._evaluator.cost)
        if most is None:
            raise SkipTest("a high cost has no bound")
        best = best_of(lambda: self._score(self._good).seconds, enough=most)
        mend = 'Declare cost="medium" where it takes seconds, "high" where it takes a model.'
        require(
            best <= most, f"the good draft took {best:.2g} s, but its cost is declared {self._evaluator.cost}", mend
        )

    def _in_time(self, name: str) -> None:
        __tracebackhide__ = True
        answer, most = self._seen(name), self._evaluator.timeout
        mend = _MEND if answer.how != "raised" else "Catch it, and give the draft a score."
        require(answer.how not in ("raised", "late", "died"), f"it {answer.told}, for the text '{name}'", mend)
        require(answer.seconds <= most, f"it took {answer.seconds:.3g} s, its timeout is {most:g} s", mend)
