"""The evaluator `parses`: whether the draft's code is Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft import Score, evaluator
from redraft_code.extraction import extract
from redraft_code.syntax import fault_of

if TYPE_CHECKING:
    from redraft import Draft

__all__ = ["parses"]


@evaluator("parses", kind="verifier")
def parses(draft: Draft) -> Score:
    """Whether the draft has Python code, and all of it compiles; nothing of it is run."""
    fault = fault_of(extract(draft.text))
    return Score(0.0, [fault]) if fault else Score(1.0)
