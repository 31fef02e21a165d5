"""What the names in random graphs stand for: agents, evaluators, functions and graphs, each of a known kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.agents import Agent
from redraft.builtin import redraft_evaluators
from redraft.errors import DefinitionError
from redraft.evaluation import evaluator
from redraft.graph.builder import Graph
from redraft.registry import BUILTIN, Broken, Entry, Registry

if TYPE_CHECKING:
    from redraft.graph.spec import GraphSpec
    from redraft.task import Draft

__all__ = ["BEGIN", "BOOK", "EVALUATE", "FAULTY", "GUARDED", "POLISH", "REGISTRY", "SHARED", "STROLL"]


@evaluator("proof", kind="verifier")
def _proof(draft: Draft) -> float:
    """A verifier."""
    return float(bool(draft.text))


@evaluator("hunch")
def _hunch(draft: Draft) -> float:
    """A heuristic."""
    return float(bool(draft.text))


@evaluator("guard")
def _guard(draft: Draft) -> float:
    """A heuristic that graphs have as a gate."""
    return float(bool(draft.text))


@evaluator("truth", kind="oracle")
def _truth(draft: Draft) -> float:
    """An oracle."""
    return float(bool(draft.text))


@evaluator("listing", needs={"words": "list"})
def _listing(draft: Draft) -> float:
    """Needs an input."""
    return float(bool(draft.text))


REGISTRY = Registry(
    [
        *(Entry("evaluators", one.name, one, "redraft-world") for one in (_proof, _hunch, _guard, _truth, _listing)),
        *(Entry("evaluators", one.name, one, BUILTIN) for one in redraft_evaluators()),
        Entry("nodes", "any", lambda **_: "noted", "redraft-world"),
        Entry("nodes", "two", lambda **_: {"facts": "yes", "doubts": "no"}, "redraft-world"),
        Entry("nodes", "cut", lambda draft, words=9: draft.text[:words], "redraft-world"),
    ],
    [Broken("pickle", "redraft-pickle", "no module named 'brine'", ("brine",))],
)


class _Book(dict[str, Agent]):
    """Agents by name; the file of one of them is wrong."""

    def __getitem__(self, name: str) -> Agent:
        if name == "broken":
            raise DefinitionError("the key 'writes' is not one of draft, critique", where="broken.md:3 writes")
        return super().__getitem__(name)


_CRITIQUE: dict[str, Any] = {"writes": "critique", "schema": "critique"}
BOOK = _Book(
    {
        name: Agent.model_validate({"name": name, "prompt": "Go.", **rest})
        for name, rest in {
            "writer": {},
            "critic": {"reads": ("draft", "verdict"), **_CRITIQUE},
            "reviser": {"reads": ("draft", "verdict", "critique")},
            "merger": {"reads": ("draft", "critique"), **_CRITIQUE},
            "proud": {"reads": ("best",)},
            "planner": {"writes": "note"},
            "listener": {"reads": ("notes",)},
            "chooser": {"reads": ("pool",)},
            "judge": {"reads": ("task", "draft"), "writes": "rating", "choices": ("1", "2")},
            "rater": {"reads": ("draft",), "writes": "rating", "choices": ("1", "2")},
            "wordy": {"schema": {"type": "string", "minLength": 900}},
            "starter": {"context": "thread"},
            "finder": {"reads": ("draft",), "context": "thread", **_CRITIQUE},
            "mender": {"reads": ("draft", "verdict", "critique"), "context": "thread"},
            "stranger": {"reads": ("draft",), "context": "thread", "system": "You are somebody else."},
            "guest": {"reads": ("draft",), "context": "thread", "model": "other"},
            "blind": {"reads": ("critique",), "context": "thread"},
        }.items()
    }
)
EVALUATE: dict[str, Any] = {"evaluators": {"proof": 1.0}}
GUARDED: dict[str, Any] = EVALUATE | {"gates": ["guard"]}
BEGIN = (
    Graph("begin")
    .node("w", agent="writer")
    .node("s", **EVALUATE)
    .edge("start", "w", "s")
    .edge("s", "end", when={"rounds": 1})
    .edge("s", "w")
).spec()
POLISH = (
    Graph("polish")
    .reads("draft", "verdict")
    .node("r", agent="critic")
    .node("w", agent="writer")
    .edge("start", "r")
    .edge("r", "w", when={"critique": "empty"})
    .edge("r", "end")
    .edge("w", "end")
).spec()
STROLL = (
    Graph("stroll")
    .node("b", graph=BEGIN)
    .node("h", human="Good?", choices=("yes", "no"))
    .edge("start", "b", "h")
    .edge("h", "end", when={"any": [{"note": {"h": "yes"}}, "stop"]})
    .edge("h", "b")
    .stop(rounds=2)
).spec()
"""A graph with a graph and a question in it."""

SHARED: dict[str, GraphSpec] = {one.name: one for one in (BEGIN, POLISH, STROLL)}
FAULTY = Graph("faulty").node("w", agent="writter").edge("start", "w", "end").spec()
"""A graph that is not sound."""
