"""Evaluators of texts: required lemmas, order, readability, forbidden words, language, acronyms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redraft import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft import Evaluator

__all__ = ["redraft_evaluators", "redraft_graphs"]


@hookimpl
def redraft_evaluators() -> list[Evaluator]:
    """Register the evaluators."""
    from redraft_text import (
        acronym,
        everyday_sentence,
        forbidden,
        language,
        lemmas,
        order,
        readability,
        same_acronym,
        woven,
    )

    return [
        acronym.acronym,
        everyday_sentence.everyday_sentence,
        forbidden.forbidden,
        language.language,
        lemmas.lemmas,
        order.order,
        readability.readability,
        same_acronym.same_acronym,
        woven.woven,
    ]


@hookimpl
def redraft_graphs() -> Iterable[Path]:
    """Register the graphs."""
    return sorted(Path(__file__).parent.glob("graphs/*.toml"))
