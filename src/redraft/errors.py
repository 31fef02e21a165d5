"""Every error that redraft raises on purpose, in one tree.

RedraftError                     3  something inside redraft went wrong
├── UsageError                   2  the request cannot be carried out as asked
│   └── PromptTooLongError       2  a prompt does not fit the model's context
├── DefinitionError              4  an agent, a graph or a name in one is wrong
│   ├── UnknownNameError         4  nothing is registered under that name
│   └── LintError                4  a graph that cannot be proved sound
├── ModelError                   5  a model is missing or cannot be loaded
│   └── ModelFileError           5  a file that is not a GGUF model llama.cpp could load
├── PluginError                  6  a known plugin is broken and was needed
├── SandboxError                 6  code cannot be run as shut in as was asked
└── GenerationError              3  a model that was loaded could not finish a request
"""

from __future__ import annotations

import difflib
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "DefinitionError",
    "ExitCode",
    "GenerationError",
    "LintError",
    "ModelError",
    "ModelFileError",
    "PluginError",
    "PromptTooLongError",
    "RedraftError",
    "SandboxError",
    "UnknownNameError",
    "UsageError",
    "nearest",
]


class ExitCode(IntEnum):
    """What the process's exit status says."""

    DONE = 0
    NOT_MET = 1
    USAGE = 2
    INTERNAL = 3
    DEFINITION = 4
    MODEL = 5
    PLUGIN = 6
    WAITING = 7
    INTERRUPTED = 130


class RedraftError(Exception):
    """What happened, where, and what to do about it: at most five lines.

    Args:
        what: One sentence that says what happened.
        where: The file, line and key (or model, node, evaluator) that it happened in.
        mend: One sentence that says what to do.
    """

    exit_code = ExitCode.INTERNAL

    def __init__(self, what: str, *, where: str | None = None, mend: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.mend}" if self.mend else head


class UsageError(RedraftError):
    """The request cannot be carried out as asked: an empty prompt, a missing input, a bad option."""

    exit_code = ExitCode.USAGE


class PromptTooLongError(UsageError):
    """A prompt does not fit the model's context."""


class DefinitionError(RedraftError):
    """An agent file, a graph file or a configuration file is wrong."""

    exit_code = ExitCode.DEFINITION


class UnknownNameError(DefinitionError):
    """Nothing is registered under a name."""


class LintError(DefinitionError):
    """A graph has findings that keep it from running; the findings are in the message."""


class ModelError(RedraftError):
    """A model is missing, cannot serve the task, or cannot be loaded."""

    exit_code = ExitCode.MODEL


class ModelFileError(ModelError):
    """A file is not a GGUF model that llama.cpp could load."""


class PluginError(RedraftError):
    """A known plugin is broken and was needed."""

    exit_code = ExitCode.PLUGIN


class SandboxError(RedraftError):
    """A command cannot be run in a sandbox, or the machine has none that is strong enough."""

    exit_code = ExitCode.PLUGIN


class GenerationError(RedraftError):
    """A model that was loaded could not finish a request."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `" Did you mean 'x'?"` for the known name nearest to `name`, or an empty string."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""
