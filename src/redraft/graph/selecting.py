"""A node that chooses from the pool: which draft becomes the current one, and which are kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.graph.events import Chosen
from redraft.graph.fan import Pool
from redraft.graph.nodes import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.graph.node import SelectNode
    from redraft.graph.nodes import Visit
    from redraft.task import Assessed

__all__ = ["SelectWork", "ranked"]


@dataclass(frozen=True, slots=True)
class SelectWork:
    """Makes the best draft of the pool the current one."""

    node: SelectNode

    async def __call__(self, visit: Visit) -> Step:
        """Choose. A pool that is empty, for all who write into it failed, leaves the current draft as it is."""
        pool = visit.state.get("pool")
        if pool is None or not pool.drafts:
            return Step()
        best, *others = ranked(pool.drafts, self.node.select)
        kept = (best, *others)[: self.node.keep] if self.node.keep > 1 else ()
        visit.emit(Chosen(visit.node, best.draft.index))
        return Step({"current": best, "pool": Pool(drafts=kept)})


def ranked(drafts: Sequence[Assessed], by: str) -> list[Assessed]:
    """Return the drafts, the best one first; of equals the earlier one.

    Args:
        drafts: The drafts of a pool.
        by: `best` orders them by their verdicts, `majority` by how many drafts say the same, then by their verdicts.
    """
    said = Counter(_said(one) for one in drafts) if by == "majority" else Counter[str]()
    return sorted(drafts, key=lambda one: (said[_said(one)], one.rank), reverse=True)


def _said(assessed: Assessed) -> str:
    return " ".join(assessed.draft.text.casefold().split()).rstrip(".")
