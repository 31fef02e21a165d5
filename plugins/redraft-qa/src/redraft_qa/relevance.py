"""The evaluator `relevance`: whether what a draft quotes speaks of what the question asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft import Score, evaluator
from redraft.reasons import few, quoted
from redraft.text import folded, word_list
from redraft_qa.inputs import texts
from redraft_qa.quotation import quotations

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["relevance"]

# Words that any sentence may have, whatever it speaks of.
_COMMON = """
a about all an and are at be been before by can did do does for from had has have he her him his how i in into is it its
many more much my no not now of on or our she than that the their them there they this to together was we were what when
where which who whom whose why will with you your
"""


@evaluator("relevance", kind="heuristic", needs=("passage", "question"))
def relevance(draft: Draft, task: Task) -> Score:
    """Share of the question's words that the draft's quotations have, of those that stand in the passage."""
    said = quotations(draft.text)
    if not said:
        return Score(1.0)
    known = _words(" ".join(texts(task, "passage")))
    wanted = [
        word for word in _words(" ".join(texts(task, "question"))) if word in known and word not in _COMMON.split()
    ]
    has = _words(" ".join(quotation.text for quotation in said))
    missing = [word for word in wanted if word not in has]
    value = (len(wanted) - len(missing)) / len(wanted) if wanted else 1.0
    return Score(value, few(f"no quotation has {quoted(known[word])}" for word in missing))


def _words(text: str) -> dict[str, str]:
    """Return the words of a text, folded, each with how it is written first."""
    found: dict[str, str] = {}
    for word in word_list(text):
        found.setdefault(folded(word), word)
    return found
