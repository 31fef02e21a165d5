"""The same shut-in world as `view` makes, made by bubblewrap."""

from __future__ import annotations

import os
import sys

from . import identity, view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redraft.sandbox.plan import Plan

__all__ = ["command"]

_ALWAYS = (
    *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
    *("--as-pid-1", "--new-session", "--die-with-parent", "--clearenv", "--hostname", "sandbox"),
)
_HOME = "/.redraft"
"""Where the code that runs first inside finds itself."""
_INSIDE = "import sys; sys.path.append(sys.argv[1]); from inside.launcher import attend; attend()"


def command(plan: Plan, *, is_root: bool, handles: tuple[int, int]) -> list[str]:
    """Return the command line that starts bubblewrap, and in it this interpreter.

    Args:
        plan: What is to be run in it.
        is_root: Whether it starts with the rights to become another user.
        handles: The files that hold the plan and take the status.
    """
    rights = ["--cap-drop", "ALL"]
    if is_root:
        rights += [part for name in ("CAP_SETUID", "CAP_SETGID", "CAP_CHOWN") for part in ("--cap-add", name)]
    else:
        rights += ["--unshare-user", "--uid", str(identity.ALONE), "--gid", str(identity.ALONE)]
    late = [pair for pair in plan["binds"] if f"{pair[1]}/".startswith(view.COVERING)]
    early = [pair for pair in plan["binds"] if pair not in late]
    ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return [
        *("bwrap", *_ALWAYS, *rights, *_system(), *_shown(early), "--ro-bind", ours, _HOME),
        *("--proc", "/proc", *_writable(plan), *_shown(late), "--remount-ro", "/", "--chdir", plan["folder"]),
        *("--", sys.executable, "-I", "-S", "-c", _INSIDE, _HOME, *map(str, handles)),
    ]


def _system() -> list[str]:
    parts: list[str] = []
    for path in (*view.SYSTEM, *view.SETTINGS):
        if os.path.islink(path):
            parts += ["--symlink", os.readlink(path), path]
        else:
            parts += ["--ro-bind-try", path, path]
    # made by bubblewrap for the devices alone, the folder would be closed to the user that the command runs as
    parts += ["--perms", "0755", "--dir", "/dev"]
    for path in view.DEVICES:
        parts += ["--dev-bind", path, path]
    for name, target in view.LINKS.items():
        parts += ["--symlink", f"/proc/self/{target}", f"/dev/{name}"]
    return parts


def _shown(binds: list[tuple[str, str]]) -> list[str]:
    parts: list[str] = []
    for source, target in binds:
        folder = os.path.dirname(target)
        above = [folder[:end] for end in range(2, len(folder) + 1) if folder[end : end + 1] in ("", "/")]
        # bubblewrap closes to others what it makes above a folder that others cannot reach outside
        parts += [part for path in above for part in ("--perms", "0755", "--dir", path)]
        parts += ["--ro-bind", source, target]
    return parts


def _writable(plan: Plan) -> list[str]:
    """One file system of limited size; other folders lead to it, where nothing is shown below them."""
    folder = plan["folder"]
    parts = ["--perms", "1777", "--size", str(plan["limits"]["disk"]), "--tmpfs", folder]
    for path in view.WRITABLE:
        if path != folder and not any(target.startswith(f"{path}/") for _, target in plan["binds"]):
            parts += ["--symlink", folder, path]
    return parts
