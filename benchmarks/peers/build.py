"""llama.cpp's own programs, built from the source that llama-cpp-python's source distribution holds."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PROGRAMS", "build", "programs"]

PROGRAMS = ("llama-batched-bench", "llama-bench", "llama-server")
OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
    "-DLLAMA_OPENSSL=OFF",
)


def programs(cache: Path) -> Path | None:
    """Return the folder of the programs, or None where they are not built."""
    folder = _home(cache) / "build" / "bin"
    return folder if all((folder / name).is_file() for name in PROGRAMS) else None


def build(cache: Path, *, cuda: bool = False) -> Path:
    """Return the folder of the programs, built where they are not: about ten minutes on two cores.

    Raises:
        SystemExit: pip, CMake or Ninja is missing or fails.
    """
    found = programs(cache)
    if found:
        return found
    home = _home(cache)
    source = _fetched(home) / "vendor" / "llama.cpp"
    for tool in ("cmake", "ninja"):
        if shutil.which(tool) is None:
            raise SystemExit(f"{tool} is needed to build llama.cpp: pip install {tool}")
    options = [*OPTIONS, *(["-DGGML_CUDA=ON"] if cuda else [])]
    _run("cmake", "-G", "Ninja", "-S", str(source), "-B", str(home / "build"), *options)
    _run("ninja", "-C", str(home / "build"), *PROGRAMS)
    return home / "build" / "bin"


def _home(cache: Path) -> Path:
    return cache / f"llama.cpp-{version('llama-cpp-python')}"


def _fetched(home: Path) -> Path:
    name = f"llama_cpp_python-{version('llama-cpp-python')}"
    if not (home / name).is_dir():
        wanted = f"llama-cpp-python=={version('llama-cpp-python')}"
        given = ("--no-binary", "llama-cpp-python", "--no-deps", "--dest", str(home), wanted)
        _run(sys.executable, "-m", "pip", "download", *given)
        with tarfile.open(home / f"{name}.tar.gz") as packed:
            packed.extractall(home, filter="data")
    return home / name


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
