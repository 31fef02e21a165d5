"""What is translated from which language into which: read from a task, its parameters, or the letters themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, field_validator

from redraft_translate.languages import language, language_of

if TYPE_CHECKING:
    from redraft import Task
    from redraft_translate.languages import Language

__all__ = ["Direction", "from_language", "source_of", "to_language"]


class Direction(BaseModel):
    """From which language into which; what is left out is read from the task.

    Attributes:
        language: The language of the translation; left out, the task's input `language`.
        source_language: The language of the source; left out, the task's input `source_language`, or what its letters
            speak for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str | None = Field(default=None, description="the language of the translation")
    source_language: str | None = Field(default=None, description="the language of the source")

    @field_validator("language", "source_language")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        if name is not None:
            language(name)
        return name


def source_of(task: Task) -> str:
    """Return the text that a task has translated.

    Raises:
        TypeError: The input `source` is no text.
        ValueError: It is empty.
    """
    source = task.inputs["source"]
    if not isinstance(source, str):
        raise TypeError(f"the input 'source' must be a text, not {_kind(source)}")
    if not source.strip():
        raise ValueError("the input 'source' is empty")
    return source


def to_language(task: Task, params: Direction) -> Language | None:
    """Return the language that a task is translated into, or None where nobody says.

    Raises:
        TypeError: The input `language` is no text.
        ValueError: It is not known.
    """
    return _named("language", task, params.language)


def from_language(task: Task, params: Direction) -> Language | None:
    """Return the language of a task's source, or None where its letters do not tell.

    Raises:
        TypeError: An input is no text.
        ValueError: The language is not known.
    """
    return _named("source_language", task, params.source_language) or language_of(source_of(task))


def _named(name: str, task: Task, param: str | None) -> Language | None:
    given = task.inputs.get(name) if param is None else param
    if given is None:
        return None
    if not isinstance(given, str):
        raise TypeError(f"the input '{name}' must be the name of a language, not {_kind(given)}")
    return language(given)


def _kind(value: object) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "empty")
