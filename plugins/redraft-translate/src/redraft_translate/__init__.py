"""Evaluators of translations, and the graphs and the agent that use them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redraft import hookimpl

if TYPE_CHECKING:
    from redraft import Evaluator

__all__ = ["redraft_agents", "redraft_evaluators", "redraft_graphs"]

_HERE = Path(__file__).parent


@hookimpl
def redraft_evaluators() -> list[Evaluator]:
    """Register the evaluators of translations."""
    from redraft_translate import accepted, bleu, chrf, glossary, kept, length_ratio, round_trip, script, ter

    return [
        accepted.accepted,
        bleu.bleu,
        chrf.chrf,
        glossary.glossary,
        kept.kept,
        length_ratio.length_ratio,
        round_trip.round_trip,
        script.script,
        ter.ter,
    ]


@hookimpl
def redraft_agents() -> list[Path]:
    """Register the agent that translates back."""
    return sorted(_HERE.joinpath("agents").glob("*.md"))


@hookimpl
def redraft_graphs() -> list[Path]:
    """Register the graphs of translations."""
    return sorted(_HERE.joinpath("graphs").glob("*.toml"))
