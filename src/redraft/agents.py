"""Agents: a prompt, what it reads, what it writes, how its model samples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from redraft.errors import DefinitionError, nearest
from redraft.files import load_front_matter, validate
from redraft.llama.grammar.lark import check_grammar
from redraft.llama.grammar.schema import shortest_instance
from redraft.llama.interface import Dry, Sampling
from redraft.plugins.shelf import Shelf
from redraft.prompts import compile_prompt
from redraft.schemas import DIALECT
from redraft.task import Critique, Draft, Message, Task, Value, Verdict

if TYPE_CHECKING:
    from redraft.plugins import Loaded
    from redraft.prompts import Prompt

__all__ = [
    "CRITIQUE_SCHEMA",
    "SYSTEM",
    "VARIABLES",
    "Agent",
    "AgentBook",
    "AgentFile",
    "DryFile",
    "Readable",
    "agent_schema",
    "agents",
    "get_agent",
    "load_agent",
]

SYSTEM = "You help to write the best possible answer."
"""The system text that agents share, so that an engine computes it once."""

CRITIQUE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "problems": {
            "type": "array",
            "maxItems": 4,
            "items": {
                "type": "object",
                "properties": {
                    "where": {"type": "string", "maxLength": 60},
                    "problem": {"type": "string", "minLength": 1, "maxLength": 160},
                    "fix": {"type": "string", "maxLength": 160},
                },
                "required": ["where", "problem", "fix"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["problems"],
    "additionalProperties": False,
}
"""The schema `critique`: what a critic writes."""

Readable = Literal["task", "draft", "verdict", "best", "critique", "recent", "notes", "pool"]
"""What a node can read, by name."""

VARIABLES: Mapping[str, type[Value] | None] = {
    "task": Task,
    "draft": Draft,
    "verdict": Verdict,
    "best": Draft,
    "critique": Critique,
    "recent": None,
    "notes": None,
    "pool": None,
}
"""What a prompt may read, and the type whose fields it may read of that (None: a list or a table)."""


def _not_yet(value: Any) -> Any:
    if value is not None:
        raise ValueError("'tools' is reserved for a later version; leave it out")
    return value


class DryFile(Value):
    """The key `dry` of an agent file: what repeated sequences lose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    multiplier: float = Field(default=Dry().multiplier, strict=True, gt=0, le=100)
    base: float = Field(default=Dry().base, strict=True, ge=1, le=10)
    allowed_length: int = Field(default=Dry().allowed_length, strict=True, ge=1)
    breakers: tuple[Annotated[str, Field(min_length=1)], ...] = Dry().breakers


class AgentFile(Value):
    """The front matter of an agent file."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    redraft: Literal[1]
    description: str = ""
    reads: tuple[Readable, ...] = ()
    writes: Literal["draft", "critique", "rating", "note"]
    model: str = Field(default="default", min_length=1)
    temperature: float = Field(default=0.7, strict=True, ge=0, le=2)
    top_k: int = Field(default=40, strict=True, ge=0)
    top_p: float = Field(default=0.95, strict=True, gt=0, le=1)
    min_p: float = Field(default=0.0, strict=True, ge=0, le=1)
    typical_p: float = Field(default=1.0, strict=True, gt=0, le=1)
    repeat_penalty: float = Field(default=1.0, strict=True, gt=0, le=10)
    frequency_penalty: float = Field(default=0.0, strict=True, ge=-10, le=10)
    presence_penalty: float = Field(default=0.0, strict=True, ge=-10, le=10)
    penalty_last_n: int = Field(default=64, strict=True, ge=0)
    dry: DryFile | None = None
    logit_bias: dict[Annotated[str, Field(min_length=1)], Annotated[float, Field(strict=True, ge=-1000, le=1000)]] = (
        Field(default_factory=dict)
    )
    max_tokens: int = Field(default=800, strict=True, ge=1, le=1_000_000)
    schema_: Literal["critique"] | dict[str, Any] | None = Field(default=None, alias="schema")
    grammar: str | None = Field(default=None, min_length=1)
    choices: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    stop: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    copies: Literal["draft", "best"] | None = None
    context: Literal["fresh", "thread"] = "fresh"
    tools: Annotated[Any, AfterValidator(_not_yet)] = None
    system: str = SYSTEM


def agent_schema() -> dict[str, Any]:
    """Return the JSON Schema of the front matter of an agent file."""
    schema = AgentFile.model_json_schema(by_alias=True)
    return schema | {"$schema": DIALECT, "title": "The front matter of a redraft agent file"}


class Agent(AgentFile):
    """Who writes: a generator, a critic, a reviser, a judge, or a user's own."""

    redraft: Literal[1] = 1
    writes: Literal["draft", "critique", "rating", "note"] = "draft"
    name: str = ""
    prompt: str = Field(min_length=1)
    origin: Path | None = None
    first_line: int = Field(default=1, exclude=True)

    @model_validator(mode="after")
    def _sound(self) -> Agent:
        for flaw in _flaws(self):
            raise DefinitionError(flaw.what, where=self._where(flaw.key), mend=flaw.mend)
        self._check_variables()
        return self

    @property
    def json_schema(self) -> dict[str, Any] | None:
        """The JSON schema that the output must satisfy, or None for free text."""
        return dict(CRITIQUE_SCHEMA) if self.schema_ == "critique" else self.schema_

    @cached_property
    def least_tokens(self) -> int:
        """How many tokens the shortest legal output needs at most."""
        schema = self.json_schema
        return len(shortest_instance(schema).encode()) if schema else 1

    @property
    def notes_read(self) -> tuple[str, ...]:
        """The notes that the prompt reads by name: `notes.plan`."""
        used = self._template.variables
        return tuple(dict.fromkeys(one.attribute for one in used if one.name == "notes" and one.attribute))

    @property
    def reads_inputs(self) -> bool:
        """Whether the prompt reads the task's named inputs."""
        return any(one.name == "task" and one.attribute in {"inputs", None} for one in self._template.variables)

    @property
    def sampling(self) -> Sampling:
        """How its tokens are drawn."""
        named = {field.name for field in fields(Sampling)} - {"dry", "logit_bias"}
        return Sampling(
            **{name: getattr(self, name) for name in named},
            dry=Dry(**self.dry.model_dump()) if self.dry else None,
            logit_bias=tuple(self.logit_bias.items()),
        )

    @property
    def fingerprint(self) -> str:
        """What identifies the text that a model was trained on."""
        return hashlib.sha256(f"{self.system}\0{self.prompt}".encode()).hexdigest()[:16]

    def render(self, values: Mapping[str, object]) -> tuple[Message, ...]:
        """Return the messages that the values make: the system text, then the prompt.

        Args:
            values: The variables that the agent reads, by name. They are put in as text, never read as templates.

        Raises:
            DefinitionError: A value is missing, or the template asks for too much.
        """
        return (
            Message(role="system", content=self.system),
            Message(role="user", content=self._template.render(values)),
        )

    @property
    def _template(self) -> Prompt:
        return compile_prompt(self.prompt, self._where(None), self.first_line)

    def _where(self, key: str | None) -> str:
        file = str(self.origin) if self.origin else f"agent {self.name}"
        return f"{file} {key}" if key else file

    def _check_variables(self) -> None:
        for variable in self._template.variables:
            where = f"{self._where(None)}:{variable.line}"
            if variable.name not in self.reads:
                raise _unread(variable.name, self.reads, where)
            kind = VARIABLES[variable.name]
            known = _fields(kind) if kind else ()
            if variable.attribute is not None and kind and variable.attribute not in known:
                what = f"'{variable.name}' has no '{variable.attribute}'.{nearest(variable.attribute, known)}"
                raise DefinitionError(what, where=where, mend=f"It has {', '.join(known)}.")


def load_agent(path: Path) -> Agent:
    """Return the agent of a file.

    Raises:
        DefinitionError: The file cannot be read, or is no sound agent file.
    """
    matter = load_front_matter(Path(path))
    if not matter.body:
        raise DefinitionError("the agent has no prompt", where=str(path), mend="Write it below the front matter.")
    header = validate(AgentFile, matter.settings)
    for flaw in _flaws(header):
        raise DefinitionError(flaw.what, where=str(matter.settings.locate((flaw.key,))), mend=flaw.mend)
    return Agent(
        **header.model_dump(exclude_unset=True),
        name=Path(path).stem,
        prompt=matter.body,
        origin=Path(path),
        first_line=matter.first_line,
    )


class AgentBook(Mapping[str, Agent]):
    """The agents by name; each is read when first asked for, so that a broken one stays quiet.

    Args:
        shelf: Their files.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._read: dict[str, Agent] = {}

    def __getitem__(self, name: str) -> Agent:
        if name not in self._read:
            self._read[name] = load_agent(self._shelf[name].path)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._shelf

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf)

    def __len__(self) -> int:
        return len(self._shelf)


def agents(project: Path | None = None, *, plugins: Loaded | None = None) -> AgentBook:
    """Return the agents on the search path and of plugins, by name.

    Args:
        project: The project folder; None to find it from the working folder.
        plugins: The plugins; None to load them where a name is none of the search path's.
    """
    return AgentBook(Shelf("agents", project, plugins))


def get_agent(name: str, project: Path | None = None, *, plugins: Loaded | None = None) -> Agent:
    """Return the agent of a name.

    Args:
        name: The agent's name: its file's, without `.md`; `distribution:name` for a plugin's.
        project: The project folder; None to find it from the working folder.
        plugins: The plugins; None to load them where the name is none of the search path's.

    Raises:
        UnknownNameError: There is no such agent.
        DefinitionError: Its file is wrong, or two plugins bring one of that name.
        PluginError: The plugin that brings it was not loaded.
    """
    shelf = Shelf("agents", project, plugins)
    try:
        return load_agent(shelf[name].path)
    except KeyError:
        raise shelf.missing(name) from None


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Two keys of an agent that do not go together: the one to change, what is wrong, what to do."""

    key: str
    what: str
    mend: str


def _flaws(agent: AgentFile) -> Iterator[_Flaw]:
    if len(set(agent.reads)) < len(agent.reads):
        yield _Flaw("reads", "a variable is named twice", "Name each once.")
    if agent.copies and agent.copies not in agent.reads:
        yield _Flaw("copies", f"'{agent.copies}' is copied and not read", f"Add {agent.copies} to reads.")
    if agent.writes == "critique" and agent.schema_ is None:
        yield _Flaw("writes", "a critique needs a schema", "Add `schema: critique`.")
    yield from _rating_flaws(agent)
    yield from _grammar_flaws(agent)
    schema = agent.schema_ if isinstance(agent.schema_, dict) else None
    if schema is not None:
        yield from _schema_flaws(schema)


def _rating_flaws(agent: AgentFile) -> Iterator[_Flaw]:
    if agent.writes != "rating":
        if agent.choices:
            yield _Flaw("choices", "only a rating has choices", "Remove choices, or write `writes: rating`.")
        return
    if len(set(agent.choices)) < max(len(agent.choices), 2):
        yield _Flaw("choices", "a rating needs two different choices", 'Write for example `choices: ["1", "2", "3"]`.')
    if agent.schema_ is not None:
        yield _Flaw("schema", "a rating has choices, no schema", "Remove schema.")
    if agent.context == "thread":
        yield _Flaw("context", "a rating is always asked for afresh", "Remove context.")


def _schema_flaws(schema: Mapping[str, Any]) -> Iterator[_Flaw]:
    try:
        shortest_instance(schema)
    except DefinitionError as error:
        yield _Flaw("schema", f"{error.where}: {error.what}", error.mend or "Use what can be enforced.")


def _grammar_flaws(agent: AgentFile) -> Iterator[_Flaw]:
    if agent.grammar is None:
        return
    if agent.schema_ is not None or agent.writes not in {"draft", "note"}:
        yield _Flaw("grammar", "a grammar is for a draft or a note without a schema", "Remove grammar.")
    try:
        check_grammar(agent.grammar)
    except DefinitionError as error:
        yield _Flaw("grammar", error.what, error.mend or "Correct it.")


def _unread(name: str, reads: tuple[str, ...], where: str) -> DefinitionError:
    if name in VARIABLES:
        return DefinitionError(f"'{name}' is used and not in reads", where=where, mend=f"Add {name} to reads.")
    what = f"there is no variable '{name}'.{nearest(name, (*reads, *VARIABLES))}"
    return DefinitionError(what, where=where, mend=f"Known: {', '.join(VARIABLES)}.")


def _fields(kind: type[Value]) -> tuple[str, ...]:
    properties = (name for name in dir(kind) if isinstance(getattr(kind, name, None), property))
    return (*kind.model_fields, *(name for name in properties if not name.startswith(("_", "model_"))))
