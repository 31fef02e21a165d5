"""`faithful`: whether a summary has names and numbers that its source lacks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_summary.faithful import faithful

SOURCE = (
    "Barack Obama met Angela Merkel in Berlin on Monday. The World Health Organization said that 1,234,567 people in "
    "Germany, or 5 percent, had three doses in 2021. Half of them were under 40."
)
CHINESE = "王明教授说，《红楼梦》有一百二十回，百分之五的人读过。2021年有三千五百人参加。"


def scored(text, source=SOURCE, **params):
    return faithful(
        Draft(text=text), Task(prompt="Summarise.", inputs={"source": source}), faithful.validate_params(params)
    )


class TestConformance(EvaluatorTests):
    evaluator = faithful
    task = Task(prompt="Summarise.", inputs={"source": SOURCE})
    good = "Obama met Merkel; 5% of Germans had 3 doses."
    bad = "Obama met Macron; 6% of Germans had 4 doses."


FAITHFUL = [
    (SOURCE, "Then Obama met Merkel. WHO: 3 doses for 5% of Germans."),
    (SOURCE, "Five per cent, or 1234567 people, had three doses; 50% were under forty."),
    (SOURCE, "About 1.2 million people, more than a million."),
    (SOURCE, "One of them met the other on a Monday."),
    (SOURCE, "It was the third dose."),
    (SOURCE, ""),
    (CHINESE, "王明教授说《红楼梦》有120回，5%的人读过，2021年约3500人参加。"),
    (CHINESE, "一个教授说起一本书。"),
    (CHINESE, "Five percent of 3,500 people read the 120 chapters."),
    (CHINESE, CHINESE),
    (SOURCE, SOURCE),
]
UNFAITHFUL = [
    (SOURCE, "Then Macron met Merkel.", 1 / 2, ('the source has no name "Macron"',)),
    (SOURCE, "6% had three doses.", 1 / 2, ('the source has no number "6%"',)),
    (SOURCE, "1.3 million people in Germany", 1 / 2, ('the source has no number "1.3 million"',)),
    (SOURCE, "1.2 million people", 0, ('the source has no number "1.2 million"',)),
    (SOURCE, "about 1.4 million people", 0, ('the source has no number "1.4 million"',)),
    (SOURCE, "a hundred people", 0, ('the source has no number "a hundred"',)),
    (CHINESE, "李红教授说《西游记》有一百回。", 0, ("一百", "西游记", "李红")),
]


def test_what_the_source_has_may_be_written_otherwise(subtests):
    for source, text in FAITHFUL:
        with subtests.test(text=text):
            assert scored(text, source).reasons == ()


def test_what_the_source_lacks_is_named(subtests):
    for source, text, value, reasons in UNFAITHFUL:
        with subtests.test(text=text):
            score = scored(text, source)
            assert score.value == pytest.approx(value)
            assert len(score.reasons) == len(reasons)
            assert all(reason in told for told, reason in zip(score.reasons, reasons, strict=True))


def test_names_or_numbers_can_be_left_out():
    assert scored("Macron had 7 doses.", names=False).reasons == ('the source has no number "7"',)
    assert scored("Then Macron had 7 doses.", numbers=False).reasons == ('the source has no name "Macron"',)


STORY = "Tom Reed, a painter, was selling 43 yellow bags. The children sold none of them."
WORDS = [
    ("Tom Reed sells his bag, but a child sold 43.", ()),
    ("The yellowing bags sell.", ()),
    ("The red cats failed.", ("red", "cats")),
    ("Ben hoped to sell them.", ("Ben",)),
    ("红色的包 were sold.", ()),
    ("", ()),
]


def test_other_words_are_looked_at_where_that_is_asked_for(subtests):
    for text, lacking in WORDS:
        with subtests.test(text=text):
            score = scored(text, STORY, words=True, own=["hope", "failed"])
            assert score.reasons == tuple(f'the source has no word "{word}"' for word in lacking)
            assert scored(text, STORY).value == 1


def test_a_name_or_number_is_said_once_where_words_are_looked_at():
    score = scored("A painter named Ann Lee sold 55 bags.", STORY, words=True, own=["named"])
    assert [reason.split('"')[1] for reason in score.reasons] == ["55", "Ann", "Lee"]
    assert scored("A painter named Ann Lee sold bags.", STORY, words=True, own=["named"], names=False).value == 1


@given(st.integers(2, 10**9), st.integers(2, 10**9))
def test_a_number_is_lacking_unless_the_source_has_it(number, other):
    score = scored(f"There are {number} of them.", f"I counted {other:,} of them.")
    assert (score.value == 1) is (number == other)
