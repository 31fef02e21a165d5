"""Observers of plugins see each event of a run, and are never in its way."""

from __future__ import annotations

import logging
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

import redraft
from redraft.graph.builder import Graph
from redraft.plugins import Loaded
from redraft.registry import Entry, Registry
from redraft.runs import observers
from redraft.runs.events import DraftFinished, RunEnded, RunStarted, TextStreamed
from redraft.testing import ScriptedEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.task import Outcome

    Observer = Callable[[Any], object]


def watched(*watchers: Observer, words: int = 4) -> Outcome:
    graph = Graph("once").node("generator", agent="generator").edge("start", "generator", "end").spec()
    entries = [Entry("observers", f"watcher{n}", watcher, "redraft-test") for n, watcher in enumerate(watchers)]
    engine = ScriptedEngine(lambda request, visit: "word " * words)
    return redraft.run("Go.", graph=graph, model=engine, plugins=Loaded(Registry(entries), ()))


def test_an_observer_sees_every_event_in_its_order() -> None:
    seen: list[Any] = []
    outcome = watched(seen.append)
    assert [type(event) for event in seen if not isinstance(event, TextStreamed)][:1] == [RunStarted]
    assert "".join(event.text for event in seen if isinstance(event, TextStreamed)).strip() == outcome.answer
    assert [event.draft.text for event in seen if isinstance(event, DraftFinished)] == [outcome.answer]
    assert isinstance(seen[-1], RunEnded)
    assert seen[-1].outcome == outcome


@pytest.mark.parametrize("error", [ValueError("no luck"), SystemExit("bye"), KeyboardInterrupt()])
def test_one_that_raises_is_logged_once_and_left_out(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    calls: list[Any] = []
    seen: list[Any] = []

    def broken(event: Any) -> None:
        calls.append(event)
        raise error

    with caplog.at_level(logging.WARNING):
        outcome = watched(broken, seen.append)
    assert outcome.answer == "word word word word"
    assert len(calls) == 1
    assert isinstance(seen[-1], RunEnded)
    (record,) = caplog.records
    assert record.getMessage().startswith(f"observer 'redraft-test:watcher0' raised {type(error).__name__}")


def test_one_that_hangs_is_left_out_and_costs_little(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    seen: list[Any] = []
    monkeypatch.setattr(observers, "FAREWELL", 0.05)
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        outcome = watched(lambda event: release.wait(60), seen.append)
    release.set()
    assert (outcome.answer, isinstance(seen[-1], RunEnded)) == ("word word word word", True)
    assert time.monotonic() - began < 5
    assert [record.getMessage() for record in caplog.records] == [
        "observer 'redraft-test:watcher0' had not seen all when the run was over; it sees no more of this run"
    ]


def test_one_that_is_slow_for_long_is_left_out_during_the_run(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, entered = threading.Event(), threading.Event()
    monkeypatch.setattr(observers, "PATIENCE", 0.0)

    def slow(event: Any) -> None:
        entered.set()
        release.wait(60)

    audience = observers.Audience({"slow": slow})
    audience.tell(TextStreamed("a", "b"))
    assert entered.wait(10)
    with caplog.at_level(logging.WARNING):
        audience.tell(TextStreamed("a", "b"))
        audience.tell(TextStreamed("a", "b"))
    release.set()
    assert [record.getMessage() for record in caplog.records] == [
        "observer 'slow' takes more than 0 s for one event; it sees no more of this run"
    ]


def test_an_observer_changes_nothing_and_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def meddling(event: Any) -> None:
        sys.stdout.write(str(event))
        if isinstance(event, RunStarted):
            event.task.inputs["x"] = "changed"

    assert watched(meddling).task.inputs == {}
    assert capsys.readouterr().out == ""


def test_an_observer_sees_the_end_of_a_run_that_nobody_follows() -> None:
    seen: list[Any] = []
    entries = [Entry("observers", "watcher", seen.append, "redraft-test")]
    graph = Graph("once").node("generator", agent="generator").edge("start", "generator", "end").spec()
    engine = ScriptedEngine(lambda request, visit: "word " * 50)
    with redraft.stream("Go.", graph=graph, model=engine, plugins=Loaded(Registry(entries), ())) as events:
        for event in events:
            if isinstance(event, TextStreamed):
                break
    assert isinstance(seen[-1], RunEnded)
