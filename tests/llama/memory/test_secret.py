import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from redraft.llama.memory.secret import NAME, load_secret

posix = pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX's")


def test_it_is_made_once_and_kept(tmp_path):
    secret = load_secret(tmp_path / "data")
    assert len(secret) == 32
    assert load_secret(tmp_path / "data") == secret
    assert load_secret(tmp_path / "other") != secret
    assert [path.name for path in (tmp_path / "data").iterdir()] == [NAME]


def test_whoever_makes_it_first_wins(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(load_secret, [tmp_path] * 32))) == 1


def test_without_hard_links_it_is_made_too(tmp_path, monkeypatch):
    def refuse(*_names):
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    assert load_secret(tmp_path) == load_secret(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@posix
def test_its_owner_alone_can_read_it(tmp_path):
    load_secret(tmp_path)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o602])
def test_one_that_others_could_have_read_or_written_is_replaced(tmp_path, mode):
    known = load_secret(tmp_path)
    (tmp_path / NAME).chmod(mode)
    assert load_secret(tmp_path) != known
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_one_is_replaced(tmp_path, content):
    load_secret(tmp_path)
    (tmp_path / NAME).write_bytes(content)
    assert len(load_secret(tmp_path)) == 32


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        load_secret(tmp_path / "file" / "data")
