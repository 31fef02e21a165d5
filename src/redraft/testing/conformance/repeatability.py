"""Checks that the same draft gets the same score, whoever asks, whenever, and from wherever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from unittest import SkipTest

from redraft.task import Draft
from redraft.testing.conformance.case import Case, require
from redraft.testing.conformance.samples import SMALL
from redraft.testing.conformance.witness import NESTED

if TYPE_CHECKING:
    from redraft.testing.conformance.answer import Answer

__all__ = ["RepeatabilityChecks"]

_THREADS = 8
_TEXTS = ("markup", "chinese", "punctuation")
_UNDECLARED = "Remove what is left to chance, or declare deterministic=False."


class RepeatabilityChecks(Case):
    """An evaluator is a function of the draft, the task and the parameters."""

    def test_the_same_draft_gets_the_same_score_again(self) -> None:
        """Called twice in a row, it gives the same value and the same reasons in the same order."""
        self._declared()
        for draft in (self._good, self._bad):
            first, second = self._call(draft), self._call(draft)
            self._same(first, second, "called twice for the same draft", _UNDECLARED)

    def test_another_process_gives_the_same_score(self) -> None:
        """A fresh process, whose sets and dicts of texts have another order, gives the same value and reasons."""
        self._declared()
        for name in ("good", "bad"):
            here, there = self._call(self._example(name)), self._seen(name)
            mend = "Sort what comes out of a set: the order of texts in it is another one in each process."
            self._same(here, there, f"in another process, for the {name} draft,", mend)

    def test_the_order_of_drafts_does_not_matter(self) -> None:
        """What it saw before does not change a score."""
        self._declared()
        drafts = self._drafts()
        forth = [self._call(draft) for draft in drafts]
        back = [self._call(draft) for draft in reversed(drafts)]
        for first, second in zip(forth, reversed(back), strict=True):
            self._same(first, second, "called in another order", "Keep nothing from one call for the next.")

    def test_threads_give_the_same_scores(self) -> None:
        """Eight threads at once get what one gets, none of them the main thread."""
        self._declared()
        drafts = self._drafts()
        alone = [self._call(draft) for draft in drafts]
        with ThreadPoolExecutor(_THREADS) as pool:
            together = list(pool.map(self._call, drafts * (_THREADS if self._evaluator.cost == "low" else 2)))
        for number, answer in enumerate(together):
            mend = "Keep nothing in module globals while a call lasts; signals and alarms work in the main thread only."
            self._same(alone[number % len(drafts)], answer, "called by several threads", mend)

    def test_a_call_in_the_middle_of_another_changes_nothing(self) -> None:
        """While one draft is being scored, another one is: both get their own score."""
        self._declared()
        mend = "Keep what a call works on in local variables, not in the module or on an object that calls share."
        self._same(self._call(self._good), self._seen(NESTED), "interrupted by calls for the bad draft", mend)

    def test_who_wrote_the_draft_does_not_matter(self) -> None:
        """Index, round, parent and author say nothing about a text; `cut` may."""
        self._declared()
        for draft in (self._good, self._bad):
            other = draft.model_copy(update={"index": 7, "round": 3, "parent": 2, "author": "reviser"})
            mend = "Read draft.text, and draft.cut where it matters."
            self._same(self._call(draft), self._call(other), "with another author and round", mend)

    def test_windows_line_ends_do_not_matter(self) -> None:
        """A draft with CRLF gets the score that it has with LF."""
        self._declared()
        for draft in (self._good, self._bad):
            unix = draft.text.replace("\r\n", "\n").rstrip("\n") + "\n"
            texts = (unix, unix.replace("\n", "\r\n"))
            first, second = (self._call(draft.model_copy(update={"text": text})) for text in texts)
            require(
                first.value == second.value,
                f"with CRLF at its line ends, a draft {second.told} instead of {first.value}",
                'Replace "\\r\\n" by "\\n" first, or split lines by str.splitlines.',
            )

    def _declared(self) -> None:
        if not self._evaluator.deterministic:
            raise SkipTest("it is not declared deterministic")

    def _drafts(self) -> list[Draft]:
        return [self._good, self._bad, *(Draft(text=SMALL[name]) for name in _TEXTS)]

    def _same(self, first: Answer, second: Answer, when: str, mend: str) -> None:
        __tracebackhide__ = True
        one, other = ((a.how, repr(a.value), a.reasons, a.type) for a in (first, second))
        if one != other:
            told = (f"it {answer.told} ({'; '.join(answer.reasons)[:100]})" for answer in (first, second))
            raise AssertionError(f"{when} it is another score: {', then '.join(told)}\n  {mend}")
