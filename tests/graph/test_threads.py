"""`context: thread`: agents that go on with the run's own tokens."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from redraft.agents import SYSTEM, Agent, get_agent
from redraft.convergence import StopRules
from redraft.errors import GenerationError, ModelError
from redraft.graph.asking import Asker, Limits, Reply
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.events import DraftFinished, Failed
from redraft.graph.loading import load_graph
from redraft.graph.state import SAVED_TYPES, Thread, start_state
from redraft.testing import ScriptedEngine
from tests.graph.walking import Walked, values

if TYPE_CHECKING:
    from redraft.graph.events import NodeEvent
    from redraft.llama.interface import Piece, Request

COMPLAINT = json.dumps({"problems": [{"where": "", "problem": "dull", "fix": "shine"}]})


def threaded(name: str, prompt: str, *, reads: tuple[str, ...] = (), **changes: Any) -> Agent:
    shipped = get_agent(name)
    schema = {"schema": "critique"} if name == "critic" else {}
    given_ = {"name": name, "writes": shipped.writes, "prompt": prompt, "reads": reads, "context": "thread"}
    return Agent.model_validate(given_ | {"max_tokens": shipped.max_tokens} | schema | changes)


AGENTS = {
    "generator": threaded("generator", "Task: {{ task.prompt }}", reads=("task",)),
    "critic": threaded("critic", "What is wrong with it?"),
    "reviser": threaded("reviser", "Mend that."),
}


class Noted(ScriptedEngine):
    """A scripted engine that keeps what it was asked and what it answered."""

    def __init__(self, *, context: int = 1 << 20) -> None:
        super().__init__(self._answer)
        self.context = context
        self.prompts: list[Piece] = []
        self.answers: list[list[int]] = []
        self.runs: set[str] = set()

    async def generate(self, request: Request) -> Any:
        self.prompts += request.pieces
        self.runs.add(request.run)
        self.answers.append([])
        async for token in super().generate(request):
            if token.id >= 0:
                self.answers[-1].append(token.id)
            yield token

    def _answer(self, request: Request, visit: int) -> str:
        return {"critic": COMPLAINT, "generator": "the first"}.get(request.agent, f"revision {visit}")


async def walk(engine: Any, agents: dict[str, Agent] = AGENTS, **rules: Any) -> Walked:
    free = {"rounds": 2, "plateau": None, "regression": False, "fixpoint": False, "oscillation": None}
    spec = load_graph("refine").model_copy(update={"stop": StopRules(**(free | rules))})
    graph = compile_graph(spec, Parts(agents, {"evaluate": (values(0.1),)}, {"default": engine}))
    events: list[NodeEvent] = []
    state = await graph.ainvoke(start_state(spec.task("Shine.", {})), context=RunContext(events.append, "a run"))
    return Walked(state, events)


async def test_each_prompt_is_all_that_was_said_and_one_turn_more() -> None:
    engine = Noted()
    walked = await walk(engine)
    assert len(engine.prompts) == 5
    for before, answer, after in zip(engine.prompts, engine.answers, engine.prompts[1:], strict=False):
        assert after.ids[: len(before.ids) + len(answer)] == (*before.ids, *answer)
    said = f"Task: Shine.the first\nWhat is wrong with it?{COMPLAINT}\nMend that."
    assert engine.prompts[2].text == f"{SYSTEM}\n{said}"
    assert walked.state["threads"]["default"].ids == (*engine.prompts[-1].ids, *engine.answers[-1])
    assert walked.texts == ["the first", "revision 0", "revision 1"]


async def test_a_revision_in_a_thread_comes_from_the_draft_before_it() -> None:
    walked = await walk(Noted())
    assert [event.draft.parent for event in walked.of(DraftFinished)] == [None, 0, 1]


async def test_a_request_says_whose_it_is() -> None:
    engine = Noted()
    await walk(engine)
    assert engine.runs == {"a run"}


async def test_a_fresh_agent_neither_sees_the_thread_nor_adds_to_it() -> None:
    engine = Noted()
    fresh = {**AGENTS, "critic": get_agent("critic")}
    await walk(engine, fresh, rounds=1)
    reviser = engine.prompts[-1].text
    assert "dull" not in reviser
    assert reviser.endswith("the first\nMend that.")


async def test_each_model_has_a_thread_of_its_own() -> None:
    other = {**AGENTS, "critic": AGENTS["critic"].model_copy(update={"model": "other"})}
    spec = load_graph("refine").model_copy(update={"stop": StopRules(rounds=1, regression=False)})
    engines = {"default": Noted(), "other": Noted()}
    graph = compile_graph(spec, Parts(other, {"evaluate": (values(0.1),)}, engines))
    state = await graph.ainvoke(start_state(spec.task("Shine.", {})))
    assert set(state["threads"]) == {"default", "other"}
    assert "dull" not in engines["default"].prompts[-1].text
    assert "Task" not in engines["other"].prompts[-1].text


async def test_a_thread_that_fills_the_context_goes_on_from_its_first_answer() -> None:
    engine = Noted(context=60)
    agents = {name: agent.model_copy(update={"max_tokens": 10}) for name, agent in AGENTS.items()}
    walked = await walk(engine, agents, rounds=9)
    assert walked.state["stop"].check == "rounds"
    head = (*engine.prompts[0].ids, *engine.answers[0])
    assert all(prompt.ids[: len(head)] == head for prompt in engine.prompts[1:])
    assert all(len(prompt.ids) + 10 <= 60 for prompt in engine.prompts)
    lengths = [len(prompt.ids) for prompt in engine.prompts]
    assert any(after < before for before, after in pairwise(lengths))


async def test_a_thread_whose_first_answer_fills_the_context_begins_anew() -> None:
    engine = Noted(context=24)
    agents = {name: agent.model_copy(update={"max_tokens": 8}) for name, agent in AGENTS.items()}
    agents["critic"] = threaded("critic", "What is wrong with it, in so many words as there are?", max_tokens=8)
    await walk(engine, agents, rounds=1)
    assert "Task" not in engine.prompts[1].text
    assert engine.prompts[1].text.startswith("You help")


async def test_a_failed_call_leaves_the_thread_as_it_was() -> None:
    class Breaking(Noted):
        def _answer(self, request: Request, visit: int) -> str:
            if request.agent == "reviser":
                raise GenerationError("out of memory")
            return super()._answer(request, visit)

    engine = Breaking()
    walked = await walk(engine)
    assert walked.of(Failed)
    assert walked.state["threads"]["default"].ids == (*engine.prompts[1].ids, *engine.answers[1])


async def test_a_template_that_cannot_go_on_ends_the_run_with_the_draft() -> None:
    class Closed(Noted):
        def extend(self, held: Any, messages: Any) -> Piece:
            if held:
                raise ModelError("the model's chat template does not support `context: thread`: no")
            return super().extend(held, messages)

    walked = await walk(Closed())
    assert walked.state["stop"].check == "error"
    assert "context: thread" in walked.state["stop"].detail
    assert walked.state["best"].draft.text == "the first"


async def test_a_saved_thread_is_the_same_thread() -> None:
    spec = load_graph("refine").model_copy(update={"stop": StopRules(rounds=1)})
    saver = InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=SAVED_TYPES))
    parts = Parts(AGENTS, {"evaluate": (values(0.1, 0.2),)}, {"default": Noted()})
    graph = compile_graph(spec, parts, checkpointer=saver)
    config = {"configurable": {"thread_id": "one"}}
    state = await graph.ainvoke(start_state(spec.task("Go.", {})), config)
    saved = (await graph.aget_state(config)).values["threads"]
    assert saved == state["threads"]
    assert isinstance(saved["default"].ids, tuple)


tokens = st.lists(st.integers(0, 9), min_size=1, max_size=9).map(tuple)


@given(st.lists(st.tuples(tokens, tokens), min_size=1, max_size=8))
def test_a_thread_only_grows_and_keeps_its_head(turns: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> None:
    thread = Thread()
    for number, (turn, answer) in enumerate(turns):
        grown = thread.grown(thread.ids + turn, answer)
        assert grown.ids == thread.ids + turn + answer
        assert grown.head == (thread.head if number else len(turn + answer))
        assert all(grown.ids[: len(held.ids)] == held.ids for held in grown.shorter)
        assert grown.shorter[-1] == Thread()
        thread = grown


LOOP = {
    "generator": get_agent("generator").model_copy(update={"context": "thread", "max_tokens": 30}),
    "critic": threaded("critic", "Say what is wrong with the draft.", max_tokens=120),
    "reviser": threaded("reviser", "Rewrite the draft.", max_tokens=30),
}


@pytest.mark.parametrize("rounds", [3])
async def test_the_model_computes_of_a_thread_only_what_is_new(recorded: Any, rounds: int) -> None:
    before = recorded.stats.prompt_tokens - recorded.stats.prompt_tokens_reused
    await walk(recorded, LOOP, rounds=rounds)
    evaluated = recorded.stats.prompt_tokens - recorded.stats.prompt_tokens_reused - before
    prompts = [request.pieces[0].ids for request in recorded.requests]
    answers = [tuple(token.id for token in answer if token.id >= 0) for answer in recorded.answers]
    assert len(prompts) == 1 + 2 * rounds
    for prompt, answer, after in zip(prompts, answers, prompts[1:], strict=False):
        assert after[: len(prompt) + len(answer)] == prompt + answer
    # Of each answer the last token is not in the memory yet: it was sampled, never decoded.
    assert evaluated <= len(prompts[-1]) - sum(map(len, answers[:-1])) + 2 * len(prompts)


async def test_a_call_outside_of_a_graph_has_a_thread_of_its_own(recorded: Any) -> None:
    reply, values_ = Reply(), {"task": load_graph("refine").task("Write of a dog.", {})}
    asker = Asker(LOOP, {"default": recorded})
    await asker.ask(LOOP["generator"], values_, limits=Limits(), reply=reply, on_text=lambda _: None)
    again = Reply(thread=reply.thread)
    await asker.ask(LOOP["critic"], {}, limits=Limits(), reply=again, on_text=lambda _: None)
    assert again.thread.ids[: len(reply.thread.ids)] == reply.thread.ids
    assert again.thread.head == len(reply.thread.ids)
    assert "problems" in json.loads(again.text)
