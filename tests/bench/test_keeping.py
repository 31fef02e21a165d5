"""Values that outlive a process: what was cut off is not there, what is there is whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.bench.keeping import Shelf
from redraft.bench.recorded import Run
from redraft.errors import UsageError
from tests.bench.making_runs import run


def kept(folder) -> list[Run]:
    return list(Shelf(folder, Run))


def put(folder, *runs: Run) -> None:
    shelf = Shelf(folder, Run)
    for one in runs:
        shelf.add(one)
    shelf.close()


def test_what_was_kept_is_there_for_whoever_looks_next(tmp_path):
    assert kept(tmp_path / "none") == []
    put(tmp_path / "a", run(0.1, task="x"), run(0.2, task="y"))
    put(tmp_path / "a", run(0.3, task="z"))
    assert {one.task for one in kept(tmp_path / "a")} == {"x", "y", "z"}
    assert len(list((tmp_path / "a").glob("*.jsonl"))) == 2


@given(cut=st.integers(1, 10_000))
@settings(deadline=None)
def test_a_line_that_was_cut_off_is_not_there_and_the_others_are(tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("kept")
    runs = [run(0.1, task=name) for name in "abc"]
    put(folder, *runs)
    (file,) = folder.glob("*.jsonl")
    whole = file.read_bytes()
    file.write_bytes(whole[: max(0, len(whole) - cut)])
    left = file.read_bytes().count(b"\n")
    assert kept(folder) == runs[:left]
    put(folder, *runs[left:])
    assert sorted(kept(folder), key=lambda one: one.task) == runs


def test_a_line_of_another_version_is_made_again(tmp_path):
    (tmp_path / "old.jsonl").write_text('{"method": "loop"}\nnonsense\n\xff\n', encoding="latin-1")
    assert kept(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_one_clear_message(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="runs cannot be kept") as caught:
        put(tmp_path / "file", run(0.1))
    assert "REDRAFT_CACHE_DIR" in str(caught.value)
