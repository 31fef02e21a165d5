"""The evaluator `answers_last_turn`: whether a reply takes up what the user said last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.reasons import few, quoted
from redraft.text import sentences
from redraft_dialogue.answers import has_answer, says_unknown
from redraft_dialogue.content import content, shared
from redraft_dialogue.conversation import conversation_of
from redraft_dialogue.questions import questions
from redraft_dialogue.runs import looked_at, tokens

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft_dialogue.conversation import Conversation
    from redraft_dialogue.questions import Kind

__all__ = ["AnswersLastTurnParams", "answers_last_turn"]

_MOST_QUESTIONS = 5
_SHORT = 12
_FEW = 2
_ASKED: dict[Kind, str] = {
    "number": "asks how many or how much, and the reply has no number",
    "time": "asks when or how long, and the reply has no time",
    "place": "asks where, and the reply has no place",
    "reason": "asks why, and the reply gives no reason",
    "choice": "asks which of two, and the reply has neither",
    "yes or no": "asks yes or no, and the reply says neither",
    "open": "is not answered",
}


class AnswersLastTurnParams(BaseModel):
    """How much each sign counts.

    Attributes:
        topic: What the topic weighs beside the kind of answer, from 0 (only the kind) to 1 (only the topic). Where the
            last turn asks nothing that an answer shows, the topic is all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: float = Field(default=0.5, ge=0, le=1)


@evaluator("answers_last_turn", kind="heuristic", params=AnswersLastTurnParams)
def answers_last_turn(draft: Draft, task: Task, params: AnswersLastTurnParams) -> Score:
    """Whether the reply gives the kind of answer that the user's last turn asks for, on the topic of that turn."""
    conversation, reply = conversation_of(task), looked_at(draft.text)
    if not reply.strip():
        return Score(0.0, ["the reply is empty"])
    if says_unknown(reply):
        return Score(1.0)
    asked = [question for question in questions(conversation.last_user)[-_MOST_QUESTIONS:] if question.kind != "open"]
    missed = [question for question in asked if not has_answer(question, reply)]
    answered = 1 - len(missed) / len(asked) if asked else None
    reasons = [f"{quoted(question.text)} {_ASKED[question.kind]}" for question in missed]
    topic = _topic(reply, conversation, is_answer=answered == 1)
    if topic < 1:
        reasons.append(_strays(reply, conversation))
    if _only_asks(reply) and questions(conversation.last_user):
        topic, reasons = min(topic, 0.5), [*reasons, "the reply only asks back"]
    value = topic if answered is None else (1 - params.topic) * answered + params.topic * topic
    return Score(value, few(reasons) if value < 1 else ())


def _topic(reply: str, conversation: Conversation, *, is_answer: bool) -> float:
    """Return how far a reply is about the last turn: 1 where they share a content word, or a short reply fits anyway.

    `At nine.` answers `When does the museum open?` without any of its words.
    """
    last, said = content(conversation.last_user), content(reply)
    if len(last) < _FEW or shared(last, said):
        return 1.0
    if is_answer and len(tokens(reply)) <= _SHORT:
        return 1.0
    return 0.0 if _earlier(reply, conversation) else 0.5


def _earlier(reply: str, conversation: Conversation) -> frozenset[str]:
    """Return the content words that a reply has from earlier turns, and not from the last one."""
    before = content(" ".join(conversation.before)) - content(conversation.last_user)
    return shared(before, content(reply))


def _strays(reply: str, conversation: Conversation) -> str:
    words = sorted(_earlier(reply, conversation))[:3]
    if words:
        return f"the reply takes up earlier turns ({', '.join(map(quoted, words))}), not the last one"
    return f"the reply has no word of the user's last turn: {quoted(conversation.last_user)}"


def _only_asks(reply: str) -> bool:
    return 0 < sentences(reply) == len(questions(reply))
