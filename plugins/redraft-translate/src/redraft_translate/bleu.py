"""The oracle `bleu`: sequences of words that a translation shares with the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from redraft import Score, evaluator
from redraft_translate.direction import Direction
from redraft_translate.reference import Tokenizer, compared, other_script, references, tokenizer_for

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["BleuParams", "bleu"]


class BleuParams(Direction):
    """How words are found and counted.

    Attributes:
        tokenize: How a text is cut into words; left out, as its language asks for.
        smooth_method: What stands for a length of which nothing is shared.
        lowercase: Whether case does not matter.
    """

    tokenize: Tokenizer | None = None
    smooth_method: Literal["exp", "floor", "add-k", "none"] = "exp"
    lowercase: bool = False


@evaluator("bleu", kind="oracle", needs=("reference",), params=BleuParams)
def bleu(draft: Draft, task: Task, params: BleuParams) -> Score:
    """The BLEU of the draft against its references, as sacrebleu gives it for a sentence, divided by 100."""
    from sacrebleu.metrics.bleu import BLEU

    texts = references(task, params)
    # A sentence may have fewer than four words: only the lengths that it has are counted, as sacrebleu's own tool does.
    metric = BLEU(
        tokenize=params.tokenize or tokenizer_for(task, params, texts),
        smooth_method=params.smooth_method,
        lowercase=params.lowercase,
        effective_order=True,
    )
    result = metric.sentence_score(compared(draft.text, texts), texts)
    said = f"BLEU {result.score:.1f} ({metric.get_signature()})"
    value = min(1.0, result.score / 100)
    return Score(value, [*other_script(draft.text, texts), said] if value < 1 else ())
