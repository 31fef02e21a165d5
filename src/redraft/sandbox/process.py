"""The sandbox of strength `process`: limits, a clean environment and a session of its own, but no walls."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from redraft.errors import SandboxError
from redraft.sandbox.inside.folder import remove
from redraft.sandbox.launching import launch
from redraft.sandbox.plan import Plan
from redraft.sandbox.settings import environment
from redraft.sandbox.supervised import Supervised, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redraft.sandbox.interface import Limits, Ran, Strength
    from redraft.sandbox.plan import Most

__all__ = ["ProcessSandbox", "working_folder"]


class ProcessSandbox(Supervised):
    """Limits on one process and on all together, a clean environment, no rights of the superuser."""

    strength: ClassVar[Strength] = "process"

    def _run(self, command: list[str], files: dict[str, bytes], *, stdin: bytes, limits: Limits) -> Ran:
        with working_folder(files) as folder:
            plan = Plan(
                strength=self.strength,
                command=command,
                environment=environment(folder, spare=folder),
                folder=folder,
                files={},
                binds=[],
                limits=cast("Most", limits.model_dump()),
            )
            return read(launch(plan, stdin=stdin, output=limits.output), command, limits)


def _fill(folder: str, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        place = Path(folder, name)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        except OSError as error:
            raise SandboxError(
                f"the file '{name}' cannot be written for the sandbox: {error}", mend="Give it another name."
            ) from error


@contextmanager
def working_folder(files: Mapping[str, bytes]) -> Iterator[str]:
    """A fresh private folder with some files, which is gone afterwards whatever was made of it."""
    folder = tempfile.mkdtemp(prefix="redraft-sandbox-")
    try:
        _fill(folder, files)
        yield folder
    finally:
        remove(folder)
