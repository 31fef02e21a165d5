"""The installed command, as a person or a script would call it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from redraft.cli.shell import call as call_shell

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REDRAFT_", "XDG_", "LC_", "LANG", "COLUMNS"))}
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8", "OMP_WAIT_POLICY": "PASSIVE", "TERM": "xterm-256color"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def redraft(environment: dict[str, str], project: Path):
    def call(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        defaults = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 60, "cwd": project}
        if "input" not in options:
            defaults["stdin"] = subprocess.DEVNULL
        env = environment | options.pop("env", {})
        command = [sys.executable, "-m", "redraft", *arguments]
        return subprocess.run(command, env=env, check=False, **(defaults | options))

    return call


@pytest.fixture
def inside(environment: dict[str, str], project: Path, monkeypatch):
    """Call the command in this process: the same streams and exit code, without a second of imports."""
    for name in set(os.environ) - set(environment):
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(project)

    def call(*arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdin", None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin)))
            patch.setattr("sys.stdout", out)
            patch.setattr("sys.stderr", err)
            code = call_shell(arguments)
        texts = (stream.buffer.getvalue().decode() for stream in (out, err))
        return subprocess.CompletedProcess(arguments, code, *texts)

    return call
