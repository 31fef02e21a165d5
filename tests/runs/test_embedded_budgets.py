"""No run of the embedded model goes on for longer than it may."""

from __future__ import annotations

import time
from itertools import accumulate

import pytest

import redraft
from redraft.convergence import Plateau, StopRules
from redraft.runs.events import Charged

WORDS = {"words": ["xylophone", "what? no! yes?", "zeugma"]}  # what no single sentence holds: no draft is good enough
OPEN = StopRules(verified=False, fixpoint=False, oscillation=None, regression=False, rounds=1000)


def ruled(*, writers=None, **rules):
    """The graph `sentence` with these stop rules and no other, its drafts short, and never drafting anew."""
    spec = redraft.load_graph("sentence")
    edges = tuple(edge for edge in spec.edges if (edge.source, edge.target) != ("evaluate", "generator"))
    change = {"max_tokens": 30} | (writers or {})
    nodes = {name: spec.nodes[name].model_copy(update=change) for name in ("generator", "reviser")}
    return spec.model_copy(update={"stop": OPEN.model_copy(update=rules), "nodes": spec.nodes | nodes, "edges": edges})


@pytest.fixture
def run(embedded):
    def outcome(seed=0, **rules):
        return redraft.run(graph=ruled(**rules), inputs=WORDS, model=embedded, seed=seed)

    return outcome


def test_no_rounds_is_one_draft_and_no_critique(run):
    outcome = run(rounds=0)
    assert len(outcome.drafts) == 1
    assert outcome.drafts[0].critique is None
    assert outcome.stop.check == "rounds"


def test_so_many_rounds_are_so_many_revisions(run):
    for rounds in range(1, 5):
        outcome = run(rounds=rounds)
        assert len(outcome.drafts) == rounds + 1
        assert outcome.stop.check == "rounds"


def test_rounds_of_the_order_go_before_those_of_the_graph(embedded):
    outcome = redraft.run(graph=ruled(rounds=3), inputs=WORDS, model=embedded, rounds=1)
    assert len(outcome.drafts) == 2


def test_no_more_tokens_are_written_than_allowed(run, subtests):
    for tokens in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144):
        with subtests.test(tokens=tokens):
            outcome = run(tokens=tokens, seed=tokens)
            assert outcome.usage.completion_tokens <= tokens
            assert outcome.stop.check == "tokens"
            assert outcome.answer


def test_a_draft_that_uses_up_the_tokens_is_cut(run):
    outcome = run(tokens=2)
    assert outcome.drafts[0].draft.cut
    assert len(outcome.drafts) == 1


def test_what_is_charged_adds_up_to_the_usage(embedded):
    with redraft.stream(graph=ruled(rounds=2), inputs=WORDS, model=embedded) as events:
        seen = list(events)
    charged = [event for event in seen if isinstance(event, Charged)]
    usage = seen[-1].outcome.usage
    assert sum(event.prompt_tokens for event in charged) == usage.prompt_tokens
    assert sum(event.completion_tokens for event in charged) == usage.completion_tokens


def test_what_is_charged_is_what_the_model_wrote(recorded):
    outcome = redraft.run(graph=ruled(rounds=2), inputs=WORDS, model=recorded)
    written = sum(token.id >= 0 for answer in recorded.answers for token in answer)
    assert outcome.usage.completion_tokens == pytest.approx(written, abs=len(recorded.answers))


def test_the_clock_ends_a_run_and_a_draft_is_handed_over(run):
    began = time.monotonic()
    outcome = run(seconds=1.0)
    assert outcome.stop.check == "seconds"
    assert outcome.answer
    assert time.monotonic() - began < 5


def test_a_clock_that_is_over_at_once_leaves_no_thread_and_no_error(run):
    outcome = run(seconds=1e-6)
    assert outcome.stop.check == "seconds"
    assert outcome.exit_code == 0


def test_a_score_of_nothing_is_reached_by_the_first_draft_that_passes_its_gates(run):
    for seed in range(3):
        outcome = run(score=0.0, rounds=4, seed=seed)
        passed = [not record.verdict.gates_failed for record in outcome.drafts]
        assert not any(passed[:-1])
        assert passed[-1] == (outcome.stop.check == "score")


def test_a_plateau_ends_a_run_that_gains_nothing(run):
    outcome = run(plateau=Plateau(rounds=2, gain=1.0))
    assert outcome.stop.check == "plateau"
    best = list(accumulate((record.verdict.rank for record in outcome.drafts), max))
    # To pass the gates, or to be complete, is a gain whatever the value.
    gained = [now[:2] > then[:2] or now[2] - then[2] >= 1 for then, now in zip(best, best[2:], strict=False)]
    assert all(gained[:-1])
    assert not gained[-1]


def test_a_fixpoint_is_a_revision_that_changed_nothing(embedded):
    for seed in range(3):
        spec = ruled(writers={"temperature": 0.0}, fixpoint=True, rounds=6)
        outcome = redraft.run(graph=spec, inputs=WORDS, model=embedded, seed=seed)
        drafts = [record.draft for record in outcome.drafts]
        same = [draft.parent is not None and drafts[draft.parent].text == draft.text for draft in drafts]
        assert not any(same[:-1])
        assert same[-1] == (outcome.stop.check == "fixpoint")


def test_an_oscillation_is_a_draft_that_came_back(run):
    for seed in range(3):
        outcome = run(oscillation=100, rounds=4, seed=seed)
        written = [record.draft.text for record in outcome.drafts]
        if outcome.stop.check == "oscillation":
            assert written[-1] in written[:-1]


def test_a_regression_is_revised_from_the_best_draft_with_another_seed(recorded):
    outcome = redraft.run(graph=ruled(regression=True, rounds=8), inputs=WORDS, model=recorded, seed=3)
    seeds = [request.seed for request in recorded.requests if request.agent == "reviser"]
    assert len(set(seeds)) == len(seeds) == len(outcome.drafts) - 1
    for before, after in zip(outcome.drafts[:-1], outcome.drafts[1:], strict=True):
        if after.draft.parent != before.draft.index:
            assert outcome.drafts[after.draft.parent].verdict.rank > before.verdict.rank


def test_an_agents_own_limit_cuts_its_draft(recorded):
    outcome = redraft.run(graph=ruled(writers={"max_tokens": 3}, rounds=1), inputs=WORDS, model=recorded)
    assert [record.draft.cut for record in outcome.drafts] == [True, True]
    written = [sum(token.id >= 0 for token in answer) for answer in recorded.answers]
    assert (written[0], written[-1]) == (3, 3)


def test_a_thousand_rounds_are_allowed_and_not_needed(embedded):
    outcome = redraft.run(graph="sentence", inputs=WORDS, model=embedded, rounds=1000)
    assert len(outcome.drafts) < 1000
    assert outcome.stop.check != "rounds"
