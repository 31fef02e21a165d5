"""Whatever can be typed has a line in docs/cli.md."""

from __future__ import annotations

import re
from pathlib import Path

from redraft.cli.app import command
from redraft.errors import ExitCode

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", REFERENCE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/cli.md has no section '{title}'"
    return found[1]


def options(a_command):
    return [name for parameter in a_command.params for name in (*parameter.opts, *parameter.secondary_opts)]


def test_every_command_has_a_section_with_all_its_options(subtests):
    for name in filter(None, command().commands):
        with subtests.test(name=name):
            text = section(f"redraft {name}")
            found = command().commands[name]
            below = getattr(found, "commands", {})
            for sub in below:
                assert f"`redraft {name} {sub}" in text
            for option in [o for c in (found, *below.values()) for o in options(c)]:
                if option.startswith("-") and option not in {"-h", "--help"}:
                    assert f"`{option}`" in text, f"{option} of `redraft {name}` is not in docs/cli.md"


def test_global_options_are_there():
    for option in options(command()):
        assert option in REFERENCE


def test_every_exit_code_has_a_line(subtests):
    for code in ExitCode:
        with subtests.test(code=code):
            assert re.search(rf"^\| {code.value} \| {code.name} \| .+ \|$", section("Exit codes"), re.MULTILINE)


def test_the_chinese_readme_has_the_same_examples():
    english, chinese = (
        re.findall(r"^```(\w+)\n(.*?)^```", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        for name in ("README.md", "README.zh.md")
    )
    assert chinese == english


DOCUMENTS = ["README.md", "README.zh.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]


def test_no_link_leads_nowhere(subtests):
    for file in DOCUMENTS:
        with subtests.test(file=file):
            path = ROOT / file
            for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
                assert (path.parent / target).exists(), f"{file} links to {target}"


def test_to_use_it_to_work_on_it_or_to_have_its_plugins_is_one_command_each():
    commands = re.findall(r"^pip install .*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert commands == [
        "pip install . && redraft run -g sentence -i words=dog,throw,ball,park",
        "pip install -e '.[test]' ./plugins/* && pytest",
        "pip install . ./plugins/* && redraft plugins ls",
    ]
