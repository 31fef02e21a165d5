"""How long a context a run opens its models with: what its graph needs, within what a model was trained with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.catalog.header import inspect
from redraft.graph.needs import USUAL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redraft.agents import Agent
    from redraft.graph.needs import Needs

__all__ = ["context_for"]

LEAST, STEP = 512, 256
"""Tokens that a context has at least, and what it is rounded up to."""


def context_for(path: Path, agents: Sequence[Agent], needs: Needs, *, least: int = LEAST) -> int | None:
    """Return the tokens of context that a model file is to be opened with; None where nothing can be told.

    Bytes bound tokens, and cost nothing to count. The tokenizer is asked only where they bound too little.

    Args:
        path: The model's file.
        agents: The agents that it serves.
        needs: What the graph needs.
        least: What it gets at least, as far as it was trained with so much.

    Raises:
        ModelFileError: The file is no model.
    """
    needed = needs.of(agents)
    if needed is None:
        return None
    trained = inspect(path).context_length or USUAL
    if needed > min(trained, USUAL):
        needed = _by_tokenizer(path, agents, needs) if trained > USUAL else trained
    return min(max(-(-needed // STEP) * STEP, least), trained)


def _by_tokenizer(path: Path, agents: Sequence[Agent], needs: Needs) -> int:
    from redraft.llama.native.model import Model

    model = Model(path, weights=False)
    try:
        vocabulary = model.vocabulary
        return needs.of(agents, lambda text: len(vocabulary.tokens_of(text))) or USUAL
    finally:
        model.close()
