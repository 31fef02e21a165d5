"""`kept`: what a translation must not change."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_translate.kept import KeptParams, kept


def keep(source, text, params=None, **inputs):
    return kept(Draft(text=text), make_task(source=source, **inputs), KeptParams(**params or {}))


class TestKept(EvaluatorTests):
    evaluator = kept
    task = make_task("Translate.", source="{name} owes <b>1,000</b> dollars.", language="zh", names=["Ann"])
    good = "{name}欠<b>1000</b>美元。"
    bad = "{name}欠100美元。"
    optional_inputs = ("language", "source_language", "names")


SOUND = [
    ("Hello {name}, you have %d messages.", "你好{name}，您有%d条消息。"),
    ("%(count)d of %(total)s", "%(total)s 中的 %(count)d"),
    ("See https://example.org/a?b=1.", "见https://example.org/a?b=1。"),
    ("Write to ann@example.org, please.", "请写信给ann@example.org。"),
    ("<a href='x' title='Home'>Home</a><br>", "<a href='x' title='首页'>首页</a><br/>"),
    ("${total:.2f} and {{ user }}", "{{user}}和${total:.2f}"),
    ("1,000 people", "1000人"),
    ("3 million people", "300万人"),
    ("350,000 yuan", "35万元"),
    ("5 dogs", "五只狗"),
    ("25 dogs", "二十五只狗"),
    ("three dogs", "3只狗"),
    ("a dozen eggs", "12个鸡蛋"),
    ("March 5, 2024", "2024年3月5日"),
    ("the 1st prize", "第一名"),
    ("at 3:30 pm", "下午3点30分"),
    ("at 3:30 pm", "15:30"),
    ("6:00", "6点"),
    ("50% off", "打五折，即百分之五十"),
    ("H2O and CO2", "水和二氧化碳"),
    ("三十五个人", "35 people"),
    ("1.5亿元", "150 million yuan"),
    ("3千克", "3 kg"),
    ("१२ किताबें", "12 books"),
    ("٣ كتب", "3 books"),
    ("", "anything"),
]


def test_a_sound_translation_is_not_faulted(subtests):
    for source, text in SOUND:
        if source:
            with subtests.test(source=source):
                score = keep(source, text)
                assert (score.value, score.reasons) == (1.0, ())


FAULTED = [
    ("Hello {name}", "你好{nom}", ['"{name}" is missing', '"{nom}" is not in the source']),
    ("%s of %s", "%s", ['"%s" is 2 times in the source and once in the draft']),
    ("%s", "%s %s", ['"%s" is once in the source and 2 times in the draft']),
    ("{a} {a}", "b", ['"{a}" is missing, 2 times in the source']),
    ("<b>now</b>", "现在", ['"<b>" is missing', '"</b>" is missing']),
    ("See https://example.org/a", "见https://example.org/b", ['"https://example.org/a" is missing', "…/b"]),
    ("Pay 42 dollars.", "付24美元。", ['the number 42 is missing ("Pay 42 dollars.")', "the number 24 is not in"]),
    ("two cats and 5 dogs", "2只猫", ['the number 5 is missing ("two cats and 5 dogs")']),
    ("5 cats, 5 dogs", "5只猫，一些狗", ['the number 5 is missing ("5 cats, 5 dogs")']),
]


def test_reasons_name_what_is_missing_or_added(subtests):
    for source, text, reasons in FAULTED:
        with subtests.test(source=source):
            score = keep(source, text)
            assert score.value < 1
            assert len(score.reasons) == len(reasons)
            for reason, start in zip(score.reasons, reasons, strict=True):
                assert reason.startswith(start) or start.strip("…") in reason


LOCALES = [
    ("1,000.5 km", "1.000,5 km", "de", 1.0),
    ("1,000 km", "1.000 km", "de", 1.0),
    ("1,000 km", "1 000 km", "fr", 1.0),
    ("1.000 km", "1.000 km", "de", 0.0),
    ("1,5 km", "1.5 km", "zh", 0.0),
    ("2 Mrd. Euro", "20亿欧元", "zh", 1.0),
    ("1,000 km", "1,000 km", "es", 1.0),
    ("12,34,567 Rs", "1234567卢比", "zh", 1.0),
]


def test_separators_mean_what_they_mean_in_each_language(subtests):
    for source, text, language, value in LOCALES:
        with subtests.test(source=source, text=text):
            assert keep(source, text, language=language, source_language="en").value == value


def test_a_separator_that_could_be_either_is_taken_as_either_where_no_language_is_named():
    assert keep("1.000 km", "1.000 km", language="de").value == 1.0


def test_names_of_the_task_stay(subtests):
    source = "Anna met Bob. Anna's dog barked."
    for text, value in [
        ("Anna遇见了Bob。Anna的狗叫了。", 1.0),
        ("Anna遇见了Bob。她的狗叫了。", 2 / 3),
        ("安娜和鲍勃", 0.0),
    ]:
        with subtests.test(text=text):
            assert keep(source, text, names=["Anna", "Bob", "Carl"]).value == pytest.approx(value)
    assert keep("Anna sang.", "她唱了。", {"names": ["Anna"]}).reasons == ('the name "Anna" is missing',)
    assert keep("She sang.", "Anna唱了。", names="Anna").value == 1.0
    assert keep("Ann sang.", "Annabel唱了。", names=["Ann"]).value == 0.0


def test_numbers_can_be_left_out():
    assert keep("5 dogs", "几只狗", {"numbers": False}).value == 1.0


BAD_INPUTS = [
    ({"source": ["a"]}, TypeError, "the input 'source' must be a text, not a list"),
    ({"source": " "}, ValueError, "the input 'source' is empty"),
    ({"source": "a", "names": {"a": 1}}, TypeError, "the input 'names' must be a list of names"),
    ({"source": "a", "language": "Klingon"}, ValueError, "the language 'Klingon' is not known; write a code such as"),
    ({"source": "a", "language": 5}, TypeError, "the input 'language' must be the name of a language, not a number"),
]


def test_a_bad_input_is_named(subtests):
    for inputs, error, message in BAD_INPUTS:
        with subtests.test(message=message), pytest.raises(error) as raised:
            kept(Draft(text="b"), make_task(**inputs), KeptParams())
        assert str(raised.value).startswith(message)


PARTS = st.sampled_from(["{name}", "%s", "<b>", "</b>", "17", "1,234", "https://example.org/x", "a@b.org", "狗", "dog"])


@given(st.lists(PARTS, min_size=1))
@settings(deadline=None)
def test_a_copy_always_keeps_everything(parts):
    text = " ".join(parts)
    assert keep(text, text).value == 1.0


@given(st.lists(PARTS, min_size=1), st.sampled_from(["{other}", "%d", "<i>", "99", "b@c.org"]))
@settings(deadline=None)
def test_what_is_added_is_always_found(parts, more):
    text = " ".join(parts)
    score = keep(text, f"{text} {more}")
    assert score.value < 1
    assert len(score.reasons) == 1
    assert more in score.reasons[0]
