import json
import re
from random import Random
from statistics import mean

import jsonschema
import pytest

from redraft import load_graph
from redraft.agents import get_agent
from training.critique import criticise
from training.curriculum import Mix
from training.examples import examples, shown_words
from training.faults import spoil
from training.grammar import compose, sentence_text, split
from training.mending import mend
from training.own import Own, heard_of, mended, problems_of, rating
from training.truth import is_right, missing_words, task_for, verdict_for
from training.words import held_out, sample_words

SOME_COPYING = Mix(copying=0.1)


def drawn(tasks, seed=11):
    rng = Random(seed)
    return [example for _ in range(tasks) for example in examples(rng, SOME_COPYING)]


def test_the_same_seed_gives_the_same_examples():
    assert drawn(50) == drawn(50)


def test_a_critique_has_the_shape_that_the_engine_enforces():
    schema = get_agent("critic").json_schema
    for answer in (e.answer for e in drawn(300) if e.role == "critic"):
        jsonschema.validate(json.loads(answer), schema)
        assert answer == json.dumps(json.loads(answer), ensure_ascii=False, separators=(",", ":"))


def test_a_rating_is_one_of_the_judges_choices_and_never_nearly_right():
    assert {e.answer for e in drawn(600) if e.role == "judge"} == set(get_agent("judge").choices) - {"4"}


def test_a_prompt_is_what_the_shipped_agent_renders():
    task = task_for(["dog", "ball"])
    assert get_agent("generator").render({"task": task})[-1].content.startswith(f"Task:\n{task.prompt}\n")


def test_a_critique_names_every_missing_word():
    rng = Random(13)
    for _ in range(300):
        words = sample_words(rng)
        chunks = compose(words, rng)
        draft, target = sentence_text(spoil(chunks, words, rng)), sentence_text(chunks)
        missing = missing_words(verdict_for(task_for(words), draft))
        said = " ".join(p.problem for p in problems_of(Own(tuple(words), draft, target)))
        assert all(word in said for word in missing), (draft, target, said)


def test_a_mended_draft_uses_the_missing_word(subtests):
    for missing in ["park", "big", "morning", "throw", "slowly", "girl"]:
        with subtests.test(missing=missing):
            mended = " ".join(mend(split("The dog has an apple."), [missing]))
            assert missing in mended
            assert criticise(split("The dog has an apple."), mended.split(), [missing])


def test_no_example_shows_words_that_are_held_out():
    own = [Own(("dog", "run"), "The dog.", "The dog runs.", said=(("after The", "no run", "add run"),))]
    own += [Own(("dog", "run"), "A dog runs.", "A dog runs.")]
    rng = Random(19)
    for _ in range(400):
        for example in examples(rng, Mix(copying=0.1, own=0.3), own):
            assert not held_out(shown_words(example))


def test_what_the_model_said_is_told_to_its_reviser_and_its_right_drafts_are_learned():
    said = (("after The", "no cat", "add cat"),)
    own = [Own(("dog", "run"), "The dog.", "The dog runs.", said), Own(("dog", "run"), "A dog runs.", "A dog runs.")]
    drawn = [example for seed in range(60) for example in examples(Random(seed), Mix(own=1.0, silent=0.0), own)]
    revised = [e for e in drawn if e.role == "reviser" and "The dog." in e.messages[-1].content]
    told = ["after The: no cat -> add cat" in e.messages[-1].content for e in revised]
    assert 0.3 < mean(told) < 0.7
    assert {e.answer for e in revised} == {"The dog runs."}
    assert any(e.answer == "A dog runs." for e in drawn if e.role == "generator")
    assert any(e.answer == "5" for e in drawn if e.role == "judge" and "A dog runs." in e.messages[-1].content)


def test_a_draft_of_the_models_own_is_mended_with_little_change():
    own = mended(("dog", "park", "big", "run"), "The dog runs in the garden.", Random(3), Mix())
    assert own is not None
    assert is_right(own.words, own.target)
    assert own.target == "The big dog runs in the garden in the park."


def test_a_draft_that_strays_loses_as_little_as_the_grammar_takes():
    own = mended(("dog", "park"), "The dog runs in the in the park.", Random(3), Mix())
    assert own is not None
    assert own.target == "The dog runs in the park."


def test_an_article_is_mended_alone():
    own = mended(("dog", "egg"), "A dog has a egg.", Random(3), Mix(articles=True))
    assert own is not None
    assert own.target == "A dog has an egg."


def test_a_right_draft_is_rated_best_and_each_fault_costs():
    words, target = ("dog", "park", "big"), "The big dog runs in the park."
    drafts = {target: 5, "The dog runs in the park.": 3, "The dog runs.": 2, "A cat.": 1}
    assert {draft: rating(Own(words, draft, target)) for draft in drafts} == drafts


def test_the_judge_is_heard_with_its_rating_and_no_one_is_heard_where_nobody_may_speak():
    own = Own(("dog", "park"), "The dog runs.", "The dog runs in the park.")
    heard = [heard_of(own, Random(seed), Mix()) for seed in range(200)]
    said = [verdict.score_of("judge") for verdict in heard]
    assert all(re.fullmatch(r"[1-5]\.\d of 5", score.reasons[0]) for score in said if score)
    assert all(verdict.reasons[0] == '"park" is missing' for verdict in heard)
    assert mean(1 + 4 * (score.value or 0) for score in said if score) == pytest.approx(3, abs=0.3)
    assert heard_of(own, Random(0), Mix(), blind=True).reasons == ()
    assert heard_of(own._replace(rated=4.25), Random(0), Mix()).reasons == ('"park" is missing', "4.2 of 5")


def test_the_graph_asks_whom_training_hears():
    shipped = {use.name: use.weight for use in load_graph("sentence").nodes["evaluate"].evaluators if not use.gate}
    heard = heard_of(Own(("dog",), "A dog.", "A dog."), Random(0), Mix()).scores
    assert {score.evaluator: score.weight for score in heard} == shipped


def test_what_cannot_be_mended_becomes_a_sentence_of_the_grammar():
    own = mended(("dog", "ball"), "The dog the the ball with with ball the", Random(3), Mix())
    assert own is not None
    assert is_right(own.words, own.target)


def test_a_right_draft_stays_as_it_is():
    own = mended(("dog", "ball"), "The dog has a ball.", Random(3), Mix())
    assert own == Own(("dog", "ball"), "The dog has a ball.", "The dog has a ball.")
