"""Languages: their names, and what letters say of them."""

from __future__ import annotations

import pytest

from redraft_translate.chinese import simplified_only, traditional_only
from redraft_translate.languages import known_languages, language, language_of

NAMES = [
    ("en", "en"),
    ("English", "en"),
    ("  german ", "de"),
    ("de-AT", "de"),
    ("Deutsch", "de"),
    ("ZH", "zh"),
    ("中文", "zh"),
    ("zh_CN", "zh-Hans"),
    ("zh-Hant-HK", "zh-Hant"),
    ("Traditional Chinese", "zh-Hant"),
    ("tiếng Việt", "vi"),
]


def test_a_language_has_many_names(subtests):
    for name, code in NAMES:
        with subtests.test(name=name):
            assert language(name).code == code


def test_an_unknown_language_is_an_error():
    with pytest.raises(ValueError, match="the language 'Klingon' is not known"):
        language("Klingon")


def test_every_language_is_reached_by_its_code_and_name(subtests):
    for one in known_languages():
        with subtests.test(language=one.name):
            assert language(one.code) is one
            assert language(one.name) is one
            assert 20 < one.length < 150


LETTERS = [
    ("我喜欢狗", "zh"),
    ("犬が好きです", "ja"),
    ("나는 개를 좋아한다", "ko"),
    ("I like dogs", "en"),
    ("Я люблю собак", "ru"),
    ("我喜欢 Python", "zh"),
    ("123 …", None),
    ("", None),
]


def test_letters_speak_for_a_language(subtests):
    for text, code in LETTERS:
        with subtests.test(text=text):
            found = language_of(text)
            assert (found and found.code) == code


def encodes(sign, encoding):
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def test_what_only_one_chinese_writes_stands_in_its_character_set_alone():
    assert len(simplified_only()) > 2000
    assert len(traditional_only()) > 3000
    assert all(encodes(sign, "gb2312") and not encodes(sign, "big5") for sign in simplified_only())
    assert all(encodes(sign, "big5") and not encodes(sign, "gb2312") for sign in traditional_only())
    assert set("国这书龙") <= simplified_only()
    assert set("國這書龍") <= traditional_only()
    assert not set("人山后里台的是") & (simplified_only() | traditional_only())
