import os
import stat

import pytest

from redraft.llama.memory.private import create_private


def test_a_new_file_is_its_owners(tmp_path):
    with create_private(tmp_path / "a") as file:
        file.write(b"mine")
    assert (tmp_path / "a").read_bytes() == b"mine"
    assert os.name == "nt" or stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_what_is_there_is_left_alone(tmp_path):
    (tmp_path / "target").write_bytes(b"theirs")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "dangling").symlink_to(tmp_path / "none")
    for name in ("target", "link", "dangling"):
        with pytest.raises(FileExistsError):
            create_private(tmp_path / name)
    assert (tmp_path / "target").read_bytes() == b"theirs"
    assert not (tmp_path / "none").exists()
