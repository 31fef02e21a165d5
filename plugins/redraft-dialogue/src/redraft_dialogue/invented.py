"""The evaluator `invented`: whether a reply has numbers or names that nobody gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redraft import Score, evaluator
from redraft.numbers import number_list
from redraft.reasons import few, quoted
from redraft.text import sentence_list
from redraft_dialogue.content import content, shared
from redraft_dialogue.conversation import conversation_of
from redraft_dialogue.facts import facts_of
from redraft_dialogue.runs import looked_at
from redraft_dialogue.telling import numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft import Draft, Task

__all__ = ["invented"]

_NAME = regex.compile(r"(?<![\p{L}'’\-])\p{Lu}\p{L}[\p{L}'’\-]*")


@evaluator("invented", kind="heuristic", needs=("facts",))
def invented(draft: Draft, task: Task) -> Score:
    """Whether each number and name of the reply stands in a fact or turn: 1, and 1/2, 1/3 … with each of no source."""
    reply = looked_at(draft.text)
    given = "\n".join(
        [*(fact.text for fact in facts_of(task)), *(turn.content for turn in conversation_of(task).turns)]
    )
    found = list(dict.fromkeys([*_numbers(reply, given), *_names(reply, given)]))
    return Score(1 / (1 + len(found)), few(f"{quoted(one)} stands in no fact and no turn" for one in found))


def _numbers(reply: str, given: str) -> Iterator[str]:
    """Yield numbers that nobody gave, each once; `one` and a half are more often turns of speech."""
    known = set(numbers_in(given))
    for number in number_list(reply):
        if number.value not in known and (number.form == "digits" or number.value > 1):
            known.add(number.value)
            yield number.text.strip()


def _names(reply: str, given: str) -> Iterator[str]:
    """Yield words with a capital that nobody gave; the first of a sentence always has one."""
    known = content(given)
    for sentence in sentence_list(reply):
        for match in _NAME.finditer(sentence):
            word = content(match[0])
            if sentence[: match.start()].strip(" \"'“(") and word and not shared(word, known):
                yield match[0]
