"""The evaluator `told`: whether a reply has what the last turn asks for, as the facts have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft import Score, evaluator
from redraft.reasons import few, quoted
from redraft_dialogue.asking import asked
from redraft_dialogue.conversation import conversation_of
from redraft_dialogue.facts import facts_of
from redraft_dialogue.runs import looked_at
from redraft_dialogue.telling import affirms, tells

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft_dialogue.asking import Asked

__all__ = ["told"]


@evaluator("told", kind="heuristic", needs=("facts",))
def told(draft: Draft, task: Task) -> Score:
    """Share of the facts that the user's last turn asks for whose values the reply has; 1 where it asks for none."""
    wanted = [one for one in asked(conversation_of(task), facts_of(task)) if _is_open(one)]
    reply = looked_at(draft.text)
    missed = [one for one in wanted if not any(tells(reply, fact) for fact in one.facts)]
    if not missed:
        return Score(1.0)
    return Score(1 - len(missed) / len(wanted), few(f"{_named(one)} is asked for and not told" for one in missed))


def _named(one: Asked) -> str:
    return " or ".join(quoted(fact.text) for fact in one.facts)


def _is_open(one: Asked) -> bool:
    """Return whether a bare yes or no would not do: the question does not have the value itself."""
    return not any(affirms(fact) is not None or tells(one.clause, fact) for fact in one.facts)
