"""What a run hands over where it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["answer_of"]


def answer_of(state: Mapping[str, Any]) -> str | None:
    """Return the text that a run which ends now hands over: of the best draft, or else of the one at hand."""
    pool = state["pool"].drafts if state.get("pool") else ()
    drafts = (state.get("best"), state.get("current"), *reversed(pool))
    return next((assessed.draft.text for assessed in drafts if assessed), None)
