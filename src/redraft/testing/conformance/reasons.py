"""Checks of the reasons that an evaluator gives: a critic, a reviser and a person read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redraft.testing.conformance.case import Case, require
from redraft.testing.conformance.samples import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ReasonChecks"]

_MOST = 20
_LONGEST = 300
# What draft code raises may be named (a test's failure says it); the evaluator's own insides may not.
_MACHINE = re.compile(
    r"Traceback \(most recent|<[\w.]+ object at |<(?:function|class|module|built-in|bound method) |\bat 0x[0-9a-f]{6,}"
    r"|\b(?:Draft|Task|Score|Message)\(\w+=|https://errors\.pydantic\.dev"
)


class ReasonChecks(Case):
    """Reasons are few, short, plain, and there where they are needed."""

    def test_the_bad_draft_has_a_reason(self) -> None:
        """It says what is wrong with a bad draft; without that, nobody can mend it."""
        answer = self._score(self._bad)
        require(
            answer.reasons or answer.value == 1,
            f"the bad draft has {answer.value:g} without a reason",
            "Return Score(value, [what is wrong with the draft]).",
        )

    def test_a_perfect_draft_has_no_reasons(self) -> None:
        """Where nothing is wrong, nothing is said; only a judge may tell its rating."""
        for name in ("good", "bad", *SMALL):
            answer = self._seen(name)
            require(
                answer.value != 1 or not answer.reasons or self._evaluator.kind == "judge",
                f"it gave 1, but says: {answer.reasons[:1]}",
                "Give reasons only for what keeps a draft from 1.",
            )

    def test_reasons_are_few(self) -> None:
        """At most 20 reasons; more are cut, and no model reads them."""
        for reasons in self._all():
            require(
                len(reasons) <= _MOST,
                f"a draft has {len(reasons)} reasons, at most {_MOST} are kept",
                'Give the worst ones, and sum up the rest: "and 30 more".',
            )

    def test_reasons_are_short(self) -> None:
        """At most 300 characters each; more are cut."""
        for reason in self._each():
            require(
                len(reason) <= _LONGEST,
                f"a reason has {len(reason)} characters, at most {_LONGEST} are kept: {reason[:60]!r}…",
                "Say what is wrong, and quote at most a few words of the draft.",
            )

    def test_reasons_say_something(self) -> None:
        """No reason is empty."""
        for reason in self._each():
            require(reason.strip(), "a reason is empty", "Leave it away, or say what is wrong.")

    def test_no_reason_comes_twice(self) -> None:
        """Each reason of a draft is another one."""
        for reasons in self._all():
            twice = [reason for number, reason in enumerate(reasons) if reason in reasons[:number]]
            require(not twice, f"the reason {twice[:1]} is given twice", "Give each once: dict.fromkeys(reasons).")

    def test_reasons_are_one_line_of_printable_characters(self) -> None:
        """No line breaks and no control characters, also where a draft has them: reasons stand in prompts and lists."""
        for reason in self._each():
            odd = next((sign for sign in reason if not sign.isprintable()), None)
            require(
                odd is None,
                f"a reason has the character {odd!r}: {reason[:60]!r}",
                'Put what you quote in one line: " ".join(text.split()), and leave unprintable characters away.',
            )

    def test_reasons_are_plain_words(self) -> None:
        """No traceback, no address, no repr of an object."""
        for reason in self._each():
            found = _MACHINE.search(reason)
            require(
                not found,
                f"a reason speaks of the program, not of the draft: {reason[:80]!r}",
                "Say in plain words what is wrong with the draft.",
            )

    def _all(self) -> Iterator[tuple[str, ...]]:
        for name in ("good", "bad", *SMALL, "repeated", "quotes"):
            yield self._seen(name).reasons

    def _each(self) -> Iterator[str]:
        for reasons in self._all():
            yield from reasons
