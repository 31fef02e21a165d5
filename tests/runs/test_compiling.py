"""Graphs in the hands of somebody who knows LangGraph: called, kept, resumed, and put into graphs of theirs."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import orjson
import pytest
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_store
from langgraph.graph import END, START, StateGraph
from langgraph.store.memory import InMemoryStore
from langgraph.types import CachePolicy, Command
from typing_extensions import TypedDict

import redraft
from redraft.errors import GenerationError, ModelError, UnknownNameError, UsageError
from redraft.graph.builder import Graph
from redraft.graph.events import NodeEvent
from redraft.runs.events import Criticised, DraftFinished, Evaluated, Warned
from redraft.testing import ScriptedEngine
from tests.graph.test_calling import with_functions

if TYPE_CHECKING:
    from collections.abc import Callable

    from langgraph.graph.state import CompiledStateGraph

    from redraft.llama.interface import Request

COMPLAINT = json.dumps({"problems": [{"where": "", "problem": "dull", "fix": "shine"}]})
THREAD: Any = {"configurable": {"thread_id": "one"}}


def answers(request: Request, visit: int) -> str:
    return {"critic": COMPLAINT, "generator": "the first"}.get(request.agent, f"revision {visit}")


def loop(**order: Any) -> CompiledStateGraph:
    """A loop without a judge: the longer the draft, the better."""
    graph = Graph("loop").node("generator", agent="generator").node("evaluate", evaluators={"length": {"min_words": 9}})
    graph.node("critic", agent="critic").node("reviser", agent="reviser")
    graph.edge("start", "generator", "evaluate").edge("evaluate", "end", when="stop")
    graph.edge("evaluate", "critic", "reviser", "evaluate").stop(rounds=2, regression=False)
    return redraft.compile(graph, **{"model": ScriptedEngine(answers)} | order)


class Letter(TypedDict, total=False):
    """The state of somebody else's graph, which shares two names with ours."""

    prompt: str
    answer: str
    stop: Any
    seen: list[str]


def parent(node: Any, **options: Any) -> StateGraph:
    return StateGraph(Letter).add_node("redraft", node, **options).add_edge(START, "redraft").add_edge("redraft", END)


def test_redraft_does_not_import_langgraph_before_it_is_needed() -> None:
    code = "import sys, redraft; print('langgraph' in sys.modules); redraft.compile; print('langgraph' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


async def test_a_prompt_goes_in_and_an_answer_comes_out() -> None:
    out = await loop().ainvoke({"prompt": "Shine."})
    assert sorted(out) == ["answer", "best", "stop"]
    assert (out["answer"], out["stop"].check) == (out["best"].draft.text, "rounds")


async def test_drafts_scores_and_critiques_come_as_they_are_made() -> None:
    seen = [event async for event in loop().astream({"prompt": "Shine."}, stream_mode="custom")]
    assert [event.draft.index for event in seen if isinstance(event, DraftFinished)] == [0, 1, 2]
    assert [event.index for event in seen if isinstance(event, Evaluated)] == [0, 1, 2]
    assert [event.critique.problems[0].problem for event in seen if isinstance(event, Criticised)] == ["dull", "dull"]


async def test_events_and_updates_survive_a_server_as_json() -> None:
    modes: Any = ["updates", "custom"]
    seen = [part async for part in loop().astream({"prompt": "Shine."}, stream_mode=modes)]
    sent = json.loads(orjson.dumps(seen, default=lambda value: value.model_dump()))
    kinds = [chunk["kind"] for mode, chunk in sent if mode == "custom"]
    assert [kind for kind in kinds if kind != "text_streamed"][:5] == [
        *("draft_started", "charged", "draft_finished"),
        *("visited", "evaluated"),
    ]


def test_each_kind_of_event_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "langgraph.md").read_text(encoding="utf-8")
    # A question is LangGraph's own `interrupt` there.
    kinds = {kind.__dataclass_fields__["kind"].default for kind in get_args(NodeEvent)} - {"asked"}
    assert set(re.findall(r"^\| `(\w+)` \| `[A-Z]", text, re.MULTILINE)) == kinds


async def test_a_thread_that_is_asked_again_begins_anew() -> None:
    graph = loop(checkpointer=InMemorySaver())
    first = await graph.ainvoke({"prompt": "One."}, THREAD)
    second = await graph.ainvoke({"prompt": "Two."}, THREAD)
    state = (await graph.aget_state(THREAD)).values
    assert second["best"].draft.index == first["best"].draft.index
    assert (state["task"].prompt, state["counters"].drafts, len(state["memory"].judged)) == ("Two.", 3, 3)
    assert "prompt" not in state


async def test_notes_of_an_earlier_question_are_gone() -> None:
    graph = Graph("notes").node("first", call="first", reads=["task", "notes"], writes="note")
    graph.node("last", call="last", reads=["notes"], writes="draft").node("evaluate", gates=["artefact"])
    graph.edge("start", "first", "last", "evaluate", "end")
    found: list[dict[str, str]] = []

    def first(task: Any, notes: dict[str, str]) -> str:
        found.append(notes)
        return task.prompt

    plugins = with_functions(first=first, last=lambda notes: notes["first"])
    made = redraft.compile(graph, plugins=plugins, checkpointer=InMemorySaver())
    assert (await made.ainvoke({"prompt": "One."}, THREAD))["answer"] == "One."
    assert (await made.ainvoke({"prompt": "Two."}, THREAD))["answer"] == "Two."
    assert found == [{}, {}]


async def test_a_run_that_was_killed_goes_on_where_it_was() -> None:
    saver, asked = InMemorySaver(), []

    def counting(request: Request, visit: int) -> str:
        asked.append(request.agent)
        return answers(request, visit)

    killed = loop(checkpointer=saver, model=ScriptedEngine(counting))
    async for chunk in killed.astream({"prompt": "Shine."}, THREAD, stream_mode="updates", durability="sync"):
        if "critic" in chunk:
            break
    assert asked == ["generator", "critic"]
    again = loop(checkpointer=saver, model=ScriptedEngine(counting))
    out = await again.ainvoke(None, THREAD)
    assert asked == ["generator", "critic", "reviser", "critic", "reviser"]
    assert (out["stop"].check, out["best"].draft.text) == ("rounds", out["answer"])


async def test_a_person_answers_by_a_command() -> None:
    graph = Graph("ask").node("generator", agent="generator").node("evaluate", gates=["artefact"])
    graph.node("ask", human="Good?", choices=["yes", "no"])
    graph.edge("start", "generator", "evaluate", "ask").edge("ask", "end", when={"note": {"ask": "yes"}})
    graph.edge("ask", "end")
    made = redraft.compile(graph, model=ScriptedEngine(answers), checkpointer=InMemorySaver())
    waiting = await made.ainvoke({"prompt": "Shine."}, THREAD)
    assert waiting["__interrupt__"][0].value["question"] == "Good?"
    out = await made.ainvoke(Command(resume="yes"), THREAD)
    assert (out["answer"], out["stop"].check) == ("the first", "note")


async def test_a_saver_of_the_callers_own_restores_every_type_without_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    saver = InMemorySaver()
    with caplog.at_level(logging.WARNING, "langgraph"):
        graph = loop(checkpointer=saver)
        await graph.ainvoke({"prompt": "Shine."}, THREAD)
        state = (await loop(checkpointer=saver).aget_state(THREAD)).values
    assert type(state["best"]).__name__ == "Assessed"
    assert caplog.records == []


async def test_a_database_keeps_a_run(tmp_path: Path) -> None:
    sqlite = pytest.importorskip("langgraph.checkpoint.sqlite.aio")
    file = str(tmp_path / "kept.sqlite")
    async with sqlite.AsyncSqliteSaver.from_conn_string(file) as saver:
        out = await loop(checkpointer=saver).ainvoke({"prompt": "Shine."}, THREAD)
    async with sqlite.AsyncSqliteSaver.from_conn_string(file) as saver:
        state = (await loop(checkpointer=saver).aget_state(THREAD)).values
    assert (state["answer"], state["best"], state["stop"]) == (out["answer"], out["best"], out["stop"])


async def test_a_store_is_at_hand_in_the_functions_that_nodes_call() -> None:
    async def count(task: Any) -> str:
        store = get_store()
        kept = await store.aget(("asked",), "times")
        times = (kept.value["times"] if kept else 0) + 1
        await store.aput(("asked",), "times", {"times": times})
        return f"{task.prompt} {times}"

    def look(draft: Any) -> str:
        return f"{draft.text}, {get_store().get(('asked',), 'times').value['times']} in all"

    graph = Graph("counted").node("count", call="count", reads=["task"], writes="draft")
    graph.node("look", call="look", reads=["draft"], writes="draft").node("evaluate", gates=["artefact"])
    graph.edge("start", "count", "look", "evaluate", "end")
    made = redraft.compile(graph, plugins=with_functions(count=count, look=look), store=InMemoryStore())
    assert (await made.ainvoke({"prompt": "Go."}))["answer"] == "Go. 1, 1 in all"
    assert (await made.ainvoke({"prompt": "Go."}))["answer"] == "Go. 2, 2 in all"


async def test_a_graph_is_a_node_in_somebody_elses_graph() -> None:
    @dataclass
    class Theirs:
        emit: str = "a context with a field of our name"

    builder = StateGraph(Letter, context_schema=Theirs)
    builder.add_node("redraft", loop()).add_edge(START, "redraft").add_edge("redraft", END)
    out = await builder.compile().ainvoke({"prompt": "Shine.", "seen": ["me"]}, context=Theirs())
    assert out["stop"].check == "rounds"
    assert (out["prompt"], out["seen"]) == ("Shine.", ["me"])
    assert out["answer"]


async def test_a_parents_limit_of_steps_does_not_lose_the_best_draft() -> None:
    node = loop(rounds=1000, model=ScriptedEngine(lambda request, visit: answers(request, visit) + f" {visit}"))
    for limit in (3, 4, 25):
        out = await parent(node).compile().ainvoke({"prompt": "Shine."}, {"recursion_limit": limit})
        assert (out["stop"].check, bool(out["answer"])) == ("steps", True)


async def test_langgraph_caches_a_graph_that_is_a_node() -> None:
    engine = ScriptedEngine(answers)
    made = parent(loop(model=engine), cache_policy=CachePolicy(ttl=60)).compile(cache=InMemoryCache())
    first = await made.ainvoke({"prompt": "Shine."})
    spent = engine.stats.completion_tokens
    assert await made.ainvoke({"prompt": "Shine."}) == first
    assert engine.stats.completion_tokens == spent
    await made.ainvoke({"prompt": "Glow."})
    assert engine.stats.completion_tokens == 2 * spent


async def test_a_person_is_asked_through_a_parents_saver() -> None:
    graph = Graph("ask").node("generator", agent="generator").node("ask", human="Better?", writes="draft")
    graph.node("evaluate", gates=["artefact"]).edge("start", "generator", "ask", "evaluate", "end")
    made = parent(redraft.compile(graph, model=ScriptedEngine(answers))).compile(checkpointer=InMemorySaver())
    await made.ainvoke({"prompt": "Shine."}, THREAD)
    assert (await made.ainvoke(Command(resume="by hand"), THREAD))["answer"] == "by hand"


async def test_two_runs_at_once_do_not_meet() -> None:
    graph = loop(model=ScriptedEngine(lambda request, visit: COMPLAINT if request.agent == "critic" else "a b"))
    outs = await asyncio.gather(*(graph.ainvoke({"prompt": f"{number}."}) for number in range(4)))
    assert [out["best"].draft.index for out in outs] == [0] * 4


async def test_a_model_is_opened_by_the_first_node_and_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = redraft.runs.compiling.open_models

    def opening(plan: Any, task: Any) -> Any:
        opened.append(task.prompt)
        models = real(plan, task)
        return type(models)(models.engines, models.scorers, ("be careful",))

    monkeypatch.setattr("redraft.runs.compiling.open_models", opening)
    graph = loop()
    assert opened == []
    seen = [event async for event in graph.astream({"prompt": "One."}, stream_mode="custom")]
    await graph.ainvoke({"prompt": "Two."})
    assert opened == ["One."]
    assert [event.message for event in seen if isinstance(event, Warned)] == ["be careful"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "graph 'loop' was handed no prompt"),
        ({"seed": 3}, "graph 'loop' was handed no prompt"),
        ({"prompt": " "}, "the prompt is empty"),
        ({"prompt": 3}, "the prompt of graph 'loop' is a text, not 3"),
        ({"prompt": "x", "inputs": ["a"]}, "the inputs of graph 'loop' are a mapping, not ['a']"),
        ({"prompt": "x", "inputs": {"word": "a"}}, "graph 'loop' has no input 'word'."),
    ],
)
async def test_what_a_graph_does_not_take_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        await loop().ainvoke(given)
    assert raised.value.what == said


async def test_a_parent_that_has_no_task_is_told_so() -> None:
    with pytest.raises(UsageError, match="was handed no prompt"):
        await parent(loop()).compile().ainvoke({"seen": ["me"]})


def test_a_call_that_does_not_wait_is_refused() -> None:
    for call in (loop().invoke, parent(loop()).compile().invoke):
        with pytest.raises(UsageError, match="graph 'loop' runs asynchronously"):
            call({"prompt": "Shine."})


async def test_a_saver_needs_to_know_the_thread() -> None:
    with pytest.raises(ValueError, match="thread_id"):
        await loop(checkpointer=InMemorySaver()).ainvoke({"prompt": "Shine."})


async def test_a_model_that_is_missing_is_said_at_the_first_run_and_found_at_the_next(tmp_path: Path) -> None:
    graph = loop(model="nowhere", project=tmp_path)
    for _ in range(2):
        with pytest.raises(ModelError, match="there is no model 'nowhere'"):
            await graph.ainvoke({"prompt": "Shine."})


async def test_a_failure_before_the_first_draft_is_raised_and_a_later_one_hands_over_the_best() -> None:
    def failing(agent: str) -> Callable[[Request, int], str]:
        def answer(request: Request, visit: int) -> str:
            if request.agent == agent:
                raise GenerationError("out of memory")
            return answers(request, visit)

        return answer

    with pytest.raises(GenerationError, match="out of memory"):
        await loop(model=ScriptedEngine(failing("generator"))).ainvoke({"prompt": "Shine."})
    out = await loop(model=ScriptedEngine(failing("critic"))).ainvoke({"prompt": "Shine."})
    assert (out["answer"], out["stop"].check) == ("the first", "error")


def test_what_belongs_to_a_run_is_refused() -> None:
    for name, value in (("prompt", "x"), ("inputs", {}), ("seed", 1), ("answer", lambda _: "yes")):
        with pytest.raises(UsageError, match=f"'{name}' is of a run"):
            redraft.compile("refine", **{name: value})
    with pytest.raises(UnknownNameError):
        redraft.compile("refin")


def test_langgraphs_tools_read_what_goes_in_and_what_comes_out() -> None:
    graph = loop()
    assert sorted(graph.get_input_jsonschema()["properties"]) == ["inputs", "prompt", "seed"]
    assert sorted(graph.get_output_jsonschema()["properties"]) == ["answer", "best", "stop"]
    assert "evaluate" in graph.get_graph().draw_mermaid()
