"""The oracle `everyday_sentence`: whether a draft is one sentence of a small grammar of everyday English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redraft import Score, evaluator
from redraft_text.everyday.lexicon import lexicon
from redraft_text.everyday.parsing import accepts
from redraft_text.given import given_list

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["everyday_sentence"]

_MOST_WORDS = 25


@evaluator("everyday_sentence", kind="oracle", needs=("words",))
def everyday_sentence(draft: Draft, task: Task) -> Score:
    """Whether a draft is one sentence of a small grammar of everyday English that has every word asked for: 1 or 0.

    It knows 301 words, and takes any other that is asked for as a noun. It may never steer a run: what a parser of the
    training text accepts is the truth of `redraft bench sentence`, and nothing else is.
    """
    words = given_list(task, "words", ())
    said = draft.text.strip()
    if missing := [word for word in words if not _has(said, word)]:
        return Score(0.0, [f'"{word}" is missing' for word in missing])
    if len(said.split()) > _MOST_WORDS:
        return Score(0.0, [f"it has {len(said.split())} words, and may have {_MOST_WORDS}"])
    return Score(1.0) if accepts(said, words) else Score(0.0, ["the grammar has no such sentence"])


def _has(text: str, word: str) -> bool:
    return any(re.search(rf"\b{re.escape(form)}\b", text, re.IGNORECASE) for form in lexicon().forms(word))
