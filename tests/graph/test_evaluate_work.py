"""A node that evaluates: what its evaluators may ask, and what that costs the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.agents import get_agent
from redraft.errors import PromptTooLongError
from redraft.evaluation import Use, evaluator
from redraft.graph.builder import Graph
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.events import Charged, Evaluated, Warned
from redraft.graph.state import start_state
from redraft.task import Critique, Score, Verdict
from redraft.testing import ScriptedEngine

if TYPE_CHECKING:
    from redraft.graph.events import NodeEvent
    from redraft.llama.interface import Request
    from redraft.task import Draft


async def evaluated(use: Use, *, engine: ScriptedEngine, allow_network: bool = False, **rules: Any) -> tuple[Any, Any]:
    """Return the state that a walk with one draft leaves, and its events."""
    graph = Graph("once").node("generator", agent="generator").node("look", evaluators={"repetition": 1.0})
    spec = graph.edge("start", "generator", "look", "end").stop(**rules).spec()
    agents = {name: get_agent(name) for name in ("generator", "reviser")}
    parts = Parts(agents, {"look": (use,)}, {"default": engine}, allow_network=allow_network)
    events: list[NodeEvent] = []
    compiled = compile_graph(spec, parts)
    state = await compiled.ainvoke(start_state(spec.task("Shine.", {}), seed=7), context=RunContext(events.append))
    return state, events


def of(events: list[Any], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


@evaluator("again")
async def again(draft: Draft, task: Any, ctx: Any) -> Score:
    """What a reviser would write, twice."""
    values = {"task": task, "draft": draft, "critique": Critique(), "verdict": Verdict()}
    asked = {name: values[name] for name in get_agent("reviser").reads}
    texts = [await ctx.generate("reviser", asked, seed=seed) for seed in (0, 1)]
    ((size,),) = await ctx.embed(["four"])
    return Score(1.0, [*texts, f"{size:g}"])


async def test_an_evaluator_has_agents_write_and_texts_embedded_and_the_run_pays() -> None:
    seeds = []

    def answer(request: Request, visit: int) -> str:
        if request.agent == "reviser":
            seeds.append(request.seed)
        return f"{request.agent} {visit}"

    state, events = await evaluated(Use(again), engine=ScriptedEngine(answer))
    (event,) = of(events, Evaluated)
    assert event.verdict.scores[0].reasons == ("reviser 0", "reviser 1", "4")
    assert len(set(seeds)) == 2
    (charged,) = [one for one in of(events, Charged) if one.node == "look"]
    assert charged.completion_tokens == 4
    assert state["counters"].completion_tokens == 2 + 4


async def test_the_same_seed_has_the_same_seeds_again() -> None:
    seeds = []

    def answer(request: Request, visit: int) -> str:
        seeds.append((request.agent, request.seed))
        return "text"

    for _ in range(2):
        await evaluated(Use(again), engine=ScriptedEngine(answer))
    assert seeds[:3] == seeds[3:]


async def test_an_evaluator_cannot_write_beyond_the_runs_tokens() -> None:
    _, events = await evaluated(Use(again), engine=ScriptedEngine(lambda *_: "two words"), tokens=2)
    (event,) = of(events, Evaluated)
    assert event.verdict.scores[0].error == "too few of the run's tokens are left for it"


async def test_the_network_is_allowed_by_the_graphs_parts() -> None:
    use = Use(evaluator("calls-out", network=True)(lambda: 1.0))
    for allowed in (False, True):
        _, events = await evaluated(use, engine=ScriptedEngine(lambda *_: "text"), allow_network=allowed)
        (event,) = of(events, Evaluated)
        assert (event.verdict.scores[0].value == 1.0) is allowed


class Narrow(ScriptedEngine):
    """An engine whose context holds few words."""

    async def generate(self, request: Request) -> Any:
        if self.count(request.pieces) > 600:
            raise PromptTooLongError("the prompt is too long")
        async for token in super().generate(request):
            yield token


async def test_a_critic_reads_fewer_reasons_where_not_all_fit() -> None:
    graph = Graph("criticised").node("generator", agent="generator").node("look", evaluators={"repetition": 1.0})
    spec = graph.node("critic", agent="critic").edge("start", "generator", "look", "critic", "end").spec()
    agents = {name: get_agent(name) for name in ("generator", "critic")}
    prompts = []

    def answer(request: Request, visit: int) -> str:
        prompts.append("".join(piece.text for piece in request.pieces))
        return '{"problems": []}' if request.agent == "critic" else "text"

    use = Use(evaluator("wordy")(lambda: Score(0.5, [f"reason {n} " + "so " * 45 for n in range(14)])))
    events: list[NodeEvent] = []
    compiled = compile_graph(spec, Parts(agents, {"look": (use,)}, {"default": Narrow(answer)}))
    await compiled.ainvoke(start_state(spec.task("Shine.", {})), context=RunContext(events.append))
    assert "reason 0 " in prompts[-1]
    assert "reason 13 " not in prompts[-1]
    (warned,) = of(events, Warned)
    assert warned.message == "'critic' reads only the first reasons: not all fit the model's context"
