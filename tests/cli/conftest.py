"""The installed command, as a person or a script would call it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

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
