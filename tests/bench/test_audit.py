"""A critic beside verifiers, the truth, and another model's drafts."""

from __future__ import annotations

from redraft.bench.audit import audit_of
from redraft.bench.traces import Trace
from tests.bench.making_runs import FAULT, draft, run


def trace(row: str, *, right: bool, passes: bool, problems: int, after: bool = True) -> Trace:
    """A first draft that is right or not, passes the verifiers or not, with what the critic said; and its revision."""
    texts = f"{row} first", f"{row} second"
    first = draft(0.5, text=texts[0], content=passes, problems=FAULT * problems)
    return Trace(row, {"loop": run(first, draft(0.6, text=texts[1]))}, dict(zip(texts, (right, after), strict=True)))


DRAFTS = [
    trace("a", right=True, passes=True, problems=0),
    trace("b", right=True, passes=True, problems=1, after=False),
    trace("c", right=True, passes=True, problems=2),
    trace("d", right=True, passes=False, problems=1),
    trace("e", right=False, passes=False, problems=0, after=False),
    trace("f", right=False, passes=True, problems=3),
]


def test_it_is_counted_how_often_the_critic_is_at_odds_with_verifiers_and_truth():
    found = audit_of(DRAFTS, (), verified=True, other=None)
    verifiers, truth = found.beside
    assert (verifiers.by, truth.by, found.drafts) == ("verifiers", "truth", 6)
    assert (verifiers.faults_good.value, verifiers.faults_good.cases) == (0.75, 4)
    assert (verifiers.passes_bad.value, verifiers.passes_bad.cases) == (0.5, 2)
    assert (truth.faults_good.value, truth.faults_good.cases) == (0.75, 4)
    assert (truth.passes_bad.value, truth.passes_bad.cases) == (0.5, 2)
    assert found.favour is None


def test_forced_revisions_have_turns_of_their_own():
    turns = audit_of(DRAFTS, (), verified=True, other=None).revised
    assert (turns.kept, turns.broken, turns.mended, turns.missed) == (3, 1, 1, 1)


def test_without_verifiers_the_truth_alone_is_beside_it():
    assert [one.by for one in audit_of(DRAFTS, (), verified=False, other=None).beside] == ["truth"]


def test_a_draft_whose_verdict_is_not_complete_was_passed_by_nobody():
    first = draft(0.5, text="x", rank=(True, False, 0.5), problems=())
    found = audit_of([Trace("x", {"loop": run(first)}, {"x": True})], (), verified=True, other=None)
    assert [one.by for one in found.beside] == ["truth"]


def test_drafts_that_are_alike_right_are_compared_and_no_others():
    others = [
        trace("a", right=True, passes=True, problems=2),
        trace("b", right=True, passes=True, problems=1),
        trace("c", right=False, passes=True, problems=9),
        trace("e", right=False, passes=True, problems=1),
        trace("z", right=True, passes=True, problems=9),
    ]
    favour = audit_of(DRAFTS, others, verified=True, other="rival").favour
    assert favour.model == "rival"
    assert (favour.own_ahead.value, favour.own_ahead.cases) == (2 / 3, 3)
    assert favour.own_faulted.value == 1 / 3
    assert favour.other_faulted.value == 1


def test_a_critic_that_is_harder_on_its_own_is_behind():
    others = [trace("f", right=False, passes=True, problems=0)]
    assert audit_of(DRAFTS, others, verified=True, other="rival").favour.own_ahead.value == -1


def test_where_no_two_are_alike_right_nothing_is_said():
    favour = audit_of(DRAFTS, [trace("a", right=False, passes=True, problems=1)], verified=True, other="r").favour
    assert favour.own_ahead is favour.own_faulted is favour.other_faulted is None


def test_a_critic_that_wrote_nothing_is_said_to_be_missing():
    silent = Trace("x", {"loop": run(0.5)}, {"Draft of 0.5.": True})
    assert audit_of([silent], (), verified=True, other=None).missing == "no critique was written"
