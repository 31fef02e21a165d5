"""Evaluators of replies in a conversation, and the graphs and the agent that use them."""

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
    """Register the evaluators of replies."""
    from redraft_dialogue import (
        answers_last_turn,
        contradiction,
        echo,
        invented,
        premise,
        says,
        told,
        tone,
        turn_repetition,
    )

    return [
        answers_last_turn.answers_last_turn,
        contradiction.contradiction,
        echo.echo,
        invented.invented,
        premise.premise,
        says.says,
        told.told,
        tone.tone,
        turn_repetition.turn_repetition,
    ]


@hookimpl
def redraft_agents() -> list[Path]:
    """Register the agent that rates a tone."""
    return sorted(_HERE.joinpath("agents").glob("*.md"))


@hookimpl
def redraft_graphs() -> list[Path]:
    """Register the graphs of conversations."""
    return sorted(_HERE.joinpath("graphs").glob("*.toml"))
