"""The hooks that a plugin has, found by pluggy."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pluggy

from redraft import hookspecs
from redraft.errors import nearest
from redraft.plugins.items import FaultError
from redraft.registry import KINDS, ThingKind

__all__ = ["HOOKS", "Implementation", "implementations"]

HOOKS = tuple(f"redraft_{kind}" for kind in KINDS)
"""The names of all hooks."""

_VARIADIC = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS

Implementation = tuple[ThingKind, Callable[[], Any]]
"""A hook of a plugin: the kind of things that it registers, and its function."""


def implementations(plugin: Any, *, on_fault: Callable[[FaultError], None]) -> Iterator[Implementation]:
    """Yield the hooks of a plugin; those that are sound also where others are not.

    Args:
        plugin: The object that has them.
        on_fault: Called where it has none, an unknown one, or one that asks for arguments.
    """
    plain = _plain(plugin)
    if plain is not None:
        yield from ((kind, plain[hook]) for kind, hook in zip(KINDS, HOOKS, strict=True) if hook in plain)
        return
    # A manager for each plugin alone: what it does wrong stays with it.
    manager = pluggy.PluginManager("redraft")
    manager.add_hookspecs(hookspecs)
    try:
        _register(manager, plugin)
    except FaultError as error:
        on_fault(error)
    # One by one: pluggy's own call would lose all that come after an implementation that raises.
    for kind, hook in zip(KINDS, HOOKS, strict=True):
        for found in getattr(manager.hook, hook).get_hookimpls():
            yield kind, found.function


def _plain(plugin: Any) -> dict[str, Callable[[], Any]] | None:
    """Return the hooks of a module that has sound ones alone; None where pluggy has to look.

    Pluggy takes a millisecond for each plugin, and every command loads them all.
    """
    if type(plugin) is not ModuleType:
        return None
    marked = {name: thing for name, thing in vars(plugin).items() if _is_marked(thing)}
    sound = all(name in HOOKS and _is_sound(function) for name, function in marked.items())
    return marked if marked and sound else None


def _is_marked(thing: object) -> bool:
    return type(thing) is FunctionType and hasattr(thing, "redraft_impl")


def _is_sound(function: FunctionType) -> bool:
    code, options = function.__code__, vars(function)["redraft_impl"]
    parameters = code.co_argcount + code.co_kwonlyargcount
    return not parameters and not code.co_flags & _VARIADIC and not any(options.values())


def _register(manager: pluggy.PluginManager, plugin: Any) -> None:
    try:
        manager.register(plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        unknown = next((name for name in vars(manager.hook) if name.startswith("redraft") and name not in HOOKS), None)
        if unknown is None:
            raise FaultError("hooks", str(error)) from error
        raise FaultError("hooks", f"no hook is named '{unknown}'.{nearest(unknown, HOOKS)}") from error
    if not manager.get_hookcallers(plugin):
        raise FaultError("hooks", "it has no hooks; mark them with @hookimpl")
