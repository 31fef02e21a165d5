"""`contradiction`: a reply that says the opposite of what is known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_dialogue.contradiction import ContradictionParams, contradiction

SHOP = ["The shop is open on Sunday.", "A ticket costs 12 dollars.", "owner: Anna Berg", "dogs allowed: no"]


def check(facts, text, **params):
    return contradiction(Draft(text=text), make_task(facts=facts), ContradictionParams(**params))


class TestContradiction(EvaluatorTests):
    evaluator = contradiction
    task = make_task("Is it open?", facts=SHOP)
    good = "Yes, the shop is open on Sunday. A ticket costs 12 dollars."
    bad = "The shop is not open on Sunday. A ticket costs 15 dollars."


SOUND = [
    (["The shop is open on Sunday."], "Yes, the shop is open on Sunday."),
    (["The shop is open on Sunday."], "No, the shop is open on Sunday, too."),
    (["The shop is open on Sunday."], "The shop is never closed on Sunday."),
    (["The shop is open on Sunday."], "Is the shop not open on Sunday?"),
    (["The shop is open on Sunday."], "If the shop is closed on Sunday, call me."),
    (["The shop is open on Sunday."], "I do not like rain."),
    (["The shop opens at 9."], "The shop opens at 9 and closes at 18."),
    (["The shop opens at 9."], "The shop opens at nine."),
    (["The shop opens at 9."], "The shop has 3 floors."),
    (["Tom has 3 dogs."], "Tom walked 5 miles with his 3 dogs."),
    (["Tom has 3 dogs."], "Tom walked 5 miles with his dogs."),
    (["A ticket costs 1,000 yen."], "A ticket costs 1000 yen."),
    ({"capital of France": "Paris"}, "The capital of France is Paris, on the Seine."),
    ({"capital of France": "Paris"}, "The capital of France is a beautiful city."),
    ({"dogs allowed": False}, "Dogs are not allowed here."),
    ({"dogs allowed": True}, "Dogs are allowed here."),
    ({"population": 5000}, "The population of 5,000 people is growing."),
    (["商店星期天开门。"], "商店星期天开门。"),
    (["商店星期天开门。"], "不，商店星期天开门。"),
    (["门票十二元。"], "门票12元。"),
    ({"首都": "北京"}, "首都是北京。"),
    ({"可以带狗": "否"}, "这里不可以带狗。"),
    (["他不得不走。"], "他不得不走。"),
]


def test_what_agrees_or_speaks_of_something_else_is_not_faulted(subtests):
    for facts, text in SOUND:
        with subtests.test(text=text):
            score = check(facts, text)
            assert (score.value, score.reasons) == (1.0, ())


CONTRADICTED = [
    (["The shop is open on Sunday."], "The shop is not open on Sunday.", "one affirms what the other denies"),
    (["The shop is open on Sunday."], "On Sunday the shop isn't open.", "one affirms what the other denies"),
    (["The shop is open on Sunday."], "On Sunday the shop is closed.", '"closed", not "open"'),
    (["Smoking is not allowed here."], "Smoking is allowed.", "one affirms what the other denies"),
    (["The shop opens at 9."], "The shop opens at 10.", "10, not 9"),
    (["Tom has 3 dogs."], "Tom has five dogs.", "five, not 3"),
    (["A ticket costs 12 dollars."], "A ticket costs $15.", "15, not 12"),
    (["opening time: 10"], "The opening time is 9.", "9, not 10"),
    (["opening time: 9:30"], "The opening time is 10:30.", "10, not 9"),
    (["capital of France: Paris"], "The capital of France is Lyon.", "Lyon, not Paris"),
    ({"capital of France": "Paris"}, "The capital of France is not Paris.", "the sentence denies it"),
    ({"dogs allowed": False}, "Dogs are allowed here.", "the fact says so"),
    ({"dogs allowed": "yes"}, "Dogs are not allowed here.", "the fact says so"),
    ({"population": 5000}, "The population is 6,000.", "6,000, not 5000"),
    (["商店星期天开门。"], "商店星期天不开门。", "one affirms what the other denies"),
    (["商店星期天开门。"], "商店星期天关门。", '"关门", not "开门"'),
    (["门票十二元。"], "门票15元。", "15, not 十二"),
    ({"首都": "北京"}, "首都是上海。", "上海, not 北京"),
]


def test_a_contradiction_is_found_and_told(subtests):
    for facts, text, why in CONTRADICTED:
        with subtests.test(text=text):
            score = check(facts, text)
            assert score.value == 0.5
            assert score.reasons[0].endswith(f": {why}")
            assert score.reasons[0].startswith(f'"{text}" contradicts ')


def test_each_contradicted_fact_lowers_the_value():
    score = check(SHOP, "The shop is not open on Sunday. A ticket costs 15 dollars. The owner is Carl Dahl.")
    assert (score.value, len(score.reasons)) == (0.25, 3)


def test_how_near_a_sentence_must_be_can_be_set():
    facts, text = ["The shop sells bread daily in summer for 9 dollars."], "The shop sells bread daily for 10 dollars."
    assert (check(facts, text, overlap=0.6).value, check(facts, text, overlap=1.0).value) == (0.5, 1.0)


BAD = [
    (5, TypeError, "the input 'facts' must be a list of statements, or a table of keys and values"),
    ([5], TypeError, "the input 'facts' must be a list of statements"),
    ({"a": ["b"]}, TypeError, "the input 'facts' must be a list of statements"),
    ([], ValueError, "the input 'facts' is empty"),
    ("\n", ValueError, "the input 'facts' is empty"),
]


def test_bad_facts_are_named(subtests):
    for facts, error, message in BAD:
        with subtests.test(facts=facts), pytest.raises(error) as raised:
            check(facts, "text")
        assert str(raised.value).startswith(message)


PARTS = st.lists(
    st.sampled_from(["shop", "opens", "nine", "not", "12", "dogs", "商店", "不", "三"]), min_size=1, max_size=8
)


@given(PARTS)
@settings(deadline=None)
def test_a_fact_never_contradicts_itself(parts):
    fact = " ".join(parts) + "."
    assert check([fact], fact).value == 1.0
