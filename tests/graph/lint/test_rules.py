"""Every rule of lint, by an example that breaks it alone."""

from __future__ import annotations

import gc
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.soundness.costs import chain, complete
from redraft.agents import Agent, agents
from redraft.errors import DefinitionError, LintError, PluginError
from redraft.evaluation import evaluator
from redraft.graph.builder import Graph
from redraft.graph.lint import RULES, lint, require_clean
from redraft.graph.loading import load_graph
from redraft.plugins import load_plugins
from redraft.registry import Broken, Entry, Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redraft.graph.lint import Finding
    from redraft.graph.spec import GraphSpec
    from redraft.task import Draft

ROOT = Path(__file__).parents[3]


@evaluator("proof", kind="verifier")
def proof(draft: Draft) -> float:
    """A verifier."""
    return float(bool(draft.text))


@evaluator("truth", kind="oracle")
def truth(draft: Draft) -> float:
    """An oracle."""
    return float(bool(draft.text))


@evaluator("listing", needs={"words": "list"})
def listing(draft: Draft) -> float:
    """Needs a list."""
    return float(bool(draft.text))


REGISTRY = Registry(
    [
        *(entry for kind in ("evaluators", "checks") for entry in load_plugins().registry.entries(kind)),
        Entry("evaluators", "proof", proof, "redraft-proof"),
        Entry("evaluators", "listing", listing, "redraft-proof"),
        Entry("evaluators", "truth", truth, "redraft-truth"),
        Entry("checks", "mood", lambda progress, value: None, "redraft-mood"),
        Entry("nodes", "shorten", lambda draft, words=9: draft.text, "redraft-cut"),
        Entry("nodes", "any", lambda **given: "", "redraft-cut"),
        Entry("nodes", "twin", lambda: "", "redraft-cut"),
        Entry("nodes", "twin", lambda: "", "redraft-mood"),
    ],
    [Broken("pickle", "redraft-pickle", "no module named 'brine'", ("brine",))],
)


def agent(name: str, *, reads: tuple[str, ...] = ("task",), prompt: str = "Go.", **rest: Any) -> Agent:
    return Agent.model_validate({"name": name, "reads": reads, "prompt": prompt, **rest})


BOOK = {
    "writer": agent("writer"),
    "reviser": agent("reviser", reads=("task", "draft", "verdict", "critique")),
    "critic": agent("critic", reads=("task", "draft", "verdict"), writes="critique", schema="critique"),
    "planner": agent("planner", writes="note"),
    "follower": agent("follower", reads=("task", "notes"), prompt="{{ notes.plan }}"),
    "merger": agent("merger", reads=("task", "draft", "critique"), writes="critique", schema="critique"),
    "proud": agent("proud", reads=("best",)),
    "chooser": agent("chooser", reads=("pool",)),
    "judge": agent("judge", reads=("task", "draft"), writes="rating", choices=("1", "2")),
    "spy": agent("spy", reads=("task", "verdict"), writes="rating", choices=("1", "2")),
    "wordy": agent("wordy", schema={"type": "string", "minLength": 900}),
    "starter": agent("starter", context="thread"),
    "follow-up": agent("follow-up", reads=("critique",), context="thread"),
    "finder": agent("finder", reads=("draft",), writes="critique", schema="critique", context="thread"),
    "stranger": agent("stranger", reads=("draft",), context="thread", system="You are somebody else."),
    "guest": agent("guest", reads=("draft",), context="thread", model="other"),
    "mender": agent("mender", reads=("draft", "verdict"), context="thread"),
    "blind critic": agent("blind critic", writes="critique", schema="critique", context="thread"),
    "poet": agent("poet", reads=("task",), prompt="{{ task.inputs.words }}"),
}


def loop(*, without: str = "", **changes: Any) -> Graph:
    """A sound graph: write, evaluate, criticise, revise."""
    nodes: dict[str, dict[str, Any]] = {
        "writer": {"agent": "writer"},
        "scores": {"evaluators": {"proof": 1.0}},
        "critic": {"agent": "critic"},
        "reviser": {"agent": "reviser"},
    }
    graph = Graph("loop")
    for name, table in (nodes | changes).items():
        if name != without:
            graph.node(name, **table)
    return graph.edge("start", "writer", "scores")


def threaded(**agents_: str) -> Graph:
    """The sound graph, its agents in one thread."""
    nodes = {"writer": "starter", "critic": "finder", "reviser": "mender"} | agents_
    return loop(**{node: {"agent": name} for node, name in nodes.items()})


def closed(graph: Graph, when: Any = "stop") -> Graph:
    return graph.edge("scores", "end", when=when).edge("scores", "critic", "reviser", "scores")


def pair(*paths: tuple[str | list[str], ...], **nodes: dict[str, Any]) -> Graph:
    graph = Graph("pair").node("writer", agent="writer").node("scores", evaluators={"proof": 1.0})
    for name, table in nodes.items():
        graph.node(name, **table)
    for path in paths:
        graph.edge(*path)
    return graph


def once(**nodes: dict[str, Any]) -> Graph:
    return pair(("start", "writer", "scores", *nodes, "end"), **nodes)


def fanned(*fan: str, join: str = "merger", **nodes: dict[str, Any]) -> Graph:
    """The sound loop with critics side by side."""
    tables: dict[str, dict[str, Any]] = {name: {"agent": "critic"} for name in ("a", "b")} | {
        "merger": {"agent": "merger"}
    }
    unused = {name: table for name, table in (tables | nodes).items() if name in (*fan, join, *nodes) or not fan}
    graph = loop(without="critic", **unused).edge("scores", "end", when="stop")
    return graph.edge("scores", [*(fan or ("a", "b"))], join, "reviser", "scores")


def chosen(*, select: str = "best", **nodes: dict[str, Any]) -> Graph:
    """Three drafts at once, evaluated, and one of them chosen."""
    tables: dict[str, dict[str, Any]] = {
        "writer": {"agent": "writer", "samples": 3},
        "scores": {"evaluators": {"proof": 1.0}},
        "pick": {"select": select},
    }
    graph = Graph("chosen")
    for name, table in (tables | nodes).items():
        graph.node(name, **table)
    return graph


def asking(*whens: Any) -> Graph:
    """A planner and what its note leads to: the end, by each condition; else the writer once more, and the end."""
    plan = {"plan": {"agent": "planner"}, "x": {"agent": "planner"}, "a": {"agent": "follower"}}
    graph = pair(("start", "plan", "x", "a"), **plan)
    for when in whens:
        graph.edge("a", "end", when=when)
    return graph.edge("a", "writer", "scores", "end")


ASKED = {"human": "Good?", "choices": ["yes", "no"]}


def answered(says: Any, *after: str, **nodes: Any) -> Graph:
    """A person who answers yes or no, and the end where the note says so; else another draft, and the end."""
    graph = pair(("start", "writer", "scores", "ask", *after), ask=ASKED, **nodes)
    graph.node("again", agent="writer").node("last", evaluators={"proof": 1.0})
    last = [*after, "ask"][0]
    return graph.edge(last, "end", when={"note": {"ask": says}}).edge(last, "again", "last", "end")


def noting(*notes: str) -> dict[str, Any]:
    return {"call": "any", "reads": ["task"], "writes": list(notes)}


WRITING = {"agent": "writer"}
TWO: dict[str, dict[str, Any]] = {"a": {"agent": "critic"}, "b": {"agent": "critic"}}
FOUR: dict[str, dict[str, Any]] = TWO | {"c": {"agent": "merger"}, "d": {"agent": "merger"}}


def cutting(**table: Any) -> dict[str, Any]:
    return {"call": "shorten", "reads": ["draft"], "writes": "draft"} | table


def found(graph: Graph | GraphSpec) -> list[Finding]:
    return lint(graph.spec() if isinstance(graph, Graph) else graph, REGISTRY, BOOK)


BROKEN: dict[str, list[tuple[Callable[[], Graph], str]]] = {
    "G001": [
        (
            lambda: pair(("start", "writer", "scors", "scores", "end")),
            "there is no node 'scors'. Did you mean 'scores'?",
        ),
        (lambda: pair(("start", "writer", "scores", "nowhere")), "'nowhere'"),
        (lambda: once(a={"agent": "writer", "fallback": "writter"}), "'writter'. Did you mean 'writer'?"),
    ],
    "G002": [(lambda: once(a={"agent": "writter"}), "there is no agent 'writter'. Did you mean 'writer'?")],
    "G004": [
        (lambda: once(a={"evaluators": {"coverge": 1}}), "'coverge'. Did you mean 'coverage'?"),
        (lambda: once(a={"evaluators": {"repetition": 1}, "gates": ["artefct"]}), "Did you mean 'artefact'?"),
    ],
    "G005": [
        (lambda: once(a={"evaluators": {"brine": 1}}), "no module named 'brine'"),
        (lambda: once(a={"agent": "redraft-pickle:writer"}), "no module named 'brine'"),
        (lambda: once(a={"call": "redraft-pickle:cut", "writes": "draft"}), "no module named 'brine'"),
    ],
    "G006": [
        (lambda: once().stop(rouns=3), "there is no check 'rouns'. Did you mean 'rounds'?"),
        (lambda: closed(loop(), {"any": ["stop", {"scor": 1}]}), "there is no check 'scor'. Did you mean 'score'?"),
    ],
    "G007": [
        (lambda: once(a={"evaluators": {"length": {"max_word": 3}}}), "'max_word'. Did you mean 'max_words'?"),
        (lambda: once(a={"evaluators": {"length": {"max_words": "many"}}}), "max_words"),
        (lambda: once(a={"evaluators": {"proof": {"x": 1}}}), "'x'"),
    ],
    "G008": [
        (lambda: once(a={"evaluators": {"coverage": 1}}), "needs the input 'words'"),
        (
            lambda: once(a={"evaluators": {"listing": 1}}).task("Go {{ words }}.", words="number"),
            "needs the input 'words' as a list, and it is a number",
        ),
    ],
    "G009": [
        (lambda: once(a={"evaluators": {"judge": {"agent": "juge"}}}), "Did you mean 'judge'?"),
        (lambda: once(a={"evaluators": {"judge": {"agent": "writer"}}}), "writes a draft, not a rating"),
        (lambda: once(a={"evaluators": {"judge": {"agent": "spy"}}}), "a judge cannot read verdict"),
    ],
    "G010": [
        (lambda: pair(("writer", "scores", "end")), "no path begins with 'start'"),
        (lambda: pair(("start", "writer", "scores", "end"), ("start", "scores")), "2 paths begin"),
        (lambda: pair().edge("start", "writer", when="stop").edge("writer", "scores", "end"), "has a 'when'"),
        (lambda: Graph("none").edge("start", "end"), "leads to 'end' at once"),
        (lambda: Graph("empty"), "no path begins"),
    ],
    "G011": [(lambda: pair(("start", "writer", "scores", "end"), ("a", "scores"), a={"agent": "writer"}), "'a'")],
    "G012": [(lambda: pair(("start", "writer", "scores")), "no path from 'scores' leads to 'end'")],
    "G013": [(lambda: pair(("start", "writer", "scores", "end"), ("scores", "writer")), "'scores' → 'writer'")],
    "G014": [(lambda: pair(("start", "writer", "scores")).edge("scores", "end", when="stop"), "when none holds")],
    "G015": [
        (
            lambda: pair(("start", "writer", "scores")).edge("scores", "end", when="stop").edge("scores", "scores"),
            "'scores' leads to itself",
        ),
        (lambda: once(a={"agent": "reviser", "fallback": "a"}), "'a' leads to itself"),
    ],
    "G016": [
        (lambda: pair(("start", "writer", "scores", "end"), ("end", "writer")), "'end' leads to 'writer'"),
        (
            lambda: pair(("start", "writer", "scores")).edge("scores", "end", when="stop").edge("scores", "start"),
            "into",
        ),
        (lambda: once(a={"agent": "reviser", "fallback": "start"}), "'a' leads into 'start'"),
    ],
    "G017": [
        (lambda: closed(loop().edge("scores", "critic", when={"not": "stop"}), "stop"), "'scores' → 'critic'"),
        (lambda: closed(loop().edge("scores", "end", when="stop"), {"rounds": 5}), "'scores' → 'end'"),
        (lambda: closed(loop().edge("scores", "end", when={"rounds": 2}), {"all": ["stop", {"rounds": 3}]}), "'end'"),
        (lambda: closed(loop(), {"all": ["stop", {"not": "stop"}]}), "'end'"),
        (
            lambda: closed(loop().edge("scores", "writer", when={"score": 0.5}), {"all": ["stop", {"score": 0.9}]}),
            "'end'",
        ),
        (
            lambda: closed(
                loop().edge("scores", "writer", when={"score": {"proof": 0.5}}),
                {"all": ["stop", {"score": {"proof": 0.9}}]},
            ),
            "'end'",
        ),
        (lambda: asking({"all": [{"note": {"plan": "yes"}}, {"note": {"plan": "no"}}]}), "'a' → 'end'"),
        (lambda: answered("nope"), "'ask' never says 'nope', only 'yes' or 'no'"),
        (lambda: answered({"contains": "maybe"}), "'ask' never says 'maybe'"),
        (lambda: answered({"at_least": 3}), "'ask' never says 3"),
        (
            lambda: asking(
                {"all": [{"note": {"plan": {"at_least": 4}}}, {"not": {"note": {"plan": {"at_least": 3}}}}]}
            ),
            "'a' → 'end'",
        ),
    ],
    "G018": [(lambda: once(a={"agent": "judge"}), "agent 'judge' writes a rating")],
    "G019": [
        (lambda: once().stop(gate="artefact"), "no node has the gate 'artefact'"),
        (lambda: closed(loop(), {"any": ["stop", {"gate": "proof"}]}), "no node has the gate 'proof'"),
    ],
    "G020": [
        (lambda: pair(("start", "scores", "writer", "end")), "'scores' reads a draft"),
        (lambda: pair(("start", "writer", "a", "scores", "end"), a={"agent": "critic"}), "'a' reads a verdict"),
        (lambda: once(a={"agent": "reviser"}), "'a' reads a critique"),
        (lambda: pair(("start", "writer", "a", "end"), ("scores", "a"), a={"agent": "proud"}), "'a' reads the best"),
        (lambda: once(a={"agent": "follower"}), "'a' reads notes.plan"),
        (lambda: pair(("start", "a", "writer", "scores", "end"), a={"agent": "critic"}), "reads a draft"),
        (lambda: once(a={"agent": "proud", "fallback": "b"}, b={"agent": "reviser"}), "'b' reads a critique"),
        (lambda: once(a={"select": "best"}), "'a' reads a pool of drafts"),
        (lambda: once(a={"agent": "chooser"}), "'a' reads a pool of drafts"),
        (lambda: chosen().edge("start", "writer", "pick", "end"), "'pick' reads the verdicts of a pool"),
        (lambda: chosen(a={"agent": "proud"}).edge("start", "writer", "scores", "pick", "pick"), "reads a pool"),
        (
            lambda: fanned(a={"agent": "planner", "fallback": "merger"}, b={"agent": "planner"}),
            "'merger' reads a critique",
        ),
        (
            lambda: pair(
                ("start", ["a", "b"], "scores", "c", "end"),
                a=WRITING | {"fallback": "scores"},
                b=WRITING | {"fallback": "scores"},
                c={"select": "best"},
            ),
            "'scores' reads a draft",
        ),
        (
            lambda: pair(
                ("start", "w", "scores", ["a", "b"], "c", "end"),
                ("writer", "scores"),
                w=WRITING | {"samples": 2},
                a=WRITING | {"fallback": "c"},
                b=WRITING | {"fallback": "c"},
                c={"select": "majority"},
            ),
            "'c' reads a pool of drafts",
        ),
    ],
    "G021": [
        (lambda: fanned("a", "plan", plan={"agent": "planner"}), "'plan' writes notes.plan"),
        (lambda: pair(("start", "w", "writer", "scores", "end"), w=WRITING | {"samples": 2}), "'w' writes a pool"),
        (lambda: once(a={"agent": "critic"}), "'a' writes a critique"),
        (lambda: once(plan={"agent": "planner"}), "'plan' writes notes.plan"),
        (lambda: pair(("start", "a", "writer", "scores", "end"), a={"agent": "writer"}), "'a' writes a draft"),
    ],
    "G022": [
        (
            lambda: pair(("start", "writer")).edge("writer", "end", when={"score": 1}).edge("writer", "scores", "end"),
            "'score'",
        ),
        (
            lambda: (
                pair(("start", "writer"))
                .edge("writer", "end", when={"any": ["stop", {"gate": True}]})
                .edge("writer", "scores", "end")
            ),
            "'gate' on the edge from 'writer'",
        ),
    ],
    "G040": [
        (lambda: closed(loop(), {"any": ["stop", {"critique": "empty"}]}), "'scores' looks at a critique"),
        (lambda: closed(loop(), {"any": ["stop", {"note": {"plan": "done"}}]}), "'scores' looks at notes.plan"),
    ],
    "G041": [
        (lambda: closed(loop(), {"any": ["stop", {"score": {"prof": 1}}]}), "'prof'. Did you mean 'proof'?"),
    ],
    "G042": [
        (
            lambda: pair(("start", "writer", "scores", ["a", "b"]), **TWO),
            "'a' is in a fan-out, and does not lead to one",
        ),
        (lambda: pair(("start", "writer", "scores", ["a", "b"], "end"), **TWO), "do not meet in one node: 'a' → 'end'"),
        (
            lambda: pair(("start", "writer", "scores", ["a", "b"]), ("a", "c"), ("b", "d"), ("c", "end"), **FOUR),
            "'a' → 'c', 'b' → 'd'",
        ),
        (
            lambda: pair(("start", "writer", "scores", ["a", "b"], "c", "end"), **FOUR).edge("a", "d", when="stop"),
            "'a' is in a fan-out, and does not lead",
        ),
        (lambda: pair(("start", "writer", "scores", ["a", "b"], "b"), ("b", "end"), **TWO), "in a fan-out"),
    ],
    "G043": [
        (lambda: fanned().edge("a", "merger").edge("merger", "a"), "'merger' leads to it by itself"),
        (
            lambda: fanned(reviser={"agent": "reviser", "fallback": "b"}),
            "'b' is in a fan-out, and 'reviser' leads to it",
        ),
    ],
    "G044": [
        (lambda: fanned("a", "more", more={"evaluators": {"proof": 1}}), "'more' evaluates"),
        (lambda: fanned("a", "more", more={"select": "best"}), "'more' chooses from the pool"),
        (lambda: fanned("a", "more", more={"agent": "finder"}), "'more' goes on with a thread"),
        (lambda: closed(loop(critic={"agent": "critic", "samples": 2})), "writes a critique"),
        (lambda: closed(loop(writer={"agent": "starter", "samples": 2})), "goes on with a thread"),
    ],
    "G045": [
        (
            lambda: fanned("a", "x", "y", x=noting("plan", "facts"), y=noting("facts")),
            "'x' and 'y' write the note 'facts' at the same time",
        ),
        (lambda: fanned("plan", "y", plan={"agent": "planner"}, y=noting("plan")), "write the note 'plan'"),
    ],
    "G046": [
        (
            lambda: fanned(a={"agent": "critic", "fallback": "scores"}),
            "'a' is in a fan-out, and falls back to 'scores' instead of 'merger'",
        ),
        (lambda: fanned(a={"agent": "critic", "fallback": "end"}), "falls back to 'end'"),
    ],
    "G023": [
        (
            lambda: pair(("start", ["a", "b"], "c", "end"), a=WRITING, b=WRITING, c={"agent": "planner"}),
            "without a draft",
        ),
        (lambda: chosen().edge("start", "writer", "scores", "end"), "without a draft"),
        (lambda: Graph("p").node("plan", agent="planner").edge("start", "plan", "end"), "without a draft"),
    ],
    "G030": [
        (lambda: closed(loop(), {"all": [{"rounds": 3}, {"score": 0.9}]}), "scores → critic → reviser → scores"),
        (lambda: closed(loop(), {"score": 0.9}), "may never end"),
        (lambda: closed(loop(), {"not": "stop"}), "may never end"),
        (lambda: closed(loop(), {"seconds": 3.0}), "may never end"),
        (lambda: closed(loop(), {"mood": "good"}), "may never end"),
        (lambda: closed(loop(), {"all": ["stop", {"not": {"rounds": 3}}]}), "may never end"),
        (lambda: loop().edge("scores", "critic", "reviser", "scores"), "may never end"),
        (lambda: closed(loop(), {"score": {"proof": 1}}), "may never end"),
        (lambda: closed(loop(), {"any": [{"critique": "empty"}, {"score": 1}]}), "may never end"),
        (lambda: once(a={"agent": "proud", "fallback": "writer"}), "writer → scores → a → writer may never end"),
    ],
    "G031": [
        (lambda: closed(loop(scores={"evaluators": {"truth": 1}})), "'truth' is an oracle"),
        (lambda: closed(loop(scores={"evaluators": {"proof": 1}, "gates": ["redraft-truth:truth"]})), "an oracle"),
        (
            lambda: chosen(scores={"evaluators": {"truth": 1}}).edge("start", "writer", "scores", "pick", "end"),
            "may not steer the choice at 'pick'",
        ),
    ],
    "G032": [(lambda: closed(loop(scores={"evaluators": {"repetition": 1}})), "the critic 'critic'")],
    "G033": [
        (lambda: once(a={"agent": "wordy"}), "902 tokens of 800"),
        (lambda: closed(loop(critic={"agent": "critic", "max_tokens": 9})), "15 tokens of 9"),
    ],
    "G034": [(lambda: once().task("{{ a }}", a="text", b="text"), "'b' is read by nothing")],
    "G035": [
        (lambda: closed(threaded(reviser="stranger")), "'reviser' goes on with the thread of 'writer'"),
        (lambda: closed(threaded(critic="blind critic", reviser="stranger")), "has another system text"),
    ],
    "G036": [
        (lambda: closed(threaded(reviser="guest")), "in the thread of model 'other' that 'reviser' goes on with"),
        (lambda: once(a={"agent": "stranger"}), "no other agent is in the thread that 'a'"),
    ],
    "G037": [
        (lambda: closed(threaded(critic="blind critic")), "'critic' does not read the draft"),
        (lambda: closed(threaded(reviser="follow-up")), "'reviser' does not read the draft"),
    ],
    "G038": [
        (lambda: once(a={"call": "shortn", "writes": "draft"}), "'shortn'. Did you mean 'shorten'?"),
        (lambda: once(a={"call": "twin", "writes": "draft"}), "2 plugins bring the node 'twin'"),
    ],
    "G039": [
        (lambda: once(a=cutting(reads=[])), "'shorten' asks for 'draft', which the node does not hand over"),
        (lambda: once(a=cutting(reads=["draft", "task"])), "'shorten' takes no 'task'"),
        (lambda: once(a=cutting(params={"word": 3})), "'shorten' takes no 'word'. Did you mean 'words'?"),
        (lambda: once(a=cutting(params={"draft": 3})), "'draft' is something to read, and no parameter"),
    ],
    "G049": [
        (lambda: once().bench({"trueth": 1}), "'trueth'. Did you mean 'truth'?"),
        (lambda: once().bench({"brine": 1}), "no module named 'brine'"),
        (lambda: once().bench({"truth": {"sure": True}}), "no parameter 'sure'"),
        (lambda: once().bench({"truth": 1, "judge": 1}), "'judge' asks a model"),
        (
            lambda: once(a={"evaluators": {"proof": 1}}).task("Go {{ words }}.", words="number").bench({"listing": 1}),
            "needs the input 'words' as a list, and it is a number",
        ),
    ],
    "G050": [(lambda: once().bench({"proof": 1, "repetition": 1}), "all that 'proof', 'repetition' see")],
}


def test_a_rule_finds_what_it_is_for(subtests: pytest.Subtests) -> None:
    for code, graph, message in ((code, *case) for code, cases in BROKEN.items() for case in cases):
        with subtests.test(code=code, message=message):
            matching = [finding for finding in found(graph()) if finding.code == code and message in finding.message]
            assert matching, found(graph())
            assert all(
                finding.severity == RULES[code].severity and finding.mend and finding.name for finding in matching
            )


SOUND: list[Callable[[], Graph]] = [
    lambda: closed(loop()),
    once,
    lambda: closed(loop(), {"any": [{"rounds": 3}, {"score": 0.9}]}),
    lambda: closed(loop(), {"rounds": 3}),
    lambda: closed(loop(), {"rounds": 0}),
    lambda: closed(loop(), {"not": {"not": "stop"}}),
    lambda: closed(loop(), {"not": {"all": [{"not": {"rounds": 2}}, {"score": 0.5}]}}),
    lambda: closed(loop().edge("scores", "end", when={"score": 0.9})),
    lambda: closed(loop().edge("scores", "writer", when={"all": [{"plateau": {"rounds": 1}}, {"not": "stop"}]})),
    lambda: closed(loop(), {"any": ["stop", {"mood": "good"}]}).stop(mood=1, score=0.5),
    lambda: pair(
        ("start", "plan", "a", "scores", "end"),
        ("writer", "scores"),
        plan={"agent": "planner"},
        a={"agent": "follower"},
    ),
    lambda: once(a={"evaluators": {"truth": 1.0, "judge": 1.0, "length": {"max_words": 3}}}),
    lambda: once(a={"evaluators": {"coverage": 1.0}}).task("x", words="list"),
    lambda: closed(loop()).bench({"truth": 1.0, "coverage": 1.0, "length": {"max_words": 9}}, right=0.5),
    lambda: pair(("start", "a", "scores", "end"), ("writer", "scores"), a={"agent": "poet"}).task("x", words="list"),
    lambda: closed(loop(scores={"gates": ["proof"]})).stop(gate="proof"),
    lambda: closed(threaded()),
    lambda: closed(threaded(critic="blind critic", reviser="follow-up")).stop(regression=False),
    lambda: closed(loop(reviser={"agent": "mender"}, critic={"agent": "finder"})),
    lambda: closed(loop(), {"any": ["stop", {"score": {"proof": 1}}]}),
    lambda: closed(loop(scores={"evaluators": {"proof": 1}, "gates": ["artefact"]}), {"any": ["stop", {"gate": True}]}),
    lambda: (
        loop()
        .edge("scores", "end", when="stop")
        .edge("scores", "critic")
        .edge("critic", "end", when={"critique": "empty"})
        .edge("critic", "reviser", "scores")
    ),
    lambda: answered("Yes."),
    lambda: answered({"contains": "e"}),
    lambda: answered("nope", "a", a=noting("ask") | {"reads": ["notes"]}),
    lambda: asking({"note": {"plan": "yes", "x": "no"}}, {"note": {"plan": "yes"}}, {"note": {"plan": "no"}}),
    lambda: asking({"note": {"plan": {"at_least": 4}}}, {"note": {"plan": {"at_least": 3}}}),
    lambda: closed(loop(critic={"agent": "critic", "fallback": "scores"})),
    lambda: closed(loop(critic={"agent": "critic", "fallback": "end"})),
    lambda: closed(loop(reviser={"agent": "reviser", "fallback": "other"}, other={"agent": "reviser"})).edge(
        "other", "scores"
    ),
    fanned,
    lambda: fanned("a", "plan", plan={"agent": "planner"}, reviser=cutting(call="any", reads=["notes", "critique"])),
    lambda: fanned(
        "a",
        "x",
        "y",
        x=noting("plan"),
        y=noting("facts"),
        reviser=cutting(call="any", reads=["notes"]),
        merger=cutting(call="any", reads=["critique"], writes=["merged"]),
    ),
    lambda: fanned(a={"agent": "critic", "fallback": "merger"}),
    lambda: chosen().edge("start", "writer", "scores", "pick", "end"),
    lambda: chosen(select="majority").edge("start", "writer", "pick", "end").edge("scores", "end"),
    lambda: chosen(select="pareto").edge("start", "writer", "scores", "pick", "end"),
    lambda: chosen(pick={"agent": "chooser"}).edge("start", "writer", "pick", "end").edge("scores", "end"),
    lambda: pair(
        ("start", ["a", "b"], "scores", "c", "end"), a=WRITING, b=WRITING | {"samples": 2}, c={"select": "best"}
    ),
    lambda: pair(
        ("start", ["a", "b"], "scores", "c", "end"),
        a=WRITING | {"fallback": "scores"},
        b=WRITING,
        c={"select": "best"},
    ),
    lambda: once(a=cutting(params={"words": 3})),
    lambda: closed(loop(reviser=cutting(call="any", reads=["draft", "critique"], params={"x": [1]}))),
    lambda: pair(
        ("start", "plan", "a", "scores", "end"),
        ("writer", "scores"),
        plan={"call": "any", "reads": ["task"], "writes": ["plan", "facts"]},
        a={"call": "any", "reads": ["notes"], "writes": "draft"},
    ),
]


def test_a_sound_graph_has_no_finding_but_what_is_left_out(subtests: pytest.Subtests) -> None:
    for graph in SOUND:
        with subtests.test(graph=graph):
            assert [finding for finding in found(graph()) if finding.code != "G011"] == []


def test_every_rule_has_an_example() -> None:
    by_their_files = {"G000", "G003", "G047", "G048", "G051"}  # In test_explained.
    assert set(RULES) - set(BROKEN) == by_their_files


def test_a_broken_agent_is_found_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "critic.md").write_text("---\nredraft: 1\nwrites: nothing\n---\nx", encoding="utf-8")
    (tmp_path / "graphs").mkdir()
    file = tmp_path / "graphs" / "mine.toml"
    file.write_text('redraft = 1\nextends = "sentence"\n', encoding="utf-8")
    findings = [one for one in lint(load_graph(file, tmp_path), REGISTRY, agents(tmp_path)) if one.severity == "error"]
    assert [one.code for one in findings] == ["G003"]
    assert "critic.md:3 writes" in findings[0].message


def test_a_finding_has_the_line_of_its_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'redraft = 1\nextends = "sentence"\n\n[nodes.evaluate.evaluators]\ncoverage = 1\nlength = { max_word = 3 }\n',
        encoding="utf-8",
    )
    (finding,) = lint(load_graph(file, ROOT), REGISTRY, agents(ROOT))
    assert (finding.code, finding.file, finding.line, finding.name) == ("G007", str(file), 6, "length")


def test_the_shipped_graphs_have_no_error(subtests: pytest.Subtests) -> None:
    for name in ["refine", "sentence", "critic_panel", "best_of_n", "best_then_refine", "human_review"]:
        with subtests.test(name=name):
            require_clean(load_graph(name), REGISTRY, agents(ROOT))


def test_an_unsound_graph_is_refused_in_five_lines() -> None:
    one, many = closed(loop(), {"score": 0.9}).spec(), Graph("many").edge("start", *"abcdefgh", "end").spec()
    with pytest.raises(LintError, match="G030") as error:
        require_clean(one, REGISTRY, BOOK)
    assert error.value.where
    assert error.value.mend
    with pytest.raises(LintError, match=r"graph 'many' has .* errors") as error:
        require_clean(many, REGISTRY, BOOK)
    assert len(str(error.value).splitlines()) == 5


def test_a_broken_plugin_that_is_needed_has_its_own_exit_code() -> None:
    with pytest.raises(PluginError, match="brine"):
        require_clean(once(a={"evaluators": {"brine": 1}}).spec(), REGISTRY, BOOK)


def test_two_plugins_with_one_name_are_told_apart() -> None:
    registry = Registry([Entry("evaluators", "proof", proof, dist) for dist in ("one", "two")])
    messages = [finding.message for finding in lint(once().spec(), registry, BOOK) if finding.code == "G004"]
    assert "2 plugins bring the evaluator 'proof'" in messages[0]
    named = (
        Graph("g")
        .node("writer", agent="writer")
        .node("s", evaluators={"two:proof": 1})
        .edge("start", "writer", "s", "end")
    )
    assert lint(named.spec(), registry, BOOK) == []


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Time is lint's own: no passes of the garbage collector over what other tests have left."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.mark.usefixtures("uncollected")
def test_a_complete_digraph_of_300_nodes_is_linted_in_under_a_second() -> None:
    spec = complete(300)
    open_ended = tuple(edge for edge in spec.edges if edge.target != "end")
    for edges, codes in ((spec.edges, set()), (open_ended, {"G012", "G021", "G030"})):
        began = time.process_time()
        findings = lint(spec.model_copy(update={"edges": edges}), REGISTRY, BOOK)
        assert time.process_time() - began < 1
        assert {finding.code for finding in findings} == codes


@pytest.mark.usefixtures("uncollected")
def test_a_chain_of_a_thousand_nodes_is_linted_soon() -> None:
    spec = chain(1000)
    began = time.process_time()
    assert lint(spec, REGISTRY, BOOK) == []
    assert time.process_time() - began < 1


def test_every_rule_is_documented_and_every_documented_rule_is_there() -> None:
    page = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(G\d{3})` \| ((?:error|warning) .*) \|$", page, re.MULTILINE))
    assert rows == {code: f"{rule.severity} | {rule.text} | {rule.mend}" for code, rule in RULES.items()}


def test_a_graph_file_that_cannot_be_read_is_no_finding(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("redraft = 1\nx = 1\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"a\.toml:2 x"):
        load_graph(tmp_path / "a.toml")
