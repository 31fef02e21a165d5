"""A vote among drafts: what counts as the same, who has a vote, and who wins."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.errors import DefinitionError
from redraft.graph.builder import Graph
from redraft.graph.voting import ballot, said_by
from redraft.task import Assessed, Draft, Score, Verdict

SAME = [
    ("42.", " 42"),
    ("She has 3 left, so the answer is 18.", "#### 18"),
    ("Answer: $1,000", "1000.00"),
    ("答案是十八。", "18"),
    (r"So \boxed{18}", "eighteen"),
    ("The Answer: PARIS", "paris"),
    ("Blue   whales.", "blue whales"),
    ("\N{FULLWIDTH LATIN SMALL LETTER A}b", "AB"),
]
OTHER = [
    ("18 km", "18 m"),
    ("18", "18%"),
    ("room 12", "room 13"),
    ("the 3rd", "3"),
    ("between 3 and 4", "3"),
    ("Paris", "Paris, France"),
]


def drafts(*texts: str, values: tuple[float, ...] = (), cut: tuple[int, ...] = ()) -> list[Assessed]:
    found = []
    for index, text in enumerate(texts):
        verdict = Verdict(scores=(Score(values[index], evaluator="x"),)) if values else None
        found.append(Assessed(draft=Draft(index=index, text=text, cut=index in cut), verdict=verdict))
    return found


def winner(pool: list[Assessed]) -> int:
    return ballot(pool).order[0].draft.index


@pytest.mark.parametrize(("one", "other"), SAME)
def test_drafts_with_one_final_answer_say_the_same(one: str, other: str) -> None:
    assert said_by(one) == said_by(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_drafts_with_different_answers_do_not(one: str, other: str) -> None:
    assert said_by(one) != said_by(other)


def test_a_vote_on_texts_counts_all_that_they_say() -> None:
    assert said_by("It rained.\nAnswer: 18", "texts") != said_by("Answer: 18", "texts")
    assert said_by("Answer:  18.", "texts") == said_by("answer: 18", "texts")


def test_what_most_say_wins_and_the_first_of_them_stands_for_it() -> None:
    vote = ballot(drafts("Seven", "2 + 2 makes 4. Answer: 4", "4", "5", "four"))
    assert vote.order[0].draft.index == 1
    assert (vote.votes, vote.voters) == (3, 5)


def test_a_tie_goes_to_the_better_verdict_and_then_to_the_earlier_draft() -> None:
    assert winner(drafts("a", "b", "b", "a", values=(0.1, 0.3, 0.2, 0.9))) == 3
    assert winner(drafts("a", "b", "b", "a", values=(0.5, 0.5, 0.5, 0.5))) == 0
    assert winner(drafts("a", "b", "b", "a")) == 0


def test_a_verdict_never_outweighs_a_vote() -> None:
    assert winner(drafts("a", "b", "b", values=(1.0, 0.0, 0.1))) == 2


def test_what_was_cut_or_is_empty_or_fails_a_gate_has_no_vote() -> None:
    assert winner(drafts("4", "4", "5", cut=(0, 1))) == 2
    assert winner(drafts("", " ", "5")) == 2
    failed = Verdict(scores=(Score(0.0, evaluator="artefact", gate=True),))
    refused = [Assessed(draft=Draft(index=index, text="As an AI"), verdict=failed) for index in (0, 1)]
    passed = Assessed(
        draft=Draft(index=2, text="5"), verdict=Verdict(scores=(Score(1.0, evaluator="artefact", gate=True),))
    )
    assert winner([*refused, passed]) == 2
    assert winner(refused) == 0


texts = st.lists(st.sampled_from(["4", "four.", "$4", "5", " 5 ", "six", "", "seven"]), min_size=1, max_size=9)


@given(texts, st.data())
@settings(deadline=None)
def test_the_winner_always_says_what_most_voters_say(given_texts: list[str], data: st.DataObject) -> None:
    values = tuple(data.draw(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=9, max_size=9)))
    pool = drafts(*given_texts, values=values)
    vote = ballot(pool)
    voters = [text for text in given_texts if text.strip()] or given_texts
    votes = Counter(said_by(text) for text in voters)
    assert (vote.votes, vote.voters) == (max(votes.values()), len(voters))
    assert votes[said_by(vote.order[0].draft.text)] == vote.votes
    assert sorted(one.draft.index for one in vote.order) == list(range(len(pool)))


def test_only_a_majority_is_one_of_something() -> None:
    with pytest.raises(DefinitionError, match="only a majority"):
        Graph("x").node("pick", select="best", of="texts").spec()
