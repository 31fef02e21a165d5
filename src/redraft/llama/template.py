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
        turns = [(message.role, message.content) for message in messages]
        refusals: list[_RefusedError] = []
        kits: tuple[list[str] | None, ...] = (None, [])
        for tools in kits:
            for attempt in (turns, _folded(messages)):
                try:
                    return self._rendered(attempt, tools=tools, add_generation_prompt=add_generation_prompt)
                except _RefusedError as error:
                    refusals.append(error)
        raise ModelError(f"the model's chat template refuses the conversation: {refusals[0]}") from refusals[0]

    def _rendered(
        self, turns: Sequence[tuple[str, str]], *, tools: list[str] | None, add_generation_prompt: bool
    ) -> tuple[Piece, ...]:
        nonce = f"x{secrets.token_hex(8)}x"
        shown = [
            {"role": role, "content": _placed(content, f"{nonce}{at}x")} for at, (role, content) in enumerate(turns)
        ]
        text = self._render(shown, tools=tools, add_generation_prompt=add_generation_prompt)
        parts = re.split(f"{nonce}(\\d+)x", text)
        missing = {str(at) for at, (_, content) in enumerate(turns) if content.strip()} - set(parts[1::2])
        if missing:
            raise _RefusedError("it leaves a turn out")
        contents = [content.strip() for _, content in turns]
        return tuple(_pieces(parts, contents))

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


def _pieces(parts: Sequence[str], contents: Sequence[str]) -> Iterator[Piece]:
    """Yield the pieces of a rendered text; one blank before a content goes with it, as words are tokenised."""
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


def _folded(messages: Iterable[Message]) -> list[tuple[str, str]]:
    turns: list[tuple[str, str]] = []
    for message in messages:
        role = "user" if message.role == "system" else message.role
        if turns and turns[-1][0] == role:
            turns[-1] = (role, f"{turns[-1][1]}\n\n{message.content}")
        else:
            turns.append((role, message.content))
    return turns
