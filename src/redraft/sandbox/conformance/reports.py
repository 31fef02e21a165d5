"""Checks of what is told: how a command ended and what it wrote, whatever it did."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from redraft.sandbox.conformance.check import LIMITS, attack, check

if TYPE_CHECKING:
    from redraft.sandbox.interface import Ran, Sandbox

__all__ = ["CHECKS"]

_FLOOD = 100_000_000
_AT_ONCE = 6


@check(least="process")
def flood_of_output(sandbox: Sandbox) -> str | None:
    """Of 100 MB of output no more is kept than the limit allows."""
    return _flood(sandbox, handle=1)


@check(least="process")
def flood_of_errors(sandbox: Sandbox) -> str | None:
    """Of 100 MB of error messages no more is kept than the limit allows."""
    return _flood(sandbox, handle=2)


@check(least="process")
def input_that_nobody_reads(sandbox: Sandbox) -> str | None:
    """Input that is not read keeps nobody waiting, and what is read ends."""
    begun = time.monotonic()
    ignored = attack(sandbox, "print('done')", stdin="x" * 4_000_000)
    if not ignored.ok or time.monotonic() - begun > LIMITS.seconds:
        return f"it ended by '{ignored.ended}'"
    read = attack(sandbox, "import sys\nprint(len(sys.stdin.buffer.read()))", stdin="x" * 4_000_000)
    return None if read.stdout.strip() == "4000000" else f"it read {read.stdout.strip() or read.ended}"


@check(least="process")
def bytes_that_are_no_text(sandbox: Sandbox) -> str | None:
    """Output that is no UTF-8 is told with what is wrong replaced, and never fails."""
    ran = attack(sandbox, "import os\nos.write(1, b'a\\xff\\x00b\\xf0\\x9f')\nos.write(2, b'\\x80')")
    told = (ran.stdout, ran.stderr)
    return None if told == ("a\ufffd\0b\ufffd", "\ufffd") else f"it told {told!r}"


@check(least="process")
def exit_codes(sandbox: Sandbox) -> str | None:
    """The exit code is told as it was."""
    for code in (0, 1, 7, 137, 255):
        ran = attack(sandbox, f"import os\nos._exit({code})")
        if (ran.ended, ran.exit_code, ran.ok) != ("exit", code, code == 0):
            return f"{code} was told as {ran.exit_code}, '{ran.ended}'"
    return None


@check(least="process")
def deaths_by_signal(sandbox: Sandbox) -> str | None:
    """A death by a signal is told as one, and which."""
    for code, number in (("os.abort()", 6), ("os.kill(os.getpid(), 9)", 9), ("ctypes.string_at(0)", 11)):
        ran = attack(sandbox, f"import ctypes, os\n{code}")
        told: tuple[str, int | None, int | None] = (ran.ended, ran.exit_code, ran.signal)
        if told != ("signal", None, number):
            return f"signal {number} was told as {told}"
    return None


@check(least="process")
def many_at_the_same_time(sandbox: Sandbox) -> str | None:
    """Several sandboxes at the same time know nothing of each other."""
    code = """
        import os, time
        open(f"mine-{number}", "x").close()
        time.sleep(0.3)
        print(number, sorted(one for one in os.listdir(".") if one.startswith("mine")))
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        runs = list(pool.map(lambda number: attack(sandbox, code, number=number), range(_AT_ONCE)))
    wrong = [ran for number, ran in enumerate(runs) if ran.stdout != f"{number} ['mine-{number}']\n"]
    return f"one told {wrong[0].stdout.strip() or wrong[0].ended}" if wrong else None


def _flood(sandbox: Sandbox, *, handle: int) -> str | None:
    code = """
        import os
        part = b"x" * (1 << 16)
        for _ in range(0, total, len(part)):
            os.write(handle, part)
    """
    ran: Ran = attack(sandbox, code, total=_FLOOD, handle=handle)
    kept = len(ran.stdout) + len(ran.stderr)
    if kept > LIMITS.output:
        return f"{kept:,} bytes were kept"
    return None if ran.ended == "output" else f"it ended by '{ran.ended}'"


CHECKS = (
    flood_of_output,
    flood_of_errors,
    input_that_nobody_reads,
    bytes_that_are_no_text,
    exit_codes,
    deaths_by_signal,
    many_at_the_same_time,
)
