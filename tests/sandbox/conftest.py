from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from redraft.sandbox import available
from redraft.sandbox.interface import STRENGTHS


def pytest_generate_tests(metafunc):
    if "sandbox" in metafunc.fixturenames:
        metafunc.parametrize("sandbox", STRENGTHS, indirect=True)


@pytest.fixture
def sandbox(request):
    """Each sandbox of this machine in turn."""
    provider = next(provider for provider in available() if provider.strength == request.param)
    if not provider.usable:
        pytest.skip(f"this machine has no sandbox of strength '{request.param}': {provider.missing}")
    return provider.sandbox


@pytest.fixture
def ordinary():
    """The beginning of a command line that runs the rest as an ordinary user."""
    if os.geteuid() != 0:
        return []
    return [sys.executable, str(Path(__file__).with_name("ordinary.py"))]
