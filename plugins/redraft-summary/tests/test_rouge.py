"""`rouge`: how much a summary overlaps with a reference summary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_summary.rouge import WordTokenizer, rouge

VARIANTS = ("rouge1", "rouge2", "rougeL", "rougeLsum")


def scored(text, reference, **params):
    return rouge(
        Draft(text=text), Task(prompt="Summarise.", inputs={"reference": reference}), rouge.validate_params(params)
    )


class TestConformance(EvaluatorTests):
    evaluator = rouge
    task = Task(prompt="Summarise.", inputs={"reference": "The cat sat on the mat."})
    good = "The cat sat on the mat."
    bad = "A dog ran."


WORDS = st.lists(st.sampled_from(["The", "cat", "sat,", "on", "running", "mats.", "42", "naïve", "\n"])).map(" ".join)


@given(WORDS, WORDS, st.sampled_from(VARIANTS), st.booleans())
def test_texts_in_latin_letters_have_rouge_scores_own_numbers(text, reference, variant, stem):
    if reference.strip():
        expected = RougeScorer([variant], use_stemmer=stem).score(reference, text)[variant]
        for measure, value in zip(("precision", "recall", "f1"), expected, strict=True):
            assert scored(text, reference, variant=variant, stem=stem, measure=measure).value == value


def test_chinese_is_counted_by_characters():
    assert scored("我喜欢狗", "我喜欢猫", variant="rouge1").value == pytest.approx(0.75)
    assert scored("我喜欢狗", "我喜欢猫", variant="rouge2").value == pytest.approx(2 / 3)
    assert scored("我用 Python", "我用 python", variant="rouge1").value == 1


def test_rouge_scores_own_tokenizer_sees_nothing_of_chinese():
    assert scored("我喜欢狗", "我喜欢狗", tokenizer="rouge_score").value == 0
    assert scored("我喜欢狗", "我喜欢狗").value == 1


TOKENS = [
    ("我喜欢 Python 3。", False, ["我", "喜", "欢", "python", "3"]),
    ("Собака бежит", False, ["собака", "бежит"]),
    ("The dogs are running", True, ["the", "dog", "are", "run"]),
    ("well-known café", False, ["well", "known", "café"]),
]


def test_words_of_any_script_are_tokens(subtests):
    for text, stem, tokens in TOKENS:
        with subtests.test(text=text):
            assert WordTokenizer(stem=stem).tokenize(text) == tokens


def test_the_nearest_of_several_references_counts():
    assert scored("A dog ran.", ["The cat sat.", "A dog ran."]).value == 1


def test_a_reference_in_another_script_is_said():
    score = scored("The cat sat.", "猫坐着。")
    assert score.value == 0
    assert score.reasons == ("rougeL f1 0.000: the draft and the reference are written in different scripts",)


@pytest.mark.parametrize("reference", [5, None, {}, "", [], ["", " "], ["x", 5]])
def test_a_reference_that_is_no_text_is_refused(reference):
    with pytest.raises(ValueError, match="the input 'reference'"):
        scored("x", reference)
