"""Reasons: few and short."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft.evaluation.result import bounded
from redraft.reasons import few, quoted


@given(st.lists(st.text(max_size=5), max_size=50))
def test_few_are_never_more_than_are_kept_and_none_is_lost_silently(reasons):
    kept = few(reasons)
    assert len(kept) <= 20
    assert kept[:19] == list(dict.fromkeys(reasons))[:19]
    assert len(kept) == len(set(reasons)) or kept[-1] == f"and {len(set(reasons)) - 19} more"


def test_what_is_few_is_kept_whole():
    assert bounded(few([str(number) for number in range(50)])) == (*map(str, range(19)), "and 31 more")


def test_a_quotation_is_one_line():
    assert quoted(" a\nb ") == '"a b"'
    assert quoted("x" * 100, 10) == f'"{"x" * 9}…"'
