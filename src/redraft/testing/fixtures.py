"""The pytest plugin of redraft. It is loaded wherever redraft is installed: it imports nothing until it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.testing.scripted_run import ScriptedRun

__all__ = ["redraft"]


@pytest.fixture
def redraft() -> Callable[..., ScriptedRun]:
    """Run a graph over a scripted model: see `redraft.testing.run_scripted`."""
    from redraft.testing.scripted_run import run_scripted

    return run_scripted
