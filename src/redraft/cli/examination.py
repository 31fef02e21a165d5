"""What `redraft doctor` looks at, one function for each thing."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal

from redraft import __version__
from redraft.errors import RedraftError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["GPU_BUILDS", "Symptom", "examine"]

_LIBRARIES = (
    "llama-cpp-python",
    "langgraph",
    "langchain-core",
    "llguidance",
    "networkx",
    "pydantic",
    "pluggy",
    "psutil",
)
GPU_BUILDS = {
    "CUDA": "-DGGML_CUDA=on",
    "Metal": "-DGGML_METAL=on",
    "Vulkan": "-DGGML_VULKAN=on",
    "ROCm": "-DGGML_HIP=on",
}
"""The build flags of llama.cpp, by what they are for."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was looked at.

    Args:
        name: What it is.
        state: `broken` keeps redraft from its main job; a `note` does not.
        detail: What was found.
        mend: What to do about it.
    """

    name: str
    state: Literal["ok", "note", "broken"]
    detail: str
    mend: str | None = None


def examine() -> list[Symptom]:
    """Look at everything, and return what was found, in a fixed order."""
    return [
        Symptom("redraft", "ok", __version__),
        Symptom("python", "ok", f"{platform.python_version()} ({sys.executable})"),
        Symptom("platform", "ok", f"{platform.platform()}, {os.cpu_count()} CPUs{_memory()}"),
        _libraries(),
        *_llama(),
        _free_memory(),
        _embedded(),
        *_folders(),
        *_plugins(),
        *_sandboxes(),
    ]


def _memory() -> str:
    try:
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf
        return ""
    return f", {pages * size / 2**30:.1f} GiB of memory"


def _libraries() -> Symptom:
    found, missing = [], []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Symptom("libraries", "broken", f"missing: {', '.join(missing)}", "Install redraft again with pip.")
    return Symptom("libraries", "ok", ", ".join(found))


def _llama() -> Iterator[Symptom]:
    from redraft.llama.native.library import extra_buffers, library

    try:
        llama_cpp = library()
    except (ImportError, OSError, RuntimeError) as error:
        yield Symptom("llama.cpp", "broken", f"cannot be loaded: {error}", f"Build it again: {_build('')}")
        return
    features = re.findall(r"(\w+) = 1", llama_cpp.llama_print_system_info().decode(errors="replace"))
    unused = "" if extra_buffers() else "; its AMX kernels are not used, for they may end the process"
    yield Symptom("llama.cpp", "ok", f"built with {', '.join(features)}{unused}")
    yield _threads()
    if llama_cpp.llama_supports_gpu_offload():
        yield _gpus()
    else:
        yield _no_gpu()


def _threads() -> Symptom:
    from redraft.llama.machine.threads import openmp_state, usable_cpus

    cpus, state = usable_cpus(), openmp_state()
    detail = f"{cpus} usable CPU{'s' if cpus > 1 else ''}"
    if state.spins:
        return Symptom(
            "threads",
            "note",
            f"{detail}, one is used: {', '.join(sorted(state.before))} was loaded before and keeps CPUs busy waiting",
            "Set OMP_WAIT_POLICY=PASSIVE in the environment, or import redraft first.",
        )
    waiting = "threads wait as the environment says" if state.chosen else "threads that wait leave theirs to others"
    return Symptom("threads", "ok", f"{detail}; {waiting}")


def _gpus() -> Symptom:
    from redraft.llama.machine.devices import devices, gpus
    from redraft.llama.machine.fit import readable

    found = gpus(devices())
    if not found:
        return Symptom("gpu", "ok", "this build of llama.cpp offloads layers to GPUs elsewhere")
    free = [f"{card.name} ({card.description}): {readable(card.free)} of {readable(card.total)} free" for card in found]
    return Symptom("gpu", "ok", "; ".join(free))


def _free_memory() -> Symptom:
    from redraft.llama.machine.cgroup import memory_room
    from redraft.llama.machine.fit import free_memory, readable

    free, room = free_memory(), memory_room()
    limit = ", as the control group allows" if room == free else ""
    return Symptom("memory", "ok", f"{readable(free)} free for models and their contexts{limit}")


def _no_gpu() -> Symptom:
    kind = _gpu_kind()
    detail = "this build of llama.cpp runs on the CPU only"
    if kind is None:
        return Symptom(
            "gpu", "ok", f"none found; {detail}", f"With a GPU: {_build(GPU_BUILDS['CUDA'])} (or Metal, Vulkan, ROCm)"
        )
    return Symptom("gpu", "note", f"{kind} was found, but {detail}", f"To use it: {_build(GPU_BUILDS[kind])}")


def _gpu_kind() -> str | None:
    """Return what kind of GPU this machine seems to have, by what its driver leaves behind."""
    from pathlib import Path

    if sys.platform == "darwin":
        return "Metal"
    if Path("/proc/driver/nvidia/version").exists() or Path("/dev/nvidia0").exists():
        return "CUDA"
    if Path("/dev/kfd").exists():
        return "ROCm"
    return None


def _build(flag: str) -> str:
    flags = f'CMAKE_ARGS="{flag}" ' if flag else ""
    return f"{flags}pip install --force-reinstall --no-cache-dir --no-deps llama-cpp-python"


def _embedded() -> Symptom:
    from redraft.catalog.header import inspect
    from redraft.files import embedded_model

    path = embedded_model()
    if not path.exists():
        return Symptom("embedded model", "broken", f"missing: {path}", "Install redraft again with pip.")
    try:
        header = inspect(path)
    except RedraftError as error:
        return Symptom("embedded model", "broken", str(error), "Install redraft again with pip.")
    strangers = _strangers(header.metadata)
    if strangers:
        return Symptom(
            "embedded model",
            "note",
            f"was trained on other prompts of: {', '.join(strangers)}",
            "An agent file shadows or changes the shipped one; see `redraft agents ls`.",
        )
    return Symptom("embedded model", "ok", f"{path} ({path.stat().st_size / 1e6:.1f} MB); its prompts match")


def _strangers(metadata: Mapping[str, object]) -> list[str]:
    """Return the agents whose prompt is not the one that the embedded model was trained on."""
    from redraft.agents import get_agent

    frame: dict[str, str] = json.loads(str(metadata.get("redraft.frame", "{}")))
    return [name for name, fingerprint in frame.items() if get_agent(name).fingerprint != fingerprint]


def _folders() -> Iterator[Symptom]:
    from redraft.files import config_dir, data_dir

    for name, folder in (("config folder", config_dir()), ("data folder", data_dir())):
        if _writable(folder):
            yield Symptom(name, "ok", str(folder))
        else:
            yield Symptom(
                name, "note", f"{folder} cannot be written", "redraft works without it; nothing is kept there."
            )


def _writable(folder: Path) -> bool:
    """Tell whether the folder can be written, or made."""
    nearest = next((parent for parent in (folder, *folder.parents) if parent.exists()), folder)
    return os.access(nearest, os.W_OK)


def _plugins() -> Iterator[Symptom]:
    from redraft.cli.selection import plugins
    from redraft.plugins.metadata import damaged

    for folder in damaged():
        mend = "Remove the folder, and install it again: libraries that redraft needs fail on it."
        yield Symptom("distribution", "broken", f"{folder} is damaged", mend)
    found = plugins()
    for info in found.infos:
        named = f"{info.name} ({info.distribution})"
        if info.error and info.error.phase == "trust":
            yield Symptom("plugin", "note", f"{named} is not trusted", "Look at it, then run `redraft trust`.")
        elif info.error:
            detail = f"{named} is broken: {info.error.phase}: {info.error.message}"
            yield Symptom("plugin", "note", detail, "Update or uninstall it; see `redraft plugins ls`.")
        if found.slow(info):
            mend = "Every command waits for it: its heavy imports belong inside its functions."
            yield Symptom("plugin", "note", f"{named} {found.slow(info)}", mend)
    yield Symptom("plugins", "ok", ", ".join(info.name for info in found.infos if not info.error))


def _sandboxes() -> Iterator[Symptom]:
    from redraft.sandbox import available

    for provider in available():
        name = f"sandbox {provider.strength}"
        if provider.usable:
            yield Symptom(name, "ok", provider.name)
        else:
            yield Symptom(name, "note", f"not on this machine: {provider.missing}", provider.mend)
