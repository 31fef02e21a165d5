"""The shipped graphs with several drafts or critics at once, on the embedded model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import redraft
from redraft.runs.events import Chosen, Criticised, DraftFinished, Evaluated
from redraft.runs.run import stream

if TYPE_CHECKING:
    from redraft.runs.events import Event
    from redraft.task import Outcome

PROMPT = "Write one sentence that uses all of these words: dog, throw, ball."


def walked(graph: str, embedded: Any, **order: Any) -> list[Event]:
    with stream(PROMPT, graph=graph, model=embedded, **order) as events:
        return list(events)


def of(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def outcome_of(events: list[Event]) -> Outcome:
    return events[-1].outcome  # type: ignore[union-attr]


def test_the_best_of_four_drafts_is_the_answer(embedded: Any) -> None:
    events = walked("best_of_n", embedded)
    outcome = outcome_of(events)
    assert len(outcome.drafts) == 4
    assert all(record.verdict for record in outcome.drafts)
    best = max(outcome.drafts, key=lambda record: (record.verdict.rank, -record.draft.index))  # type: ignore[union-attr]
    assert outcome.answer == best.draft.text
    assert [event.index for event in of(events, Chosen)] == [outcome.best]
    assert outcome.usage.completion_tokens > 4


def test_drafts_of_one_pool_are_drawn_apart(embedded: Any) -> None:
    pools = [outcome_of(walked("best_of_n", embedded, seed=seed)).drafts for seed in range(4)]
    assert any(len({record.draft.text for record in drafts}) > 1 for drafts in pools)


def test_the_best_of_four_is_refined_and_never_worse(embedded: Any) -> None:
    events = walked("best_then_refine", embedded, rounds=1)
    outcome = outcome_of(events)
    (chosen,) = of(events, Chosen)
    drafts = {record.draft.index: record for record in outcome.drafts}
    assert outcome.best is not None
    assert drafts[outcome.best].verdict.rank >= drafts[chosen.index].verdict.rank  # type: ignore[union-attr]
    assert 4 <= len(drafts) <= 5
    assert all(record.draft.parent == chosen.index for record in drafts.values() if record.draft.index > 3)


def test_a_panel_of_critics_speaks_with_one_voice(embedded: Any) -> None:
    events = walked("critic_panel", embedded, rounds=1)
    if len(of(events, DraftFinished)) == 1:
        assert outcome_of(events).stop.check in {"score", "verified"}
        return
    assert len(of(events, Criticised)) == 3
    assert all(event.index == 0 for event in of(events, Criticised))


def test_the_same_seed_gives_the_same_drafts_however_they_are_computed(embedded: Any) -> None:
    one, two = (outcome_of(walked("best_of_n", embedded, seed=7)) for _ in range(2))
    assert [record.draft for record in one.drafts] == [record.draft for record in two.drafts]
    others = [outcome_of(walked("best_of_n", embedded, seed=seed)).drafts for seed in (8, 9, 10)]
    assert any(drafts != one.drafts for drafts in others)


def test_a_budget_is_shared_and_kept(embedded: Any) -> None:
    graph = redraft.load_graph("best_of_n")
    for tokens in (3, 10, 40):
        spec = graph.model_copy(update={"stop": graph.stop.model_copy(update={"tokens": tokens})})
        with stream(PROMPT, graph=spec, model=embedded) as events:
            outcome = outcome_of(list(events))
        assert outcome.usage.completion_tokens <= tokens


def test_every_draft_of_a_pool_is_evaluated_once(embedded: Any) -> None:
    events = walked("best_of_n", embedded, seed=3)
    assert [event.index for event in of(events, Evaluated)] == [0, 1, 2, 3]
