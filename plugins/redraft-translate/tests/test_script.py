"""`script`: whether a translation is written as its language is."""

from __future__ import annotations

import pytest

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_translate.script import ScriptParams, script


def check(language, text, source="", **params):
    return script(Draft(text=text), make_task(source=source, language=language), ScriptParams(**params))


class TestScript(EvaluatorTests):
    evaluator = script
    task = make_task("Translate.", source="Python is a language.", language="zh-Hans")
    good = "Python是一种语言。"
    bad = "Python是一種語言 of programs。"
    optional_inputs = ("language", "source")


RIGHT = [
    ("zh", "你好，世界。", ""),
    ("zh", "歡迎使用 Python 3。", "Welcome to Python 3."),
    ("zh-Hans", "这是中国。", ""),
    ("zh-TW", "這是中國。", ""),
    ("Traditional Chinese", "這是中國。", ""),
    ("zh", "{name}和%s见https://example.org", ""),
    ("zh", "文件 flatpages/contact_page.html 不存在。", "There is no flatpages/contact_page.html."),
    ("ja", "これは本です。", ""),
    ("ja", "東京", "Tokyo"),
    ("ko", "이것은 책입니다.", ""),
    ("ru", "Это книга.", ""),
    ("el", "Αυτό είναι βιβλίο.", ""),
    ("hi", "यह किताब है।", ""),
    ("ar", "هذا كتاب.", ""),
    ("de", "Das Café schließt um 5.", ""),
    ("en", "Plain text", ""),
    ("zh", "8", "eight"),
    ("zh", "NASA", "NASA"),
]


def test_the_right_script_has_a_full_score(subtests):
    for language, text, source in RIGHT:
        with subtests.test(language=language, text=text):
            score = check(language, text, source)
            assert (score.value, score.reasons) == (1.0, ())


WRONG = [
    (
        "zh",
        "Hello world",
        "Hello world, hello",
        1.0,
        'Latin letters in a text for readers of Chinese: "Hello", "world"',
    ),
    ("zh-Hans", "這是书。", "", 0.25, 'Traditional characters in a text for readers of Simplified Chinese: "這"'),
    ("zh-Hant", "这是書。", "", 0.25, 'Simplified characters in a text for readers of Traditional Chinese: "这"'),
    ("zh", "これは本です", "", 0.8, 'Hiragana letters in a text for readers of Chinese: "これは", "です"'),
    ("ru", "Это book.", "", 0.5, 'Latin letters in a text for readers of Russian: "book"'),
    ("en", "Это a book.", "", 0.3, 'Cyrillic letters in a text for readers of English: "Это"'),
]


def test_a_reason_names_the_letters(subtests):
    for language, text, source, share, reason in WRONG:
        with subtests.test(language=language, text=text):
            score = check(language, text, source, left=1)
            assert score.value <= 1 - share / 2
            assert score.reasons == (reason,)


def test_a_passage_left_untranslated_is_found_and_a_name_is_not():
    source = "The University of Oslo opened the new library in May."
    assert check("zh", "University of Oslo五月开放了新图书馆。", source).value == 1.0
    assert check("zh", "大学五月 opened the new library in May。", source).value < 0.5


def test_chinese_is_no_japanese():
    assert check("ja", "敏捷的棕色狐狸跳过那只懒狗然后跑进了森林里").reasons == (
        "the draft is in Chinese, not in Japanese: it has no kana",
    )


def test_what_is_tolerated_can_be_set():
    assert check("ru", "Это хорошая книга ok", tolerated=0.2).value == 1.0


def test_nobody_says_which_language():
    with pytest.raises(ValueError, match="nobody says which language: give the input 'language', or the parameter"):
        script(Draft(text="a"), make_task(), ScriptParams())
    assert script(Draft(text="a"), make_task(), ScriptParams(language="en")).value == 1.0


def test_an_empty_draft_has_nothing():
    assert check("zh", " ").reasons == ("the draft is empty",)
