from random import Random

from training.words import held_out, sample_words


def test_no_set_of_words_is_both_trained_on_and_measured(subtests):
    for size in [3, 4, 5, 6]:
        with subtests.test(size=size):
            rng = Random(size)
            trained = {frozenset(sample_words(rng, size=size)) for _ in range(400)}
            measured = {frozenset(sample_words(rng, size=size, kept_back=True)) for _ in range(40)}
            assert trained.isdisjoint(measured)
            assert not any(held_out(words) for words in trained)
            assert all(held_out(words) for words in measured)


def test_the_order_of_the_words_does_not_matter():
    words = ["dog", "throw", "ball", "park"]
    assert held_out(words) == held_out(reversed(words))


def test_the_same_seed_draws_the_same_words():
    assert [sample_words(Random(7)) for _ in range(3)] == [sample_words(Random(7)) for _ in range(3)]
