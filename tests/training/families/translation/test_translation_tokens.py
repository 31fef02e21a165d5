"""What the tokenizer makes of the family's texts: words, and no pieces of them."""

from __future__ import annotations

from random import Random

import pytest

pytest.importorskip("tokenizers", reason="needs the extra `train`")

from training.families.translation.family import SYLLABLES, Translation
from training.families.translation.text import chinese_words, split
from training.tokens import build

FAMILY = Translation()


def tokens(text):
    tokenizer = build()
    return [tokenizer.decode([one]) for one in tokenizer.encode(text).ids]


def in_tokens(words):
    """Return words as tokens: digits are one each, and a placeholder is three."""
    return [part for word in words for part in _parts(word)]


def _parts(word):
    if word.startswith("{"):
        return ["{", word[1:-1], "}"]
    return list(word) if word.isdecimal() else [word]


def texts(count, language):
    rng = Random(7)
    items = [FAMILY.sample(rng, kept_back=bool(index % 2)) for index in range(count)]
    for item in items:
        into = item.inputs["language"] == language
        yield from item.truth["reference"] if into else [item.inputs["source"]]


def test_chinese_is_cut_into_its_words():
    for text in texts(400, "Chinese"):
        assert tokens(text) == in_tokens(split(text)), text
        assert "".join(tokens(f" {text}")) == f" {text}"


def test_a_chinese_word_is_one_token_with_a_space_before_it_and_without():
    for word in (*chinese_words(), *SYLLABLES):
        assert tokens(word) == [word]
        assert tokens(f" {word}") == [f" {word}"]


def test_an_english_word_is_a_token_or_a_token_and_an_ending():
    known = {*FAMILY.words, *(text.strip().lower() for text in FAMILY.texts())}
    for text in texts(200, "English"):
        for word in split(text):
            if word.lower() in known:
                assert len(tokens(f" {word}")) == 1, word


def test_prompts_drafts_and_critiques_are_short():
    rng = Random(8)
    prompts, drafts = [], []
    for _ in range(150):
        item = FAMILY.sample(rng)
        prompts.append(len(tokens(FAMILY.task(item).prompt)))
        drafts.append(len(tokens(item.truth["reference"][0])))
    assert max(prompts) <= 60
    assert max(drafts) <= 40
