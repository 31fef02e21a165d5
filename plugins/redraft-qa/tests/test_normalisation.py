"""SQuAD's normalisation of answers."""

from __future__ import annotations

import re
import string

from hypothesis import given
from hypothesis import strategies as st

from redraft_qa.normalisation import normalised, other_script, tokens

NORMALISED = [
    ("The Eiffel Tower!", "eiffel tower"),
    ("a  well-known\tman", "wellknown man"),
    ("“Yes,” he said…", "yes he said"),
    ("Another theory", "another theory"),
    ("$1,000.50", "1000.50"),
    ("-10", "-10"),
    ("−10", "-10"),
    ("10-15", "1015"),
    ("\uff21\uff22\uff23，《红楼梦》。", "abc红楼梦"),
    ("", ""),
]


def test_answers_are_normalised(subtests):
    for text, plain in NORMALISED:
        with subtests.test(text=text):
            assert normalised(text) == plain


def squad(text):
    """Normalise as evaluate-v1.1.py does."""
    text = "".join(sign for sign in text.lower() if sign not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


@given(st.text(alphabet=[*string.ascii_letters, " ", "'", "!", "(", "-", ",", ";", '"', "_", "&"]))
def test_english_without_numbers_is_normalised_as_by_squad(text):
    assert normalised(text) == squad(text)


TOKENS = [
    ("The cat sat.", ["cat", "sat"]),
    ("我喜欢 Python 3。", ["我", "喜", "欢", "python", "3"]),
    ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
    ("2024年", ["2024", "年"]),
]


def test_a_character_of_an_unspaced_script_is_a_word(subtests):
    for text, parts in TOKENS:
        with subtests.test(text=text):
            assert tokens(text) == parts


SCRIPTS = [
    ("Beijing", ["北京"], "the answer is written in Latin, the reference in Han"),
    ("北京 (Beijing)", ["Beijing"], None),
    ("42", ["北京"], None),
    ("Москва", ["Moscow", "Paris"], "the answer is written in Cyrillic, the reference in Latin"),
    ("", ["x"], None),
]


def test_another_script_is_named(subtests):
    for text, references, sentence in SCRIPTS:
        with subtests.test(text=text):
            assert other_script(text, references) == sentence
