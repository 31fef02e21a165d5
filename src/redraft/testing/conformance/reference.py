"""A reference: where another process finds an evaluator, or a class of tests."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redraft.evaluation import Evaluator

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["Reference", "reference_to"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A thing at the top of a module.

    Args:
        module: The module's name.
        file: Its file, for a module that is not on the path; empty where it has none.
        name: What the module calls it, or the name of an evaluator in it.
    """

    module: str
    file: str
    name: str

    def module_found(self) -> ModuleType:
        """Return the module, imported by its name, or else from its file.

        Raises:
            ImportError: Neither can be had.
        """
        try:
            return importlib.import_module(self.module)
        except ModuleNotFoundError as error:
            missing = error.name or ""
            if not self.file or not (self.module == missing or self.module.startswith(f"{missing}.")):
                raise
        spec = importlib.util.spec_from_file_location(self.module, self.file)
        if spec is None or spec.loader is None:
            raise ImportError(f"{self.file} is no Python module")
        module = sys.modules[self.module] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def thing(self) -> Any:
        """Return what the module calls by the name.

        Raises:
            ImportError: The module cannot be had, or has nothing of that name.
        """
        found: Any = self.module_found()
        for part in self.name.split("."):
            if not hasattr(found, part):
                raise ImportError(f"module '{self.module}' has no '{self.name}'")
            found = getattr(found, part)
        return found

    def evaluator(self) -> Evaluator:
        """Return the evaluator of that name.

        Raises:
            ImportError: The module cannot be had, or has no such evaluator.
        """
        module = self.module_found()
        found = [thing for thing in vars(module).values() if isinstance(thing, Evaluator) and thing.name == self.name]
        if not found:
            raise ImportError(f"module '{self.module}' has no evaluator '{self.name}' at its top")
        return found[0]


def reference_to(thing: Any) -> Reference:
    """Return where another process finds an evaluator or a class."""
    if isinstance(thing, Evaluator):
        module = _home(thing)
        return Reference(module, _file(module), thing.name)
    return Reference(thing.__module__, _file(thing.__module__), thing.__qualname__)


def _home(evaluator: Evaluator) -> str:
    """Return the module that has an evaluator: its function's, or else one that holds it."""
    own = str(getattr(evaluator.function, "__module__", ""))
    named = [own, *(name for name in sys.modules if name != "__main__")]
    holds = (name for name in named if _holds(sys.modules.get(name), evaluator))
    return next(holds, own)


def _holds(module: Any, evaluator: Evaluator) -> bool:
    return any(thing is evaluator for thing in list(getattr(module, "__dict__", {}).values()))


def _file(module: str) -> str:
    return str(getattr(sys.modules.get(module), "__file__", None) or "")
