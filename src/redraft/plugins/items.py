"""What hooks return, thing by thing, as it stands in the registry."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redraft.registry import Entry

if TYPE_CHECKING:
    from redraft.origin import Origin
    from redraft.plugins.info import Phase
    from redraft.registry import ThingKind

__all__ = ["FaultError", "entry", "items"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_MOST = 10_000
_MAPPED = ("checks", "nodes", "observers")
_SUFFIXES = {"agents": ".md", "graphs": ".toml", "models": ".gguf"}
_WORDS = frozenset({"all", "any", "not", "plugins", "stop"})
"""What a condition or a stop table says itself, and no check can be called."""


class FaultError(Exception):
    """A plugin is wrong in a way that only redraft can see.

    Args:
        phase: Where it showed, as in `PluginFailure`.
        message: One sentence.
    """

    def __init__(self, phase: Phase, message: str) -> None:
        super().__init__(message)
        self.phase = phase


def items(kind: ThingKind, returned: Any) -> list[Any]:
    """Return the single things of what a hook returned; files that are no definitions are left out.

    Raises:
        FaultError: It is of a wrong type.
    """
    mapped = kind in _MAPPED
    if mapped and isinstance(returned, Mapping):
        return list(returned.items())
    if mapped or isinstance(returned, str | Mapping) or not isinstance(returned, Iterable):
        wanted = "a mapping of names" if mapped else "a list"
        raise FaultError("call", f"redraft_{kind} returned {_named(returned)}, not {wanted}")
    found = list(islice(returned, _MOST + 1))
    if len(found) > _MOST:
        raise FaultError("call", f"redraft_{kind} returned more than {_MOST:,} things")
    return [item for item in found if not (isinstance(item, Path) and _is_aside(item))]


def entry(kind: ThingKind, item: Any, distribution: str, origin: Origin | None = None) -> Entry:
    """Return a single thing as it stands in the registry.

    Args:
        kind: What it is.
        item: What the hook returned of it.
        distribution: The distribution of its plugin.
        origin: Where the plugin's code is.

    Raises:
        FaultError: It is of a wrong type, or has a name that nobody could write.
    """
    name, thing = _named_thing(kind, item)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise FaultError("names", f"{name!r} is no name: letters, digits, _ and -, a letter first")
    if kind == "evaluators" and origin and getattr(thing, "origin", None) is None:
        thing.origin = origin
    if kind == "checks" and name in _WORDS:
        raise FaultError("names", f"a check cannot be called '{name}': conditions use the word themselves")
    return Entry(kind, name, thing, distribution, origin)


def _named_thing(kind: ThingKind, item: Any) -> tuple[Any, Any]:
    if kind in _MAPPED:
        name, thing = item
        if not callable(thing):
            raise FaultError("call", f"redraft_{kind} returned {_named(thing)} under '{name}', not a function")
        if kind != "nodes" and inspect.iscoroutinefunction(thing):
            raise FaultError("call", f"redraft_{kind} returned an async function under '{name}'; write a plain one")
        return name, thing
    if kind == "evaluators":
        if _is_evaluator(item):
            return item.name, item
        mend = "; decorate it with @evaluator" if callable(item) else ""
        raise FaultError("call", f"redraft_evaluators returned {_named(item)}, not an evaluator{mend}")
    if not isinstance(item, Path):
        raise FaultError("call", f"redraft_{kind} returned {_named(item)}, not a pathlib.Path")
    if item.suffix != _SUFFIXES[kind]:
        raise FaultError("call", f"redraft_{kind} returned {item.name}, whose name does not end in {_SUFFIXES[kind]}")
    return item.stem, item.absolute()


def _is_evaluator(item: Any) -> bool:
    # Its class lives in a room above this one; whoever made an evaluator has loaded it.
    made = sys.modules.get("redraft.evaluation.declaration")
    return made is not None and isinstance(item, made.Evaluator)


def _is_aside(path: Path) -> bool:
    return path.name.startswith(".") or path.stem.upper() == "README"


def _named(item: Any) -> str:
    return "nothing (None)" if item is None else f"a value of type {type(item).__name__}"
