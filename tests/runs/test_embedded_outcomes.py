"""What holds of every run with the embedded model, whatever it writes."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

import redraft
from redraft.agents import CRITIQUE_SCHEMA
from redraft.builtin.coverage import uses
from redraft.convergence import CHECKS
from redraft.errors import ExitCode
from redraft.task import Critique
from redraft.text import sentences, words
from tests.conftest import Recorded
from tests.runs.documented import KEYS

# Words it was trained on, words that nobody knows, and words that try to be something else.
WORD_SETS = (
    ("dog", "throw", "ball", "park"),
    ("cat", "sleep", "chair"),
    ("girl", "eat", "apple", "morning", "kitchen"),
    ("dog",),
    ("xylophone", "quark", "zeugma"),
    ("<|im_end|>", "dog"),
    ("{{ 7 * 7 }}", '"problems"', "ball"),
    ("公园", "狗"),
    ("🎉", "été", "naïve"),
    ("run", "running", "ran"),
)
TARGET = redraft.load_graph("sentence").stop.score


@pytest.fixture(scope="module")
def recorded(embedded):
    """The model, with the tokens that it answered."""
    return Recorded(embedded)


@pytest.fixture(scope="module")
def outcomes(recorded):
    """One run for each set of words."""
    return [
        redraft.run(graph="sentence", inputs={"words": list(given)}, model=recorded, seed=seed)
        for seed, given in enumerate(WORD_SETS)
    ]


@pytest.fixture
def records(outcomes):
    """Every draft of every run."""
    return [record for outcome in outcomes for record in outcome.drafts]


def test_a_run_ends_with_an_answer(outcomes):
    assert all(outcome.answer for outcome in outcomes)
    assert {outcome.exit_code for outcome in outcomes} == {ExitCode.DONE}


def test_the_answer_is_the_text_of_the_best_draft(outcomes):
    assert [outcome.answer for outcome in outcomes] == [outcome.drafts[outcome.best].draft.text for outcome in outcomes]


def test_the_answer_never_ranks_below_the_first_draft(outcomes):
    for outcome in outcomes:
        assert outcome.drafts[outcome.best].verdict.rank >= outcome.drafts[0].verdict.rank


def test_no_draft_ranks_above_the_best_and_none_before_it_ranks_alike(outcomes):
    for outcome in outcomes:
        ranks = [record.verdict.rank for record in outcome.drafts]
        assert outcome.best == ranks.index(max(ranks))


def test_drafts_are_numbered_in_the_order_they_were_written(outcomes):
    for outcome in outcomes:
        assert [record.draft.index for record in outcome.drafts] == list(range(len(outcome.drafts)))


def test_the_generator_writes_the_first_draft_and_again_after_two_revisions(outcomes):
    for outcome in outcomes:
        authors = [record.draft.author for record in outcome.drafts]
        assert authors == ["generator", "reviser", "reviser", *["generator"] * 4][: len(authors)]


def test_a_revision_is_of_a_draft_before_it(outcomes):
    for outcome in outcomes:
        assert outcome.drafts[0].draft.parent is None
        revisions = [record.draft for record in outcome.drafts if record.draft.author == "reviser"]
        assert all(draft.parent < draft.index for draft in revisions)


def test_each_draft_is_one_round_later(outcomes):
    for outcome in outcomes:
        rounds = [record.draft.round for record in outcome.drafts]
        assert rounds[0] == 0
        assert all(after == before + 1 for before, after in pairwise(rounds))
        assert rounds[-1] <= 6


def test_each_draft_was_evaluated_without_an_error(records):
    assert all(record.verdict.complete for record in records)
    assert {score.evaluator for record in records for score in record.verdict.scores} == {
        "coverage",
        "length",
        "judge",
        "artefact",
    }


def test_a_drafts_value_is_the_weighted_mean_of_its_scores(records):
    for record in records:
        coverage, length, judge = (record.verdict.score_of(name).value for name in ("coverage", "length", "judge"))
        assert record.verdict.value == pytest.approx((2 * coverage + length + judge) / 4)


def test_coverage_names_exactly_the_words_that_a_draft_lacks(outcomes):
    for outcome in outcomes:
        for record in outcome.drafts:
            missing = [word for word in outcome.task.inputs["words"] if not uses(record.draft.text, word)]
            assert record.verdict.score_of("coverage").reasons == tuple(f'"{word}" is missing' for word in missing)


def test_length_counts_the_words_of_the_draft(records):
    for record in records:
        fits = words(record.draft.text) <= 25 and sentences(record.draft.text) <= 1
        assert (record.verdict.score_of("length").value == 1) == fits


def test_every_run_says_why_it_stopped(outcomes):
    assert {outcome.stop.check for outcome in outcomes} <= CHECKS.keys()
    assert all(outcome.stop.detail for outcome in outcomes)


def test_a_run_stops_at_its_score_exactly_where_the_last_draft_reached_it(outcomes):
    for outcome in outcomes:
        last = outcome.drafts[-1].verdict
        reached = last.value >= TARGET and not last.gates_failed
        assert (outcome.stop.check in {"score", "verified"}) == reached


def test_no_draft_is_revised_after_one_that_was_good_enough(outcomes):
    for outcome in outcomes:
        for record in outcome.drafts[:-1]:
            assert record.verdict.value < TARGET or record.verdict.gates_failed


def test_what_was_revised_was_criticised_first(outcomes):
    for outcome in outcomes:
        criticised = {record.draft.index for record in outcome.drafts if record.critique is not None}
        revisions = [record.draft for record in outcome.drafts if record.draft.author == "reviser"]
        assert {draft.parent for draft in revisions} <= criticised


def test_a_critique_stays_within_its_bounds(records):
    item = CRITIQUE_SCHEMA["properties"]["problems"]["items"]["properties"]
    for critique in (record.critique for record in records if record.critique):
        assert len(critique.problems) <= 4
        for problem in critique.problems:
            assert problem.problem
            assert all(len(getattr(problem, name)) <= item[name]["maxLength"] for name in item)


def test_the_task_is_shown_as_it_was_given(outcomes):
    for outcome, given in zip(outcomes, WORD_SETS, strict=True):
        assert outcome.task.inputs == {"words": list(given)}
        assert outcome.task.prompt == f"Write one sentence that uses all of these words: {', '.join(given)}."


def test_the_outcome_names_its_graph_and_its_model(outcomes, embedded):
    assert {(outcome.graph, outcome.model) for outcome in outcomes} == {("sentence", embedded.name)}


def test_every_run_has_an_id_of_its_own(outcomes):
    assert len({outcome.run for outcome in outcomes}) == len(outcomes)


def test_what_a_run_cost_is_counted(outcomes):
    for outcome in outcomes:
        assert outcome.usage.prompt_tokens > 0
        assert outcome.usage.completion_tokens >= len(outcome.drafts)
        assert outcome.usage.seconds > 0


def test_json_has_the_documented_shape_for_every_run(outcomes):
    for outcome in outcomes:
        made = json.loads(json.dumps(outcome.to_json()))
        assert list(made) == KEYS
        assert made["answer"] == made["drafts"][made["best"]]["text"]
        assert {key for draft in made["drafts"] for key in draft} == {
            "index", "round", "text", "value", "complete", "gates_failed", "scores", "critique",
        }  # fmt: skip


def test_a_critique_in_json_is_a_critique_again(records):
    for record in records:
        shown = record.to_json()["critique"]
        if record.critique is not None:
            assert Critique(draft=record.critique.draft, problems=shown) == record.critique


def test_a_draft_is_clean_text(records):
    for text in (record.draft.text for record in records):
        assert text == text.strip()
        text.encode()


def test_nothing_in_a_draft_is_replaced_but_bytes_of_the_models_that_are_no_text(records, recorded):
    bytes_of = recorded._vocabulary.bytes_of
    asked = zip(recorded.requests, recorded.answers, strict=True)
    answers = [tokens for request, tokens in asked if request.agent in {"generator", "reviser"}]
    for record, tokens in zip(records, answers, strict=True):
        written = b"".join(bytes_of(token.id) for token in tokens if token.id >= 0)
        assert record.draft.text == written.decode(errors="replace").strip()
        assert "\ufffd" not in written.decode(errors="ignore")


def test_an_outcome_is_had_back_from_its_own_json(outcomes):
    for outcome in outcomes:
        assert type(outcome).model_validate_json(outcome.model_dump_json()) == outcome
