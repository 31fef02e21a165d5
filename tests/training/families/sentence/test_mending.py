from random import Random

import pytest

pytest.importorskip("lark", reason="needs the extra `train`")

from training.families import Item, family_of
from training.families.sentence.grammar import split
from training.families.sentence.mending import changes
from training.own import mended


@pytest.mark.parametrize(
    ("words", "draft", "target"),
    [
        (
            ("bottle", "bad", "beach", "smile", "big", "elephant"),
            "An elephant smiles with the bottle on the beach near the big bades.",
            "A bad elephant smiles with the big bottle on the beach.",
        ),
        (
            ("sister", "water", "cow", "student", "kick", "give"),
            "Our sister gives the water to the cow and the sister kicks something.",
            "Our sister gives the water to the cow and the student kicks something.",
        ),
        (
            ("woman", "eat", "geep", "small"),
            "The woman eats with the small g",
            "The woman eats with the small geep.",
        ),
        (
            ("driver", "tree", "walk"),
            "A driver walks near the near the tree.",
            "A driver walks near the tree.",
        ),
    ],
)
def test_a_draft_is_mended_with_the_change_that_a_person_would_make(words, draft, target):
    own = mended(family_of("sentence"), Item({"words": [*words]}, {}), draft, Random(1))
    assert own is not None
    assert own.target == target


def test_a_missing_word_takes_the_place_of_one_too_many_in_its_form():
    parts = split("Two cats chase the dogs and the dogs.")
    found = [" ".join(kept) for kept in changes(parts, ("cat", "chase", "dog", "bird"), ("bird",))]
    assert found[0] == " ".join(parts)
    assert found[1] == "Two cats chase the dogs and the birds ."


def test_what_is_cut_first_holds_words_that_nobody_asked_for():
    parts = split("The dog sleeps near the tree.")
    kept = list(changes(parts, ("dog", "sleep"), ()))
    assert kept[1] == ["The", "dog", "sleeps", "near", "the", "."]
    assert all(cut[0][:1].isupper() or not cut[0].isalpha() for cut in kept)
