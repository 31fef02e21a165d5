from itertools import combinations
from random import Random

from redraft_text.everyday.lexicon import lexicon
from training.families.sentence.words import held_out, held_out_pairs, sample_words, words_in


def test_no_words_are_both_trained_on_and_measured(subtests):
    for size in range(3, 9):
        with subtests.test(size=size):
            rng = Random(size)
            assert not any(held_out(sample_words(rng, size=size)) for _ in range(400))
            assert all(held_out(sample_words(rng, size=size, kept_back=True)) for _ in range(40))


def test_the_order_of_the_words_does_not_matter():
    words = sample_words(Random(1), size=5, kept_back=True)
    assert held_out(words)
    assert held_out(reversed(words))


def test_words_are_held_out_when_two_of_them_are(subtests):
    for words in [["dog", "throw", "ball", "park"], ["girl", "kite", "beach", "wind", "sing", "red"]]:
        with subtests.test(words=words):
            pairs = held_out_pairs()
            assert held_out(words) == any(other in pairs[one] for one, other in combinations(words, 2))


def test_one_pair_in_forty_is_held_out():
    words = len(lexicon().words)
    pairs = sum(len(others) for others in held_out_pairs().values()) / 2
    assert 0.02 < pairs / (words * (words - 1) / 2) < 0.03


def test_the_same_seed_draws_the_same_words():
    assert [sample_words(Random(7)) for _ in range(3)] == [sample_words(Random(7)) for _ in range(3)]


def test_words_are_found_in_every_form():
    assert words_in('The children catch two mice; "Foxes" run.') == {"child", "catch", "mouse", "fox", "run"}
