"""Which draft of a run is its answer within a number of tokens, and what it had paid for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.bench.answers import READERS, Answer, after_rounds, agreement, at_round, best_of, loop_answer
from tests.bench.making_runs import FAULT, draft, run


def test_a_loop_hands_over_what_a_user_gets():
    made = run(0.2, 0.9, 0.4, best=1)
    assert loop_answer(made) == Answer(1, 30, 300)
    assert loop_answer(run(0.2, 0.3)).draft == 1


def test_after_each_round_the_answer_is_the_best_so_far_and_the_last_is_the_newest():
    made = run(0.5, 0.8, 0.8, 0.1)
    assert [after_rounds(made, number) for number in range(5)] == [0, 1, 1, 1, 1]
    assert [at_round(made, number) for number in range(5)] == [0, 1, 2, 3, 3]


def test_a_draft_without_a_verdict_is_below_every_other():
    made = run(draft(0.0, rank=None), 0.0)
    assert best_of(made, range(2)) == 1
    assert best_of(made, []) is None


@pytest.mark.parametrize(
    ("budget", "answer"),
    [
        (9, Answer(None, 9, 100)),
        (10, Answer(0, 10, 100)),
        (19, Answer(0, 19, 200)),
        (20, Answer(1, 20, 200)),
        (30, Answer(1, 30, 300)),
        (99, Answer(1, 30, 300)),
    ],
)
def test_best_of_n_takes_the_best_that_was_finished_in_time(budget, answer):
    assert READERS["best_of_n"](run(0.2, 0.8, 0.8), budget) == answer


def test_best_of_n_stops_at_the_first_draft_that_contents_the_graph():
    made = run(0.2, draft(0.7, content=True), 0.9)
    assert READERS["best_of_n"](made, 30) == Answer(1, 20, 200)
    assert READERS["best_of_n"](made, 15) == Answer(0, 15, 200)


def test_a_draft_that_was_cut_at_the_limit_is_not_there():
    made = run(0.2, draft(0.9, cut=True))
    assert READERS["best_of_n"](made, 20).draft == 0
    assert READERS["self_consistency"](made, 20).draft == 0


def test_a_vote_takes_what_most_say_and_the_first_of_equals():
    texts = ["So 4 and 4.\nAnswer: 9", "Answer: 8", "A sum.\nAnswer:  8.", "Answer: 9"]
    made = run(*(draft(0.5, text=text) for text in texts))
    assert [READERS["self_consistency"](made, budget).draft for budget in (10, 20, 30, 40)] == [0, 0, 1, 0]


def test_a_vote_does_not_pay_for_verdicts():
    made = run(draft(0.5, text="a"), draft(0.5, text="b"), draft(0.5, text="b"), rating=5)
    assert READERS["best_of_n"](made, 45) == Answer(0, 45, 390)
    assert READERS["self_consistency"](made, 45).prompt_tokens == 300


def test_agreement_is_the_share_of_runs_in_which_two_drafts_say_the_same():
    alike, apart, lone = run(draft(0, text="a"), draft(0, text="A.")), run(0.1, 0.2), run(0.1)
    assert agreement([alike, apart, lone]) == 0.5
    assert agreement([lone]) is None


def test_a_critic_that_is_believed_ends_the_loop_where_it_finds_nothing():
    made = run(draft(0.9, problems=FAULT), draft(0.1, problems=()), 0.9)
    assert READERS["self_critique"](made, 60) == Answer(1, 50, 500)
    assert READERS["self_critique"](made, 25).draft == 0
    assert READERS["self_critique"](run(draft(0.9, problems=FAULT), 0.1), 30).draft == 1


VALUES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=8)


@given(VALUES, st.integers(0, 100), st.integers(0, 100), st.sampled_from(sorted(READERS)))
@settings(deadline=None)
def test_more_tokens_never_make_the_best_by_verdict_worse_and_no_rival_has_more_than_its_own(values, some, more, rival):
    made = run(*values)
    less, most = (READERS[rival](made, budget) for budget in sorted((some, more)))
    assert less.tokens <= most.tokens <= max(some, more)
    if rival in {"best_of_n", "no_critique"} and less.draft is not None:
        assert made.drafts[most.draft].rank >= made.drafts[less.draft].rank
