"""Where the nodes of a fan-out meet: what each of them brought becomes one state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.graph.fan import Landed, Pool, combined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.graph.nodes import Step
    from redraft.graph.state import State
    from redraft.task import Stopped

__all__ = ["gathered", "landed", "place_of", "stop_of"]


def landed(step: Step) -> Landed:
    """Return what a node of a fan-out leaves for the join; its notes go into the state by themselves."""
    pool, current = step.update.get("pool"), step.update.get("current")
    return Landed(
        drafts=(current,) if current else pool.drafts if pool else (),
        critique=step.update.get("critique"),
        prompt_tokens=step.prompt_tokens,
        completion_tokens=step.completion_tokens,
        stop=step.stop.to_value() if step.stop else None,
    )


def place_of(node: str, state: State, drafts: Mapping[str, int]) -> int:
    """Return how many drafts the nodes before one write in the fan-out under way: where the indexes of its own begin.

    Args:
        node: The node.
        state: The state that all of them find.
        drafts: How many drafts each node writes on a visit.
    """
    nodes = state["fan"].nodes if state.get("fan") else ()  # type: ignore[union-attr]
    return sum(drafts.get(name, 0) for name in nodes[: nodes.index(node)])


def stop_of(state: State) -> Stopped | None:
    """Return why the run has to end after the fan-out, or None."""
    return next((one.stop for one in _in_order(state).values() if one.stop), None)


def gathered(state: State, drafts: Mapping[str, int]) -> dict[str, Any]:
    """Return the update that a fan-out makes where its nodes meet: pool, critique, and what was used up.

    Args:
        state: The state at the join.
        drafts: How many drafts each node writes on a visit.
    """
    fan, brought = state.get("fan"), _in_order(state)
    if fan is None:
        return {}
    counters = state["counters"]
    visits = {node: counters.visits.get(node, 0) + 1 for node in fan.nodes}
    update: dict[str, Any] = {"fan": None, "landed": None}
    update["counters"] = counters.model_copy(
        update={
            "visits": counters.visits | visits,
            "drafts": counters.drafts + sum(drafts.get(node, 0) for node in fan.nodes),
            "prompt_tokens": counters.prompt_tokens + sum(one.prompt_tokens for one in brought.values()),
            "completion_tokens": counters.completion_tokens + sum(one.completion_tokens for one in brought.values()),
        }
    )
    if any(drafts.get(node) for node in fan.nodes):
        update["pool"] = Pool(drafts=tuple(draft for one in brought.values() for draft in one.drafts))
    critiques = [one.critique for one in brought.values() if one.critique]
    return update | ({"critique": combined(critiques)} if critiques else {})


def _in_order(state: State) -> dict[str, Landed]:
    fan, brought = state.get("fan"), state.get("landed", {})
    return {node: brought[node] for node in fan.nodes if node in brought} if fan else {}
