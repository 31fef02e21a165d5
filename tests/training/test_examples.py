import json
import re
from random import Random
from statistics import mean

import jsonschema
import pytest

pytest.importorskip("lark", reason="needs the extra `train`")

from redraft.agents import get_agent
from training.curriculum import Mix
from training.examples import examples
from training.families import Item, families, family_of
from training.own import Own, heard_of, mended, problems_of, rating
from training.proof import shown

SENTENCE = family_of("sentence")
FAMILIES = pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)


def given(*words):
    return Item({"words": [*words]}, {})


def own_of(words, draft, target, said=None, rated=None):
    return Own("sentence", given(*words), draft, target, said, rated)


def drawn(family, tasks, seed=11):
    rng = Random(seed)
    return [example for _ in range(tasks) for example in examples(family, rng, Mix(copying=0.1))]


@FAMILIES
def test_the_same_seed_gives_the_same_examples(family):
    assert drawn(family, 20) == drawn(family, 20)


@FAMILIES
def test_a_critique_has_the_shape_that_the_engine_enforces(family):
    schema = get_agent("critic").json_schema
    for answer in (e.answer for e in drawn(family, 100) if e.role == "critic"):
        jsonschema.validate(json.loads(answer), schema)
        assert answer == json.dumps(json.loads(answer), ensure_ascii=False, separators=(",", ":"))


@FAMILIES
def test_a_rating_is_one_of_the_judges_choices_and_never_nearly_right(family):
    rated = {e.answer for e in drawn(family, 300) if e.role == "judge"}
    assert rated <= set(get_agent("judge").choices) - {"4"}
    assert bool(rated) == family.judged


@FAMILIES
def test_a_prompt_is_what_the_shipped_agent_renders(family):
    task = family.task(family.sample(Random(1)))
    assert get_agent("generator").render({"task": task})[-1].content.startswith(f"Task:\n{task.prompt}\n")


@FAMILIES
def test_no_example_shows_what_is_held_out(family):
    for example in drawn(family, 150):
        assert example.item is None or not family.held_out(example.item, *shown(example))


@FAMILIES
def test_what_a_draft_made_by_rule_should_become_is_right(family):
    rng = Random(3)
    for _ in range(60):
        item = family.sample(rng)
        draft, target = family.made(item, rng)
        assert family.is_right(item, target), (draft, target)
        assert bool(family.problems(item, draft, target)) == (draft != target)


@FAMILIES
def test_held_out_tasks_are_held_out_and_more_of_them_begin_with_fewer(family):
    found = family.held_out_tasks(12)
    assert found[:6] == family.held_out_tasks(6)
    assert all(family.held_out(item) for item in found)
    assert not any(family.held_out(family.sample(Random(seed))) for seed in range(50))


def test_what_the_model_said_is_told_to_its_reviser_and_its_right_drafts_are_learned():
    said = (("after The", "no cat", "add cat"),)
    own = [
        own_of(("dog", "run"), "The dog.", "The dog runs.", said),
        own_of(("dog", "run"), "A dog runs.", "A dog runs."),
    ]
    drawn = [one for seed in range(60) for one in examples(SENTENCE, Random(seed), Mix(own=1.0, silent=0.0), own)]
    revised = [e for e in drawn if e.role == "reviser" and "The dog." in e.messages[-1].content]
    told = ["after The: no cat -> add cat" in e.messages[-1].content for e in revised]
    assert 0.3 < mean(told) < 0.7
    assert {e.answer for e in revised} == {"The dog runs."}
    assert any(e.answer == "A dog runs." for e in drawn if e.role == "generator")
    assert any(e.answer == "5" for e in drawn if e.role == "judge" and "A dog runs." in e.messages[-1].content)


@pytest.mark.parametrize(
    ("words", "draft", "target"),
    [
        (("dog", "park", "big", "run"), "The dog runs in the garden.", "The big dog runs in the garden in the park."),
        (("dog", "park"), "The dog runs in the in the park.", "The dog runs in the park."),
        (("dog", "egg"), "A dog has a egg.", "A dog has an egg."),
        (("dog", "ball"), "The dog has a ball.", "The dog has a ball."),
    ],
)
def test_a_draft_of_the_models_own_is_mended_with_little_change(words, draft, target):
    assert mended(SENTENCE, given(*words), draft, Random(3)) == own_of(words, draft, target)


def test_what_cannot_be_mended_becomes_a_sentence_of_the_grammar():
    own = mended(SENTENCE, given("dog", "ball"), "The dog the the ball with with ball the", Random(3))
    assert own is not None
    assert SENTENCE.is_right(own.item, own.target)


def test_a_right_draft_is_rated_best_and_each_fault_costs():
    words, target = ("dog", "park", "big"), "The big dog runs in the park."
    drafts = {target: 5, "The dog runs in the park.": 3, "The dog runs.": 2, "A cat.": 1}
    assert {draft: rating(own_of(words, draft, target)) for draft in drafts} == drafts


def test_a_critique_names_every_missing_word():
    rng = Random(13)
    for _ in range(300):
        item = SENTENCE.sample(rng)
        draft, target = SENTENCE.made(item, rng)
        missing = [reason.split('"')[1] for reason in SENTENCE.scores(SENTENCE.task(item), draft)["coverage"].reasons]
        said = " ".join(p.problem for p in problems_of(Own("sentence", item, draft, target)))
        assert all(word in said for word in missing), (draft, target, said)


def test_the_judge_is_heard_with_its_rating_and_no_one_is_heard_where_nobody_may_speak():
    own = own_of(("dog", "park"), "The dog runs.", "The dog runs in the park.")
    heard = [heard_of(own, Random(seed), Mix()) for seed in range(200)]
    said = [verdict.score_of("judge") for verdict in heard]
    assert all(re.fullmatch(r"[1-5]\.\d of 5", score.reasons[0]) for score in said if score)
    assert all(verdict.reasons[0] == '"park" is missing' for verdict in heard)
    assert mean(1 + 4 * (score.value or 0) for score in said if score) == pytest.approx(3, abs=0.3)
    assert heard_of(own, Random(0), Mix(), blind=True).reasons == ()
    assert heard_of(own._replace(rated=4.25), Random(0), Mix()).reasons == ('"park" is missing', "4.2 of 5")


@FAMILIES
def test_the_graph_asks_whom_training_hears(family):
    item = family.sample(Random(5))
    target = family.answers(item, Random(5), 1)[0]
    heard = heard_of(Own(family.name, item, target, target), Random(0), Mix()).scores
    assert [(s.evaluator, s.weight, s.gate) for s in heard] == [(u.name, u.weight, u.gate) for u in family.uses]
