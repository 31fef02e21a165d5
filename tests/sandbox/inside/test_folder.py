from __future__ import annotations

from redraft.sandbox.inside import folder


def test_a_folder_takes_what_its_files_do(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_bytes(b"x" * 100_000)
    assert 100_000 < folder.size(str(tmp_path), limit=1 << 30) < 120_000
    assert folder.size(str(tmp_path), limit=10) > 10
    assert folder.size(str(tmp_path / "missing"), limit=10) == 0


def test_a_folder_goes_with_all_that_was_closed_in_it(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o750)
    (outside / "file").touch()
    closed = tmp_path / "mine" / "closed"
    closed.mkdir(parents=True)
    (closed / "link").symlink_to(outside)
    (closed / "file").touch()
    closed.chmod(0)
    folder.remove(str(tmp_path / "mine"))
    assert not (tmp_path / "mine").exists()
    assert (outside / "file").exists()
    assert outside.stat().st_mode & 0o777 == 0o750
