"""The declaration of an evaluator: a function that scores drafts, with what it says about itself."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import BaseModel, ValidationError

from redraft.errors import DefinitionError, nearest
from redraft.registry import BUILTIN
from redraft.task import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Thread

    from redraft.origin import Origin

__all__ = ["Cost", "Evaluator", "Isolation", "Need", "evaluator", "first_faults"]

Cost = Literal["low", "medium", "high"]
"""What one call costs: milliseconds, seconds, or a model's time."""

Isolation = Literal["process", "namespace", "container"]
"""How strong a sandbox is, the weakest first."""

Need = Literal["text", "list", "number", "json"]
"""What an input that an evaluator needs can be; `json` is anything."""

_GIVEN = ("draft", "task", "params", "ctx")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Declared:
    kind: Kind
    needs: Mapping[str, Need]
    params: type[BaseModel] | None
    timeout: float
    sandbox: Isolation | None
    network: bool
    deterministic: bool
    cost: Cost
    in_process: bool


class Evaluator:
    """A function that scores drafts. Calling it calls the plain function; `assess` calls it safely.

    Made by `@evaluator`, whose arguments are its attributes. `needs` are the names of inputs, `need_of` says what each
    must be. `origin` says which plugin brought it; None where none
    did. `left_behind` is the thread of a call that ran past its time, which nobody can stop.
    """

    def __init__(self, function: Callable[..., Any], name: str, declared: _Declared) -> None:
        self.function = function
        self.name = name
        self.kind = declared.kind
        self.needs = tuple(declared.needs)
        self.need_of = declared.needs
        self.params = declared.params
        self.timeout = declared.timeout
        self.sandbox = declared.sandbox
        self.network = declared.network
        self.deterministic = declared.deterministic
        self.cost = declared.cost
        self.in_process = declared.in_process
        self.origin: Origin | None = None
        self.left_behind: Thread | None = None
        self.arguments = _arguments(function, self)
        self.__doc__ = inspect.getdoc(function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the plain function."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<Evaluator {self.name!r} ({self.kind})>"

    @property
    def brought_by(self) -> str | None:
        """The distribution of the plugin that brought it; None for redraft's own, and where no plugin did."""
        return self.origin.distribution if self.origin and self.origin.distribution != BUILTIN else None

    @property
    def full_name(self) -> str:
        """Its name, with its distribution where a plugin brought it."""
        return f"{self.brought_by}:{self.name}" if self.brought_by else self.name

    @property
    def description(self) -> str:
        """The first line of what the function says about itself."""
        return (self.__doc__ or "").partition("\n")[0]

    @property
    def is_async(self) -> bool:
        """Whether calling the function gives a coroutine."""
        function: Any = self.function
        return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004

    def validate_params(self, given: Mapping[str, Any]) -> BaseModel | None:
        """Return the parameters as the evaluator's own model, or None where it takes none.

        Raises:
            DefinitionError: A parameter is unknown, missing or of a wrong type.
        """
        where = f"evaluator '{self.name}'"
        known = _parameter_names(self.params)
        unknown = next((key for key in given if key not in known), None)
        if unknown is not None:
            mend = f"Its parameters: {', '.join(known)}." if known else "It takes no parameters."
            raise DefinitionError(f"no parameter '{unknown}'.{nearest(unknown, known)}", where=where, mend=mend)
        if self.params is None:
            return None
        try:
            return self.params.model_validate(dict(given))
        except ValidationError as error:
            raise DefinitionError(first_faults(error), where=where) from error


def evaluator(  # noqa: PLR0913 - one argument for each thing that an evaluator can declare
    name: str,
    *,
    kind: Kind = "heuristic",
    needs: Sequence[str] | Mapping[str, Need] = (),
    params: type[BaseModel] | None = None,
    timeout: float = 30.0,
    sandbox: Isolation | None = None,
    network: bool = False,
    deterministic: bool = True,
    cost: Cost = "low",
    in_process: bool = False,
) -> Callable[[Callable[..., Any]], Evaluator]:
    """Make a function an evaluator.

    The function gets by name what it asks for of `draft`, `task`, `params` and `ctx`; it returns a `Score`, a number
    from 0 to 1, or a bool; it may be `async`.

    Args:
        name: What graphs call it: small letters, digits, `_` and `-`.
        kind: How far its score can be trusted; an oracle reads the reference and never steers a loop.
        needs: The task's inputs that it reads; as a mapping, also what each must be.
        params: A pydantic model of the parameters that a graph may set.
        timeout: Seconds after which a call counts as failed.
        sandbox: The least strength of the sandbox that it runs code in, as `ctx.sandbox`.
        network: Whether it calls out of this machine, which the user must allow.
        deterministic: Whether the same draft always gets the same score.
        cost: What one call costs.
        in_process: Whether a function that is not `async` runs in redraft's own process, not in one of its own: for
            those who vouch that it neither crashes nor hangs.

    Raises:
        DefinitionError: What is declared makes no sense, or the function asks for something that nobody gives.
    """
    _check(name, kind=kind, needs=needs, params=params, timeout=timeout, sandbox=sandbox, cost=cost)
    declared = _Declared(
        kind, _typed(needs), params, float(timeout), sandbox, network, deterministic, cost, in_process=in_process
    )
    return lambda function: Evaluator(function, name, declared)


def _check(name: str, **declared: Any) -> None:
    """Refuse a declaration that makes no sense.

    Raises:
        DefinitionError: It says what is wrong, and the nearest right word.
    """
    where = f"evaluator '{name}'"
    if not _NAME.fullmatch(name):
        raise DefinitionError("a name is of small letters, digits, _ and -, a letter first", where=where)
    for key, words in (("kind", get_args(Kind)), ("sandbox", get_args(Isolation)), ("cost", get_args(Cost))):
        word = declared[key]
        if word not in words and not (key == "sandbox" and word is None):
            what = f"no {key} '{word}'.{nearest(str(word), words)}"
            raise DefinitionError(what, where=where, mend=f"One of: {', '.join(words)}.")
    _check_needs(declared["needs"], where)
    params = declared["params"]
    if params is not None and not (isinstance(params, type) and issubclass(params, BaseModel)):
        raise DefinitionError(f"params is a pydantic model, not {params!r:.60}", where=where)
    timeout = declared["timeout"]
    if not isinstance(timeout, int | float) or not (math.isfinite(timeout) and timeout > 0):
        raise DefinitionError(f"timeout is a positive number of seconds, not {timeout!r}", where=where)


def _check_needs(needs: object, where: str) -> None:
    if isinstance(needs, str):
        raise DefinitionError(f"needs is a list of names: needs=['{needs}']", where=where)
    if not isinstance(needs, Iterable) or not all(isinstance(name, str) for name in needs):
        raise DefinitionError(f"needs is a list of names, not {needs!r:.60}", where=where)
    for name, need in _typed(needs).items():
        if need not in get_args(Need):
            what = f"no input is of type '{need}', as '{name}' would be.{nearest(str(need), get_args(Need))}"
            raise DefinitionError(what, where=where, mend=f"One of: {', '.join(get_args(Need))}.")


def _typed(needs: Any) -> Mapping[str, Need]:
    return dict(needs) if isinstance(needs, Mapping) else dict.fromkeys(needs, "json")


def _arguments(function: Callable[..., Any], evaluator: Evaluator) -> tuple[str, ...]:
    """Return which of the given arguments a function asks for."""
    where, asked = f"evaluator '{evaluator.name}'", []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            return _GIVEN
        if name in _GIVEN and parameter.kind is not parameter.POSITIONAL_ONLY:
            asked.append(name)
        elif parameter.default is parameter.empty and parameter.kind is not parameter.VAR_POSITIONAL:
            what = f"the function asks for '{name}', which nobody gives.{nearest(name, _GIVEN)}"
            raise DefinitionError(what, where=where, mend=f"Arguments come by name: {', '.join(_GIVEN)}.")
    if "params" in asked and evaluator.params is None:
        raise DefinitionError("the function asks for params, but declares no model of them", where=where)
    return tuple(asked)


def _parameter_names(params: type[BaseModel] | None) -> tuple[str, ...]:
    fields = params.model_fields.items() if params else ()
    return tuple(field.alias or name for name, field in fields)


def first_faults(error: ValidationError) -> str:
    """Return what pydantic found wrong, in plain words and without its links."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    lines = [": ".join(filter(None, (".".join(map(str, fault["loc"])), _message(fault["msg"])))) for fault in faults]
    return "; ".join(lines[:_SHOWN])


def _message(message: str) -> str:
    plain = message.removeprefix("Value error, ")
    return plain[0].lower() + plain[1:] if plain.startswith("Input ") else plain
