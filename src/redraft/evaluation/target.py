"""A target: where another process finds an evaluator."""

from __future__ import annotations

import functools
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redraft.errors import PluginError
from redraft.evaluation.declaration import Evaluator
from redraft.onefile import load_file
from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

__all__ = ["Target", "target_of"]


class Target(Value):
    """An evaluator, by the names that lead to it.

    Args:
        name: What graphs call it.
        module: The module of its function.
        attribute: The function's qualified name.
        plugin: What the entry point of its plugin names; None where no plugin brought it.
        file: The file of its plugin, where that is one file.
        sha256: The digest of that file's content, as it was trusted.
        distribution: Who brought it; a module's first name where no plugin did.
    """

    name: str
    module: str
    attribute: str
    distribution: str
    plugin: str | None = None
    file: str | None = None
    sha256: str = ""

    @property
    def full_name(self) -> str:
        """What the log calls it: with its distribution, where a plugin brought it."""
        return f"{self.distribution}:{self.name}" if self.plugin else self.name

    def find(self) -> Evaluator:
        """Return the evaluator, its plugin imported; whatever that raises comes through.

        Raises:
            PluginError: It is not where it was.
        """
        if self.file is not None:
            module = load_file(Path(self.file), self.sha256)
            found = self._in(module) or self._registered(module)
        elif self.plugin is not None:
            found = self._imported() or self._registered(_named(self.plugin))
        else:
            found = self._imported()
        if found is None:
            what = f"evaluator '{self.name}' is not found in {self.module} by another process"
            raise PluginError(what, mend="Declare it with in_process=True, or at the top of a module.")
        return found

    def _imported(self) -> Evaluator | None:
        try:
            return self._in(importlib.import_module(self.module))
        except ModuleNotFoundError as error:
            if self.plugin is None or error.name is None or not self.module.startswith(error.name):
                raise
            return None

    def _in(self, module: ModuleType) -> Evaluator | None:
        """Return the evaluator where a module has it, under whatever name."""
        direct: Any = module
        for part in self.attribute.split("."):
            direct = getattr(direct, part, None)
        candidates = (direct, *vars(module).values())
        return next((thing for thing in candidates if self._is(thing)), None)

    def _is(self, thing: object) -> bool:
        return type(thing) is Evaluator and thing.name == self.name and _qualname(thing.function) == self.attribute

    def _registered(self, plugin: object) -> Evaluator | None:
        """Return the evaluator as a plugin's hook registers it: it may be made by a function."""
        return next((thing for thing in _brought(plugin) if type(thing) is Evaluator and thing.name == self.name), None)


def target_of(evaluator: Evaluator) -> Target | None:
    """Return where another process finds an evaluator; None where it cannot: in a script, a notebook, a function."""
    function, origin = evaluator.function, evaluator.origin
    module = str(getattr(function, "__module__", None) or "")
    if origin is not None:
        return Target(
            name=evaluator.name,
            module=module,
            attribute=_qualname(function),
            distribution=origin.distribution,
            plugin=origin.module,
            file=None if origin.file is None else str(origin.file),
            sha256=origin.sha256,
        )
    if module == "__main__" or getattr(sys.modules.get(module), "__spec__", None) is None:
        return None
    first = module.partition(".")[0]
    target = Target(name=evaluator.name, module=module, attribute=_qualname(function), distribution=first)
    return target if target._in(sys.modules[module]) is evaluator else None  # noqa: SLF001 - its own class


def _qualname(function: object) -> str:
    return str(getattr(function, "__qualname__", type(function).__qualname__))


def _named(plugin: str) -> object:
    module, _, attribute = plugin.partition(":")
    thing: object = importlib.import_module(module)
    return functools.reduce(getattr, attribute.split("."), thing) if attribute else thing


def _brought(plugin: object) -> Iterator[object]:
    # Seldom needed, and processes that evaluate start without it.
    from redraft.plugins.hooks import implementations

    for kind, register in implementations(plugin, on_fault=lambda _: None):
        if kind == "evaluators":
            yield from register()
