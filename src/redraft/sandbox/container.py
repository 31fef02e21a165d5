"""The sandbox of strength `container`: the world of its own is made by bubblewrap."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from redraft.sandbox.launching import launch
from redraft.sandbox.plan import Plan
from redraft.sandbox.settings import environment, interpreter
from redraft.sandbox.supervised import Supervised, read

if TYPE_CHECKING:
    from redraft.sandbox.interface import Limits, Ran, Strength
    from redraft.sandbox.plan import Most

__all__ = ["ContainerSandbox"]

_FOLDER = "/sandbox"


class ContainerSandbox(Supervised):
    """Bubblewrap's namespaces and files, with Landlock, the limits and the filter of system calls inside them."""

    strength: ClassVar[Strength] = "container"

    def _run(self, command: list[str], files: dict[str, bytes], *, stdin: bytes, limits: Limits) -> Ran:
        plan = Plan(
            strength=self.strength,
            command=command,
            environment=environment(_FOLDER, spare=_FOLDER),
            folder=_FOLDER,
            files=files,
            binds=interpreter(),
            limits=cast("Most", limits.model_dump()),
        )
        return read(launch(plan, stdin=stdin, output=limits.output), command, limits)
