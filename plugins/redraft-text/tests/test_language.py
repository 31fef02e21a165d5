"""`language`: whether a draft is in the language asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft, RedraftError, Task
from redraft_text.language import LanguageParams, language

ENGLISH = "The dog runs through the park while the children are playing with a ball."
GERMAN = "Der Hund läuft durch den Park, während die Kinder mit einem Ball spielen."
FRENCH = "Le chien court dans le parc pendant que les enfants jouent avec un ballon."
SIMPLIFIED = "孩子们在公园里玩球，小狗跟着他们跑来跑去。"
TRADITIONAL = "孩子們在公園裡玩球，小狗跟著他們跑來跑去。"
JAPANESE = "子供たちが公園でボールで遊んでいる間、犬が走っています。"
KOREAN = "아이들이 공원에서 공을 가지고 노는 동안 개가 뛰어다닌다."
RUSSIAN = "Собака бегает по парку, пока дети играют там."


def score(text, asked, **params):
    return language(Draft(text=text), Task(prompt="Write."), LanguageParams(language=asked, **params))


RIGHT = [
    (ENGLISH, "en"),
    (ENGLISH, "English"),
    (ENGLISH, "en-GB"),
    (GERMAN, "de"),
    (FRENCH, "Français"),
    (SIMPLIFIED, "zh"),
    (TRADITIONAL, "Chinese"),
    (SIMPLIFIED, "zh-CN"),
    (SIMPLIFIED, "简体中文"),
    (TRADITIONAL, "zh_Hant"),
    (JAPANESE, "ja"),
    (KOREAN, "ko"),
    (RUSSIAN, "ru"),
    ("Hi!", "en"),
    ("Hola", "es"),
    ("THE DOG RUNS THROUGH THE PARK EVERY DAY.", "en"),
    (f"{SIMPLIFIED}我用 Python 和 GPU。", "zh"),
    (f"{SIMPLIFIED}\n```python\nprint('the dog runs through the park every day')\n```", "zh"),
    (f"{ENGLISH} See https://example.org/der-hund-laeuft-im-park.", "en"),
    ("大学", "ja"),
]


def test_a_draft_in_the_language_asked_for_has_a_full_score(subtests):
    for text, asked in RIGHT:
        with subtests.test(text=text, asked=asked):
            assert (score(text, asked).value, score(text, asked).reasons) == (1.0, ())


WRONG = [
    (GERMAN, "en", "line 1 is in German, not in English: "),
    (ENGLISH, "zh", "line 1 is in English, not in Chinese: "),
    (SIMPLIFIED, "en", "line 1 is in Chinese, not in English: "),
    (TRADITIONAL, "zh-hans", "line 1 is in traditional Chinese, not in simplified Chinese: "),
    (SIMPLIFIED, "zh-hant", "line 1 is in simplified Chinese, not in traditional Chinese: "),
    (SIMPLIFIED, "ja", "line 1 is in Chinese, not in Japanese: "),
    (JAPANESE, "zh", "line 1 is in Japanese, not in Chinese: "),
    (KOREAN, "ja", "line 1 is in Korean, not in Japanese: "),
    (RUSSIAN, "en", "line 1 is in Russian, not in English: "),
    ("\n".join(ENGLISH.split()), "fr", "line 1 is in English, not in French: "),
]


def test_another_language_scores_nothing_and_is_named(subtests):
    for text, asked, reason in WRONG:
        with subtests.test(text=text, asked=asked):
            found = score(text, asked)
            assert found.value == 0.0
            assert found.reasons[0].startswith(reason)


def test_a_draft_in_two_languages_scores_its_share_and_names_the_line():
    found = score(f"{ENGLISH}\n\n{GERMAN}", "en")
    assert 0.4 < found.value < 0.6
    assert found.reasons == (f'line 3 is in German, not in English: "{GERMAN[:39]}…"',)
    assert score(f"{ENGLISH}\n\n{GERMAN}", "en", tolerated=0.6).value == 1.0


def test_the_task_may_name_the_language():
    task = Task(prompt="Write.", inputs={"language": "German"})
    assert language(Draft(text=GERMAN), task, LanguageParams()).value == 1.0


def test_a_draft_without_words_scores_nothing():
    assert score(" 123 !", "en").reasons == ("the draft has no words",)


REFUSED = [
    ({}, "the task has no input 'language'"),
    ({"language": ["en"]}, "the input 'language' must be a text, not a value of type list"),
    ({"language": " "}, "'language' is empty"),
    ({"language": "Germn"}, "no language 'Germn' is known. Did you mean 'german'"),
    ({"language": "zh-latn"}, "no language 'zh-latn' is known"),
]


def test_what_names_no_language_is_refused(subtests):
    for inputs, message in REFUSED:
        with subtests.test(inputs=inputs), pytest.raises(RedraftError, match=message):
            language(Draft(text=ENGLISH), Task(prompt="Write.", inputs=inputs), LanguageParams())


@given(st.text(), st.sampled_from(["en", "zh", "zh-hans", "ja", "ru"]))
def test_the_same_text_always_has_the_same_score(text, asked):
    assert score(text, asked) == score(text, asked)
