"""The result of a call: whatever was returned or raised, bounded and plain."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft.evaluation.result import bounded, plain, score_of, sentence_of
from redraft.task import Score


@given(st.lists(st.one_of(st.text(max_size=400), st.integers(), st.text(min_size=290, max_size=310)), max_size=40))
def test_reasons_are_always_few_short_and_plain_and_bounding_them_again_changes_nothing(reasons):
    kept = bounded(reasons)
    assert len(kept) <= 20
    assert all(len(reason) <= 300 and reason.isprintable() for reason in kept)
    assert sum(map(len, kept)) <= 2_020
    assert bounded(kept) == kept


@given(st.text(max_size=2_000))
def test_a_plain_text_is_one_line_and_stays_as_it_is(text):
    line = plain(text)
    assert len(line) <= 300
    assert line == plain(line)
    assert line.isprintable()


@given(st.floats(0, 1), st.lists(st.text(max_size=50), max_size=5))
def test_a_score_stays_what_it_is(value, reasons):
    score = score_of(Score(value, reasons))
    assert (score.value, score_of(score)) == (value, score)


def test_an_error_that_cannot_say_what_it_is_is_named():
    class MuteError(Exception):
        def __str__(self):
            raise SystemExit

    assert sentence_of(MuteError()) == "MuteError"
