"""The family `questions`: its tasks, drafts, critiques and what is held out, beside the graph's own evaluators."""

from __future__ import annotations

import asyncio
import json
import re
from difflib import SequenceMatcher
from random import Random

import pytest

from redraft import Draft
from redraft.bench.tasks import read_tasks
from redraft.evaluation import Use, assess
from redraft.plugins import load_plugins
from redraft_qa.exact_match import exact_match
from redraft_qa.solution import solution
from training.families.family import Item
from training.families.questions.family import Questions
from training.families.questions.sums import practice
from training.families.questions.words import SIGNS, hidden

FAMILY = Questions()
ITEMS = [FAMILY.sample(Random(seed)) for seed in range(80)]
HELD_OUT = [FAMILY.sample(Random(seed), kept_back=True) for seed in range(80)]
STEP = re.compile(r"(\d+) ([-+*]) (\d+)")


def drafts(item, seed, count):
    rng = Random(seed)
    return [FAMILY.spoiled(item, rng) for _ in range(count)]


def judged(item):
    task = FAMILY.task(item)
    return task.model_copy(update={"inputs": {**task.inputs, **item.truth}})


def found(events, question):
    """Answer a question by reading a passage anew, sentence by sentence, knowing nothing of how it was made."""
    goal, holder, acts = {}, {}, []
    for event in events:
        who, verb, _, thing, *rest = event.rstrip(".").split()
        goal[thing] = " ".join(rest[1:]) if verb in ("put", "left", "moved") else goal.get(thing)
        holder[thing] = rest[-1] if verb == "gave" else who
        acts.append((who, verb, thing, rest[-1] if rest else ""))
    words = question.rstrip("?").split()
    if question.startswith("Where is"):
        return [goal[words[3]]]
    if question.startswith("Who has"):
        return [holder[words[3]]]
    if question.startswith("What did"):
        verb = {"give": "gave"}.get(words[3], words[3])
        return [f"the {thing}" for who, did, thing, to in acts if (who, did, to) == (words[2], verb, words[-1])]
    return [who for who, did, thing, to in acts if (did, thing, to) == (words[1], words[3], words[-1])]


@pytest.mark.parametrize("item", [*ITEMS, *HELD_OUT])
def test_a_solution_ends_with_the_answer(item):
    for answer in FAMILY.answers(item, Random(0), 4):
        assert exact_match(Draft(text=answer), judged(item)).value == 1


@pytest.mark.parametrize("item", [one for one in (*ITEMS, *HELD_OUT) if '"' in one.truth["solution"][0]])
def test_what_is_looked_up_has_one_answer_and_a_reader_finds_it(item):
    events = [f"{event}." for event in item.inputs["passage"].rstrip(".").split(". ")]
    assert 2 <= len(events) <= 4
    assert found(events, item.inputs["question"]) == [item.truth["answer"]]


def test_what_is_calculated_uses_numbers_of_the_passage_and_mostly_stays_below_100():
    for item in (*ITEMS, *HELD_OUT):
        for text in item.truth["solution"]:
            known = set(re.findall(r"\d+", item.inputs["passage"]))
            for one, sign, other in STEP.findall(text):
                assert {one, other} <= known
                known.add(str(SIGNS[sign](int(one), int(other))))
        assert all(0 < int(number) < 100 for number in re.findall(r"\d+", item.truth["solution"][0]))


def test_a_task_is_held_out_for_its_usual_solution():
    assert all(hidden(item.truth["solution"][:1]) for item in HELD_OUT)


def test_a_sum_is_held_out_in_both_orders_and_in_every_kind_of_text():
    one, sign, other = next(
        step
        for item in HELD_OUT
        for step in STEP.findall(item.truth["solution"][0])
        if hidden([" ".join(step)]) and step[1] == "+"
    )
    for text in (f"{other} {sign} {one}", f"say {one} {sign} {other} = 3", f"{one} {sign} {other} is 3, not 4"):
        assert FAMILY.held_out(ITEMS[0], text)
    assert not hidden([f"1{one} {sign} {other}.5"])


def test_no_exercise_is_held_out_and_each_is_right():
    for sign, result in practice(Random(1), 300):
        one, operation, other = sign.split()
        assert result == SIGNS[operation](int(one), int(other))
        assert not hidden([sign])


def test_what_a_draft_becomes_is_right_and_keeps_what_it_can():
    kept = []
    for seed, item in enumerate(ITEMS):
        for draft in drafts(item, seed, 10):
            target = FAMILY.mended(item, draft, Random(0))
            assert FAMILY.is_right(item, target)
            assert (target == draft) == FAMILY.is_right(item, draft)
            best = max(FAMILY.answers(item, Random(0), 12), key=lambda text: likeness(draft, text))
            assert likeness(draft, target) >= likeness(draft, best)
            kept.append(likeness(draft, target))
    assert sum(kept) / len(kept) > 0.7


def likeness(draft, target):
    return SequenceMatcher(None, FAMILY.split(draft), FAMILY.split(target), autojunk=False).ratio()


BALL, KITE = '"Tom put the ball in the box." Answer: the box.', '"Ann gave the kite to Sam." Answer: Sam.'
SUM = "12 + 37 = 49. Answer: 49."
IN_BOTH = [("after 37 =", "wrong number", "say 49 for 48"), ("in the answer", "wrong answer", "say 49")]
IN_ALL = [
    ("at the start", "wrong sentence", "say Tom put the ball in the box"),
    ("in the answer", "wrong answer", "say the box"),
]
CRITIQUES = [
    ("12 + 37 = 48. Answer: 48.", SUM, IN_BOTH),
    ("12 + 37 = 49. Answer: 48.", SUM, [("in the answer", "wrong answer", "say 49")]),
    ("12 + 37 = 49.", SUM, [("in the answer", "no answer", "say 49")]),
    ("Answer: 49.", SUM, [("at the start", "no calculation", "say 12 + 37 = 49")]),
    ("12 + 37 = 49. Answer: 49.", SUM, []),
    (KITE, BALL, IN_ALL),
    (BALL.replace('box."', 'bag."'), BALL, [("after in the", "wrong words", "say box for bag")]),
    (BALL.replace('"', ""), BALL, [("in all of it", "wrong form", "say Tom put the ball in the box")]),
]


@pytest.mark.parametrize(("draft", "target", "problems"), CRITIQUES)
def test_a_critique_names_the_place_and_what_to_say_there(draft, target, problems):
    said = FAMILY.problems(ITEMS[0], draft, target)
    assert [(one.where, one.problem, one.fix) for one in said] == problems


def test_a_critique_has_at_most_four_problems_and_only_a_right_draft_has_none():
    for seed, item in enumerate(ITEMS):
        for draft in drafts(item, seed, 10):
            target = FAMILY.mended(item, draft, Random(0))
            said = FAMILY.problems(item, draft, target)
            assert (len(said) > 0) == (draft != target)
            assert len(said) <= 4


def test_scores_and_truth_are_those_of_the_graph_s_own_evaluators():
    registry = load_plugins().registry
    uses = [Use(registry.evaluator(use.name), use.weight, use.params, gate=use.gate) for use in FAMILY.uses]
    texts = [(item, draft) for seed, item in enumerate(HELD_OUT[:20]) for draft in drafts(item, seed, 3)]
    texts += [(ITEMS[0], odd) for odd in ("", "the cat sat", 'Answer: "', "1 + 1 = 3 = 4", "Task: Answer: 3")]

    async def all_of_them():
        return [await assess(Draft(text=text), FAMILY.task(item), uses) for item, text in texts]

    for (item, text), real in zip(texts, asyncio.run(all_of_them()), strict=True):
        mine = FAMILY.verdict(FAMILY.task(item), text)
        assert [(s.evaluator, s.value, s.reasons, s.weight, s.gate) for s in mine.scores] == [
            (s.evaluator, s.value, s.reasons, s.weight, s.gate) for s in real.scores
        ], text
        assert (solution(Draft(text=text), judged(item)).value == 1) == FAMILY.is_right(item, text)


def test_the_tasks_beside_the_graph_are_held_out_and_each_stands_once():
    read = read_tasks(FAMILY.spec.tasks_file, FAMILY.spec, ("solution",))
    assert read.broken == ()
    rng = Random("questions:tasks")
    drawn = dict.fromkeys(FAMILY.sample(rng, kept_back=True).to_json() for _ in range(60))
    lines = FAMILY.spec.tasks_file.read_text(encoding="utf-8").splitlines()
    assert len(set(lines)) == len(lines) == len(read.rows) >= 200
    assert lines[: len(drawn)] == list(drawn)
    for line in lines:
        row = json.loads(line)
        assert hidden([row["truth"]["solution"][0]])
        assert exact_match(Draft(text=row["truth"]["solution"][0]), judged(Item(**row))).value == 1
