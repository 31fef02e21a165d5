import os

import pytest

from redraft.llama.memory import fingerprint as module
from redraft.llama.memory.fingerprint import BLOCK, BLOCKS, END, WHOLE, fingerprint


def test_equal_files_have_one_and_a_changed_byte_is_another(tmp_path):
    files = [tmp_path / name for name in ("a", "b", "c")]
    for file, content in zip(files, (b"x" * 3_000_000, b"x" * 3_000_000, b"x" * 2_999_999 + b"y"), strict=True):
        file.write_bytes(content)
    first, same, changed = map(fingerprint, files)
    assert first == same != changed
    assert len(first) == 64


def test_of_a_large_file_both_ends_and_blocks_all_over_it_count(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "WHOLE", 2**20)
    monkeypatch.setattr(module, "END", 2**10)
    monkeypatch.setattr(module, "BLOCK", 2**4)
    path, size = tmp_path / "large", 2**21 + 7
    path.write_bytes(bytes(size))
    plain = fingerprint(path)
    # Samples lie closer than this everywhere.
    for begin in (0, 2**19, 2**20 + 3, size - 2**12):
        with path.open("r+b") as file:
            file.seek(begin)
            file.write(b"\1" * 2**12)
        assert fingerprint(path) != plain
        path.write_bytes(bytes(size))
    path.write_bytes(bytes(size + 1))
    assert fingerprint(path) != plain


def test_a_file_of_many_gigabytes_is_read_in_small_part(tmp_path):
    assert 2 * END + BLOCKS * BLOCK < WHOLE / 10
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(2**36)
    before = fingerprint(path)
    os.truncate(path, 2**36 - 1)
    assert fingerprint(path) != before


def test_without_a_file_there_is_none(tmp_path):
    with pytest.raises(FileNotFoundError):
        fingerprint(tmp_path / "none")
