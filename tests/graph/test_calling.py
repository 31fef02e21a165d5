"""Nodes that call a function of a plugin."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

import redraft
from redraft.errors import DefinitionError, ExitCode, PluginError
from redraft.graph.builder import Graph
from redraft.plugins import Loaded, load_plugins
from redraft.registry import Entry, Registry
from redraft.testing import ScriptedEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.task import Draft, Outcome, Task

BUILTIN = load_plugins().registry


def with_functions(**functions: Callable[..., Any]) -> Loaded:
    entries = [Entry("nodes", name, function, "redraft-test") for name, function in functions.items()]
    kinds = ("evaluators", "checks", "agents")
    return Loaded(Registry([*entries, *(entry for kind in kinds for entry in BUILTIN.entries(kind))]), ())


def walked(function: Callable[..., Any], *, seconds: float | None = None, **table: Any) -> Outcome:
    """Run a generator, then the function, then an evaluation."""
    graph = (
        Graph("walk")
        .node("generator", agent="generator")
        .node("step", **{"call": "function", "reads": ["draft"], "writes": "draft"} | table)
        .node("evaluate", gates=["artefact"])
        .edge("start", "generator", "step", "evaluate", "end")
        .stop(**({} if seconds is None else {"seconds": seconds}))
    )
    engine = ScriptedEngine(lambda request, visit: "one two three four")
    return redraft.run("Count.", graph=graph.spec(), model=engine, plugins=with_functions(function=function))


def test_a_function_writes_the_next_draft() -> None:
    def function(draft: Draft, words: int) -> str:
        return " ".join(draft.text.split()[:words])

    outcome = walked(function, params={"words": 2})
    assert [(one.draft.text, one.draft.author, one.draft.parent) for one in outcome.drafts] == [
        ("one two three four", "generator", None),
        ("one two", "step", 0),
    ]
    assert (outcome.answer, outcome.exit_code) == ("one two", ExitCode.DONE)


def test_a_function_may_be_async_or_an_object() -> None:
    async def function(draft: Draft) -> str:
        await asyncio.sleep(0)
        return draft.text.upper()

    class Loud:
        async def __call__(self, draft: Draft) -> str:
            return draft.text.upper()

    assert walked(function).answer == walked(Loud()).answer == "ONE TWO THREE FOUR"


def test_notes_are_kept_under_the_node_or_under_their_own_names() -> None:
    seen: dict[str, str] = {}

    def last(notes: dict[str, str]) -> str:
        seen.update(notes)
        return notes["subject"]

    graph = (
        Graph("notes")
        .node("outline", call="outline", reads=["task"], writes="note")
        .node("facts", call="facts", writes=["subject", "mood"])
        .node("last", call="last", reads=["notes"], writes="draft")
        .edge("start", "outline", "facts", "last", "end")
    )
    functions = {"outline": lambda task: f"1. {task.prompt}", "facts": lambda: {"subject": "dogs", "mood": "glad"}}
    outcome = redraft.run("Go.", graph=graph.spec(), plugins=with_functions(last=last, **functions))
    assert seen == {"outline": "1. Go.", "subject": "dogs", "mood": "glad"}
    assert outcome.answer == "dogs"


def test_a_graph_of_functions_needs_no_model_and_goes_round() -> None:
    graph = (
        Graph("round")
        .node("first", call="first", reads=["task"], writes="draft")
        .node("evaluate", evaluators={"length": {"max_words": 2}})
        .node("shorten", call="shorten", reads=["draft"], writes="draft")
        .edge("start", "first", "evaluate")
        .edge("evaluate", "end", when="stop")
        .edge("evaluate", "shorten", "evaluate")
        .stop(rounds=5, score=1.0)
    )
    functions = {"first": lambda task: task.prompt, "shorten": lambda draft: draft.text.rpartition(" ")[0]}
    outcome = redraft.run("a b c d", graph=graph.spec(), plugins=with_functions(**functions))
    assert [one.draft.text for one in outcome.drafts] == ["a b c d", "a b c", "a b"]
    assert [one.draft.round for one in outcome.drafts] == [0, 1, 2]
    assert outcome.stop.check in {"score", "verified"}


def raising(error: BaseException) -> Callable[..., str]:
    def function(draft: Draft) -> str:
        raise error

    return function


async def cancelling(draft: Draft) -> str:
    raise asyncio.CancelledError


async def quitting(draft: Draft) -> str:
    raise SystemExit("bye")


def unawaited(draft: Draft) -> object:
    return cancelling(draft)


class MuteError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


FAULTS: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (raising(ValueError("no luck")), {}, "'step': 'function' raised ValueError: no luck"),
    (raising(SystemExit("bye")), {}, "raised SystemExit: bye"),
    (raising(KeyboardInterrupt()), {}, "raised KeyboardInterrupt"),
    (raising(StopIteration()), {}, "raised StopIteration"),
    (raising(MuteError()), {}, "raised MuteError"),
    (cancelling, {}, "raised CancelledError"),
    (quitting, {}, "raised SystemExit: bye"),
    (lambda draft: None, {}, "returned nothing (None), not a text"),
    (lambda draft: 7, {}, "returned a value of type int, not a text"),
    (unawaited, {}, "declare the function with 'async def'"),
    (lambda draft: "x" * 1_000_001, {}, "returned 1,000,001 characters"),
    (lambda draft: "\ud800", {}, "not valid Unicode at character 1"),
    (lambda draft: "x", {"writes": ["plan"]}, "returned a value of type str, not a mapping of notes"),
    (lambda draft: {"pln": "x"}, {"writes": ["plan"]}, "which its node does not write. Did you mean 'plan'?"),
    (lambda draft: {}, {"writes": ["plan"]}, "returned no note 'plan'"),
    (lambda draft: {"plan": 7}, {"writes": ["plan"]}, "returned a value of type int, not a text"),
]  # fmt: skip


def test_a_function_that_fails_ends_the_run_with_what_it_has(subtests: pytest.Subtests) -> None:
    for function, table, said in FAULTS:
        with subtests.test(said=said):
            outcome = walked(function, **table)
            assert (outcome.stop.check, outcome.exit_code) == ("error", ExitCode.PLUGIN)
            assert said in outcome.stop.detail
            assert outcome.answer == "one two three four"


def test_a_function_that_hangs_is_left_behind() -> None:
    release = threading.Event()

    async def stubborn(draft: Draft) -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "too late"
        return "never"

    for function in (lambda draft: release.wait(60), stubborn):
        began = time.monotonic()
        outcome = walked(function, timeout=0.05)
        assert time.monotonic() - began < 5
        assert outcome.stop.check == "timeout"
        assert outcome.stop.detail == "'step': 'function' returned nothing within 0.05 s"
        assert outcome.answer == "one two three four"
    release.set()


def test_the_runs_own_time_ends_a_call_as_it_ends_all_else() -> None:
    release = threading.Event()
    outcome = walked(lambda draft: release.wait(60), seconds=0.1)
    release.set()
    assert (outcome.stop.check, outcome.exit_code) == ("seconds", ExitCode.DONE)


def test_a_function_gets_copies() -> None:
    def function(task: Task, notes: dict[str, str], words: list[str]) -> str:
        task.inputs["words"] = "changed"
        notes["x"] = "changed"
        words.append("changed")
        return "done"

    table = {"reads": ["task", "notes"], "params": {"words": ["a"]}}
    assert walked(function, **table).task.inputs == walked(function, **table).task.inputs == {}


def test_what_a_function_prints_stays_off_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert walked(lambda draft: sys.stdout.write("hello") and "done").answer == "done"
    assert capsys.readouterr().out == ""


WRONG = [
    ({"call": "f", "writes": "critique"}, "writes"),
    ({"call": "f"}, "writes"),
    ({"call": "f", "writes": []}, "writes"),
    ({"call": "f", "writes": ["__x"]}, "writes"),
    ({"call": "f", "writes": "draft", "reads": ["drafts"]}, "reads"),
    ({"call": "f", "writes": "draft", "timeout": 0}, "timeout"),
    ({"call": "f", "writes": "draft", "temperature": 1.0}, "'temperature' belongs to a node with an agent"),
    ({"agent": "a", "reads": ["draft"]}, "'reads' belongs to a node with a function to call"),
    ({"agent": "a", "call": "f"}, "both an agent and a function to call"),
    ({"evaluators": {"length": 1}, "params": {}}, "'params' belongs to a node with a function to call"),
]


def test_a_wrong_table_is_refused_by_its_key(subtests: pytest.Subtests) -> None:
    for table, said in WRONG:
        with subtests.test(table=table):
            with pytest.raises(DefinitionError) as caught:
                Graph("wrong").node("step", **table).spec()
            assert said in f"{caught.value.where} {caught.value.what}"


def test_a_run_is_refused_before_it_starts_where_the_function_is_not_there() -> None:
    graph = Graph("x").node("a", call="function", writes="draft").edge("start", "a", "end").spec()
    with pytest.raises(DefinitionError, match="G038 no node is named 'function'"):
        redraft.run("Go.", graph=graph, plugins=with_functions())


def test_the_error_of_a_function_is_a_plugins() -> None:
    graph = Graph("x").node("a", call="f", reads=["task"], writes="draft").edge("start", "a", "end").spec()
    with pytest.raises(PluginError, match="raised ValueError"):
        redraft.run("Go.", graph=graph, plugins=with_functions(f=lambda task: int("x")))
