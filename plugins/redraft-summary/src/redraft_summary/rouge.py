"""The oracle `rouge`: how much a summary overlaps with a reference summary."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Literal

import regex
from pydantic import BaseModel, ConfigDict

from redraft import Score, evaluator
from redraft.text import folded, word_list
from redraft_summary.inputs import texts

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["RougeParams", "WordTokenizer", "rouge"]

_OTHER_LETTER = regex.compile(r"[^\P{L}\p{Latin}]")


class RougeParams(BaseModel):
    """Which ROUGE.

    Attributes:
        variant: `rouge1` and `rouge2` count words and pairs of words; `rougeL` the longest common sequence; `rougeLsum`
            that of each line.
        measure: `f1`, `precision` or `recall`.
        stem: Whether English words are compared by their Porter stems.
        tokenizer: `auto` (rouge-score's own for texts in Latin letters, else words and characters), or one of them:
            `rouge_score`, `words`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    variant: Literal["rouge1", "rouge2", "rougeL", "rougeLsum"] = "rougeL"
    measure: Literal["f1", "precision", "recall"] = "f1"
    stem: bool = False
    tokenizer: Literal["auto", "rouge_score", "words"] = "auto"


class WordTokenizer:
    """Words of any script; a character of a script without spaces is one. rouge-score's own drops all but `a-z0-9`.

    Args:
        stem: Whether words of ASCII letters are stemmed, as rouge-score does: those of more than three letters.
    """

    def __init__(self, *, stem: bool = False) -> None:
        from rouge_score.tokenizers import DefaultTokenizer

        self._ascii = DefaultTokenizer(use_stemmer=stem)

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text."""
        found: list[str] = []
        for word in word_list(folded(text)):
            found += self._ascii.tokenize(word) if word.isascii() else [word]
        return found


@evaluator("rouge", kind="oracle", needs=("reference",), params=RougeParams, cost="medium")
def rouge(draft: Draft, task: Task, params: RougeParams) -> Score:
    """ROUGE (Lin 2004) of the draft and the nearest reference summary, as the package rouge-score computes it."""
    from rouge_score.rouge_scorer import RougeScorer

    references = texts(task, "reference")
    scorer = RougeScorer(
        [params.variant], use_stemmer=params.stem, tokenizer=_tokenizer(params, draft.text, *references)
    )
    found = scorer.score_multi(references, draft.text)[params.variant]
    value = float({"f1": found.fmeasure, "precision": found.precision, "recall": found.recall}[params.measure])
    told = f"{params.variant} {params.measure} {value:.3f}"
    if value == 0 and _share_no_script(draft.text, references):
        return Score(0.0, [f"{told}: the draft and the reference are written in different scripts"])
    return Score(min(1.0, value), [told] if value < 1 else [])


def _tokenizer(params: RougeParams, *given: str) -> WordTokenizer | None:
    """Return the tokenizer for texts, or None for rouge-score's own."""
    own = params.tokenizer == "rouge_score"
    if own or (params.tokenizer == "auto" and not any(_OTHER_LETTER.search(text) for text in given)):
        return None
    return WordTokenizer(stem=params.stem)


def _share_no_script(text: str, references: tuple[str, ...]) -> bool:
    mine, theirs = _scripts(text), _scripts("".join(references))
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _scripts(text: str) -> frozenset[str]:
    """Return the scripts of a text's letters, by the first word of their names: `LATIN`, `CJK`."""
    return frozenset(unicodedata.name(sign, "?").partition(" ")[0] for sign in text if sign.isalpha())
