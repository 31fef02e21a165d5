"""What a run reads, watched while LangGraph runs it: whatever is not there is noted down, whoever catches the error."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from langgraph.errors import GraphBubbleUp

from benchmarks.soundness.world import BOOK
from redraft.graph import compile as compiling
from redraft.graph import routing
from redraft.graph.condition import Atom, NoProblems, Noted, Scored
from redraft.graph.holding import holding
from redraft.graph.node import AgentNode, CallNode, EvaluateNode, GraphNode, HumanNode, SelectNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.convergence import Decision, Progress
    from redraft.graph.condition import Leaf
    from redraft.graph.nodes import Step, Visit, Work
    from redraft.graph.spec import GraphSpec
    from redraft.graph.state import State

__all__ = ["Watch", "watched"]


@dataclass(slots=True)
class Watch:
    """What was seen of a run: reads of what nothing has written, and how many visits were made in all."""

    missing: list[str] = field(default_factory=list)
    visits: int = 0
    reads: int = 0

    def check(self, who: str, *, there: dict[str, bool]) -> None:
        """Note what is read and not there."""
        self.reads += len(there)
        self.missing += [f"{who} reads {what}, and it is not there" for what, is_there in there.items() if not is_there]


@dataclass(frozen=True, slots=True)
class _Watched:
    """A node's work, looked at before it begins."""

    work: Work
    spec: GraphSpec
    watch: Watch

    async def __call__(self, visit: Visit) -> Step:
        """Look, and do the work."""
        self.watch.check(f"'{visit.node}' of {self.spec.name}", there=_found(self.spec, visit.node, visit.state))
        try:
            step = await self.work(visit)
        except GraphBubbleUp:
            raise  # A person is asked, and the visit goes on afterwards.
        except BaseException:
            self.watch.visits += visit.attempt == 1
            raise
        self.watch.visits += visit.attempt == 1
        return step


def _found(spec: GraphSpec, name: str, state: State) -> dict[str, bool]:
    """Return what a node reads, and whether it is there. This knows nothing of lint."""
    current, pool = state.get("current"), state.get("pool")
    drafts = pool.drafts if pool else ()
    judged = bool(drafts) and all(one.verdict is not None for one in drafts)
    there = {
        "draft": current is not None,
        "verdict": current is not None and current.verdict is not None,
        "best": state.get("best") is not None,
        "critique": state.get("critique") is not None,
        "pool": bool(drafts),
    }
    match spec.nodes[name]:
        case EvaluateNode():
            return {"draft or pool": bool(drafts) or current is not None}
        case SelectNode(select=select):
            return {"pool": bool(drafts)} | ({} if select == "majority" else {"verdicts of a pool": judged})
        case AgentNode(agent=agent):
            wanted = set(BOOK[agent].reads) | ({"draft"} if BOOK[agent].writes == "critique" else set())
        case GraphNode():
            inner = spec.inner(name)
            wanted = set(inner.reads) if inner else set()
        case CallNode(reads=reads) | HumanNode(reads=reads):
            wanted = set(reads)
    return {item: there[item] for item in wanted & set(there)}


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch every graph that is compiled and run inside."""
    watch, real = Watch(), compiling._work  # noqa: SLF001 -- what a node finds is seen nowhere else

    def work(spec: GraphSpec, parts: Any, name: str) -> _Watched:
        return _Watched(real(spec, parts, name), spec, watch)

    def looked(leaf: Leaf, progress: Progress) -> Decision | None:
        verdict = progress.current is not None and progress.current.verdict is not None
        match leaf:
            case Atom(check="score" | "gate") | Scored():
                watch.check("a condition", there={"verdict": verdict})
            case NoProblems():
                watch.check("a condition", there={"critique": progress.critique is not None})
            case Noted(note=note):
                watch.check("a condition", there={f"notes.{note}": note in progress.notes})
        return holding(leaf, progress)

    with patch.object(compiling, "_work", work), patch.object(routing, "holding", looked):
        yield watch
