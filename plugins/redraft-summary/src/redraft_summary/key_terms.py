"""The evaluator `key_terms`: how many of its source's key terms a summary uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.text import folded
from redraft_summary.inputs import source_of
from redraft_summary.textrank import key_terms_of, stems, uses

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft_summary.textrank import Term

__all__ = ["KeyTermsParams", "key_terms"]


class KeyTermsParams(BaseModel):
    """How many terms are looked for, and how many are enough.

    Attributes:
        terms: How many key terms of the source are looked for.
        enough: The share of them that scores 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    terms: int = Field(default=10, ge=1, le=100)
    enough: float = Field(default=0.6, gt=0, le=1)


@evaluator("key_terms", kind="heuristic", needs=("source",), params=KeyTermsParams, cost="medium")
def key_terms(draft: Draft, task: Task, params: KeyTermsParams) -> Score:
    """Share of the source's key terms, ranked by TextRank, that the draft uses; inflected English forms count."""
    source = source_of(task)
    terms = key_terms_of(source, params.terms)
    if not terms:
        raise ValueError("the input 'source' has no words that could be key terms")
    text, used = folded(draft.text), stems(draft.text)
    missing = [term for term in terms if not uses(term, text, used)]
    value = min(1.0, (len(terms) - len(missing)) / len(terms) / params.enough)
    return Score(value, [f'the key term "{_as_written(term, source)}" is missing' for term in missing])


def _as_written(term: Term, source: str) -> str:
    """Return a term as its source writes it: a name keeps its capital letter."""
    word = rf"(?<!\w){regex.escape(term.text)}(?!\w)"
    written = regex.search(word, source) or regex.search(word, source, regex.IGNORECASE)
    return written.group() if written else term.text
