"""A refinement loop as LangGraph's users write it: ChatLlamaCpp of langchain-community in three nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from langgraph.graph import END, START, StateGraph

from benchmarks.engine_workload import CRITIQUE, DRAFT, SCHEMA, Workload
from benchmarks.gguf_vocabulary import made_vocabulary
from benchmarks.peers.clock import Clock
from benchmarks.peers.llama import counting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.engine_workload import Call, Plan
    from benchmarks.peers.interface import Answer, Setup

__all__ = ["opened"]


class State(TypedDict, total=False):
    """What the nodes hand on."""

    number: int
    task: tuple[int, ...]
    draft: tuple[int, ...]
    critique: tuple[int, ...]
    turn: int


class _Graph:
    def __init__(self, setup: Setup) -> None:
        from langchain_community.chat_models import ChatLlamaCpp

        # Its default batch of 8 would make it read prompts several times slower.
        self._chat = ChatLlamaCpp(
            model_path=setup.model,
            n_ctx=setup.context,
            n_threads=setup.threads,
            n_batch=512,
            n_gpu_layers=-1,
            temperature=0.0,
            top_k=1,
            repeat_penalty=1.0,
            rope_freq_base=0.0,
            rope_freq_scale=0.0,
            verbose=False,
        )
        self._count = [0]
        counting(self._chat.client, self._count)
        self._work = Workload(made_vocabulary(setup.vocabulary), "role")
        self._clock = Clock()

    def loops(self, plan: Plan) -> Answer:
        graph = self._compiled(plan)
        self._count[0], self._clock = 0, Clock()
        for number in range(plan.loops):
            state = graph.invoke(
                {"number": number, "task": self._work.task(f"{plan.key} {number % plan.tasks}"), "turn": 0}
            )
            if state["draft"] != self._work.written:
                raise ValueError("wrote something else than the model's greedy text")
        return self._clock.answer(evaluated=self._count[0])

    def calls(self, calls: Sequence[Call]) -> Answer:
        self._count[0], self._clock = 0, Clock()
        written = [self._ids(self._ask(call)) for call in calls]
        return self._clock.answer(evaluated=self._count[0], wrong=self._work.wrong(calls, written))

    def _compiled(self, plan: Plan) -> Any:
        work = self._work

        def generator(state: State) -> State:
            return {"draft": self._ids(self._ask(work.call("generator", state["task"], tokens=DRAFT)))}

        def critic(state: State) -> State:
            draft = work.altered(state["draft"], f"{plan.key} {state['number']}", state["turn"])
            call = work.call("critic", state["task"], draft, tokens=CRITIQUE, constrained=True)
            return {"draft": draft, "critique": self._ids(self._ask(call))}

        def reviser(state: State) -> State:
            call = work.call("reviser", state["task"], state["draft"], state["critique"], tokens=DRAFT)
            return {"draft": self._ids(self._ask(call)), "turn": state["turn"] + 1}

        builder = StateGraph(State)
        for name, node in {"generator": generator, "critic": critic, "reviser": reviser}.items():
            builder.add_node(name, node)
        builder.add_edge(START, "generator").add_edge("generator", "critic").add_edge("critic", "reviser")
        builder.add_conditional_edges("reviser", lambda state: END if state["turn"] == plan.rounds else "critic")
        return builder.compile()

    def _ask(self, call: Call) -> str:
        times = self._clock.request()
        more: dict[str, Any] = (
            {"response_format": {"type": "json_object", "schema": SCHEMA}} if call.constrained else {}
        )
        said = [("system", call.system), ("user", call.user)]
        chunks = self._chat.stream([turn for turn in said if turn[1]], max_tokens=call.tokens, **more)
        text = ""
        for chunk in chunks:
            if chunk.content:
                times.append(Clock.now())
                text += str(chunk.content)
        return text

    def _ids(self, text: str) -> tuple[int, ...]:
        return tuple(self._chat.client.tokenize(text.encode(), add_bos=False, special=False))

    def close(self) -> None:
        self._chat.client.close()


def opened(setup: Setup) -> _Graph:
    """Return the system, its model loaded."""
    return _Graph(setup)
