"""What a run with the embedded model tells while it goes on, and how it ends early."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing

import pytest

import redraft
from redraft.convergence import StopRules
from redraft.errors import ExitCode
from redraft.runs.events import (
    Charged,
    Criticised,
    Decided,
    DraftFinished,
    DraftStarted,
    Evaluated,
    RunEnded,
    RunStarted,
    TextStreamed,
    Warned,
)
from redraft.task import Critique

# What no single sentence holds: every draft is criticised, whatever the model knows.
WORDS = {"words": ["zeugma", "what? no! yes?", "dog"]}
ENDLESS = redraft.load_graph("sentence").model_copy(
    update={
        "stop": StopRules(verified=False, fixpoint=False, oscillation=None, regression=False, rounds=1000),
    }
)


@pytest.fixture(scope="module")
def events(embedded):
    """Everything that one run told."""
    with redraft.stream(graph="sentence", inputs=WORDS, model=embedded, seed=21) as run:
        return list(run)


@pytest.fixture
def endless(embedded):
    """A run that only its reader ends."""
    with redraft.stream(graph=ENDLESS, inputs=WORDS, model=embedded, seed=21) as run:
        yield run


@pytest.fixture
def of(events):
    return lambda *kinds: [event for event in events if isinstance(event, kinds)]


def test_a_run_begins_and_ends_once(events, of):
    assert [events[0], events[-1]] == of(RunStarted, RunEnded)
    assert (events[0].graph, events[0].model, events[0].task.inputs) == ("sentence", "embedded", WORDS)
    assert events[0].run == events[-1].outcome.run


def test_what_was_streamed_is_the_draft(events):
    text = ""
    for event in events:
        match event:
            case DraftStarted():
                text = ""
            case TextStreamed(node="generator" | "reviser", text=more):
                text += more
            case DraftFinished(draft=draft):
                assert draft.text == text.strip()


def test_what_the_critic_streamed_is_its_critique(events, of):
    assert of(Criticised)
    text = ""
    for event in events:
        match event:
            case TextStreamed(node="critic", text=more):
                text += more
            case Criticised(critique=critique, index=index):
                assert Critique.model_validate_json(text).problems == critique.problems
                assert critique.draft == index
                text = ""


def test_text_comes_while_it_is_written(of):
    pieces = [event for event in of(TextStreamed) if event.node == "generator"]
    assert len(pieces) > 1


def test_a_draft_is_begun_finished_evaluated_and_decided_on(of):
    steps = [type(event) for event in of(DraftStarted, DraftFinished, Evaluated, Decided)]
    assert steps == [DraftStarted, DraftFinished, Evaluated, Decided] * (len(steps) // 4)


def test_each_draft_in_the_record_was_told(events, of):
    outcome = events[-1].outcome
    assert [event.draft for event in of(DraftFinished)] == [record.draft for record in outcome.drafts]
    assert [event.verdict for event in of(Evaluated)] == [record.verdict for record in outcome.drafts]


def test_each_critique_in_the_record_was_told(events, of):
    told = {event.index: event.critique for event in of(Criticised)}
    assert told == {
        record.draft.index: record.critique for record in events[-1].outcome.drafts if record.critique is not None
    }


def test_only_the_last_decision_is_a_stop(events, of):
    checks = [getattr(event.decision, "check", None) for event in of(Decided)]
    assert [check for check in checks if check] == [events[-1].outcome.stop.check]
    assert checks[-1]


def test_every_model_call_is_charged_when_it_is_over(of):
    calls = of(Charged, DraftFinished, Criticised, Evaluated)
    assert [type(event) is Charged for event in calls] == [True, False] * (len(calls) // 2)
    assert all(event.prompt_tokens > 0 for event in of(Charged))
    assert all((event.completion_tokens > 0) == (event.node != "evaluate") for event in of(Charged))


def test_the_model_that_redraft_brings_gives_no_warning(of):
    assert of(Warned) == []


def test_a_run_that_is_interrupted_mid_draft_hands_over_what_it_was_writing(embedded, events):
    class Halting:
        """The embedded model, which never comes to its third token."""

        def __getattr__(self, name):
            return getattr(embedded, name)

        async def generate(self, request):
            async with aclosing(embedded.generate(request)) as tokens:
                for _ in range(2):
                    yield await anext(tokens)
                await asyncio.Event().wait()

    told = ""
    with redraft.stream(graph=ENDLESS, inputs=WORDS, model=Halting(), seed=21) as run:
        for event in run:
            if isinstance(event, TextStreamed):
                told += event.text
                run.interrupt()
    (record,) = event.outcome.drafts
    assert event.outcome.stop.check == "interrupted"
    assert event.outcome.exit_code == ExitCode.INTERRUPTED
    assert event.outcome.answer == record.draft.text == told.strip()
    assert record.draft.cut
    whole = next(event.draft.text for event in events if isinstance(event, DraftFinished))
    assert whole.startswith(record.draft.text)


def test_a_run_that_is_interrupted_later_hands_over_the_best_so_far(endless):
    for event in endless:
        if isinstance(event, DraftStarted) and event.index == 2:
            endless.interrupt()
    outcome = event.outcome
    evaluated = [record for record in outcome.drafts if record.verdict]
    assert len(evaluated) >= 2
    best = max(evaluated, key=lambda record: (record.verdict.rank, -record.draft.index))
    assert outcome.answer == best.draft.text


def test_a_run_may_be_interrupted_from_any_thread(endless):
    for event in endless:
        if isinstance(event, Evaluated) and event.index == 0:
            other = threading.Thread(target=endless.interrupt)
            other.start()
            other.join()
    assert event.outcome.stop.check == "interrupted"


def test_a_run_may_be_interrupted_twice(endless):
    for event in endless:
        if isinstance(event, Evaluated):
            endless.interrupt()
            endless.interrupt()
    assert event.outcome.stop.check == "interrupted"


def test_who_leaves_early_leaves_no_thread(embedded):
    with redraft.stream(graph=ENDLESS, inputs=WORDS, model=embedded) as run:
        for event in run:
            if isinstance(event, TextStreamed):
                break
    assert not any(thread.name == "redraft-run" for thread in threading.enumerate())


def test_the_model_serves_on_after_an_interrupt(endless, embedded, events):
    for event in endless:
        if isinstance(event, TextStreamed):
            endless.interrupt()
    again = redraft.run(graph="sentence", inputs=WORDS, model=embedded, seed=21)
    assert again.answer == events[-1].outcome.answer


async def test_closing_an_awaited_stream_ends_its_run(embedded):
    calls = embedded.stats.decode_calls
    async with aclosing(redraft.astream(graph=ENDLESS, inputs=WORDS, model=embedded)) as run:
        async for event in run:
            if isinstance(event, TextStreamed):
                break
    assert 0 < embedded.stats.decode_calls - calls < 200


async def test_a_cancelled_run_ends(embedded):
    run = asyncio.create_task(redraft.arun(graph=ENDLESS, inputs=WORDS, model=embedded))
    await asyncio.sleep(0)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert redraft.run(graph="sentence", inputs=WORDS, model=embedded, rounds=0).answer
