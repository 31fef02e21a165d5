"""A shipped graph and the same nodes written by hand in LangGraph: both stream the same events, names apart."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime  # noqa: TC002 -- LangGraph reads the annotations of nodes
from typing_extensions import TypedDict

from redraft.agents import get_agent
from redraft.convergence import Continue, Stop
from redraft.graph.compile import Parts, compile_open
from redraft.graph.events import (
    Charged,
    Criticised,
    Decided,
    DraftFinished,
    DraftStarted,
    Evaluated,
    TextStreamed,
    Visited,
)
from redraft.graph.loading import load_graph
from redraft.graph.visiting import at_once
from redraft.llama.interface import Request
from redraft.task import Critique, Draft, Score, Task, Verdict
from redraft.testing import ScriptedEngine
from tests.graph.walking import values

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

SCORES = (0.1, 0.5, 0.97)
NAMES = {"generator": "write", "evaluate": "grade", "critic": "fault", "reviser": "mend"}
MODES = ["updates", "custom", "values", "tasks"]
COMPLAINT = json.dumps({"problems": [{"where": "", "problem": "dull", "fix": "shine"}]})


def answers(request: Request, visit: int) -> str:
    return {"critic": COMPLAINT, "generator": "the first one"}.get(request.agent, f"revision {visit}")


class Desk(TypedDict, total=False):
    """The state of somebody who has never heard of redraft's."""

    prompt: str
    draft: Draft
    verdict: Verdict
    critique: Critique
    answer: str


class Hand:
    """The loop of `refine`, written with LangGraph's own words."""

    def __init__(self) -> None:
        self.engine = ScriptedEngine(answers)
        self.left = list(SCORES)

    async def ask(self, node: str, agent: str, runtime: Runtime, written: int | None, **read: Any) -> str:
        asked = get_agent(agent)
        pieces = self.engine.chat(asked.render({name: read[name] for name in asked.reads}))
        texts, tokens = [], 0
        async for token in self.engine.generate(Request(pieces=pieces, agent=agent, max_tokens=asked.max_tokens)):
            tokens += token.id >= 0
            if token.text:
                texts.append(token.text)
                runtime.stream_writer(TextStreamed(node, token.text, written))
        runtime.stream_writer(Charged(node, self.engine.count(pieces), tokens))
        return "".join(texts)

    async def compose(self, agent: str, blank: Draft, runtime: Runtime, **read: Any) -> dict[str, Any]:
        runtime.stream_writer(DraftStarted(blank.index, blank.round, blank.author))
        text = await self.ask(blank.author, agent, runtime, blank.index, **read)
        finished = blank.model_copy(update={"text": text})
        runtime.stream_writer(DraftFinished(finished))
        runtime.stream_writer(Visited(blank.author))
        return {"draft": finished}

    async def write(self, state: Desk, runtime: Runtime) -> dict[str, Any]:
        task = Task.model_validate({"prompt": state["prompt"]})
        return await self.compose("generator", Draft(text="", author="write"), runtime, task=task)

    async def mend(self, state: Desk, runtime: Runtime) -> dict[str, Any]:
        old = state["draft"]
        draft = Draft(index=old.index + 1, round=old.round + 1, text="", parent=old.index, author="mend")
        read = {"draft": old, "verdict": state["verdict"], "critique": state["critique"]}
        task = Task.model_validate({"prompt": state["prompt"]})
        return await self.compose("reviser", draft, runtime, task=task, **read)

    async def fault(self, state: Desk, runtime: Runtime) -> dict[str, Any]:
        read = {"task": Task.model_validate({"prompt": state["prompt"]}), "draft": state["draft"]}
        text = await self.ask("fault", "critic", runtime, None, verdict=state["verdict"], **read)
        critique = Critique(draft=state["draft"].index, problems=json.loads(text)["problems"])
        runtime.stream_writer(Criticised(critique.draft, critique, "fault"))
        runtime.stream_writer(Visited("fault"))
        return {"critique": critique}

    async def grade(self, state: Desk, runtime: Runtime) -> dict[str, Any]:
        value = self.left.pop(0)
        verdict = Verdict(scores=(Score(value, ["could be better"], evaluator="scripted"),))
        runtime.stream_writer(Evaluated(state["draft"].index, verdict))
        runtime.stream_writer(Visited("grade"))
        runtime.stream_writer(Decided("grade", Stop("score", "good enough") if value >= 0.95 else Continue()))
        return {"verdict": verdict, "answer": state["draft"].text}

    def compiled(self) -> CompiledStateGraph:
        builder = StateGraph(Desk)
        for name in NAMES.values():
            builder.add_node(name, getattr(self, name))
        builder.add_edge(START, "write").add_edge("write", "grade")
        builder.add_conditional_edges("grade", lambda state: "fault" if state["verdict"].value < 0.95 else END)
        return builder.add_edge("fault", "mend").add_edge("mend", "grade").compile()


def shipped() -> CompiledStateGraph:
    agents = {name: get_agent(name) for name in ("generator", "critic", "reviser")}
    parts = Parts(agents, {"evaluate": (values(*SCORES),)}, {"default": ScriptedEngine(answers)})
    return compile_open(load_graph("refine"), parts, at_once)


def named(event: Any) -> Any:
    """Return an event with the names of the nodes that were written by hand, and without the words of a reason."""
    assert is_dataclass(event)
    if isinstance(event, DraftFinished):
        return DraftFinished(
            event.draft.model_copy(update={"author": NAMES.get(event.draft.author, event.draft.author)})
        )
    if isinstance(event, Decided) and isinstance(event.decision, Stop):
        event = replace(event, decision=Stop(event.decision.check, ""))
    places = {field.name for field in fields(event)} & {"node", "author"}
    return replace(event, **{place: NAMES.get(getattr(event, place), getattr(event, place)) for place in places})


async def told(graph: CompiledStateGraph) -> list[tuple[str, Any]]:
    """Return everything that a graph streams: events as they are, of the rest the mode and the node."""
    seen: list[tuple[str, Any]] = []
    async for mode, chunk in graph.astream({"prompt": "Shine."}, stream_mode=MODES):
        match mode:
            case "custom":
                seen.append((mode, named(chunk)))
            case "updates":
                seen.append((mode, [NAMES.get(name, name) for name in chunk]))
            case "tasks":
                seen.append((mode, (NAMES.get(chunk["name"], chunk["name"]), "result" in chunk)))
            case _:
                seen.append((mode, None))
    return seen


async def test_a_shipped_graph_streams_what_the_same_nodes_stream_that_were_written_by_hand() -> None:
    ours, theirs = await told(shipped()), await told(Hand().compiled())
    assert ours == theirs
    assert [chunk for mode, chunk in ours if mode == "updates"] == [
        *(["write"], ["grade"]),
        *(["fault"], ["mend"], ["grade"]) * 2,
    ]


async def test_both_come_to_the_same_answer() -> None:
    ours = await shipped().ainvoke({"prompt": "Shine."})
    theirs = await Hand().compiled().ainvoke({"prompt": "Shine."})
    assert ours["answer"] == theirs["answer"] == "revision 1"
    assert ours["stop"].check == "score"
    assert ours["best"].draft.index == 2
