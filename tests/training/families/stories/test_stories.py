"""The family `stories`: its stories, their right summaries, mistakes, and what a wrong summary should become."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft import Draft
from redraft.evaluation import Use, assess
from redraft.plugins import load_plugins
from redraft.text import words
from redraft_summary.gist import gist
from training.families.differences import likeness
from training.families.family import Item
from training.families.stories.family import Stories
from training.families.stories.grammar import draw, told
from training.families.stories.reading import read
from training.families.stories.summaries import gist as gist_of
from training.families.stories.summaries import most_words
from training.families.stories.words import held_out

FAMILY = Stories()
ITEMS = [FAMILY.sample(Random(seed)) for seed in range(60)]
HELD_OUT = [FAMILY.sample(Random(seed), kept_back=True) for seed in range(60)]


def spoiled(item, seed, count):
    rng = Random(seed)
    return [FAMILY.spoiled(item, rng) for _ in range(count)]


def in_truth(item, text):
    task = FAMILY.task(item)
    return gist(Draft(text=text), task.model_copy(update={"inputs": {**task.inputs, **item.truth}})).value == 1


@given(st.integers())
def test_what_happens_in_a_story_can_be_read_from_it(seed):
    rng = Random(seed)
    facts = draw(rng)
    assert replace(read(told(facts, rng)), woman=facts.woman) == facts


@pytest.mark.parametrize("item", [*ITEMS, *HELD_OUT])
def test_a_right_summary_is_right_in_truth_and_no_evaluator_faults_it(item):
    slots = item.truth["gist"]["slots"]
    every = [
        f"{who} {wanted} to {slots['what'][0]}, {end}."
        for who in slots["who"]
        for wanted in slots["wanted"]
        for end in slots["end"]
    ]
    assert set(FAMILY.answers(item, Random(0), 5)) <= set(every)
    for text in every:
        verdict = FAMILY.verdict(FAMILY.task(item), text)
        assert FAMILY.is_right(item, text)
        assert (verdict.value, verdict.reasons) == (1.0, ())


def test_stories_are_short_and_their_summaries_a_third_of_that():
    for item in (*ITEMS, *HELD_OUT):
        assert 44 <= words(item.inputs["source"]) <= 56
        assert all(9 <= words(text) <= 16 for text in FAMILY.answers(item, Random(0), 5))


def test_a_pair_is_held_out_in_every_form_and_in_any_text():
    assert sum(held_out(f"{role} hat") for role in ("farmer", "teacher", "doctor")) < 3
    kept_back = [
        (verb, past, noun)
        for verb, past in (("sell", "sold"), ("buy", "bought"), ("find", "found"), ("make", "made"))
        for noun in ("hat", "coat", "boat", "kite", "lamp", "chair", "table", "bag", "drum", "guitar", "ring", "clock")
        if held_out(f"{verb} a {noun}")
    ]
    assert kept_back
    for verb, past, noun in kept_back:
        assert held_out(f"She {past} 12 red {noun}s.")
        assert FAMILY.held_out(ITEMS[0], f"The {noun}s: {verb}")


def test_a_share_of_all_stories_is_held_out():
    rng = Random(1)
    share = sum(held_out(told(draw(rng), rng)) for _ in range(1000)) / 1000
    assert 0.05 < share < 0.3


def test_what_a_draft_becomes_is_right_and_keeps_most_of_it():
    kept = []
    for seed, item in enumerate((*ITEMS, *HELD_OUT)):
        for text in spoiled(item, seed, 6):
            target = FAMILY.mended(item, text, Random(0))
            assert in_truth(item, target)
            assert (target == text) == FAMILY.is_right(item, text)
            kept.append(likeness(FAMILY.split(text), FAMILY.split(target)))
    assert sum(kept) / len(kept) > 0.8


STORY = (
    "There was a gardener, Tom, who lived by the lake. He wanted to paint 43 yellow bags. Tom was 32 years old. The "
    "miller Paul came to the gardener with a brush. Yet in the wind the bags gave the gardener hard work. By evening "
    "no bag of Tom was painted."
)
MENDED = [
    (
        "Paul the gardener hoped to paint 43 yellow bags, but could not.",
        "Tom the gardener hoped to paint 43 yellow bags, but could not.",
    ),
    (
        "The miller Tom hoped to paint 43 yellow bags, but could not.",
        "The gardener Tom hoped to paint 43 yellow bags, but could not.",
    ),
    (
        "Tom, a gardener, wanted to paint 34 yellow bags, but failed.",
        "Tom, a gardener, hoped to paint 43 yellow bags, but failed.",
    ),
    (
        "Tom the gardener tried to paint 43 yellow bags, but failed because of the brush.",
        "Tom the gardener tried to paint 43 yellow bags, but failed because of the wind.",
    ),
    (
        "The gardener Tom tried to paint 43 yellow bags, but did not paint them because of the wind.",
        "The gardener Tom tried to paint 43 yellow bags, but did not paint them.",
    ),
    ("Tom the gardener tried to", "Tom the gardener tried to paint 43 yellow bags, but failed."),
]


@pytest.mark.parametrize(("draft", "target"), MENDED)
def test_a_draft_is_mended_with_the_change_that_a_person_would_make(draft, target):
    item = Item({"source": STORY}, {"gist": gist_of(read(STORY), most=most_words(STORY))})
    assert FAMILY.mended(item, draft, Random(0)) == target


PARTS = st.sampled_from(
    [
        "Tom",
        " the",
        " and",
        "but",
        "wanted",
        " to",
        ", ",
        ".",
        "\n",
        "43",
        "sold",
        "\x00",
        "一百",
        '"',
        "because of",
        "😀",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), st.lists(PARTS, max_size=12).map("".join)), st.sampled_from([*ITEMS, *HELD_OUT]))
def test_what_any_text_becomes_is_right_in_truth(draft, item):
    assert in_truth(item, FAMILY.mended(item, draft, Random(0)))


def test_scores_and_truth_are_those_of_the_graph_s_own_evaluators():
    registry = load_plugins().registry
    uses = [Use(registry.evaluator(use.name), use.weight, use.params, gate=use.gate) for use in FAMILY.uses]
    texts = [(item, text) for seed, item in enumerate(HELD_OUT[:20]) for text in spoiled(item, seed, 3)]
    texts += [(ITEMS[0], odd) for odd in ("", "the cat sat. It sat.", "Here is the summary: Tom failed.", "一百 × 3")]

    async def all_of_them():
        return [await assess(Draft(text=text), FAMILY.task(item), uses) for item, text in texts]

    for (item, text), real in zip(texts, asyncio.run(all_of_them()), strict=True):
        mine = FAMILY.verdict(FAMILY.task(item), text)
        assert [(s.evaluator, s.value, s.reasons, s.weight, s.gate) for s in mine.scores] == [
            (s.evaluator, s.value, s.reasons, s.weight, s.gate) for s in real.scores
        ], text
        assert in_truth(item, text) == FAMILY.is_right(item, text)
