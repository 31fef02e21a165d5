"""`woven`: whether required words stand in sentences, and are not merely listed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft import Draft, Task
from redraft_text.woven import WovenParams, woven

ANIMALS = ["dog", "cat", "bird", "horse", "fish", "cow", "pig"]
BEASTS = ["狗", "猫", "鸟", "马", "鱼", "牛", "猪"]


def score(text, words=ANIMALS, **params):
    return woven(Draft(text=text), Task(prompt="Write.", inputs={"words": words}), WovenParams(**params))


CASES = [
    ("The dog chased the cat, and a bird watched while horses ate and fish swam by a cow and pig.", 1.0),
    ("The dog, the cat, a bird, the horse and the fish slept; so did the cow and the pig.", 1.0),
    ("dog, cat, bird, horse, fish, cow, pig", 0.0),
    ("Dogs. Cats. Birds. Horses. Fish. Cows. Pigs.", 0.0),
    ("- dog\n- cat\n- bird\n- horse\n- fish\n- cow\n- pig", 0.0),
    ("1. dog 2. cat 3. bird 4. horse 5. fish 6. cow 7. pig", 0.0),
    ("The pig sees the dog, the cat, a bird, the horse, a fish and a cow.", 1 / 7),
    ("Nothing at all.", 0.0),
]


def test_words_in_a_long_list_do_not_count(subtests):
    for text, value in CASES:
        with subtests.test(text=text):
            assert score(text).value == pytest.approx(value)


def test_chinese_is_read_alike():
    assert score("狗追着猫跑，鸟看着马吃草，鱼在水里游，牛和猪睡了。", BEASTS).value == 1.0
    assert score("狗、猫、鸟、马、鱼、牛和猪。", BEASTS).value == 0.0


def test_the_list_is_named():
    assert score("I saw a dog, cat, bird, horse, fish and cow.").reasons == (
        '"dog, cat, bird, horse, fish and cow" is a list',
    )


def test_how_long_a_list_may_be_is_set():
    text = "I saw a dog, a cat and a bird."
    assert (score(text, longest=3).value, score(text, longest=2).value) == (1.0, 0.0)


def test_a_phrase_and_a_word_of_it_are_one_place():
    words = ["hot dog", "dog", "cat"]
    assert score("hot dog, cat", words, longest=2).value == 1.0
    assert score("hot dog, cat, dog", words, longest=2).value == 0.0


@settings(deadline=None)
@given(st.permutations(ANIMALS), st.sampled_from([", ", " and ", "\n", "; the ", " / "]))
def test_a_mere_list_is_never_right_and_words_between_always_mend_it(words, joint):
    assert score(joint.join(words)).value == 0.0
    assert score(" saw ".join(words)).value == 1.0
