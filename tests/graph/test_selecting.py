"""A choice that is not by verdict: the rest of the pool is out of the contest, in the state and in the record alike."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.agents import get_agent
from redraft.convergence import Stop
from redraft.evaluation import Use, evaluator
from redraft.graph.builder import Graph
from redraft.graph.compile import Parts, RunContext, compile_graph
from redraft.graph.events import Chosen, Evaluated
from redraft.graph.state import start_state
from redraft.runs.record import Record
from redraft.task import Draft, Score
from redraft.testing import ScriptedEngine
from tests.graph.walking import Walked

if TYPE_CHECKING:
    from redraft.graph.events import NodeEvent
    from redraft.graph.spec import GraphSpec
    from redraft.task import Outcome

PARTS = {"generator": get_agent("generator")}
SCORES: dict[str, Any] = {"evaluators": {"long": 1.0, "calm": 1.0}}


@evaluator("long")
def long(draft: Draft) -> Score:
    """The longer, the better."""
    return Score(min(len(draft.text), 10) / 10, [])


@evaluator("calm")
def calm(draft: Draft) -> Score:
    """The fewer exclamation marks, the better."""
    return Score(1 - min(draft.text.count("!"), 10) / 10, [])


@evaluator("short")
def short(draft: Draft) -> Score:
    """The shorter, the better."""
    return Score(1 - min(len(draft.text), 10) / 10, [])


def walk(spec: GraphSpec, *texts: str) -> tuple[Walked, Outcome]:
    """Walk over a graph whose generator writes these texts; return the walk and the outcome of its record."""
    left = list(texts)
    engine = ScriptedEngine(lambda *_: left.pop(0))
    uses = {
        f"{prefix}{name}": tuple(Use({"long": long, "calm": calm, "short": short}[use.name]) for use in node.evaluators)
        for prefix, graph in (("", spec), *((f"{name}/", spec.inner(name)) for name in spec.nodes))
        if graph
        for name, node in graph.nodes.items()
        if node.kind == "evaluate"
    }
    events: list[NodeEvent] = []
    graph = compile_graph(spec, Parts(PARTS, uses, {"default": engine}))
    task = spec.task("Go.", {})
    state = asyncio.run(graph.ainvoke(start_state(task), context=RunContext(events.append, "run")))
    record = Record("run", spec.name, None, task)
    for event in events:
        record.add(event)
    outcome = record.outcome(Stop("end", "").to_value(), seconds=0)
    best = state.get("best")
    assert outcome.best == (best.draft.index if best else None)
    return Walked(state, events), outcome


def sampled(select: str, samples: int = 3, *, evaluated: bool = True, **more: Any) -> GraphSpec:
    graph = Graph("sampled").node("w", agent="generator", samples=samples)
    graph.node("scores", **SCORES).node("pick", select=select, **more)
    return graph.edge("start", "w", *(["scores"] if evaluated else []), "pick", "end").spec()


def again(select: str) -> GraphSpec:
    """One draft first, and then three, of which one is chosen."""
    graph = Graph("again").node("first", agent="generator").node("scores", **SCORES)
    graph.node("w", agent="generator", samples=3).node("more", **SCORES).node("pick", select=select)
    return graph.edge("start", "first", "scores", "w", "more", "pick", "end").spec()


def test_what_most_say_is_the_answer_though_another_draft_has_the_better_verdict() -> None:
    walked, outcome = walk(sampled("majority"), "long and wrong", "4", "4")
    assert (outcome.answer, outcome.best) == ("4", 1)
    (chosen,) = walked.of(Chosen)
    assert (chosen.index, chosen.over, chosen.detail) == (1, (0, 2), "2 of 3 say the same")


def test_by_verdict_nothing_is_passed_over() -> None:
    walked, outcome = walk(sampled("best"), "long and right", "4", "4")
    assert outcome.answer == "long and right"
    assert walked.of(Chosen)[0].over == ()


def test_the_evenest_of_the_front_is_the_answer_though_another_mean_is_higher() -> None:
    texts = ("0123456789!!!!!!!!", "01234!!!!!", "0!")
    walked, outcome = walk(sampled("pareto"), *texts)
    means = [record.verdict.value for record in outcome.drafts if record.verdict]
    assert outcome.best == 1
    assert means[0] < means[1] or max(means) > means[1]
    assert walked.of(Chosen)[0].detail.endswith("none beats: 1, 2")


def test_drafts_without_verdicts_may_vote_and_the_chosen_one_is_the_answer() -> None:
    _, outcome = walk(sampled("majority", evaluated=False), "5", "Answer: 4", "four")
    assert (outcome.answer, outcome.best) == ("Answer: 4", None)


def test_an_earlier_draft_competes_with_the_chosen_one_alone() -> None:
    assert walk(again("majority"), "12345", "1234567890", "4", "4")[1].answer == "12345"
    assert walk(again("majority"), "1", "1234567890", "432", "432")[1].answer == "432"
    assert walk(again("best"), "12345", "1234567890", "4", "4")[1].answer == "1234567890"


def test_what_is_kept_and_evaluated_again_competes_again() -> None:
    graph = Graph("kept").node("w", agent="generator", samples=3).node("scores", **SCORES)
    graph.node("pick", select="majority", keep=3).node("last", evaluators={"short": 1.0})
    spec = graph.edge("start", "w", "scores", "pick", "last", "end").spec()
    assert walk(spec, "long ago", "44", "4")[1].answer == "4"


@given(st.permutations(["1", "22", "333!", "4444!!", "55555"]), st.integers(1, 5))
@settings(deadline=None, max_examples=15)
def test_what_is_chosen_by_verdict_and_evaluated_anew_goes_by_its_last_verdict(texts: list[str], keep: int) -> None:
    graph = Graph("anew").node("w", agent="generator", samples=5).node("scores", **SCORES)
    graph.node("pick", select="best", keep=keep).node("last", evaluators={"short": 1.0})
    _, outcome = walk(graph.edge("start", "w", "scores", "pick", "last", "end").spec(), *texts)
    ranks = [record.verdict.rank for record in outcome.drafts if record.verdict]
    assert outcome.best == ranks.index(max(ranks))


def test_of_equals_the_earlier_is_best_whichever_was_evaluated_last() -> None:
    graph = Graph("level").node("w", agent="generator", samples=2).node("scores", **SCORES)
    graph.node("pick", select="best", keep=2).node("last", evaluators={"calm": 1.0})
    walked, outcome = walk(graph.edge("start", "w", "scores", "pick", "last", "end").spec(), "4", "1234567890")
    assert [event.index for event in walked.of(Evaluated)] == [0, 1, 1, 0]
    assert outcome.best == walked.state["best"].draft.index == 0


@pytest.mark.parametrize("select", ["best", "majority", "pareto"])
def test_of_equals_the_earlier_is_chosen_whatever_the_order_of_the_pool(select: str) -> None:
    graph = Graph("twice").node("w", agent="generator", samples=2).node("scores", **SCORES)
    graph.node("pick", select="best", keep=2).node("last", evaluators={"calm": 1.0}).node("again", select=select)
    spec = graph.edge("start", "w", "scores", "pick", "last", "again", "end").spec()
    walked, outcome = walk(spec, "4", "1234567890")
    assert [event.index for event in walked.of(Chosen)] == [1, 0]
    assert outcome.best == walked.state["best"].draft.index == 0


def test_a_front_is_kept_whole_and_nothing_else() -> None:
    texts = ("0123456789!!!!!!!!!!", "01234!!!!!", "0!", "!")
    walked, _ = walk(sampled("pareto", 4, keep=9), *texts)
    kept = [one.draft.index for one in walked.state["pool"].drafts]
    assert set(kept) <= {0, 1, 2}
    assert kept[0] == walked.state["current"].draft.index


def test_a_graph_in_a_node_brings_what_it_has_chosen() -> None:
    outer = Graph("outer").node("inner", graph=sampled("majority")).edge("start", "inner", "end").spec()
    assert walk(outer, "long and wrong", "4", "4")[1].answer == "4"


texts = st.lists(st.sampled_from(["4", "four", "5!", "5!", "a long text", "!!!!"]), min_size=6, max_size=6)


@pytest.mark.parametrize("select", ["best", "majority", "pareto"])
@given(texts)
@settings(deadline=None, max_examples=15)
def test_of_several_choices_the_answer_is_the_best_by_verdict(select: str, given_texts: list[str]) -> None:
    graph = Graph("loop").node("w", agent="generator", samples=3).node("scores", **SCORES).node("pick", select=select)
    graph.edge("start", "w", "scores", "pick").edge("pick", "end", when={"rounds": 1}).edge("pick", "w")
    walked, outcome = walk(graph.spec(), *given_texts)
    chosen = [event.index for event in walked.of(Chosen)]
    assert len(chosen) == 2
    ranks = {record.draft.index: record.verdict.rank for record in outcome.drafts if record.verdict}
    assert outcome.best == max(chosen, key=lambda index: (ranks[index], -index))
