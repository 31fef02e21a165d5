"""The oracle `ter`: how few edits turn a translation into the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft import Score, evaluator
from redraft_translate.direction import Direction, to_language
from redraft_translate.languages import language_of
from redraft_translate.reference import other_script, references

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["TerParams", "ter"]

_ASIAN = ("zh", "ja")


class TerParams(Direction):
    """How words are found.

    Attributes:
        normalized: Whether punctuation is parted from words.
        no_punct: Whether punctuation is left out.
        asian_support: Whether each Chinese or Japanese character is a word; left out, as the language asks for. It
            implies `normalized`, without which sacrebleu does not look for them.
        case_sensitive: Whether case matters.
    """

    normalized: bool = False
    no_punct: bool = False
    asian_support: bool | None = None
    case_sensitive: bool = False


@evaluator("ter", kind="oracle", needs=("reference",), params=TerParams, cost="medium")
def ter(draft: Draft, task: Task, params: TerParams) -> Score:
    """How few edits turn the draft into its nearest reference: 1 - TER, or 0 where there are more edits than words."""
    from sacrebleu.metrics import TER

    texts = references(task, params)
    asian = _is_asian(task, params, texts) if params.asian_support is None else params.asian_support
    metric = TER(
        normalized=params.normalized or asian,
        no_punct=params.no_punct,
        asian_support=asian,
        case_sensitive=params.case_sensitive,
    )
    result = metric.sentence_score(draft.text, texts)
    said = f"TER {result.score:.1f} ({metric.get_signature()})"
    return Score(max(0.0, 1 - result.score / 100), [*other_script(draft.text, texts), said])


def _is_asian(task: Task, params: TerParams, texts: list[str]) -> bool:
    language = to_language(task, params) or language_of(" ".join(texts))
    return language is not None and language.base in _ASIAN
