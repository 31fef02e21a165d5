"""The oracle `f1`: how many words the answer shares with a reference answer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from redraft import Score, evaluator
from redraft.answer import final_answer
from redraft.text import excerpt
from redraft_qa.inputs import texts
from redraft_qa.normalisation import other_script, tokens

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["f1"]


@evaluator("f1", kind="oracle", needs=("answer",))
def f1(draft: Draft, task: Task) -> Score:
    """SQuAD's F1 of the final answer's words and those of the nearest reference answer; Chinese by characters."""
    given, references = final_answer(draft.text), [final_answer(text).text for text in texts(task, "answer")]
    value, nearest = max(
        ((_f1(tokens(given.text), tokens(text)), text) for text in references), key=lambda pair: pair[0]
    )
    if value == 1:
        return Score(1.0)
    fault = f'"{excerpt(given.text)}" shares {value:.0%} of its words with the reference answer "{excerpt(nearest)}"'
    return Score(value, [other_script(given.text, references) or fault])


def _f1(given: list[str], wanted: list[str]) -> float:
    if not given or not wanted:
        return float(given == wanted)
    shared = (Counter(given) & Counter(wanted)).total()
    # 2PR / (P + R), where P = shared / given and R = shared / wanted.
    return 2 * shared / (len(given) + len(wanted))
