"""What `redraft new` makes works as it is: checked, run, installed and tested by what a stranger would use."""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import redraft
from redraft.agents import agents, load_agent
from redraft.errors import UsageError
from redraft.graph.lint import lint
from redraft.graph.loading import load_graph
from redraft.plugins import load_plugins
from redraft.scaffold import make_agent, make_graph, make_one_file, make_plugin, make_project

PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio", "-W", "error")

# What an author makes of the plugin as it is generated: an evaluator that counts exclamation marks.
AUTHOR = {
    '    word: str = Field(default="please", min_length=1, description="The word that a draft should have.")': [
        '    most: int = Field(default=1, ge=0, description="Most exclamation marks.")',
    ],
    '    """Whether the draft has the word."""': ['    """Whether the draft keeps calm: few exclamation marks."""'],
    "    if params.word.casefold() in draft.text.casefold():": [
        '    count = draft.text.count("!") + draft.text.count("！")',
        "    if count <= params.most:",
    ],
    "    return Score(0.0, [f'\"{params.word}\" is missing'])": [
        '    return Score(params.most / count, [f"{count} exclamation marks, at most {params.most} are allowed"])',
    ],
    '    bad = "Tea!"': ['    bad = "Tea! Now! Please!"'],
    "def test_the_word_can_be_set() -> None:": ["def test_none_may_be_allowed() -> None:"],
    '    assert calm(make_draft("Thanks!"), CalmParams(word="thanks")).value == 1': [
        '    assert calm(make_draft("Thanks!"), CalmParams(most=0)).value == 0',
    ],
}


def python(*arguments, cwd, interpreter=sys.executable, **options) -> subprocess.CompletedProcess[str]:
    command = [str(interpreter), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False, **options)


@pytest.fixture
def environment(tmp_path):
    """An environment of its own, which sees what this one has, redraft included."""
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=False, symlinks=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    here = sysconfig.get_path("purelib")
    (site / "here.pth").write_text(f"import site; site.addsitedir({here!r})\n", encoding="utf-8")
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def test_a_plugin_is_installed_listed_and_tested_with_no_edit(tmp_path, environment):
    made = make_plugin("politeness", tmp_path)
    installing = ("-m", "pip", "--python", environment, "install", "--no-deps", "--no-build-isolation", "-q", "-e")
    installed = python(*installing, made.folder, cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    listed = python("-m", "redraft", "evaluators", "ls", "--json", cwd=tmp_path, interpreter=environment)
    rows = {row["name"]: row for row in json.loads(listed.stdout)}
    assert rows["politeness"]["about"] == "Whether the draft has the word."
    tested = python(*PYTEST, made.folder, cwd=tmp_path, interpreter=environment)
    assert tested.returncode == 0, tested.stdout
    examples = ("--good", "A cup of tea, please.", "--bad", "Tea!")
    conforms = python(
        "-m", "redraft", "evaluators", "test", "politeness", *examples, cwd=tmp_path, interpreter=environment
    )
    assert conforms.returncode == 0, conforms.stdout + conforms.stderr


def test_fifteen_lines_of_the_authors_own_make_another_evaluator_that_conforms(tmp_path):
    made = make_plugin("calm", tmp_path)
    changed = 0
    for path in made.files:
        before = path.read_text(encoding="utf-8").splitlines()
        after = [new for line in before for new in AUTHOR.get(line, [line])]
        changed += sum(line.startswith("+ ") for line in difflib.ndiff(before, after))
        path.write_text("\n".join(after) + "\n", encoding="utf-8")
    assert changed == sum(map(len, AUTHOR.values())) <= 15
    tested = python(*PYTEST, cwd=made.folder)
    assert tested.returncode == 0, tested.stdout
    assert "failed" not in tested.stdout


def test_a_name_with_a_hyphen_makes_a_plugin_too(tmp_path):
    made = make_plugin("redraft-no-cliches", tmp_path)
    assert made.folder.name == "redraft-no-cliches"
    code = "from redraft_no_cliches import redraft_evaluators; print(redraft_evaluators())"
    done = python("-c", code, cwd=made.folder / "src")
    assert done.stdout == "[<Evaluator 'no-cliches' (heuristic)>]\n", done.stderr


def test_a_project_checks_clean_and_its_tests_pass(tmp_path):
    made = make_project("holidays", tmp_path)
    known = load_plugins(made.folder)
    for graph in ("caption", "letter"):
        assert lint(load_graph(graph, made.folder), known.registry, agents(made.folder)) == []
    tested = python(*PYTEST, cwd=made.folder)
    assert tested.returncode == 0, tested.stdout


def test_a_project_runs_with_the_embedded_model(tmp_path, embedded):
    made = make_project("holidays", tmp_path)
    assert load_graph("caption", made.folder).embedded
    words = {"words": ["dog", "ball", "park"]}
    outcome = redraft.run(graph="caption", inputs=words, model=embedded, project=made.folder, rounds=1)
    assert outcome.answer
    assert not outcome.drafts[0].verdict.score_of("length").error


def test_every_agent_and_graph_reads_and_checks_clean(tmp_path, subtests):
    for writes in ("critique", "draft", "note", "rating"):
        with subtests.test(writes=writes):
            made = make_agent(f"new-{writes}", writes, tmp_path)
            assert load_agent(made.files[0]).writes == writes
    make_graph("patient", tmp_path)
    assert lint(load_graph("patient", tmp_path), load_plugins(tmp_path).registry, agents(tmp_path)) == []


def test_a_file_for_one_project_is_a_plugin_once_it_is_trusted(tmp_path):
    made = make_one_file("mild", tmp_path)
    assert made.files == (tmp_path / "plugins" / "mild.py",)
    assert made.next[0] == "redraft trust"
    environ = os.environ | {"REDRAFT_CONFIG_DIR": str(tmp_path / "config"), "REDRAFT_DATA_DIR": str(tmp_path / "data")}
    code = "import sys; from redraft.cli.shell import call; sys.exit(call(['trust']) or call(sys.argv[1:]))"
    examples = ("--good", "A cup of tea, please.", "--bad", "Tea!")
    conforms = python("-c", code, "evaluators", "test", "mild", *examples, cwd=tmp_path, env=environ)
    assert conforms.returncode == 0, conforms.stdout + conforms.stderr


REFUSED = [
    (lambda folder: make_plugin("coverage", folder), "'coverage' is the name of one of redraft's own"),
    (lambda folder: make_one_file("length", folder), "'length' is the name of one of redraft's own"),
    (lambda folder: make_agent("critic", project=folder), "'critic' is the name of one of redraft's own"),
    (lambda folder: make_graph("refine", folder), "'refine' is the name of one of redraft's own"),
    (lambda folder: make_project("My Project", folder), "'My Project' is no name for a project"),
    (lambda folder: make_agent("good", "critic", folder), r"cannot write 'critic'\. Did you mean 'critique'\?"),
]


def test_names_and_kinds_that_cannot_be_are_refused_and_nothing_is_written(tmp_path, subtests):
    for make, message in REFUSED:
        with subtests.test(message=message), pytest.raises(UsageError, match=message):
            make(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_made_where_something_is(tmp_path, subtests):
    (tmp_path / "holidays").mkdir()
    (tmp_path / "holidays" / "mine.txt").write_text("mine")
    (tmp_path / "redraft-tone").write_text("a file")
    make_graph("patient", tmp_path)
    for make in (
        lambda: make_project("holidays", tmp_path),
        lambda: make_plugin("tone", tmp_path),
        lambda: make_graph("patient", tmp_path),
    ):
        with subtests.test(make=make), pytest.raises(UsageError, match="it is there already"):
            make()
    assert [path.name for path in (tmp_path / "holidays").iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_not_in_the_way(tmp_path):
    (tmp_path / "holidays").mkdir()
    assert make_project("holidays", tmp_path).folder == tmp_path / "holidays"
