"""How long threads have waited for a processor, as this system tells it."""

from __future__ import annotations

import sys
import threading

import pytest

from redraft.llama.machine import waits as module
from redraft.llama.machine.waits import MOST, waits


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_every_thread_has_its_seconds_and_they_never_become_fewer():
    before = waits()
    assert before is not None
    assert threading.get_native_id() in before
    after = waits()
    assert all(after[thread] >= seconds >= 0 for thread, seconds in before.items() if thread in after)


def test_where_the_system_does_not_tell_nothing_is_known(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_TASKS", tmp_path / "none")
    assert waits() is None
    monkeypatch.setattr(module, "_TASKS", tmp_path)
    (tmp_path / "1").mkdir()
    assert waits() is None


def test_of_too_many_threads_none_is_asked_after(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_TASKS", tmp_path)
    for thread in range(MOST + 1):
        (tmp_path / str(thread)).mkdir()
        (tmp_path / str(thread) / "schedstat").write_text("5 6 7\n", encoding="utf-8")
    assert waits() is None
    (tmp_path / "0" / "schedstat").unlink()
    (tmp_path / "0").rmdir()
    assert waits() == dict.fromkeys(range(1, MOST + 1), 6e-9)
