"""A store's surroundings: a data folder of its own, and a key."""

from __future__ import annotations

import pytest

from redraft.llama.memory.key import StateKey
from redraft.llama.memory.states import StateStore


@pytest.fixture
def key():
    return StateKey("model", "library", {"type_k": "bf16", "n_layer": 4})


@pytest.fixture
def open_store(tmp_path, monkeypatch, key):
    """Open a store on the test's folder, as another process would."""
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))

    def open_one(memory_bytes=0, disk_bytes=2**20, key_base=key, folder=tmp_path / "states"):
        return StateStore(key_base, memory_bytes=memory_bytes, folder=folder, disk_bytes=disk_bytes)

    return open_one
