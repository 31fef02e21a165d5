"""English inflection: what counts as the same word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft.builtin.inflection import forms

FORMS = [
    ("throw", "throws threw thrown throwing"),
    ("child", "children"),
    ("city", "cities"),
    ("run", "runs ran running"),
    ("stop", "stops stopped stopping"),
    ("visit", "visits visited visiting"),
    ("begin", "begins began begun beginning"),
    ("be", "am is are was were been being"),
    ("have", "has had having"),
    ("go", "goes went gone going"),
    ("die", "dies died dying"),
    ("play", "plays played playing"),
    ("carry", "carries carried carrying"),
    ("box", "boxes boxed boxing"),
    ("watch", "watches watched watching"),
    ("stomach", "stomachs"),
    ("potato", "potatoes"),
    ("piano", "pianos"),
    ("leaf", "leaves"),
    ("woman", "women"),
    ("fireman", "firemen"),
    ("mouse", "mice"),
    ("see", "sees saw seen seeing"),
    ("quiz", "quizzes quizzed quizzing"),
    ("panic", "panics panicked panicking"),
    ("dye", "dyes dyed dyeing"),
    ("make", "makes made making"),
    ("big", "bigger biggest"),
    ("happy", "happier happiest"),
    ("nice", "nicer nicest"),
    ("good", "better best"),
]


def test_forms(subtests):
    for word, expected in FORMS:
        with subtests.test(word=word):
            assert {word, *expected.split()} <= forms(word)


OTHER_WORDS = [
    ("cat", "catalogue"),
    ("corn", "corner"),
    ("hop", "hoping"),
    ("plan", "planed"),
    ("sing", "singed"),
    ("to", "toes"),
    ("he", "hes"),
    ("us", "using"),
    ("threw", "throw"),
    ("number", "numb"),
    ("car", "care"),
    ("tin", "tiny"),
]


def test_another_word_is_no_form(subtests):
    for word, other in OTHER_WORDS:
        with subtests.test(word=word):
            assert other not in forms(word)


@given(st.text())
def test_a_word_is_always_a_form_of_itself(word):
    assert word in forms(word)


@given(st.text(st.characters(min_codepoint=0x80), min_size=1))
def test_other_scripts_have_no_forms(word):
    assert forms(word) == {word}
