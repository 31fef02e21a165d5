"""What the pages of the domains show is what the bench kept: its figures and its runs, between markers, and no more."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import bench_runs, domains
from redraft.bench.benching import bench
from redraft.bench.subject import Asked, Place, subject_of
from redraft.bench.tables import points, share
from redraft.plugins import load_plugins
from tests.bench.conftest import NEVER, Heard
from tests.cli.measuring import graph_in

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.bench.report import BenchReport

WORDS = [["dog", "ball"], ["zeugma", NEVER], ["girl", "juice"]]
PAGE = "# A page\n\n<!-- measured -->\nOld figures.\n<!-- end of measured -->\n\nWhat stays.\n"
PAGES = ("docs/domains/mine.md", "docs/results.md", "README.md", "README.zh.md")


@pytest.fixture(scope="module")
def measured(embedded, tmp_path_factory) -> tuple[Path, BenchReport]:
    """A project whose graph was measured once, and the report."""
    folder = tmp_path_factory.mktemp("measured")
    graph_in(folder, WORDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDRAFT_CACHE_DIR", str(folder / "cache"))
        return folder, bench(Asked(["mine"], seeds=1), place_of(folder), Heard(), engine=embedded)


@pytest.fixture
def inside(measured, monkeypatch) -> Path:
    """The project as the folder that commands are called in."""
    folder, _ = measured
    monkeypatch.setenv("REDRAFT_CACHE_DIR", str(folder / "cache"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def pages(tmp_path, monkeypatch) -> Path:
    """A folder of pages with places for figures."""
    for name in PAGES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(domains, "DOCS", tmp_path / "docs")
    return tmp_path


def place_of(project: Path) -> Place:
    plugins = load_plugins(project)
    return Place(project, plugins, lambda: plugins)


def call(main, monkeypatch, *options: str) -> int:
    monkeypatch.setattr(sys, "argv", ["command", *options])
    return main()


def kind_of(text: str) -> tuple[bool, bool]:
    drafts = re.findall(r"^- draft \d+ by .*?, in truth (right|wrong)\)", text, re.MULTILINE)
    answer = int(re.search(r"^- answer: draft (\d+);", text, re.MULTILINE)[1])
    return drafts[0] == "right", drafts[answer] == "right"


def test_every_run_is_shown_once_a_kind_after_the_other(inside):
    texts = list(bench_runs.picked(subject_of("mine", Asked(["mine"], seeds=1), place_of(inside)), 1))
    assert sorted(re.search(r"\*\*(line-\d), seed 0\*\*", text)[1] for text in texts) == ["line-1", "line-2", "line-3"]
    kinds = [kind_of(text) for text in texts]
    assert (False, False) in kinds  # No sentence is three.
    assert kinds[: len(set(kinds))] == [kind for kind in bench_runs.KINDS if kind in kinds]


def test_runs_that_are_not_there_are_to_be_made_first(inside, monkeypatch, capsys):
    assert call(bench_runs.main, monkeypatch, "mine", "--seeds", "1", "--count", "2") == 0
    assert capsys.readouterr().out.count(", seed 0**") == 2
    monkeypatch.setenv("REDRAFT_CACHE_DIR", str(inside / "empty"))
    with pytest.raises(SystemExit, match="run `redraft bench mine` first"):
        call(bench_runs.main, monkeypatch, "mine")


def test_pages_have_what_the_bench_printed_and_keep_the_rest(measured, inside, pages, monkeypatch):
    _, report = measured
    printed = pages / "report.json"
    printed.write_text(report.model_dump_json(), encoding="utf-8")
    assert call(domains.main, monkeypatch, str(printed)) == 0
    texts = {name: (pages / name).read_text(encoding="utf-8") for name in PAGES}
    (mine,) = report.graphs
    for text in texts.values():
        assert text.startswith("# A page\n\n<!-- measured -->\n")
        assert text.endswith("<!-- end of measured -->\n\nWhat stays.\n")
        assert "Old figures" not in text
        assert share(mine.drafts.first) in text
        assert points(mine.gain) in text
    assert texts["docs/domains/mine.md"].count(", seed 0**") == domains.SHOWN
    assert ", seed 0**" not in texts["docs/results.md"]
    assert call(domains.main, monkeypatch, str(printed)) == 0
    assert {name: (pages / name).read_text(encoding="utf-8") for name in PAGES} == texts


@pytest.mark.parametrize("text", [None, "# A page\n", "<!-- end of measured -->\n<!-- measured -->\n"])
def test_a_page_without_a_place_for_figures_is_named_and_left(tmp_path, text):
    page = tmp_path / "page.md"
    if text is not None:
        page.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"page\.md has no place for figures"):
        domains.renew(page, "New figures.")
    assert (page.read_text(encoding="utf-8") if page.exists() else None) == text
