"""Checks of secrets: what the caller knows, its code does not learn."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from redraft.sandbox.conformance.check import attack, attempt_on_parent, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.sandbox.interface import Sandbox

__all__ = ["CHECKS"]


@check(least="namespace")
def canary_in_the_home_folder(sandbox: Sandbox) -> str | None:
    """No file in the user's home folder can be read."""
    with _secret(Path.home()) as (file, secret):
        ran = attack(sandbox, "print(open(file).read())", file=str(file))
    return "a file in the home folder was read" if secret in ran.stdout else None


@check(least="namespace")
def canary_elsewhere(sandbox: Sandbox) -> str | None:
    """No file that is open to everybody can be read outside of the system's own."""
    with _secret(Path(tempfile.gettempdir())) as (file, secret):
        ran = attack(sandbox, "print(open(file).read())", file=str(file))
    return "a file of ours was read" if secret in ran.stdout else None


@check(least="process")
def environment_variables(sandbox: Sandbox) -> str | None:
    """The caller's environment is not the code's."""
    name, secret = f"REDRAFT_{secrets.token_hex(4)}", secrets.token_hex(8)
    os.environ[name] = secret
    try:
        ran = attack(sandbox, "import os\nprint(dict(os.environ))")
    finally:
        del os.environ[name]
    return "a variable was passed on" if secret in ran.stdout else None


@check(least="namespace")
def environment_of_the_parent(sandbox: Sandbox) -> str | None:
    """What the kernel tells about the caller is not shown."""
    return attempt_on_parent(sandbox, "return len(open(f'/proc/{parent}/environ', 'rb').read()) or None")


@check(least="namespace")
def memory_of_the_parent(sandbox: Sandbox) -> str | None:
    """The caller's memory cannot be opened."""
    return attempt_on_parent(sandbox, "open(f'/proc/{parent}/mem', 'rb').close()\nreturn 'its memory'")


@check(least="process")
def inherited_files(sandbox: Sandbox) -> str | None:
    """A file that the caller has open is closed to the code."""
    secret = secrets.token_hex(8)
    code = """
        import os
        for handle in range(3, 256):
            try:
                print(os.pread(handle, 4096, 0))
            except OSError:
                continue
    """
    with tempfile.TemporaryFile() as file:
        file.write(secret.encode())
        file.flush()
        os.set_inheritable(file.fileno(), True)  # noqa: FBT003 - positional only
        ran = attack(sandbox, code)
    return "a file was passed on" if secret in ran.stdout else None


@check(least="process")
def input_of_the_caller(sandbox: Sandbox) -> str | None:
    """Code reads what it is given and not what the caller could read."""
    ran = attack(sandbox, "import sys\nprint(repr(sys.stdin.read()))", stdin="given")
    return None if ran.stdout.strip() == "'given'" else f"it read {ran.stdout.strip() or ran.ended}"


@contextmanager
def _secret(folder: Path) -> Iterator[tuple[Path, str]]:
    secret = secrets.token_hex(8)
    with tempfile.TemporaryDirectory(prefix=".redraft-canary-", dir=folder) as place:
        Path(place).chmod(0o755)
        file = Path(place, "canary")
        file.write_text(secret)
        file.chmod(0o644)
        yield file, secret


CHECKS = (
    canary_in_the_home_folder,
    canary_elsewhere,
    environment_variables,
    environment_of_the_parent,
    memory_of_the_parent,
    inherited_files,
    input_of_the_caller,
)
