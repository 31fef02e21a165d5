"""Run a command as an ordinary user, or as root with `--root`: this interpreter and this checkout are open to both."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
USER = 4321


def closed_above(path):
    """Return the outermost folder above a path that an ordinary user cannot pass, none where there is none."""
    return next((one for one in reversed(Path(path).parents) if not one.stat().st_mode & stat.S_IXOTH), None)


def show(paths, kernel):
    """Replace folders that an ordinary user cannot pass by empty ones, with only these paths in them."""
    kernel.unshare(kernel.NEW_NS)
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kept = {path: tempfile.mkdtemp() for path in paths if closed_above(path)}
    closed = {closed_above(path) for path in kept}
    for path, place in kept.items():
        kernel.mount(path, place, flags=kernel.MS_BIND | kernel.MS_REC)
    for folder in closed:
        kernel.mount("tmpfs", str(folder), "tmpfs", 0, "mode=755")
    for path, place in kept.items():
        Path(path).mkdir(parents=True)
        kernel.mount(place, path, flags=kernel.MS_BIND | kernel.MS_REC)
        kernel.umount(place)
        Path(place).rmdir()


def become_ordinary(home):
    os.chown(home, USER, USER)
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)


def main():
    sys.path.append(str(ROOT / "src"))
    from redraft.sandbox.inside import kernel

    show(sorted({sys.prefix, sys.base_prefix, str(ROOT)}), kernel)
    is_root = sys.argv[1] == "--root"
    home = tempfile.mkdtemp(prefix="redraft-home-")
    child = os.fork()
    if not child:
        if not is_root:
            become_ordinary(home)
        os.chdir(home)
        command = sys.argv[1 + is_root :]
        os.execvpe(command[0], command, {"PATH": os.environ["PATH"], "HOME": home, "PYTHONDONTWRITEBYTECODE": "1"})
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for path in Path(home).rglob("*"):
        path.unlink()
    Path(home).rmdir()
    sys.exit(status)


if __name__ == "__main__":
    main()
