"""One walk of a graph with a person watching: from what was typed to the run's last event."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.cli.given import read_inputs, read_prompt
from redraft.cli.interrupt import ending
from redraft.cli.selection import plugins

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft.cli.live import View
    from redraft.cli.person import Person
    from redraft.runs.events import Event, RunEnded

__all__ = ["Wish", "walk"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed after `redraft run`."""

    prompt: str | None
    graph: str
    inputs: tuple[str, ...]
    model: str | None
    evaluators: tuple[str, ...]
    rounds: int | None
    seed: int
    allow_network: bool
    quiet: bool


def walk(wish: Wish) -> RunEnded:
    """Run the graph, show it unless `quiet`, and return its last event, even where it was interrupted.

    Raises:
        RedraftError: The run could not start.
        KeyboardInterrupt: It was interrupted before it started.
    """
    inputs = read_inputs(wish.inputs)
    from redraft import load_graph
    from redraft.cli.live import View
    from redraft.cli.person import person_there
    from redraft.runs.run import stream

    found = plugins()
    spec = load_graph(wish.graph, plugins=found)
    prompt = read_prompt(wish.prompt, wanted=spec.prompt is None)
    person = person_there()
    events = stream(
        prompt,
        graph=spec,
        inputs=inputs,
        model=wish.model,
        evaluators=wish.evaluators,
        rounds=wish.rounds,
        seed=wish.seed,
        allow_network=wish.allow_network,
        plugins=found,
        answer=person,
    )
    view = None if wish.quiet else View(sys.stderr)
    with ending(events.interrupt):
        return _follow(events, view, person)


def _follow(events: Iterable[Event], view: View | None, person: Person | None) -> RunEnded:
    from redraft.runs.events import Asked, RunEnded, RunStarted
    from redraft.runs.record import Record
    from redraft.task import Stopped

    record: Record | None = None
    began = time.monotonic()
    try:
        for event in events:
            if view:
                view.show(event)
            if isinstance(event, RunEnded):
                return event
            if person and isinstance(event, Asked):
                person.ask(event.question)
            if isinstance(event, RunStarted):
                record = Record(event.run, event.graph, event.model, event.task)
            elif record:
                record.add(event)
    except KeyboardInterrupt:
        if record is None:
            raise
    # Something below did not let go in time: what was made so far is in our own record.
    assert record is not None  # noqa: S101 -- a run that started is in the record; one that did not raised above
    stop = Stopped(check="interrupted", detail="the run was ended from outside")
    ended = RunEnded(record.outcome(stop, seconds=time.monotonic() - began))
    if view:
        view.show(ended)
    return ended
