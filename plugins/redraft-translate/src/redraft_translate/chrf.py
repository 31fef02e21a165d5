"""The oracle `chrf`: character n-grams that a translation shares with the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from redraft import Score, evaluator
from redraft_translate.direction import Direction
from redraft_translate.reference import compared, other_script, references

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["ChrfParams", "chrf"]


class ChrfParams(Direction):
    """What is compared; the defaults are those of chrF2.

    Attributes:
        char_order: Length of the longest n-gram of characters.
        word_order: Length of the longest n-gram of words; 2 makes it chrF++.
        beta: How much more recall weighs than precision.
    """

    char_order: int = Field(default=6, ge=1, le=20)
    word_order: int = Field(default=0, ge=0, le=10)
    beta: int = Field(default=2, ge=1, le=10)


@evaluator("chrf", kind="oracle", needs=("reference",), params=ChrfParams)
def chrf(draft: Draft, task: Task, params: ChrfParams) -> Score:
    """The chrF of the draft against its references, as sacrebleu gives it for a sentence, divided by 100."""
    from sacrebleu.metrics.chrf import CHRF

    texts = references(task, params)
    metric = CHRF(char_order=params.char_order, word_order=params.word_order, beta=params.beta)
    result = metric.sentence_score(compared(draft.text, texts), texts)
    said = f"{result.name} {result.score:.1f} ({metric.get_signature()})"
    value = min(1.0, result.score / 100)
    return Score(value, [*other_script(draft.text, texts), said] if value < 1 else ())
