"""`glossary`: the terms that a translation must use."""

from __future__ import annotations

import pytest

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_translate.glossary import GlossaryParams, glossary

TERMS = {"cloud": "云", "data centre": ["数据中心", "机房"], "data": "数据"}


def check(source, text, terms=None, **params):
    inputs = {} if terms is None else {"glossary": terms}
    return glossary(Draft(text=text), make_task(source=source, **inputs), GlossaryParams(**params))


class TestGlossary(EvaluatorTests):
    evaluator = glossary
    task = make_task("Translate.", source="The cloud is a data centre.", glossary=TERMS)
    good = "云就是数据中心。"
    bad = "云彩就是资料中心。"[2:]
    optional_inputs = ("glossary",)


USED = [
    ("The cloud grows.", "云在增长。"),
    ("Clouds grow.", "云在增长。"),
    ("a data centre", "一间机房"),
    ("a data-centre", "一个数据 中心"),
    ("rain", "雨"),
    ("clouded", "云"),
]


def test_a_term_is_found_inflected_and_in_any_of_its_translations(subtests):
    for source, text in USED:
        with subtests.test(source=source):
            assert check(source, text, TERMS).value == 1.0


MISSED = [
    ("The cloud grows.", "云朵"[1:], '"cloud" must be translated as "云", which the draft lacks'),
    (
        "The cloud",
        "cloud在增长",
        '"cloud" must be translated as "云", which the draft lacks; the draft leaves it as it is',
    ),
    ("a data centre", "数据", '"data centre" must be translated as "数据中心" or "机房", which the draft lacks'),
]


def test_a_reason_names_the_term_and_its_translation(subtests):
    for source, text, reason in MISSED:
        with subtests.test(source=source):
            score = check(source, text, TERMS)
            assert (score.value, score.reasons) == (0.0, (reason,))


def test_a_longer_term_hides_the_shorter_one_in_it():
    assert check("a data centre", "机房", TERMS).value == 1.0
    assert check("data in a data centre", "机房", TERMS).value == 0.5


ENGLISH = [
    ("服务器很慢", {"服务器": "server"}, "The servers are slow.", 1.0),
    ("服务器很慢", {"服务器": "server"}, "The servers are slow.", 1.0),
    ("服务器很慢", {"服务器": "server"}, "The observer is slow.", 0.0),
    ("他跑了", {"跑": "run away"}, "He ran away.", 1.0),
    ("编程", {"编程": "C++"}, "In C++11", 0.0),
    ("编程", {"编程": "C++"}, "用C++编程", 1.0),
]


def test_english_translations_may_be_inflected(subtests):
    for source, terms, text, value in ENGLISH:
        with subtests.test(text=text):
            assert check(source, text, terms).value == value


def test_exact_takes_terms_as_they_are():
    assert check("服务器", "servers", {"服务器": "server"}, exact=True).value == 0.0


def test_terms_of_the_graph_and_of_the_task_come_together():
    score = check("cloud data", "云", {"data": "数据"}, glossary={"cloud": "云"})
    assert (score.value, score.reasons) == (0.5, ('"data" must be translated as "数据", which the draft lacks',))


BAD = [
    (None, "there is no glossary: give the input 'glossary', or the parameter"),
    (["cloud"], "the input 'glossary' must be a table"),
    ({"cloud": 5}, "the glossary must have a term, or a list of them, for 'cloud'"),
    ({"cloud": []}, "the glossary has no translation for 'cloud'"),
]


def test_a_bad_glossary_is_named(subtests):
    for terms, message in BAD:
        with subtests.test(message=message), pytest.raises((TypeError, ValueError)) as raised:
            check("cloud", "云", terms)
        assert str(raised.value).startswith(message)
