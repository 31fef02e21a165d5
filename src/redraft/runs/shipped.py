"""The shipped graphs as LangGraph's own tools open them: `langgraph.json` names each of these functions."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from langgraph.graph.state import CompiledStateGraph

    from redraft.graph.beginning import Input, Output
    from redraft.graph.state import State

    Made = CompiledStateGraph[State, None, Input, Output]

__all__ = [
    "best_of_n",
    "best_then_refine",
    "critic_panel",
    "debate",
    "human_review",
    "pareto",
    "refine",
    "self_consistency",
    "sentence",
    "translate_back",
]


def _maker(name: str) -> Callable[[], Made]:
    @cache  # A server asks for the graph at every run, and its models are to be opened once.
    def made() -> Made:
        from redraft.runs.compiling import compile  # noqa: A004

        return compile(name)

    return made


best_of_n = _maker("best_of_n")
best_then_refine = _maker("best_then_refine")
critic_panel = _maker("critic_panel")
debate = _maker("debate")
human_review = _maker("human_review")
pareto = _maker("pareto")
refine = _maker("refine")
self_consistency = _maker("self_consistency")
sentence = _maker("sentence")
translate_back = _maker("translate_back")
