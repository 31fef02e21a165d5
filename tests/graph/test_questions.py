"""Nodes that ask a person: what is asked, what an answer becomes, and who waits for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.types import Command

import redraft
from redraft.errors import DefinitionError, ExitCode
from redraft.graph.builder import Graph
from redraft.graph.compile import Parts, compile_graph
from redraft.graph.lint import lint
from redraft.graph.state import SAVED_TYPES, start_state
from redraft.runs.events import Asked, Criticised
from redraft.runs.run import stream
from redraft.testing import ScriptedEngine
from tests.graph.lint.test_rules import BOOK, REGISTRY, fanned, once
from tests.graph.test_fans import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.graph.questions import Question
    from redraft.task import Outcome


def gate(**table: Any) -> Graph:
    """A draft, a person who says yes or no, and another draft where it is no."""
    human = {"human": "Good?", "choices": ["yes", "no"]} | table
    return (
        Graph("gate")
        .node("generator", agent="generator")
        .node("length", evaluators={"length": {"max_words": 9}})
        .node("ask", **human)
        .edge("start", "generator", "length", "ask")
        .edge("ask", "end", when={"any": [{"note": {"ask": "yes"}}, "stop"]})
        .edge("ask", "generator")
        .stop(rounds=3, verified=False, regression=False)
    )


def writing(writes: str, **table: Any) -> Graph:
    """A draft that a person writes anew, or criticises for a reviser."""
    graph = Graph("writing").node("generator", agent="generator").node("ask", human="Better?", writes=writes, **table)
    graph.node("length", evaluators={"length": {"max_words": 9}})
    if writes == "draft":
        return graph.edge("start", "generator", "ask", "length", "end")
    graph.node("reviser", agent="reviser")
    return graph.edge("start", "generator", "length", "ask", "reviser", "end")


class Answering:
    """Gives these answers one after the other, and keeps what it was asked."""

    def __init__(self, *answers: str | None) -> None:
        self.left = list(answers)
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> str | None:
        self.asked.append(question)
        return self.left.pop(0)


def run(graph: Graph, answer: Callable[[Question], str | None] | None, **rules: Any) -> Outcome:
    engine = ScriptedEngine(lambda request, visit: f"{request.agent} {visit}")
    return redraft.run("Go.", graph=graph.stop(**rules).spec(), model=engine, answer=answer)


def test_an_answer_decides_where_the_run_goes() -> None:
    answers = Answering("no", "y")
    outcome = run(gate(), answers)
    assert [one.question for one in answers.asked] == ["Good?", "Good?"]
    assert [one.draft.text for one in answers.asked if one.draft] == ["generator 0", "generator 1"]
    assert (outcome.stop.check, outcome.stop.detail) == ("note", "the note 'ask' says 'yes'")
    assert (len(outcome.drafts), outcome.exit_code) == (2, ExitCode.DONE)


def test_rounds_end_a_run_whose_person_is_never_satisfied() -> None:
    outcome = run(gate(), Answering(*["no"] * 9))
    assert (outcome.stop.check, len(outcome.drafts)) == ("rounds", 4)


def test_an_answer_that_is_no_choice_is_asked_for_again() -> None:
    answers = Answering("perhaps", "", "YES")
    assert run(gate(), answers).stop.check == "note"
    assert [one.mistake for one in answers.asked] == [None, "answer yes or no", "answer yes or no"]


def test_where_nobody_is_there_the_run_waits_with_what_it_has() -> None:
    for answer in (None, Answering(None)):
        outcome = run(gate(), answer)
        assert (outcome.stop.check, outcome.stop.detail) == ("waiting", "'ask' asks: Good?")
        assert (outcome.exit_code, outcome.answer) == (ExitCode.WAITING, "generator 0")


def test_the_answer_is_the_next_draft_or_leaves_the_one_there_is() -> None:
    outcome = run(writing("draft"), Answering(" mine \n"))
    assert [(one.draft.text, one.draft.author, one.draft.parent) for one in outcome.drafts] == [
        ("generator 0", "generator", None),
        ("mine", "ask", 0),
    ]
    assert len(run(writing("draft"), Answering("")).drafts) == 1
    answers = Answering("", "mine")
    run(writing("draft", reads=[]), answers)
    assert answers.asked[1].mistake == "write a text"


def test_the_answer_is_the_critique_line_by_line() -> None:
    engine = ScriptedEngine(lambda request, visit: f"{request.agent} {visit}")
    with stream("Go.", graph=writing("critique").spec(), model=engine, answer=Answering("dull\n\ntoo long")) as events:
        seen = list(events)
    (criticised,) = [event for event in seen if isinstance(event, Criticised)]
    assert [problem.problem for problem in criticised.critique.problems] == ["dull", "too long"]
    assert len([event for event in seen if isinstance(event, Asked)]) == 1


def test_what_a_person_takes_does_not_count_as_time() -> None:
    def slow(question: Question) -> str:
        time.sleep(0.3)
        return "yes"

    outcome = run(gate(), slow, seconds=0.25)
    assert outcome.stop.check == "note"
    assert outcome.usage.seconds < 0.25


def test_what_the_answerer_raises_ends_the_run_with_what_it_has() -> None:
    def broken(question: Question) -> str:
        raise RuntimeError("no")

    outcome = run(gate(), broken)
    assert (outcome.stop.check, outcome.answer) == ("error", "generator 0")
    outcome = run(gate(), lambda question: 7)  # type: ignore[arg-type, return-value]
    assert "is a text, not 7" in outcome.stop.detail


def test_a_person_within_a_graph_in_a_graph_is_asked_and_nothing_is_done_twice() -> None:
    calls: list[str] = []

    def answer(request: Any, visit: int) -> str:
        calls.append(request.agent)
        return f"{request.agent} {visit}"

    outer = Graph("outer").node("inner", graph=gate()).edge("start", "inner", "end")
    answers = Answering("no", "yes")
    outcome = redraft.run("Go.", graph=outer.spec(), model=ScriptedEngine(answer), answer=answers)
    assert outcome.stop.check == "end"
    assert calls == ["generator", "generator"]
    assert [one.draft.index for one in outcome.drafts] == [0, 1]
    assert len(answers.asked) == 2


async def test_langgraph_itself_shows_the_question_and_takes_the_answer() -> None:
    spec = Graph("g").node("w", agent="generator").node("ask", human="Ok?").edge("start", "w", "ask", "end").spec()
    saver = InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=SAVED_TYPES))
    engine = ScriptedEngine(lambda request, visit: "a draft")
    graph = compile_graph(spec, Parts(SHIPPED, {}, {"default": engine}), checkpointer=saver)
    config: Any = {"configurable": {"thread_id": "one"}}
    state = await graph.ainvoke(start_state(spec.task("Go.", {})), config)
    (asked,) = state["__interrupt__"]
    assert (asked.value["node"], asked.value["question"], asked.value["draft"]["text"]) == ("ask", "Ok?", "a draft")
    state = await graph.ainvoke(Command(resume="fine"), config)
    assert state["notes"] == {"ask": "fine"}
    assert state["counters"].visits == {"w": 1, "ask": 1}


WRONG = [
    ({"human": ""}, "human"),
    ({"human": "x", "choices": ["yes"]}, "at least two"),
    ({"human": "x", "choices": ["yes", "Yes"]}, "at least two"),
    ({"human": "x", "choices": ["a", "b"], "writes": "draft"}, "an answer with choices is a note, not a draft"),
    ({"human": "x", "writes": "verdict"}, "Known: note, draft, critique"),
    ({"human": "x", "reads": ["pool"]}, "pool"),
    ({"human": True}, "human"),
    ({"human": "x", "agent": "y"}, "both an agent and a person to ask"),
]


def test_a_wrong_gate_is_refused(subtests: pytest.Subtests) -> None:
    for table, said in WRONG:
        with subtests.test(table=table):
            with pytest.raises(DefinitionError) as error:
                Graph("x").node("ask", **table).spec()
            assert said in f"{error.value.where} {error.value}"


def test_lint_knows_what_a_person_reads_and_writes() -> None:
    def codes(graph: Graph) -> set[str]:
        return {finding.code for finding in lint(graph.spec(), REGISTRY, BOOK)}

    assert codes(once(a={"human": "Good?"})) == {"G021"}
    assert codes(Graph("g").node("a", human="?").edge("start", "a", "end")) >= {"G020", "G023"}
    assert codes(Graph("g").node("a", human="?", reads=[], writes="draft").edge("start", "a", "end")) == set()
    assert "G044" in codes(fanned("a", "who", who={"human": "?", "writes": "critique"}))
    assert "G020" in codes(once(a={"human": "?", "writes": "draft"}, b={"agent": "critic"}))
    assert codes(gate()) - {"G002"} == set()


def test_a_person_with_the_embedded_model(embedded: Any) -> None:
    outcome = redraft.run(
        "Write one sentence about a dog.", graph=gate().spec(), model=embedded, answer=Answering("yes")
    )
    assert outcome.stop.check == "note"
    assert outcome.answer


def test_notes_are_handed_to_a_person_and_stand_in_the_outcome() -> None:
    graph = (
        Graph("noted")
        .node("generator", agent="generator")
        .node("plan", human="What matters?", reads=[])
        .node("ask", human="Good?", reads=["notes"])
        .node("length", evaluators={"length": {"max_words": 9}})
        .edge("start", "plan", "generator", "length", "ask", "end")
    )
    answers = Answering("be brief", "as it is")
    engine = ScriptedEngine(lambda request, visit: f"{request.agent} {visit}")
    outcome = redraft.run("Go.", graph=graph.spec(), model=engine, answer=answers)
    assert [one.notes for one in answers.asked] == [{}, {"plan": "be brief"}]
    assert [(note.node, note.note, note.text) for note in outcome.notes] == [
        ("plan", "plan", "be brief"),
        ("ask", "ask", "as it is"),
    ]
    assert outcome.to_json()["notes"][1] == {"node": "ask", "note": "ask", "text": "as it is"}
