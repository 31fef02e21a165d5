"""The oracle `ter`: how few edits turn a translation into the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redraft import Score, evaluator
from redraft_translate.direction import Direction, to_language
from redraft_translate.languages import language_of
from redraft_translate.reference import compared, other_script, references

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["TerParams", "ter"]

_ASIAN = ("zh", "ja")
# Signs each of which is a word by itself, once sacrebleu has normalized a text.
_ALONE = regex.compile(r"[\u4e00-\u9fff!-&(-+:-@/\[-`{-~]")


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
    from sacrebleu.metrics.ter import TER

    texts = references(task, params)
    asian = _is_asian(task, params, texts) if params.asian_support is None else params.asian_support
    text = compared(draft.text, texts)
    if _is_far_longer(text, texts, asian=asian):
        return Score(0.0, ["the draft has twice as many words as the reference, or more: TER is at least 100"])
    metric = TER(
        normalized=params.normalized or asian,
        no_punct=params.no_punct,
        asian_support=asian,
        case_sensitive=params.case_sensitive,
    )
    result = metric.sentence_score(text, texts)
    said = f"TER {result.score:.1f} ({metric.get_signature()})"
    value = max(0.0, 1 - result.score / 100)
    return Score(value, [*other_script(draft.text, texts), said] if value < 1 else ())


def _is_far_longer(text: str, texts: list[str], *, asian: bool) -> bool:
    """Return whether a draft has twice as many words as any reference can have, each of which would be an edit.

    Nothing needs to be aligned then: sacrebleu would need minutes for a model that went on for pages.
    """
    words = max(len(text.split()), len(_ALONE.findall(text)) if asian else 0)
    return words >= 2 * max(len("".join(reference.split())) for reference in texts)


def _is_asian(task: Task, params: TerParams, texts: list[str]) -> bool:
    language = to_language(task, params) or language_of(" ".join(texts))
    return language is not None and language.base in _ASIAN
