"""A node that chooses from the pool: which draft becomes the current one, and which are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redraft.graph.events import Chosen
from redraft.graph.fan import Pool
from redraft.graph.front import front
from redraft.graph.nodes import Step
from redraft.graph.voting import ballot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.graph.node import SelectNode
    from redraft.graph.nodes import Visit
    from redraft.task import Assessed

__all__ = ["Choice", "SelectWork", "choice"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The drafts that a rule of choice leaves, the first of them chosen, and a few words on why."""

    order: tuple[Assessed, ...]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SelectWork:
    """Makes one draft of the pool the current one."""

    node: SelectNode

    async def __call__(self, visit: Visit) -> Step:
        """Choose. A pool that is empty, for all who write into it failed, leaves the current draft as it is."""
        pool = visit.state.get("pool")
        if pool is None or not pool.drafts:
            return Step()
        # A pool that was kept has the chosen draft first.
        made = choice(sorted(pool.drafts, key=lambda one: one.draft.index), self.node)
        chosen = made.order[0]
        kept = made.order[: self.node.keep] if self.node.keep > 1 else ()
        # What a vote or a front says against a draft, a verdict does not know: it is out of the contest.
        others = tuple(one for one in pool.drafts if one is not chosen)
        over = () if self.node.select == "best" else others
        dropped = tuple(one for one in others if one not in kept and one not in over)
        visit.emit(Chosen(visit.node, chosen.draft.index, tuple(one.draft.index for one in over), made.detail))
        return Step({"current": chosen, "pool": Pool(drafts=kept)} | _settled(visit, chosen, dropped))


def choice(drafts: Sequence[Assessed], node: SelectNode) -> Choice:
    """Return what a node chooses from the drafts of a pool.

    Args:
        drafts: The drafts, at least one, the earliest first.
        node: The rule: `best` goes by verdicts, `majority` by what most drafts say, `pareto` by the front.
    """
    match node.select:
        case "best":
            return Choice(tuple(sorted(drafts, key=lambda one: one.rank, reverse=True)))
        case "majority":
            vote = ballot(drafts, node.of or "answers")
            return Choice(vote.order, f"{vote.votes} of {vote.voters} say the same")
        case "pareto":
            unbeaten = front(drafts)
            shown = ", ".join(str(index) for index in sorted(one.draft.index for one in unbeaten))
            return Choice(tuple(unbeaten), f"the evenest of those that none beats: {shown}")


def _settled(visit: Visit, chosen: Assessed, dropped: Sequence[Assessed]) -> dict[str, Any]:
    if chosen.verdict is None:
        return {}
    memory = visit.state["memory"].settled(chosen, dropped)
    return {"memory": memory, "best": memory.best.assessed if memory.best else None}
