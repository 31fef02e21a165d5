"""The grammar of both languages: the sentences that a reader of both would write."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

pytest.importorskip("tokenizers", reason="needs the extra `train`")

from redraft.builtin.inflection import forms
from training.families.translation.chinese import in_chinese
from training.families.translation.clause import Clause, Saying, Thing, draw
from training.families.translation.english import in_english
from training.families.translation.family import Translation
from training.families.translation.lexicon import lexicon
from training.families.translation.meaning import meanings
from training.families.translation.terms import term_base
from training.families.translation.text import chinese_words, join, split

LEXICON = lexicon()


def thing(how, noun="", adjective="", word="", count=1):
    return Thing(how, LEXICON.nouns.get(noun), adjective, word, count)


def clause(subject, verb, tense="present", **rest):
    known = {"place": LEXICON.places, "time": LEXICON.times}
    given = {name: known[name][value] if name in known else value for name, value in rest.items()}
    return Clause(subject, LEXICON.verbs[verb], tense, **given)


THE_CAT, SHE = thing("the", "cat"), thing("pronoun", word="she")
SAID = [
    (
        clause(THE_CAT, "eat", "past", object=thing("number", "apple", "red", count=2), time="yesterday"),
        ["The cat ate two red apples yesterday.", "Yesterday, the cats ate two red apples."],
        ["猫昨天吃了两个红苹果。", "昨天猫吃了两个红色的苹果。"],
    ),
    (
        clause(thing("a", "dog", "old"), "sleep", place="home", time="day"),
        ["An old dog sleeps at home every day.", "Every day one old dog sleeps at home."],
        ["一只老狗每天在家里睡觉。", "每天一条老狗在家睡觉。"],
    ),
    (
        clause(SHE, "wear", "future", object=thing("this", "hat", "old"), negated=True),
        ["She will not wear this old hat.", "She won't wear this old hat."],
        ["她不会戴这顶旧帽子。"],
    ),
    (
        clause(SHE, "wear", "want", object=thing("own", "shirt", "beautiful", "my")),
        ["She wants to wear my beautiful shirt.", "She wants to wear my beautiful shirts."],
        ["她想穿我的漂亮的衬衫。", "她想要穿我美丽的衬衫。"],
    ),
    (
        clause(THE_CAT, "drink", "past", object=thing("bare", "milk"), negated=True, place="kitchen"),
        ["The cat did not drink milk in the kitchen.", "The cats didn't drink the milk in the kitchen."],
        ["猫没有在厨房里喝牛奶。", "猫没在厨房喝牛奶。"],
    ),
    (
        clause(
            thing("placeholder", word="{name}"),
            "give",
            "past",
            object=thing("number", "book", count=12),
            receiver=thing("the", "teacher"),
        ),
        ["{name} gave the teacher 12 books.", "{name} gave 12 books to the teacher."],
        ["{name}给了老师12本书。"],
    ),
    (
        clause(thing("many", "child"), "play", adverb="often", place="river"),
        ["Many children often play by the river."],
        ["很多孩子经常在河边玩。", "许多孩子常常在河边玩。"],
    ),
    (
        clause(thing("these", "woman"), "drink", object=thing("portion", "tea", "hot", count=3)),
        ["These women drink three cups of hot tea.", "These women drink three glasses of hot tea."],
        ["这些女人喝三杯热茶。"],
    ),
]


def test_the_usual_translation_comes_first_and_the_others_are_there(subtests):
    for said, english, chinese in SAID:
        with subtests.test(english=english[0]):
            saying = Saying((said,))
            for listed, expected in ((in_english(saying), english), (in_chinese(saying), chinese)):
                assert listed[0] == expected[0]
                assert set(expected) <= set(listed)


def test_a_time_comes_first_where_that_is_asked_for_and_two_clauses_are_joined():
    said = clause(THE_CAT, "sleep", "past", time="yesterday")
    saying = Saying((said,), early=True)
    assert (in_english(saying)[0], in_chinese(saying)[0]) == ("Yesterday the cat slept.", "昨天猫睡觉了。")
    two = Saying((clause(THE_CAT, "sleep"), clause(SHE, "laugh")), "but")
    assert (in_english(two)[0], in_chinese(two)[0]) == ("The cat sleeps, but she laughs.", "猫睡觉，但是她笑。")
    assert "The cats sleep but she laughs." in in_english(two)
    assert "猫睡觉，可是她笑。" in in_chinese(two)


def test_articles_measure_words_and_verbs_fit_what_they_stand_with():
    rng = Random(4)
    for _ in range(300):
        saying = draw(rng)
        for text in in_english(saying):
            words = split(text.lower())
            for word, after in pairwise(words):
                assert word != "a" or after[0] not in "aeiou"
                assert word != "an" or after[0] in "aeiou"
        for text in in_chinese(saying):
            assert "二" not in text
            assert "没有" not in text or "了" not in text or saying.joint


def test_joining_undoes_splitting_and_chinese_is_cut_into_known_words():
    rng = Random(5)
    for _ in range(300):
        saying = draw(rng)
        for text in (*in_english(saying)[:3], *in_chinese(saying)[:3]):
            assert join(split(text)) == text
        for word in split(in_chinese(saying)[0]):
            assert word in chinese_words() or word.isdecimal() or word in "，。" or word.startswith("{")


def test_both_languages_say_the_same():
    rng = Random(6)
    for _ in range(300):
        saying = draw(rng)
        found = {meanings(text) for text in (*in_english(saying), *in_chinese(saying))}
        assert len(found) == 1


def test_the_base_of_terms_of_the_graph_is_that_of_the_lexicon():
    (use,) = [use for use in Translation().uses if use.name == "glossary"]
    said = use.params["glossary"]
    assert {term: one if isinstance(one, str) else tuple(one) for term, one in said.items()} == term_base()


def test_the_forms_of_the_lexicon_are_known_to_the_evaluator():
    for verb in LEXICON.verbs.values():
        assert {verb.third, verb.past} <= forms(verb.english)
    for noun in LEXICON.nouns.values():
        assert noun.plural in forms(noun.english)


def test_no_word_of_either_language_stands_for_two_nouns_or_two_verbs():
    for words in (LEXICON.nouns.values(), LEXICON.verbs.values()):
        chinese = [word.chinese if isinstance(word.chinese, str) else word.chinese[0] for word in words]
        assert len(set(chinese)) == len(chinese)
    assert not set(LEXICON.nouns) & set(LEXICON.verbs)
