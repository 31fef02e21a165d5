"""Evaluators of summaries: a plugin of redraft."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redraft import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft import Evaluator

__all__ = ["redraft_evaluators", "redraft_graphs"]

_HERE = Path(__file__).parent


@hookimpl
def redraft_evaluators() -> list[Evaluator]:
    """Register the evaluators."""
    from redraft_summary import compression, copying, faithful, gist, key_terms, rouge

    return [
        compression.compression,
        copying.copying,
        faithful.faithful,
        gist.gist,
        key_terms.key_terms,
        rouge.rouge,
    ]


@hookimpl
def redraft_graphs() -> Iterable[Path]:
    """Register the graphs of summaries."""
    return sorted(_HERE.glob("graphs/*.toml"))
