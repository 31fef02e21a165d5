from __future__ import annotations

import os
import sys
from pathlib import Path

from redraft.sandbox import settings


def shown(monkeypatch, prefix):
    monkeypatch.setattr(sys, "prefix", str(prefix))
    monkeypatch.setattr(sys, "exec_prefix", str(prefix))
    return dict(settings.interpreter())


def test_of_an_environment_only_its_parts_are_shown(monkeypatch, tmp_path):
    for part in ("bin", "lib", ".ssh"):
        (tmp_path / part).mkdir()
    (tmp_path / "secret").touch()
    found = [path for path in shown(monkeypatch, tmp_path).values() if path.startswith(str(tmp_path))]
    assert found == [str(tmp_path / "bin"), str(tmp_path / "lib")]


def test_an_environment_behind_a_link_is_shown_at_both_places(monkeypatch, tmp_path):
    (tmp_path / "real" / "lib").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    found = {target: source for source, target in settings.interpreter()}
    assert shown(monkeypatch, tmp_path / "link")
    found = {target: source for source, target in settings.interpreter()}
    assert found[str(tmp_path / "link" / "lib")] == str(tmp_path / "real" / "lib")
    assert found[str(tmp_path / "real" / "lib")] == str(tmp_path / "real" / "lib")


def test_every_step_to_the_interpreter_is_shown(monkeypatch, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.symlink_to("second")
    second.symlink_to(os.path.realpath(sys.executable))
    monkeypatch.setattr(sys, "executable", str(first))
    targets = {target for _, target in settings.interpreter()}
    assert {str(first), str(second)} <= targets


def test_the_environment_holds_nothing_of_ours(monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    assert settings.environment("/w", spare="/t").keys() == {"PATH", "HOME", "TMPDIR", "LANG"}
    assert settings.environment("/w", spare="/t")["PATH"].startswith(str(Path(sys.prefix, "bin")))
