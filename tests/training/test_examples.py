import json
from random import Random

import jsonschema

from redraft.agents import get_agent
from training.critique import criticise, mend
from training.examples import (
    Mix,
    Own,
    examples,
    is_right,
    mended,
    missing_words,
    problems_of,
    sentence_text,
    shown_words,
    task_for,
    verdict_for,
)
from training.faults import spoil
from training.grammar import compose, split
from training.words import held_out, sample_words

EVEN = Mix(copying=0.1)


def drawn(tasks, seed=11):
    rng = Random(seed)
    return [example for _ in range(tasks) for example in examples(rng, EVEN)]


def test_the_same_seed_gives_the_same_examples():
    assert drawn(50) == drawn(50)


def test_a_critique_has_the_shape_that_the_engine_enforces():
    schema = get_agent("critic").json_schema
    for answer in (e.answer for e in drawn(300) if e.role == "critic"):
        jsonschema.validate(json.loads(answer), schema)
        assert answer == json.dumps(json.loads(answer), ensure_ascii=False, separators=(",", ":"))


def test_a_rating_is_one_of_the_judges_choices():
    assert {e.answer for e in drawn(600) if e.role == "judge"} == set(get_agent("judge").choices)


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
        said = " ".join(p.problem for p in problems_of(draft, target, missing))
        assert all(word in said for word in missing), (draft, target, said)


def test_a_mended_draft_uses_the_missing_word(subtests):
    for missing in ["park", "big", "morning", "throw", "slowly", "girl"]:
        with subtests.test(missing=missing):
            mended = " ".join(mend(split("The dog has an apple."), [missing]))
            assert missing in mended
            assert criticise(split("The dog has an apple."), mended.split(), [missing])


def test_no_example_shows_words_that_are_held_out():
    own = [Own(("dog", "run"), "The dog.", "The dog runs.")]
    rng = Random(19)
    for _ in range(400):
        for example in examples(rng, Mix(copying=0.1, own=0.1), own):
            assert not held_out(shown_words(example))


def test_a_draft_of_the_models_own_is_mended_with_little_change():
    own = mended(("dog", "park", "big", "run"), "The dog runs in the garden.", Random(3))
    assert own is not None
    assert is_right(own.words, own.target)
    assert own.target == "The big dog runs in the garden in the park."


def test_what_cannot_be_mended_becomes_a_sentence_of_the_grammar():
    own = mended(("dog", "ball"), "The dog the the ball with with ball the", Random(3))
    assert own is not None
    assert is_right(own.words, own.target)


def test_a_right_draft_stays_as_it_is():
    own = mended(("dog", "ball"), "The dog has a ball.", Random(3))
    assert own == Own(("dog", "ball"), "The dog has a ball.", "The dog has a ball.")
