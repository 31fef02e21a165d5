"""The conversation that a draft is the next turn of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft import Message

if TYPE_CHECKING:
    from redraft import Task

__all__ = ["Conversation", "conversation_of"]

_LEADS = "the input 'turns' must be a list of turns: texts, or tables with a role (user, assistant) and a content"


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns so far, oldest first, without system messages. One at least is the user's."""

    turns: tuple[Message, ...]

    @property
    def last_user(self) -> str:
        """What the user said last."""
        return self.said_by("user")[-1]

    @property
    def before(self) -> tuple[str, ...]:
        """What was said before the user's last turn."""
        places = [place for place, turn in enumerate(self.turns) if turn.role == "user"]
        return tuple(turn.content for turn in self.turns[: places[-1]])

    def said_by(self, role: str) -> tuple[str, ...]:
        """Return the turns of one side."""
        return tuple(turn.content for turn in self.turns if turn.role == role)


def conversation_of(task: Task) -> Conversation:
    """Return a task's conversation: its input `turns` where it has one, else its messages.

    A graph that is run from the command line makes one prompt of its inputs; the turns are in the input then. There, a
    turn may be a text alone: such turns alternate, and the last one is the user's.

    Raises:
        TypeError: The input `turns` is no list of turns.
        ValueError: The user says nothing in it.
    """
    given = task.inputs.get("turns")
    messages = task.messages if given is None else _read(given)
    turns = tuple(message for message in messages if message.role != "system")
    if not any(turn.role == "user" for turn in turns):
        raise ValueError(
            "the conversation has no turn of the user" if given is None else f"{_LEADS}; none is the user's"
        )
    return Conversation(turns)


def _read(given: object) -> tuple[Message, ...]:
    if not isinstance(given, list):
        raise TypeError(_LEADS)
    return tuple(_turn(turn, len(given) - place) for place, turn in enumerate(given))


def _turn(given: object, from_end: int) -> Message:
    if isinstance(given, str):
        return Message(role="user" if from_end % 2 else "assistant", content=given)
    if isinstance(given, dict) and set(given) == {"role", "content"}:
        role, content = given["role"], given["content"]
        if role in ("system", "user", "assistant") and isinstance(content, str):
            return Message(role=role, content=content)
    raise TypeError(_LEADS)
