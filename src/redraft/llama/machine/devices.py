"""The devices that llama.cpp can compute on."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from redraft.llama.machine.ggml import function

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Device", "Kind", "devices", "gpus"]

Kind = Literal["cpu", "gpu", "igpu", "accel", "meta"]
"""What a device is, in the order of ggml's numbers; `igpu` shares the machine's memory."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device.

    Args:
        name: llama.cpp's name for it.
        description: The maker's name for it.
        kind: What it is.
        free: Bytes of its memory that are free.
        total: Bytes of its memory.
    """

    name: str
    description: str
    kind: Kind
    free: int
    total: int


def devices() -> tuple[Device, ...]:
    """Return the devices of this build, in llama.cpp's order; none where the build does not tell."""
    count = function("ggml_backend_dev_count", [], ctypes.c_size_t)
    get = function("ggml_backend_dev_get", [ctypes.c_size_t], ctypes.c_void_p)
    if count is None or get is None or _memory(None) is None:
        return ()
    return tuple(_device(get(at)) for at in range(count()))


def gpus(found: Sequence[Device]) -> tuple[Device, ...]:
    """Return the GPUs that llama.cpp would use: integrated ones only where there is no other."""
    cards = tuple(device for device in found if device.kind == "gpu")
    return cards or tuple(device for device in found if device.kind == "igpu")


def _device(pointer: int) -> Device:
    name, description = (_ask(f"ggml_backend_dev_{what}", ctypes.c_char_p) for what in ("name", "description"))
    number = _ask("ggml_backend_dev_type", ctypes.c_int)(pointer)
    kinds = get_args(Kind)
    free, total = _memory(pointer) or (0, 0)
    return Device(
        name=name(pointer).decode(errors="replace"),
        description=description(pointer).decode(errors="replace"),
        kind=kinds[number] if number < len(kinds) else "meta",
        free=free,
        total=total,
    )


def _memory(pointer: int | None) -> tuple[int, int] | None:
    """Return a device's free and total memory; None where the build does not tell."""
    size = ctypes.POINTER(ctypes.c_size_t)
    ask = function("ggml_backend_dev_memory", [ctypes.c_void_p, size, size], None)
    if ask is None:
        return None
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    if pointer:
        ask(pointer, free, total)
    return free.value, total.value


def _ask(name: str, result: Any) -> Any:
    return function(name, [ctypes.c_void_p], result)
