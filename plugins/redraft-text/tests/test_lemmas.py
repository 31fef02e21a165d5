"""`lemmas`: the share of required words that a draft uses, whatever form either of them has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft, RedraftError, Task
from redraft_text.lemmas import LemmasParams, lemmas
from redraft_text.lexicon import lemmas_of

WORDS = ["dog", "throw", "ball", "park"]


def score(text, required=WORDS, **params):
    inputs = {} if required is None else {"words": required}
    return lemmas(Draft(text=text), Task(prompt="Write.", inputs=inputs), LemmasParams(**params))


USED = [
    ("She throws balls for two dogs in the parks.", "throw"),
    ("She throws it.", "threw"),
    ("She will throw it.", "thrown"),
    ("He saw it.", "see"),
    ("He sawed it; the saws are old.", "saw"),
    ("the leaves fall", "leaf"),
    ("he leaves", "left"),
    ("a better one", "good"),
    ("I didn't", "do"),
    ("I won’t", "will"),
    ("the dog’s tail", "dogs"),
    ("snowplowed roads", "snowplow"),
    ("two ice-creams", "ice cream"),
    ("she took it off and is taking off", "take off"),
    ("in C++11", "C++"),
    ("it costs $5.", "$5"),
    ("a _dog_ and **balls**", "ball"),
    ("\uff24\uff2f\uff27", "dog"),
    ("les cafés", "cafés"),
    ("我在公园里跑步。", "公园"),
    ("他帮了我一个忙。", "帮忙"),
    ("我们见过面。", "见面"),
    ("大家高高兴兴地回家。", "高兴"),
    ("我们散散步吧。", "散步"),
    ("人工 智能很有用", "人工智能"),
    ("公園で犬が走る", "犬"),
    ("나는 공원에서 놀았다", "공원"),
    ("我用GPU训练", "gpu"),
    ("собака бежит", "Собака"),
]


def test_uses(subtests):
    for text, word in USED:
        with subtests.test(text=text, word=word):
            assert score(text, [word]).value == 1.0


NOT_USED = [
    ("a catalogue of concatenation", "cat"),
    ("he was hoping", "hop"),
    ("a corner", "corn"),
    ("I won't", "win"),
    ("throw it away", "throw away"),
    ("ice. Cream", "ice cream"),
    ("it costs $50", "$5"),
    ("公 元", "公园"),
    ("他很忙,我去帮他搬一张很重的桌子,一直忙到晚上。", "帮忙"),
    ("the park", "公园"),
    ("公园", "park"),
    ("", "dog"),
]


def test_does_not_use(subtests):
    for text, word in NOT_USED:
        with subtests.test(text=text, word=word):
            assert score(text, [word]).value == 0.0


def test_names_what_is_missing_as_it_was_given():
    found = score("A dog sleeps.", ["dog", " Ice  Cream ", "Throw"])
    assert found.value == pytest.approx(1 / 3)
    assert found.reasons == ('"Ice Cream" is missing', '"Throw" is missing')


def test_parameters_come_before_the_input():
    assert score("A cat.", WORDS, words=["cat"]).value == 1.0
    assert score("A cat.", None, words=["cat"]).value == 1.0


def test_words_may_be_one_text_with_commas_of_either_kind():
    assert score("A dog in a park.", "dog, parks").value == 1.0
    assert score("我和狗在公园。", "狗、公园，我").value == 1.0


REFUSED = [
    (None, "no input 'words', and the graph sets no parameter"),
    ([], "'words' is empty"),
    ("  ", "'words' is empty"),
    (7, "must be a list of texts, not a value of type int"),
    ({"dog": 1}, "must be a list of texts, not a value of type dict"),
    ([["dog"]], "not a list with a value of type list in it"),
    ([None], r"not a list with nothing \(null\) in it"),
]


def test_what_is_no_list_of_words_is_refused_in_a_clear_sentence(subtests):
    for words, message in REFUSED:
        with subtests.test(words=words), pytest.raises(RedraftError, match=message):
            score("a dog", words)


def test_a_word_has_the_lemmas_of_every_part_of_speech(subtests):
    for word, expected in [("saw", {"see", "saw"}), ("axes", {"ax", "axe", "axis"}), ("wo", {"will"}), ("犬", {"犬"})]:
        with subtests.test(word=word):
            assert lemmas_of(word) == expected


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.text(), st.sampled_from(WORDS))
def test_more_text_never_uses_less(words, text, more):
    assert score(f"{text} {more}", words).value >= score(text, words).value


@given(st.text(max_size=50), st.text(min_size=1, max_size=20).filter(str.strip))
def test_any_word_and_any_text_have_a_score(text, word):
    assert score(text, [word]).value in (0.0, 1.0)
