"""`accepted`: a draft is one of the accepted translations, or it is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_translate.accepted import accepted, plain
from redraft_translate.direction import Direction

CHINESE = ["猫昨天吃了两条鱼。", "昨天猫吃了两条鱼。"]
ENGLISH = ["Yesterday, the cat didn't eat.", "The cat did not eat yesterday."]


class TestAccepted(EvaluatorTests):
    evaluator = accepted
    task = make_task("Translate.", source="The cat ate two fish.", reference=CHINESE, language="zh")
    good, bad = CHINESE[1], "猫昨天吃了二条鱼。"
    optional_inputs = ("language",)


def value(text, references):
    return accepted(Draft(text=text), make_task(reference=references), Direction()).value


SAME = [
    (" 昨天猫吃了两条鱼。\n", CHINESE),
    ("昨天 猫 吃了 两条鱼 。", CHINESE),
    ("昨天猫吃了两条鱼.", CHINESE),
    ("Yesterday, the cat didn\u2019t eat.", ENGLISH),
    ("The  cat did not eat\nyesterday.", ENGLISH),
    ("{name}吃了12个苹果。", "{name} 吃了 12 个苹果。"),
    ("他笑\uff0c她哭。", "他笑,她哭。"),
]
OTHER = [
    ("昨天猫吃了两条鱼", CHINESE),
    ("昨天猫吃了两条鱼。好的。", CHINESE),
    ("the cat did not eat yesterday.", ENGLISH),
    ("The cat didnot eat yesterday.", ENGLISH),
    ("", ENGLISH),
]


def test_spaces_beside_chinese_and_the_width_of_signs_do_not_matter(subtests):
    for text, references in SAME:
        with subtests.test(text=text):
            assert value(text, references) == 1.0


def test_anything_else_matters(subtests):
    for text, references in OTHER:
        with subtests.test(text=text):
            assert value(text, references) == 0.0


def test_the_reason_says_how_many_there_are():
    score = accepted(Draft(text="不"), make_task(reference=CHINESE), Direction())
    assert score.reasons == ("the draft is none of the 2 accepted translations",)


@given(st.text())
def test_a_text_is_compared_in_one_form_only(text):
    assert plain(plain(text)) == plain(text)
    assert plain(f"  {text}\n") == plain(text)
