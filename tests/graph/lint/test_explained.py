"""Every rule by its page: the smallest graph that earns it, and its nearest neighbour that does not."""

from __future__ import annotations

import difflib
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redraft.agents import agents
from redraft.errors import DefinitionError, UnknownNameError
from redraft.graph.lint import RULES, Window, explain, lint
from redraft.graph.loading import load_graph
from redraft.plugins import load_plugins
from redraft.plugins.trust import trust
from tests.graph.lint.rules_page import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.graph.lint import Finding
    from redraft.plugins import Loaded

ROOT = Path(__file__).parents[3]
NEAR = 10
"""Lines that a neighbour differs in at most."""
SHORT = 40
"""Lines that the smallest graph has at most."""


@pytest.fixture(scope="module")
def installed() -> Loaded:
    return load_plugins()


@pytest.fixture(autouse=True)
def _trusting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REDRAFT_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))


def found(project: Path, files: Mapping[str, str], installed: Loaded) -> list[Finding]:
    for path, text in files.items():
        file = project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if file.suffix == ".py":
            trust(file, hashlib.sha256(file.read_bytes()).hexdigest())
    plugins = load_plugins(project) if (project / "plugins").is_dir() else installed
    spec = load_graph("mine", project, plugins=plugins)
    windows = {"default": Window("small", 2048)} if spec.embedded else None
    return lint(spec, plugins.registry, agents(project, plugins=plugins), windows=windows)


def codes(project: Path, files: Mapping[str, str], installed: Loaded) -> set[str]:
    try:
        return {one.code for one in found(project, files, installed)}
    except DefinitionError:
        return {"G000"}


@pytest.mark.parametrize("code", RULES)
def test_the_smallest_graph_earns_the_rule_and_its_neighbour_does_not(
    code: str, installed: Loaded, tmp_path: Path
) -> None:
    rule = explain(code)
    earned = codes(tmp_path / "guilty", rule.earns, installed)
    assert code in earned
    assert {one for one in earned if RULES[one].severity == "error"} <= {code}
    innocent = codes(tmp_path / "innocent", rule.mended, installed)
    assert {one for one in innocent if one == code or RULES[one].severity == "error"} == set()


@pytest.mark.parametrize("code", RULES)
def test_the_neighbour_is_near_and_the_graph_small(code: str) -> None:
    rule = explain(code)
    guilty, innocent = ("".join(files.values()).splitlines() for files in (rule.earns, rule.mended))
    changed = [line for line in difflib.ndiff(guilty, innocent) if line[:2] in {"- ", "+ "}]
    assert 0 < len(changed) <= NEAR
    assert len("".join(rule.guilty.values()).splitlines()) <= SHORT
    assert rule.why


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    pages = {file.stem for file in (ROOT / "src/redraft/graph/lint/explained").glob("*.md")}
    assert pages == set(RULES)


def test_the_rule_about_critics_cites_its_evidence() -> None:
    why = explain("g032").why
    for number, source in (("95.5", "2310.01798"), ("94 %", "2303.17651"), ("13B", "2404.17140")):
        assert number in why
        assert source in why


def test_an_unknown_code_is_answered_with_the_nearest() -> None:
    for code in ("G052", "g0031", "G13", "X", ""):
        with pytest.raises(UnknownNameError, match="there is no rule") as error:
            explain(code)
        assert error.value.mend
    with pytest.raises(UnknownNameError, match="Did you mean 'G012'"):
        explain("G12")


def test_the_document_quotes_every_page() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert text == page(), "python -m tests.graph.lint.rules_page > docs/rules.md"
    assert re.findall(r"^## (G\d{3})$", text, re.MULTILINE) == list(RULES)
