"""The sandbox of strength `namespace`: the command has a world of its own, made by the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from redraft.sandbox.launching import launch
from redraft.sandbox.plan import Plan
from redraft.sandbox.settings import environment, interpreter
from redraft.sandbox.supervised import Supervised, read

if TYPE_CHECKING:
    from redraft.sandbox.interface import Limits, Ran, Strength
    from redraft.sandbox.plan import Most

__all__ = ["NamespaceSandbox"]

_FOLDER, _SPARE = "/sandbox", "/tmp"  # noqa: S108 - inside, where nobody else is


class NamespaceSandbox(Supervised):
    """Namespaces for users, processes, files, network and messages, Landlock, and a filter of system calls."""

    strength: ClassVar[Strength] = "namespace"

    def _run(self, command: list[str], files: dict[str, bytes], *, stdin: bytes, limits: Limits) -> Ran:
        plan = Plan(
            strength=self.strength,
            command=command,
            environment=environment(_FOLDER, spare=_SPARE),
            folder=_FOLDER,
            files=files,
            binds=interpreter(),
            limits=cast("Most", limits.model_dump()),
        )
        return read(launch(plan, stdin=stdin, output=limits.output), command, limits)
