from itertools import pairwise
from random import Random

from redraft.task import Verdict
from training.families.sentence.grammar import compose, join, sentence_text, split
from training.families.sentence.truth import task_for, verdict_for
from training.families.sentence.words import sample_words


def verdict_of(words, rng) -> Verdict:
    return verdict_for(task_for(words), sentence_text(compose(words, rng)))


def test_every_sentence_passes_the_evaluators_of_its_own_task():
    rng = Random(3)
    for _ in range(2000):
        words = sample_words(rng)
        verdict = verdict_of(words, rng)
        assert verdict.value == 1, (words, verdict.reasons)


def test_the_words_of_the_readme_make_a_sentence():
    assert verdict_of(["dog", "throw", "ball", "park"], Random(1)).value == 1


def test_an_article_fits_the_word_after_it():
    rng = Random(5)
    for _ in range(500):
        words = split(sentence_text(compose(sample_words(rng, size=4), rng)).lower())
        for article, after in pairwise(words):
            assert article != "a" or after[0] not in "aeiou"
            assert article != "an" or after[0] in "aeiou"


def test_joining_undoes_splitting():
    text = "In the morning, the big dog runs."
    assert join(split(text)) == text
