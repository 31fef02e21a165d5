"""All files of a scaffold are written, or none, and never over another one."""

from __future__ import annotations

import os
from pathlib import PurePosixPath

import pytest

from redraft.errors import UsageError
from redraft.scaffold.writing import write

TEXTS = {PurePosixPath("a/one.txt"): "1\n", PurePosixPath("two.txt"): "2\n"}


def contents(folder) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_files_are_written_with_their_folders(tmp_path):
    paths = write(tmp_path / "new", TEXTS)
    assert contents(tmp_path) == {"new/a/one.txt": "1\n", "new/two.txt": "2\n"}
    assert paths == (tmp_path / "new/a/one.txt", tmp_path / "new/two.txt")


def test_what_is_there_is_named_and_nothing_is_written(tmp_path):
    (tmp_path / "two.txt").write_text("mine")
    with pytest.raises(UsageError, match="it is there already") as caught:
        write(tmp_path, TEXTS)
    assert caught.value.where == str(tmp_path / "two.txt")
    assert contents(tmp_path) == {"two.txt": "mine"}


def test_a_link_that_leads_nowhere_is_in_the_way_too(tmp_path):
    (tmp_path / "two.txt").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="it is there already"):
        write(tmp_path, TEXTS)


def test_where_one_cannot_be_written_none_is_left(tmp_path):
    (tmp_path / "b").write_text("a file, not a folder")
    with pytest.raises(UsageError, match="it cannot be written"):
        write(tmp_path, {**TEXTS, PurePosixPath("b/three.txt"): "3"})
    assert contents(tmp_path) == {"b": "a file, not a folder"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the super-user may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="Permission denied"):
        write(tmp_path, TEXTS)
