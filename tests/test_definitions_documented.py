"""Everything that an author of agents or graphs can type has a line in the documents, and their examples hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from redraft.agents import SYSTEM, VARIABLES, AgentFile, agents, load_agent
from redraft.convergence import CHECKS, StopRules
from redraft.graph.condition import Noted
from redraft.graph.inputs import InputType
from redraft.graph.lint import lint
from redraft.graph.loading import load_graph
from redraft.graph.measuring import BenchTable
from redraft.graph.node import AgentNode, CallNode, GraphNode, HumanNode, Of, SelectNode, Unreliable
from redraft.graph.questions import Question
from redraft.graph.reading import EdgeTable, GraphFile, TaskTable
from redraft.graph.spec import Handed
from redraft.plugins import load_plugins
from redraft.prompts.filters import FILTERS, TESTS
from redraft.prompts.sandbox import METHODS

DOCS = Path(__file__).parents[1] / "docs"
AGENTS = (DOCS / "agents.md").read_text(encoding="utf-8")
GRAPHS = (DOCS / "graphs.md").read_text(encoding="utf-8")


def section(page: str, title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]


def rows(text: str) -> list[str]:
    """The first cell's names of every row of the tables in a text, heads left out."""
    cells = re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def examples(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def test_every_key_of_an_agent_file_has_its_row() -> None:
    assert rows(section(AGENTS, "Keys")) == [field.alias or name for name, field in AgentFile.model_fields.items()]


def test_the_defaults_of_an_agent_are_those_in_its_table() -> None:
    table = dict(re.findall(r"^\| `(\w+)` \|.*\| `?(.*?)`? \|$", section(AGENTS, "Keys"), re.MULTILINE))
    for name in ("model", "context", "system"):
        assert table[name] == AgentFile.model_fields[name].default
    for name in (
        *("temperature", "top_k", "top_p", "min_p", "typical_p", "max_tokens"),
        *("repeat_penalty", "frequency_penalty", "presence_penalty", "penalty_last_n"),
    ):
        assert float(table[name]) == AgentFile.model_fields[name].default
    assert SYSTEM in table.values()


def test_every_variable_has_its_row_and_every_field_is_named() -> None:
    text = section(AGENTS, "Variables")
    assert rows(text) == list(VARIABLES)
    for name, kind in VARIABLES.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}`"))
        if name != "best" and kind:
            fields = {key for key in dir(kind) if isinstance(getattr(kind, key, None), property)} | {*kind.model_fields}
            missing = [key for key in fields if not key.startswith(("_", "model_")) and f"`{key}`" not in row]
            assert not missing


def test_every_filter_test_and_method_is_named() -> None:
    text = section(AGENTS, "Templates")
    for head, names in (
        ("Filters: ", set(FILTERS)),
        ("Tests: ", set(TESTS)),
        ("Methods of a text: ", {*METHODS[str], *METHODS[dict]}),
    ):
        line = next(part for part in text.split("\n\n") if part.startswith(head))
        assert set(re.findall(r"`(\w+)`", line)) == names


def test_every_key_of_a_graph_file_has_its_row() -> None:
    tables = {"task", "defaults", "nodes", "edges", "stop", "bench"}
    named = [name.strip("[]") for name in rows(section(GRAPHS, "Keys"))]
    assert sorted(named) == sorted(GraphFile.model_fields)
    assert tables < set(named)
    assert rows(section(GRAPHS, "`[task]`")) == [*TaskTable.model_fields, *get_args(InputType)]
    assert rows(section(GRAPHS, "`[[edges]]`"))[: len(EdgeTable.model_fields)] == list(EdgeTable.model_fields)
    assert re.findall(r"^\| `(\w+)` \|", section(GRAPHS, "`[bench]`"), re.MULTILINE) == [*BenchTable.model_fields]
    nodes = section(GRAPHS, "`[nodes]`")
    assert {*rows(nodes)} == {*AgentNode.model_fields} - {"kind"} | {"evaluators", "gates"} | {
        *SelectNode.model_fields
    } - {"kind"}
    choices = rows(section(GRAPHS, "Several at once"))
    assert [name.strip('"') for name in choices if name.startswith('"')] == [
        *get_args(SelectNode.model_fields["select"].annotation)
    ]
    assert all(f'`"{name}"`' in nodes for name in get_args(Of))
    person = section(GRAPHS, "A person in the graph")
    assert {*re.findall(r"^\| `(\w+)` \|", person, re.MULTILINE)} == {*HumanNode.model_fields} - {"kind"}
    assert all(
        f"`{key}`" in person
        for key in Question.model_fields
        if key not in {"writes", *get_args(get_args(HumanNode.model_fields["reads"].annotation)[0])}
    )
    inner = rows(section(GRAPHS, "Graphs in graphs"))
    assert {*inner} == {*GraphNode.model_fields} - {"kind", "timeout", *Unreliable.model_fields}
    assert all(f'`"{name}"`' in section(GRAPHS, "Graphs in graphs") for name in get_args(Handed))
    failing = re.findall(r"^\| `(\w+)` \|", section(GRAPHS, "Nodes that fail"), re.MULTILINE)
    assert {*failing} == {"timeout", *Unreliable.model_fields}
    calls = section(GRAPHS, "Nodes that call a function")
    assert {*re.findall(r"^\| `(\w+)` \|", calls, re.MULTILINE)} == {*CallNode.model_fields} - {
        "kind",
        *Unreliable.model_fields,
    }
    assert all(f"`{name}`" in calls for name in VARIABLES)


def test_every_stop_rule_has_its_row_and_its_default() -> None:
    text = section(GRAPHS, "`[stop]`")
    assert re.findall(r"^\| `(\w+)`", text, re.MULTILINE) == list(CHECKS)
    for name, shown in re.findall(r"^\| `(\w+)` \|.*?\|\s`?([^|`]+)`? \|[^|]*\|$", text, re.MULTILINE):
        default = StopRules.model_fields[name].default
        assert shown == {None: "off", True: "true", False: "false"}.get(default, str(default))


def test_every_word_of_a_condition_has_its_row() -> None:
    text = section(GRAPHS, "`[[edges]]`")
    words = ('"stop"', "{ any = [ … ] }", "{ all = [ … ] }", "{ not = … }", '{ critique = "empty" }')
    assert all(f"`{word}`" in text for word in words)
    assert all(f"`{{ {word} = {{ " in text for word in ("score", "note"))
    assert all(test in text for test in get_args(Noted.model_fields["test"].annotation) if test != "is")


@pytest.mark.parametrize("text", examples(AGENTS, "markdown"))
def test_an_example_of_an_agent_loads(tmp_path: Path, text: str) -> None:
    path = tmp_path / "example.md"
    path.write_text(text, encoding="utf-8")
    assert load_agent(path).prompt


@pytest.mark.parametrize("text", examples(GRAPHS, "toml"))
def test_an_example_of_a_graph_is_sound(tmp_path: Path, text: str) -> None:
    for example in examples(GRAPHS, "toml"):
        path = tmp_path / example.partition("\n")[0].removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text(example, encoding="utf-8")
    name = text.partition("\n")[0].removeprefix("# ")
    findings = lint(load_graph(tmp_path / name, tmp_path), load_plugins().registry, agents())
    assert [finding for finding in findings if finding.severity == "error"] == []


def test_the_example_in_python_runs() -> None:
    text = "\n".join(examples(GRAPHS, "python"))
    exec(compile(text, "docs/graphs.md", "exec"), {})
