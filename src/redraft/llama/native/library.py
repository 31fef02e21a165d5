"""llama.cpp's shared library, loaded once, waiting quietly, its log sent to Python's."""

from __future__ import annotations

import atexit
import ctypes
import logging
import os
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "SPINS",
    "errors_logged",
    "extra_buffers",
    "library",
    "memory_returned",
    "multiplies_bf16",
    "openmp_before",
    "openmp_loaded",
    "wait_policy_chosen",
]

_LOGGER = logging.getLogger("redraft.llama")

_LEVELS = {1: logging.DEBUG, 2: logging.INFO, 3: logging.INFO, 4: logging.ERROR}
"""ggml's levels; its warnings concern whoever made the file more than the user, so they are information here."""

_POLICIES = frozenset({"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"})
"""Any of these says how OpenMP's threads wait."""

SPINS = "1000"
"""Rounds that a thread of libgomp's spins before it sleeps, whatever the policy: some microseconds. Threads that sleep
at once take more than twice as long for a step of one row; those that spin long stand still beside a busy process."""

_RUNTIMES = ("libgomp.so.1", "libomp.so", "libomp.so.5", "libiomp5.so", "libomp.dylib", "libiomp5.dylib")


@cache
def library() -> Any:
    """Return the module of llama.cpp's C functions.

    How threads wait must stand in the environment before OpenMP loads: threads that spin for long, while another
    process wants the processor, make decoding a hundred times slower.
    """
    # Both are recorded before what follows changes them.
    openmp_before(), wait_policy_chosen()
    if not _POLICIES & set(os.environ):
        os.environ.update(OMP_WAIT_POLICY="PASSIVE", GOMP_SPINCOUNT=SPINS)
    # Without this a failed assertion starts gdb, which may hang for minutes.
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")
    from llama_cpp import llama_cpp as api

    # The default without any handler is to print on stderr.
    _LOGGER.addHandler(logging.NullHandler())
    api.llama_log_set(_log_callback(), None)
    api.llama_backend_init()
    atexit.register(_close_left_open)
    return api


@cache
def openmp_before() -> frozenset[str]:
    """Return the OpenMP runtimes that another library, torch for one, brought before llama.cpp was loaded."""
    return openmp_loaded()


def openmp_loaded() -> frozenset[str]:
    """Return the OpenMP runtimes in this process, by the names under which another library would find them."""
    noload = getattr(os, "RTLD_NOLOAD", None)
    return frozenset(name for name in _RUNTIMES if _loaded(name, noload)) if noload else frozenset()


def _loaded(name: str, noload: int) -> bool:
    try:
        ctypes.CDLL(name, mode=noload)
    except OSError:
        return False
    return True


@cache
def wait_policy_chosen() -> bool:
    """Whether the environment said how threads wait when the process started: runtimes read it as they load."""
    try:
        given = Path("/proc/self/environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        given = list(os.environ)
    return any(entry.partition("=")[0] in _POLICIES for entry in given)


@cache
def extra_buffers() -> bool:
    """Whether llama.cpp may lay weights out anew for the processor.

    Not in a build for AMX: its kernels, compiled by GCC, may end the process in the first step (llama.cpp's issue 20824
    and pull request 26954), and nothing tells such a build from a sound one.
    """
    return b"AMX_INT8 = 1" not in library().llama_print_system_info()


@cache
def multiplies_bf16() -> bool:
    """Whether llama.cpp multiplies numbers of type BF16 by an instruction of the processor: twice as fast as F16."""
    return b"AVX512_BF16 = 1" in library().llama_print_system_info()


def memory_returned() -> None:
    """Give the system back what this process has freed, where its C library keeps that: glibc does.

    States, contexts and weights leave holes of hundreds of kilobytes, which glibc holds on to without end.
    """
    with suppress(OSError, AttributeError, TypeError):  # Windows has no library without a name
        ctypes.CDLL(None).malloc_trim(0)


def _close_left_open() -> None:
    """Close the null files that llama_cpp opens when it is imported, of which a strict interpreter warns at exit."""
    from llama_cpp import _utils

    for name in ("outnull_file", "errnull_file"):
        file = getattr(_utils, name, None)
        if file:
            file.close()


@cache
def _log_callback() -> Any:
    from llama_cpp import llama_cpp as api

    return api.llama_log_callback(_log)


def _log(level: int, text: bytes, _data: object) -> None:
    severity = _LEVELS.get(level, logging.DEBUG)
    if _LOGGER.isEnabledFor(severity):
        _LOGGER.log(severity, "%s", text.decode(errors="replace").rstrip())


class _Lines(logging.Handler):
    """Keeps the messages it is given."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def errors_logged() -> Iterator[list[str]]:
    """Collect what llama.cpp logs as errors inside the block."""
    handler = _Lines()
    _LOGGER.addHandler(handler)
    try:
        yield handler.lines
    finally:
        _LOGGER.removeHandler(handler)
