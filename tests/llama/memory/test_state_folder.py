import logging
import os
import shutil
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from redraft.llama.memory import state_folder
from redraft.llama.memory.state_file import make_head, write_state

TOKENS = list(range(100, 150))


@pytest.fixture
def warned(caplog):
    caplog.set_level(logging.WARNING)
    return lambda: [record.getMessage() for record in caplog.records]


def files(tmp_path):
    return sorted((tmp_path / "states").iterdir())


def found(store, tokens=TOKENS, adapter=""):
    """What a store has of some tokens."""
    stored = store.longest(adapter, tokens)
    return stored and store.read(stored)


def test_what_one_process_writes_another_finds(open_store, warned):
    writer, reader = open_store(), open_store()
    assert found(reader) is None
    for at in range(1, 4):
        writer.put("", TOKENS[: 10 * at], b"state %d" % at, durable=True)
        assert found(reader) == b"state %d" % at
    assert found(reader, [*TOKENS[:15], 7]) == b"state 2"
    assert not warned()


def test_what_depends_on_something_else_is_not_listed(open_store, key, tmp_path, warned):
    open_store().put("", TOKENS, b"state", durable=True)
    open_store().put("lora", TOKENS, b"under lora", durable=True)
    for other in (replace(key, model="m2"), replace(key, library="l2"), replace(key, context={"type_k": "f16"})):
        assert found(open_store(key_base=other)) is None
    assert found(open_store()) == b"state"
    assert found(open_store(), adapter="lora") == b"under lora"
    assert found(open_store(), adapter="another") is None
    assert len(files(tmp_path)) == 2
    assert not warned()


def test_what_another_user_of_the_folder_signed_is_left_alone(open_store, tmp_path, monkeypatch, warned):
    open_store().put("", TOKENS, b"state", durable=True)
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data of another"))
    assert found(open_store()) is None
    assert len(files(tmp_path)) == 1
    assert not warned()


@pytest.mark.parametrize("at", [20, -1], ids=["head", "state"])
@pytest.mark.parametrize("listed", [False, True])
def test_a_damaged_file_is_removed_with_one_warning(open_store, tmp_path, warned, at, listed):
    reader = open_store()
    open_store().put("", TOKENS, b"state", durable=True)
    stored = reader.longest("", TOKENS) if listed else None
    (path,) = files(tmp_path)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    assert (reader.read(stored) if stored else found(reader)) is None
    assert not files(tmp_path)
    assert found(reader) is None
    (said,) = warned()
    assert str(path) in said
    assert "it is removed, and what it held is computed again" in said


def test_a_forged_file_under_a_right_name_is_removed(open_store, key, tmp_path, warned):
    open_store().put("", TOKENS, b"state", durable=True)
    (path,) = files(tmp_path)
    write_state(path, make_head(key.digest, TOKENS, 6), b"forged", b"guess" * 6)
    assert found(open_store()) is None
    assert not files(tmp_path)
    assert len(warned()) == 1


@pytest.mark.parametrize("listed", [False, True])
def test_a_file_that_took_anothers_name_is_removed(open_store, tmp_path, warned, listed):
    store = open_store()
    store.put("", TOKENS, b"state", durable=True)
    (path,) = files(tmp_path)
    store.put("", TOKENS[:20], b"shorter", durable=True)
    (other,) = set(files(tmp_path)) - {path}
    other.replace(path)
    assert found(store if listed else open_store()) is None
    assert not files(tmp_path)
    assert len(warned()) == 1


def test_what_vanished_is_gone_without_a_word(open_store, tmp_path, warned):
    store = open_store()
    store.put("", TOKENS, b"state", durable=True)
    stored = store.longest("", TOKENS)
    shutil.rmtree(tmp_path / "states")
    assert store.read(stored) is None
    assert store.longest("", TOKENS) is None
    store.put("", TOKENS, b"state", durable=True)
    assert found(store) == b"state"
    assert not warned()


def test_what_is_no_state_is_left_alone(open_store, tmp_path, warned):
    store = open_store()
    store.put("", TOKENS, b"state", durable=True)
    (path,) = files(tmp_path)
    (tmp_path / "states" / "notes.txt").write_text("mine")
    path.with_name(path.name.replace("-", "-0")).mkdir()
    (tmp_path / "elsewhere").write_text("x" * 5000)
    path.with_name(path.name.replace("-", "-1")).symlink_to(tmp_path / "elsewhere")
    assert found(open_store()) == b"state"
    open_store(disk_bytes=600).put("", TOKENS[:9], b"s" * 400, durable=True)
    assert (tmp_path / "states" / "notes.txt").exists()
    assert (tmp_path / "elsewhere").exists()
    assert not warned()


def test_the_least_recently_used_is_removed_first_whoever_wrote_it(open_store, key, tmp_path):
    stranger, store = open_store(key_base=replace(key, model="m2")), open_store(disk_bytes=4 * 1400)
    stranger.put("", TOKENS, b"z" * 1000, durable=True)
    for at in (10, 20, 30):
        store.put("", [at, *TOKENS], b"s" * 1000, durable=True)
    assert found(store, [10, *TOKENS])
    for at in (40, 50):
        store.put("", [at, *TOKENS], b"s" * 1000, durable=True)
    assert found(stranger) is None
    assert [at for at in (10, 20, 30, 40, 50) if found(store, [at, *TOKENS])] == [10, 30, 40, 50]


def test_what_a_process_left_unfinished_makes_room_too(open_store, tmp_path):
    store = open_store(disk_bytes=1500)
    store.put("", TOKENS, b"state", durable=True)
    left = tmp_path / "states" / "x.0.part"
    left.write_bytes(b"p" * 1000)
    os.utime(left, ns=(0, 0))
    store.put("", TOKENS[:20], b"s" * 500, durable=True)
    assert not left.exists()
    assert found(store) == b"state"


def test_what_is_larger_than_the_limit_is_not_written_and_nothing_is_removed(open_store, tmp_path):
    store = open_store(disk_bytes=1000)
    store.put("", TOKENS, b"state", durable=True)
    store.put("", TOKENS[:20], b"s" * 1000, durable=True)
    assert found(store) == b"state"
    assert len(files(tmp_path)) == 1


def test_where_files_cannot_be_removed_the_limit_holds_all_the_same(open_store, tmp_path, monkeypatch, warned):
    store = open_store(disk_bytes=1000)
    store.put("", TOKENS, b"state", durable=True)

    def refuse(*_names, **_options):
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    store.put("", TOKENS[:20], b"s" * 500, durable=True)
    assert len(files(tmp_path)) == 1
    assert found(store) == b"state"
    assert not warned()


def test_a_file_that_another_process_removed_half_written_is_no_failure(open_store, tmp_path, monkeypatch, warned):
    def gone(*_names):
        raise FileNotFoundError

    store = open_store()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", gone)
        store.put("", TOKENS, b"state", durable=True)
    assert found(store) is None
    store.put("", TOKENS, b"state", durable=True)
    assert found(store) == b"state"
    assert not warned()


@pytest.mark.skipif(os.name == "nt", reason="modes of folders are POSIX's")
def test_its_owner_alone_can_look_into_the_folder(open_store, tmp_path):
    open_store().put("", TOKENS, b"state", durable=True)
    assert stat.S_IMODE((tmp_path / "states").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_costs_one_warning(open_store, tmp_path, warned):
    (tmp_path / "file").write_text("")
    store = open_store(memory_bytes=1000, folder=tmp_path / "file" / "states")
    for at in range(3):
        store.put("", TOKENS[: 5 + at], b"state", durable=True)
    assert found(store) == b"state"
    (said,) = warned()
    assert "no states can be kept" in said


def test_without_a_secret_there_is_memory_only(open_store, tmp_path, monkeypatch, warned):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "file" / "data"))
    store = open_store(memory_bytes=1000)
    store.put("", TOKENS, b"state", durable=True)
    assert found(store) == b"state"
    assert not (tmp_path / "states").exists()
    (said,) = warned()
    assert "kept in memory only" in said


def test_a_folder_that_did_not_change_is_not_read_again(open_store, tmp_path, monkeypatch):
    store, scanned = open_store(), []
    store.put("", TOKENS, b"state", durable=True)
    os.utime(tmp_path / "states", ns=(0, 0))
    monkeypatch.setattr(state_folder.os, "scandir", lambda path, scan=os.scandir: scanned.append(path) or scan(path))
    for _ in range(5):
        assert found(store) == b"state"
    assert len(scanned) == 1


def test_a_change_within_a_tick_of_the_clock_is_seen(open_store, tmp_path):
    reader, writer = open_store(), open_store()
    writer.put("", TOKENS[:5], b"first", durable=True)
    tick = time.time_ns() + 10**9
    for state in (b"second", b"third"):
        os.utime(tmp_path / "states", ns=(tick, tick))
        assert found(reader) != state
        writer.put("", TOKENS[: 5 + len(state)], state, durable=True)
    os.utime(tmp_path / "states", ns=(tick, tick))
    assert found(reader) == b"second"


def test_what_is_read_from_memory_stays_on_disk(open_store):
    store = open_store(memory_bytes=2000, disk_bytes=3200)
    for at in range(2):
        store.put("", [at, *TOKENS], b"s" * 700, durable=True)
    assert found(store, [0, *TOKENS])
    open_store(disk_bytes=3200).put("", [2, *TOKENS], b"s" * 700, durable=True)
    open_store(disk_bytes=3200).put("", [3, *TOKENS], b"s" * 700, durable=True)
    assert [at for at in range(4) if found(open_store(), [at, *TOKENS])] == [0, 2, 3]


STRANGER = """
import sys
from pathlib import Path
from random import Random
from redraft.llama.memory.key import StateKey
from redraft.llama.memory.states import StateStore
random = Random(sys.argv[2])
store = StateStore(StateKey("m", "l", {}), memory_bytes=500, folder=Path(sys.argv[1]), disk_bytes=3000)
for step in range(150):
    tokens = [random.randrange(3) for _ in range(4)]
    store.put("", tokens, bytes(tokens) * 100, durable=random.random() < 0.5)
    stored = store.longest("", [random.randrange(3) for _ in range(4)])
    state = stored and store.read(stored)
    assert state is None or state == bytes(stored.head.tokens.tolist()) * 100
"""


def test_processes_that_share_a_folder_do_not_disturb_each_other(tmp_path, monkeypatch):
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))
    command = [sys.executable, "-W", "error", "-c", STRANGER, str(tmp_path / "states")]
    started = [subprocess.Popen([*command, str(seed)], stderr=subprocess.PIPE, text=True) for seed in range(3)]
    assert [(process.communicate()[1], process.returncode) for process in started] == [("", 0)] * 3
