"""`redraft schema`: what it prints is what is shipped."""

from __future__ import annotations

import json

import pytest

from redraft.schemas import load_schema


@pytest.mark.parametrize("which", ["graph", "agent", "bench", "advice"])
def test_a_schema_is_printed_whole(inside, which):
    done = inside("schema", which)
    assert done.returncode == 0
    assert json.loads(done.stdout) == load_schema(which)


def test_another_format_is_a_usage_error(inside):
    done = inside("schema", "grph")
    assert done.returncode == 2
    assert "grph" in done.stderr
