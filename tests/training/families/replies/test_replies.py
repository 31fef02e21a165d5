"""The family of replies: its truth, what its evaluators see, its mistakes, its mending, and what is held out."""

from __future__ import annotations

import asyncio
import json
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.evaluation import Use, assess
from redraft.plugins import load_plugins
from redraft.task import Draft
from training.families.family import Item
from training.families.replies.family import Replies
from training.families.replies.holdout import shown
from training.families.replies.lexicon import lexicon
from training.families.replies.mending import mended
from training.families.replies.wording import asking, forms

REPLIES = Replies()
COUNT = 150


def items(*, kept_back=False, seed=1):
    rng = Random(seed)
    return [REPLIES.sample(rng, kept_back=kept_back) for _ in range(COUNT)]


def item(facts, turns, must, **truth):
    return Item(inputs={"facts": facts, "turns": turns}, truth={"must": must, "asked": [], **truth})


BAKERY = item(
    ["bakery opens: 8", "bakery closes: 5", "library opens: 10"],
    ["When does the bakery open, and when does it close?"],
    [["the bakery | opens at 8", "it | opens at 8"], ["the bakery | closes at 5", "it | closes at 5"]],
)


def test_what_is_mended_is_right_and_what_was_right_is_left_alone():
    rng = Random(4)
    for one in items():
        spoiled, right = REPLIES.spoiled(one, rng), REPLIES.answers(one, rng, 1)[0]
        assert REPLIES.is_right(one, REPLIES.mended(one, spoiled, rng)), spoiled
        assert REPLIES.mended(one, right, rng) == right


MENDED = [
    ("The bakery opens at 7 and closes at 5.", "The bakery opens at 8 and closes at 5."),
    ("It closes at 5. The bakery opens at 10.", "It closes at 5. The bakery opens at 8."),
    ("The bakery opens at 5 and closes at 8.", "The bakery opens at 8 and closes at 5."),
    ("The bakery opens at 8. It closes at 6.", "The bakery opens at 8. It closes at 5."),
    ("The bakery opens at 8.", "The bakery opens at 8. The bakery closes at 5."),
    ("Yes, the bakery opens at 8. It closes at 5", "The bakery opens at 8. It closes at 5."),
    ("The bakery opens at 8 and closes at 5. The library opens at 10.", "The bakery opens at 8 and closes at 5."),
    ("", "The bakery opens at 8. The bakery closes at 5."),
]


def test_mending_changes_what_is_wrong_and_keeps_the_rest(subtests):
    for draft, target in MENDED:
        with subtests.test(draft=draft):
            assert mended(BAKERY, draft) == target


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(REPLIES.words), max_size=40).map(" ".join)))
@settings(deadline=None)
def test_any_text_can_be_scored_judged_mended_and_criticised(text):
    task = REPLIES.task(BAKERY)
    target = REPLIES.mended(BAKERY, text, Random(1))
    assert REPLIES.is_right(BAKERY, target)
    assert REPLIES.verdict(task, text).complete
    assert len(REPLIES.problems(BAKERY, text, target)) <= 4
    assert isinstance(REPLIES.held_out(BAKERY, text), bool)


def test_training_and_held_out_tasks_have_no_pair_in_common():
    rng = Random(5)
    shown_in_training = {pair for one in items() for pair in shown(one, REPLIES.answers(one, rng, 2))}
    for one in items(kept_back=True):
        assert REPLIES.held_out(one)
        assert not shown(one) <= shown_in_training
    for one in items():
        assert not REPLIES.held_out(one, *REPLIES.answers(one, rng, 3))


def test_a_text_is_held_out_where_it_shows_a_held_out_pair():
    own = item(["opens: 9"], ["When do you open?"], [["we | open at 9"]])
    kept_back = 0
    for place, name in product(lexicon().places, lexicon().attributes):
        texts = [f"It is {asking(name, place, 'named')}.", forms(name, place, "x", pronoun=False)[0].replace("| ", "")]
        found = {REPLIES.held_out(own, text) for text in texts}
        assert len(found) == 1
        kept_back += found.pop()
    assert 0 < kept_back < 20


@pytest.fixture(scope="module")
def registry():
    return load_plugins().registry


def real(registry, uses, one, texts, *, truth):
    """The verdicts of redraft's own evaluation; the truth is among the inputs where oracles are asked."""
    found = [Use(registry.evaluator(use.name), use.weight, use.params, gate=use.gate) for use in uses]
    task = REPLIES.task(one)
    if truth:
        task = task.model_copy(update={"inputs": {**task.inputs, **one.truth}})

    async def all_of_them():
        return [await assess(Draft(text=text), task, found) for text in texts]

    return asyncio.run(all_of_them())


ODD = ["", "Yes", "no " * 60, "A. B. C. D. E.", "Sure, here is the reply: We open at 9.", "我们九点开门。"]


def test_scores_and_truth_are_those_of_the_real_graph(registry):
    rng = Random(6)
    for one in items()[:20] + items(kept_back=True)[:20]:
        texts = [REPLIES.spoiled(one, rng), *REPLIES.answers(one, rng, 1), rng.choice(ODD)]
        for text, verdict in zip(texts, real(registry, REPLIES.uses, one, texts, truth=False), strict=True):
            assert [(s.evaluator, s.value, s.reasons, s.weight, s.gate) for s in verdict.scores] == [
                (s.evaluator, s.value, s.reasons, s.weight, s.gate)
                for s in REPLIES.verdict(REPLIES.task(one), text).scores
            ]
        for text, verdict in zip(texts, real(registry, REPLIES.spec.bench.truth, one, texts, truth=True), strict=True):
            assert (verdict.value == 1) is REPLIES.is_right(one, text)


def test_an_item_survives_its_line_in_a_file():
    for one in items()[:20]:
        assert Item.from_json(one.to_json()) == one
        assert json.loads(one.to_json())["truth"]["must"]


@pytest.mark.parametrize("text", ["the cat sat", "bakery: opens", "No, ", ". . and , and", "The bakery opens at 8 and"])
def test_broken_drafts_are_mended_too(text):
    assert REPLIES.is_right(BAKERY, mended(BAKERY, text))


def test_words_are_single_pieces():
    assert all(word.isalpha() or (word.isdigit() and len(word) == 1) for word in lexicon().words)
    assert len(REPLIES.words) < 250
