"""Counts of text, as a person makes them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft.text import excerpt, graphemes, sentence_list, sentences, word_list, words

WORDS = [
    ("", 0),
    ("...", 0),
    ("The dog ran.", 3),
    ("It's a well-known 3.14", 4),
    ("one\u2014two", 2),
    ("我喜欢狗。", 4),
    ("我用 Python 写code。", 5),
    ("हिन्दी भाषा", 2),
    ("- a\n- b", 2),
]


def test_words(subtests):
    for text, count in WORDS:
        with subtests.test(text=text):
            assert words(text) == count


CHARACTERS = [
    ("abc", 3),
    ("  abc \n", 3),
    ("cafe\u0301", 4),
    ("👩\u200d👩\u200d👧", 1),
    ("🇫🇷", 1),
    ("你好。", 3),
    ("", 0),
]


def test_characters(subtests):
    for text, count in CHARACTERS:
        with subtests.test(text=text):
            assert graphemes(text) == count


SENTENCES = [
    ("", 0),
    ("...", 0),
    ("A dog", 1),
    ("One. Two. Three.", 3),
    ("the dog runs. the cat sleeps.", 2),
    ("What?! No!", 2),
    ("Mr. Smith met Dr. Jones at 5 p.m. and left.", 1),
    ("J. K. Rowling wrote it. I read it.", 2),
    ("It was I. He left.", 2),
    ("Pi is 3.14 today.", 1),
    ("Well... maybe not.", 1),
    ('"Stop!" he said.', 1),
    ('He said "Stop!" She ran.', 2),
    ("Title\n\nThe text.", 2),
    ("1. First\n2. Second", 2),
    ("- apples\n- pears", 2),
    ("wrapped\nline", 1),
    ("你好。再见！", 2),
    ("他想……然后走了。", 1),
    ("“你好！”他说。", 1),
    ("我走了。他来了", 2),
]


def test_sentences(subtests):
    for text, count in SENTENCES:
        with subtests.test(text=text):
            assert sentences(text) == count


def test_words_and_sentences_are_handed_out_as_they_are_counted():
    assert word_list("我用 Python 写code。") == ["我", "用", "Python", "写", "code"]
    assert sentence_list("Mr. Smith left. 他走了。真的？ ...") == ["Mr. Smith left.", "他走了。", "真的？"]


@given(st.text())
def test_there_are_as_many_words_and_sentences_as_are_counted(text):
    assert len(word_list(text)) == words(text)
    assert len(sentence_list(text)) == sentences(text)


@given(st.text(), st.text())
def test_more_text_never_has_fewer_words(text, more):
    assert words(f"{text} {more}") >= words(text)


@given(st.text())
def test_no_text_has_more_sentences_than_words(text):
    assert sentences(text) <= words(text)


@given(st.text(max_size=500), st.integers(1, 100))
def test_an_excerpt_is_always_one_short_printable_line(text, most):
    line = excerpt(text, most)
    assert len(line) <= most
    assert line.isprintable()


def test_an_excerpt_says_that_it_is_cut():
    assert excerpt(" a\n\tb\x00c ") == "a b c"
    assert excerpt("abcdef", 4) == "abc…"
