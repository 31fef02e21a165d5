"""Checks of rights: code has none, and gets none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from redraft.sandbox.conformance.check import LIMITS, attempt, attempt_on_parent, check

if TYPE_CHECKING:
    from redraft.sandbox.interface import Sandbox

__all__ = ["CHECKS"]

_CALLS = """
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    reached = []
    for name, number in calls.items():
        ctypes.set_errno(0)
        outcome = libc.syscall(number, *(ctypes.c_long(one) for one in arguments))
        if outcome >= 0 or ctypes.get_errno() not in (1, 38):
            reached.append(name)
    return reached or None
"""


@check(least="process")
def capabilities(sandbox: Sandbox) -> str | None:
    """Code has none of the superuser's rights."""
    body = """
        with open("/proc/self/status") as status:
            held = {line.split()[0]: line.split()[1] for line in status if line.startswith(("CapEff", "CapPrm"))}
        return held if any(int(one, 16) for one in held.values()) else None
    """
    return attempt(sandbox, body)


@check(least="process")
def set_user_id_programs(sandbox: Sandbox) -> str | None:
    """No program gives its user another's rights."""
    body = "import ctypes\nreturn None if ctypes.CDLL(None).prctl(39, 0, 0, 0, 0) == 1 else 'such programs work'"
    return attempt(sandbox, body)


@check(least="process")
def raised_limits(sandbox: Sandbox) -> str | None:
    """Code cannot raise its limits."""
    body = """
        import resource
        raised = []
        for name, most in wanted.items():
            kind = getattr(resource, name)
            _, ceiling = resource.getrlimit(kind)
            try:
                resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                raised.append(name)
            except (OSError, ValueError):
                if ceiling == resource.RLIM_INFINITY or ceiling > most:
                    raised.append(name)
        return raised or None
    """
    wanted = {"RLIMIT_AS": LIMITS.memory, "RLIMIT_FSIZE": LIMITS.disk, "RLIMIT_NOFILE": LIMITS.files}
    return attempt(sandbox, body, wanted=wanted | {"RLIMIT_CORE": 0, "RLIMIT_CPU": int(LIMITS.seconds) + 2})


@check(least="process")
def priority(sandbox: Sandbox) -> str | None:
    """Code cannot go before others."""
    return attempt(sandbox, "import os\nos.nice(-5)\nreturn 'a higher priority'")


@check(least="namespace")
def new_namespaces(sandbox: Sandbox) -> str | None:
    """Code cannot make a world of its own in which it would be the superuser."""
    body = """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        made = [kind for kind in (0x10000000, 0x00020000, 0x40000000, 0x08000000) if libc.unshare(kind) == 0]
        return made or None
    """
    return attempt(sandbox, body)


@check(least="namespace")
def clone_into_new_namespaces(sandbox: Sandbox) -> str | None:
    """Code cannot start a process in a world of its own."""
    body = """
        import ctypes, os
        child = ctypes.CDLL(None, use_errno=True).syscall(clone, ctypes.c_long(0x10000000 | 17), 0, 0, 0, 0)
        if child == 0:
            os._exit(0)
        return None if child < 0 else "a process in a new namespace"
    """
    return attempt(sandbox, body, clone={"x86_64": 56, "aarch64": 220}[os.uname().machine])


@check(least="namespace")
def chroot(sandbox: Sandbox) -> str | None:
    """Code cannot change its root folder, by which it could leave one."""
    return attempt(sandbox, "import os\nos.chroot('.')\nreturn 'another root'")


@check(least="namespace")
def mount(sandbox: Sandbox) -> str | None:
    """Code can neither mount nor unmount."""
    from redraft.sandbox.inside.seccomp import number

    names = ("mount", "umount2", "pivot_root", "open_tree", "fsopen", "move_mount", "mount_setattr", "setns")
    return attempt(sandbox, _CALLS, calls={name: number(name) for name in names}, arguments=(0, 0, 0, 0, 0))


@check(least="namespace")
def trace_of_the_parent(sandbox: Sandbox) -> str | None:
    """Code cannot trace the process that runs it."""
    body = """
        import ctypes
        seize = 0x4206
        return None if ctypes.CDLL(None).ptrace(seize, parent, None, None) < 0 else "it is traced"
    """
    return attempt_on_parent(sandbox, body)


@check(least="namespace")
def calls_into_the_kernel(sandbox: Sandbox) -> str | None:
    """The parts of the kernel that programs never need are out of reach."""
    from redraft.sandbox.inside.seccomp import number

    names = (
        *("bpf", "keyctl", "add_key", "perf_event_open", "userfaultfd", "io_uring_setup", "kcmp", "mq_open"),
        *("process_vm_readv", "open_by_handle_at", "personality", "pidfd_getfd", "memfd_secret"),
    )
    return attempt(sandbox, _CALLS, calls={name: number(name) for name in names}, arguments=(-1, -1, -1, -1, -1))


CHECKS = (
    capabilities,
    set_user_id_programs,
    raised_limits,
    priority,
    new_namespaces,
    clone_into_new_namespaces,
    chroot,
    mount,
    trace_of_the_parent,
    calls_into_the_kernel,
)
