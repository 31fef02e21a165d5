"""A model's chat template: a conversation in, pieces out."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from jinja2 import TemplateError

from redraft.errors import ModelError
from redraft.llama.interface import Piece
from redraft.llama.sandbox import ChatEnvironment
from redraft.prompts.budget import Exhausted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from redraft.task import Message

__all__ = ["CHATML", "ChatTemplate"]

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""The template of models that bring none."""

_KITS: tuple[list[str] | None, ...] = (None, [])
"""The tools that a template is given: none, or an empty list, without which some take a conversation for another."""

_EXCHANGE = (("user", "ask"), ("assistant", "answer"))
"""A conversation that a template is shown, to see what it puts behind an answer."""


class ChatTemplate:
    """Renders conversations with nothing that a user or a model wrote inside the template.

    The template gets a placeholder for each content; the placeholders in its output are then replaced by plain
    pieces, so that no text of a conversation can become a control token, whatever the template does with it.

    Args:
        source: The template, in Jinja2.
        bos: The text of the beginning-of-sequence token.
        eos: The text of the end-of-sequence token.

    Raises:
        ModelError: The template cannot be parsed.
    """

    def __init__(self, source: str, *, bos: str = "", eos: str = "") -> None:
        self._names = {"bos_token": bos, "eos_token": eos}
        self._environment = ChatEnvironment.only()
        try:
            self._template = self._environment.compiled(source)
        except (TemplateError, RecursionError, MemoryError, SyntaxError) as error:
            raise ModelError(f"the model's chat template cannot be read: {error}") from error

    def pieces(self, messages: Sequence[Message], *, add_generation_prompt: bool = True) -> tuple[Piece, ...]:
        """Return a conversation as pieces.

        A template that refuses the conversation, or leaves a turn out, is given it again with the system turn folded
        into the user's and neighbours of one role joined, and one made for tools with an empty list of them.

        Raises:
            ModelError: The template refuses the conversation each time, or does not end.
        """
        refusals: list[_RefusedError] = []
        for tools in _KITS:
            for attempt in (_turns(messages), _folded(messages)):
                try:
                    parts = self._parts(attempt, tools=tools, add_generation_prompt=add_generation_prompt)
                except _RefusedError as error:
                    refusals.append(error)
                    continue
                return tuple(_pieces(parts, attempt))
        raise ModelError(f"the model's chat template refuses the conversation: {refusals[0]}") from refusals[0]

    def continuation(self, messages: Sequence[Message]) -> tuple[Piece, ...]:
        """Return what leads from the last word of an answer to the next answer: the turn's end, new turns, a new head.

        Templates render whole conversations only, and may write the turns before anew. What follows the answer is
        taken where it is one and the same after a short conversation and after a longer one.

        Args:
            messages: The new turns, none of them the system's.

        Raises:
            ModelError: The template makes no such text.
        """
        refusals: list[_RefusedError] = []
        for tools in _KITS:
            for attempt in (_turns(messages), _folded(messages)):
                try:
                    return self._continued(attempt, tools)
                except _RefusedError as error:
                    refusals.append(error)
        raise ModelError(
            f"the model's chat template does not support `context: thread`: {refusals[0]}",
            mend="Write `context: fresh` in the agent's file, or use another model.",
        ) from refusals[0]

    def _continued(self, turns: Sequence[tuple[str, str]], tools: list[str] | None) -> tuple[Piece, ...]:
        short, longer = (self._after_answer(_EXCHANGE * times, turns, tools) for times in (1, 2))
        if short != longer:
            raise _RefusedError("what follows an answer depends on the turns before it")
        return short

    def _after_answer(
        self, history: Sequence[tuple[str, str]], turns: Sequence[tuple[str, str]], tools: list[str] | None
    ) -> tuple[Piece, ...]:
        whole = (*history, *turns)
        parts = self._parts(whole, tools=tools, add_generation_prompt=True)
        order, answer = [int(part) for part in parts[1::2]], len(history) - 1
        at = order.index(answer)
        if max(order[: at + 1]) > answer or min(order[at + 1 :], default=len(whole)) <= answer:
            raise _RefusedError("it shows earlier turns after the answer")
        return tuple(_pieces(parts[2 * at + 2 :], whole))

    def _parts(
        self, turns: Sequence[tuple[str, str]], *, tools: list[str] | None, add_generation_prompt: bool
    ) -> list[str]:
        """Return the template's text, cut at the contents; at every second place stands a turn's number instead."""
        nonce = f"x{secrets.token_hex(8)}x"
        shown = [
            {"role": role, "content": _placed(content, f"{nonce}{at}x")} for at, (role, content) in enumerate(turns)
        ]
        text = self._render(shown, tools=tools, add_generation_prompt=add_generation_prompt)
        parts = re.split(f"{nonce}(\\d+)x", text)
        missing = {str(at) for at, (_, content) in enumerate(turns) if content.strip()} - set(parts[1::2])
        if missing:
            raise _RefusedError("it leaves a turn out")
        return parts

    def _render(self, messages: list[dict[str, str]], *, tools: list[str] | None, add_generation_prompt: bool) -> str:
        values = {
            "messages": messages,
            "add_generation_prompt": add_generation_prompt,
            "tools": tools,
            # Agents ask for answers; what a model thinks aloud would be taken for one.
            "enable_thinking": False,
        }
        try:
            return self._environment.rendered(self._template, values | self._names)
        except (Exhausted, RecursionError) as error:
            raise ModelError(f"the model's chat template does not end: {error}", mend="Use another model.") from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise _RefusedError(str(error)) from error


class _RefusedError(Exception):
    """A template refused a conversation."""


def _placed(content: str, placeholder: str) -> str:
    """Return a placeholder with the content's outer whitespace, which templates may trim."""
    core = content.strip()
    return content.replace(core, placeholder, 1) if core else content


def _pieces(parts: Sequence[str], turns: Sequence[tuple[str, str]]) -> Iterator[Piece]:
    """Yield the pieces of a rendered text; one blank before a content goes with it, as words are tokenised."""
    contents = [content.strip() for _, content in turns]
    blank = ""
    for at, part in enumerate(parts):
        if at % 2:
            yield Piece(blank + contents[int(part)])
            continue
        last = at == len(parts) - 1
        blank = " " if part.endswith(" ") and not last else ""
        text = part[: len(part) - len(blank)]
        if text:
            yield Piece(text, special=True)


def _turns(messages: Iterable[Message]) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in messages]


def _folded(messages: Iterable[Message]) -> list[tuple[str, str]]:
    turns: list[tuple[str, str]] = []
    for message in messages:
        role = "user" if message.role == "system" else message.role
        if turns and turns[-1][0] == role:
            turns[-1] = (role, f"{turns[-1][1]}\n\n{message.content}")
        else:
            turns.append((role, message.content))
    return turns
