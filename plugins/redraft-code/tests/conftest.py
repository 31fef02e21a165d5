"""A sandbox for all tests, or none of them: generated code runs nowhere else."""

from __future__ import annotations

import pytest

from redraft.errors import SandboxError
from redraft.evaluation import Context
from redraft.sandbox import strongest


@pytest.fixture(scope="session")
def ctx():
    try:
        strongest("namespace")
    except SandboxError as error:
        pytest.skip(f"no sandbox here: {error}")
    return Context(least="namespace")
