"""The family `translation`: its tasks, drafts, critiques and what is held out, beside the graph's own evaluators."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

pytest.importorskip("tokenizers", reason="needs the extra `train`")

from redraft import Draft
from redraft.evaluation import Use, assess
from redraft.plugins import load_plugins
from redraft_translate.accepted import accepted
from redraft_translate.direction import Direction
from training.families.differences import likeness
from training.families.family import Item
from training.families.translation.family import Translation
from training.families.translation.meaning import Meaning, apart, meanings

FAMILY = Translation()
ITEMS = [FAMILY.sample(Random(seed)) for seed in range(60)]
HELD_OUT = [FAMILY.sample(Random(seed), kept_back=True) for seed in range(40)]
SOURCE = "The old man gave a beautiful horse two apples yesterday."


def drafts(item, seed, count):
    rng = Random(seed)
    return [FAMILY.spoiled(item, rng) for _ in range(count)]


def judged(item):
    task = FAMILY.task(item)
    return task.model_copy(update={"inputs": {**task.inputs, **item.truth}})


def asked(source, language="Chinese", references=("x",), **glossary):
    return Item({"source": source, "language": language, "glossary": glossary}, {"reference": list(references)})


def test_a_translation_is_right_and_no_evaluator_faults_it(subtests):
    for item in (*ITEMS, *HELD_OUT):
        with subtests.test(source=item.inputs["source"]):
            for text in (*FAMILY.answers(item, Random(0), 4), *item.truth["reference"]):
                verdict = FAMILY.verdict(FAMILY.task(item), text)
                assert (verdict.value, verdict.reasons) == (1.0, ())
                assert FAMILY.is_right(item, text)
                assert accepted(Draft(text=text), judged(item), Direction()).value == 1


def test_the_source_and_each_translation_of_it_are_different_sentences():
    for item in (*ITEMS, *HELD_OUT):
        listed = item.truth["reference"]
        assert len(set(listed)) == len(listed) <= 48
        assert not FAMILY.is_right(item, item.inputs["source"])


def test_a_term_that_a_task_lays_down_stands_in_its_translation_and_the_usual_one_is_wrong():
    for item in ITEMS:
        for term in item.inputs["glossary"].values():
            assert all(term in text for text in item.truth["reference"])
    item = asked("A cat sleeps.", references=["一只猫咪睡觉。"], cat="猫咪")
    assert FAMILY.verdict(FAMILY.task(item), "一只猫睡觉。").reasons == (
        '"cat" must be translated as "猫咪", which the draft lacks',
    )


def test_no_accepted_translation_of_a_task_for_training_is_held_out():
    assert not any(FAMILY.held_out(item, text) for item in ITEMS for text in item.truth["reference"])


def test_a_word_is_known_in_every_form_and_in_both_languages():
    found = {("man", "noun"), ("horse", "noun"), ("apple", "noun"), ("give", "verb"), ("old", "adjective")}
    found.add(("beautiful", "adjective"))
    assert meanings(SOURCE) == {Meaning(*one) for one in found}
    assert meanings("老男人昨天给了漂亮的马两个苹果。") == meanings(SOURCE)
    assert meanings("The kittens, 猫咪, 旧") == {Meaning("cat", "noun"), Meaning("old", "adjective")}


def test_what_is_held_out_is_so_however_it_is_said():
    pair = next(
        (noun, verb)
        for item in HELD_OUT
        for noun in meanings(item.inputs["source"])
        for verb in meanings(item.inputs["source"])
        if noun.kind == "noun" and verb.kind == "verb" and apart([f"{noun.english} {verb.english}"])
    )
    noun, verb = (word.english for word in pair)
    assert apart([f"{verb.capitalize()} it, {noun}!"])
    assert apart([noun, verb])
    assert not apart([noun])


def test_what_a_draft_becomes_is_right_and_keeps_what_it_can():
    kept = []
    for seed, item in enumerate(ITEMS):
        for draft in drafts(item, seed, 10):
            target = FAMILY.mended(item, draft, Random(0))
            assert FAMILY.is_right(item, target)
            assert (target == draft) == FAMILY.is_right(item, draft)
            kept.append(likeness(FAMILY.split(draft), FAMILY.split(target)))
    assert sum(kept) / len(kept) > 0.7


BOUGHT = ["男孩昨天买了一个球。", "昨天男孩买了一个球。"]
MENDED = [
    ("昨天男孩买一个球。", BOUGHT[1], ("after 男孩买", "not complete", "add 了")),
    ("男孩昨天买了一只球。", BOUGHT[0], ("after 了一", "wrong words", "say 个 for 只")),
    ("男孩昨天买了了一个球。", BOUGHT[0], ("after 昨天买", "too much", "remove 了")),
    ("", BOUGHT[0], ("at the start", "not complete", f"add {BOUGHT[0]}")),
]


def test_a_draft_is_mended_with_the_change_that_a_person_would_make(subtests):
    item = asked("The boy bought a ball yesterday.", references=BOUGHT)
    for draft, target, said in MENDED:
        with subtests.test(draft=draft):
            assert FAMILY.mended(item, draft, Random(0)) == target
            (problem,) = FAMILY.problems(item, draft, target)
            assert (problem.where, problem.problem, problem.fix) == said


def test_what_has_nothing_of_the_translation_is_rated_lowest_and_becomes_the_usual_one():
    item = next(item for item in ITEMS if len(item.truth["reference"]) > 4)
    usual = item.truth["reference"][0]
    for draft in (item.inputs["source"], "", "?!"):
        assert FAMILY.mended(item, draft, Random(0)) == usual
        assert FAMILY.rating(item, draft, usual) == 1
    assert FAMILY.rating(item, usual, usual) == 5


def test_scores_and_truth_are_those_of_the_graphs_own_evaluators():
    registry = load_plugins().registry
    known = [use for use in FAMILY.uses if use.name != "judge"]
    assert {use.name for use in known} == {"kept", "script", "glossary", "artefact"}
    uses = [Use(registry.evaluator(use.name), use.weight, use.params, gate=use.gate) for use in known]
    texts = [(item, draft) for seed, item in enumerate(ITEMS[:20]) for draft in drafts(item, seed, 3)]
    texts += [(ITEMS[0], odd) for odd in ("", "the cat sat", "猫", "{", "12 {name} 3千", "Task: 猫")]

    async def all_of_them():
        return [await assess(Draft(text=text), FAMILY.task(item), uses) for item, text in texts]

    for (item, text), real in zip(texts, asyncio.run(all_of_them()), strict=True):
        mine = FAMILY.verdict(FAMILY.task(item), text)
        assert [(s.evaluator, s.value, s.reasons, s.kind, s.weight, s.gate) for s in mine.scores] == [
            (s.evaluator, s.value, s.reasons, s.kind, s.weight, s.gate) for s in real.scores
        ], text
        assert (accepted(Draft(text=text), judged(item), Direction()).value == 1) == FAMILY.is_right(item, text)
