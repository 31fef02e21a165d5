from random import Random

import pytest

pytest.importorskip("lark", reason="needs the extra `test`")

from redraft_text.everyday.parsing import accepts
from training.families.sentence.faults import FAULTS
from training.families.sentence.grammar import compose, sentence_text
from training.families.sentence.words import sample_words

GOOD = [
    "The dog runs.",
    "In the morning, the old king carefully opens a box and the letter.",
    "The girl who sings carries a red kite to the park.",
    "They are happy and throw the ball to the dog in the rain.",
    "A fish that swims can follow someone under the stars.",
    "There is an apple on the table.",
    "I am tired because my mother always sings.",
    "The driver travels by train every day.",
]
BAD = [
    ("the dog runs.", "no capital"),
    ("The dog runs", "no stop"),
    ("The dog run.", "agreement"),
    ("The dogs runs.", "agreement"),
    ("I is happy.", "agreement"),
    ("Dog runs.", "no article"),
    ("The dog catches.", "no object"),
    ("The dog sleeps the ball.", "an object too many"),
    ("A apple is here.", "a before a vowel"),
    ("The dog is on the kitchen.", "the wrong preposition"),
    ("The dog who runs sleeps.", "who for an animal"),
    ("The dog and the dog run.", "a noun twice"),
    ("The dog runs. The cat sleeps.", "two sentences"),
    ("The dog sleeps in the teacher.", "a preposition that no person takes"),
    ("The dog drinks the waters.", "many of what has no number"),
    ("The dog runs the.", "a word too many"),
    ("Runs the dog.", "order"),
    ("", "nothing"),
]


def test_sentences_of_the_grammar_are_accepted(subtests):
    for text in GOOD:
        with subtests.test(text=text):
            assert accepts(text)


def test_other_texts_are_refused(subtests):
    for text, why in BAD:
        with subtests.test(why, text=text):
            assert not accepts(text)


def test_every_composed_sentence_is_accepted():
    rng = Random(17)
    for _ in range(1500):
        words = sample_words(rng)
        text = sentence_text(compose(words, rng))
        assert accepts(text, words), text


def test_a_word_out_of_the_lexicon_is_a_noun_where_the_task_gives_it_and_no_word_elsewhere():
    assert accepts("The dog has a blick.", ("blick", "dog"))
    assert accepts("The dog has two blicks.", ("blick", "dog"))
    assert not accepts("The dog has a blick.")
    assert not accepts("The blick and the blick run.", ("blick", "run"))
    assert not accepts("The dog has the heavys.", ("heavy", "dog"))


def test_faults_of_grammar_are_refused(subtests):
    rng = Random(23)
    composed = [(words, compose(words, rng)) for words in (sample_words(rng, size=5) for _ in range(200))]
    by_name = {fault.__name__: fault for fault in FAULTS}
    for name in ("_doubled", "_no_article", "_wrong_form", "_two_sentences"):
        with subtests.test(name):
            texts = [(sentence_text(by_name[name](list(c), words, rng)), words, c) for words, c in composed]
            spoiled = [(text, words) for text, words, chunks in texts if text != sentence_text(chunks)]
            assert len(spoiled) > 50
            assert sum(accepts(text, words) for text, words in spoiled) < 0.03 * len(spoiled)
