"""Checks of files: how much can be written, where, and what is left of it."""

from __future__ import annotations

import secrets
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from redraft.sandbox.conformance.check import LIMITS, attack, attempt, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.sandbox.interface import Sandbox

__all__ = ["CHECKS"]

_FILES = 20_000
_CONTENT = "as it was"

_ONE = """
    import os
    try:
        with open("one", "wb", 0) as file:
            for _ in range(0, total, 1 << 16):
                file.write(b"x" * (1 << 16))
    except OSError:
        pass
    print(os.stat("one").st_size)
"""

_SEVERAL = """
    import os
    written = 0
    try:
        for number in range(total >> 16):
            with open(os.path.join(folders[number % len(folders)], f"{name}-{number}"), "wb", 0) as file:
                written += file.write(b"x" * (1 << 16))
    except OSError:
        pass
    print(written)
"""

_EMPTY = """
    made = 0
    try:
        for number in range(files):
            open(f"{number}", "x").close()
            made += 1
    except OSError:
        pass
    print(made)
"""


@check(least="process")
def disk_filled_by_one_file(sandbox: Sandbox) -> str | None:
    """One file takes no more than the limit."""
    return _above(attack(sandbox, _ONE, total=8 * LIMITS.disk).stdout)


@check(least="process")
def disk_filled_by_many_files(sandbox: Sandbox) -> str | None:
    """All files together take no more than the limit."""
    return _above(attack(sandbox, _SEVERAL, total=64 * LIMITS.disk, folders=["."], name="part").stdout)


@check(least="process")
def disk_filled_by_empty_files(sandbox: Sandbox) -> str | None:
    """Files without content are bounded as well, for each takes something."""
    made = int(attack(sandbox, _EMPTY, files=_FILES).stdout or 0)
    return f"{made:,} files were made" if made >= _FILES else None


@check(least="namespace")
def disk_filled_elsewhere(sandbox: Sandbox) -> str | None:
    """What is written to the folders for temporary files counts as well."""
    name = secrets.token_hex(8)
    try:
        folders = [".", tempfile.gettempdir(), "/dev/shm"]  # noqa: S108 - where the attack writes
        return _above(attack(sandbox, _SEVERAL, total=4 * LIMITS.disk, folders=folders, name=name).stdout)
    finally:
        _remove(name)


@check(least="process")
def open_files(sandbox: Sandbox) -> str | None:
    """A process has no more files open than the limit allows."""
    code = """
        import os
        count = 3
        try:
            for _ in range(many):
                os.dup(1)
                count += 1
        except OSError:
            pass
        os.write(1, b"%d" % count)
    """
    count = int(attack(sandbox, code, many=3 * LIMITS.files).stdout)
    return f"it had {count} files open" if count > LIMITS.files else None


@check(least="namespace")
def write_outside(sandbox: Sandbox) -> str | None:
    """Nothing is written outside of the working folder, wherever anybody may write."""
    with _trap() as file:
        attack(sandbox, "import pathlib\npathlib.Path(file).write_text('changed')", file=str(file))
        return "a file of ours was changed" if file.read_text() != _CONTENT else None


@check(least="namespace")
def write_to_temporary_folders(sandbox: Sandbox) -> str | None:
    """What is written to the folders for temporary files is not the machine's."""
    name = secrets.token_hex(8)
    code = """
        for folder in folders:
            try:
                open(f"{folder}/{name}-0", "x").close()
            except OSError:
                continue
    """
    attack(sandbox, code, folders=_temporary(), name=name)
    found = [path for folder in _temporary() for path in Path(folder).glob(f"{name}*")]
    _remove(name)
    return f"there is a file in {found[0].parent}" if found else None


@check(least="namespace")
def symlink_out(sandbox: Sandbox) -> str | None:
    """A symbolic link leads nowhere but to what the code sees anyway."""
    with _trap() as file:
        attack(sandbox, "import os\nos.symlink(file, 'soft')\nopen('soft', 'w').write('changed')", file=str(file))
        return "a file of ours was changed" if file.read_text() != _CONTENT else None


@check(least="namespace")
def hardlink_out(sandbox: Sandbox) -> str | None:
    """Nothing outside can be linked into the working folder."""
    with _trap() as file:
        attack(sandbox, "import os\nos.link(file, 'hard')\nopen('hard', 'w').write('changed')", file=str(file))
        return "a file of ours was changed" if file.read_text() != _CONTENT else None


@check(least="process")
def symlink_while_cleaning(sandbox: Sandbox) -> str | None:
    """What a link in the working folder leads to outlives the folder."""
    with _trap() as file:
        code = """
            import os
            os.mkdir("closed")
            os.symlink(folder, "link")
            os.symlink(folder, "closed/link")
            os.chmod("closed", 0)
        """
        before = file.parent.stat().st_mode
        attack(sandbox, code, folder=str(file.parent))
        if not file.exists():
            return "a file of ours was removed"
        return None if file.parent.stat().st_mode == before else "a folder of ours was opened"


@check(least="process")
def working_folder_left_behind(sandbox: Sandbox) -> str | None:
    """The working folder is gone afterwards, with folders in it that were closed to everybody."""
    name = secrets.token_hex(8)
    code = """
        import os
        os.makedirs(f"{name}/in")
        open(f"{name}/in/file", "x").close()
        os.chmod(name, 0)
        print(os.getcwd())
    """
    folder = attack(sandbox, code, name=name).stdout.strip()
    return f"{folder} is still there" if Path(folder, name).exists() else None


@check(least="process")
def working_folder_of_another(sandbox: Sandbox) -> str | None:
    """Each command begins with an empty working folder."""
    attack(sandbox, "open('mine', 'x').close()")
    return attempt(sandbox, "import os\nreturn [one for one in os.listdir('.') if one != '__main__.py'] or None")


@check(least="namespace")
def temporary_files_of_another(sandbox: Sandbox) -> str | None:
    """Nothing that one command leaves in a folder for temporary files is seen by the next."""
    name = secrets.token_hex(8)
    code = "for folder in folders: open(f'{folder}/{name}-0', 'x').close()"
    attack(sandbox, code, folders=_temporary(), name=name)
    body = "import os\nreturn [one for one in folders if os.path.exists(f'{one}/{name}-0')] or None"
    try:
        return attempt(sandbox, body, folders=_temporary(), name=name)
    finally:
        _remove(name)


@check(least="namespace")
def rest_of_the_machine(sandbox: Sandbox) -> str | None:
    """Of the machine code sees what programs need, and nothing else."""
    places = ("/boot", "/home", "/media", "/mnt", "/opt", "/run", "/srv", "/sys", "/var")
    hidden = [one for one in places if not any(prefix.startswith(one) for prefix in (sys.prefix, sys.base_prefix))]
    body = "import os\nreturn [one for one in hidden if os.path.isdir(one) and os.listdir(one)] or None"
    return attempt(sandbox, body, hidden=hidden)


@check(least="namespace")
def devices(sandbox: Sandbox) -> str | None:
    """Of the machine's devices code sees those that belong to nobody."""
    body = """
        import os, stat
        plain = {"null", "zero", "full", "random", "urandom", "tty"}
        kinds = {one: os.lstat(f"/dev/{one}").st_mode for one in os.listdir("/dev")}
        found = sorted(one for one, mode in kinds.items() if stat.S_ISBLK(mode) or stat.S_ISCHR(mode))
        return [one for one in found if one not in plain][:5] or None
    """
    return attempt(sandbox, body)


@contextmanager
def _trap() -> Iterator[Path]:
    """A file of ours that anybody may change, in a folder that anybody may enter."""
    with tempfile.TemporaryDirectory(prefix="redraft-trap-") as folder:
        Path(folder).chmod(0o755)
        file = Path(folder, "file")
        file.write_text(_CONTENT)
        file.chmod(0o666)
        yield file


def _temporary() -> list[str]:
    return [tempfile.gettempdir(), "/dev/shm"]  # noqa: S108 - where the attack writes


def _remove(name: str) -> None:
    for folder in _temporary():
        for path in Path(folder).glob(f"{name}*"):
            path.unlink(missing_ok=True)


def _above(written: str) -> str | None:
    size = int(written or 0)
    return f"it wrote {size:,} bytes" if size > LIMITS.disk else None


CHECKS = (
    disk_filled_by_one_file,
    disk_filled_by_many_files,
    disk_filled_by_empty_files,
    disk_filled_elsewhere,
    open_files,
    write_outside,
    write_to_temporary_folders,
    symlink_out,
    hardlink_out,
    symlink_while_cleaning,
    working_folder_left_behind,
    working_folder_of_another,
    temporary_files_of_another,
    rest_of_the_machine,
    devices,
)
