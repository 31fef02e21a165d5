"""The JSON Schemas that are shipped, in step with what redraft reads.

`python -m tests.test_schemas` writes them anew.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings

from redraft.agents import agent_schema
from redraft.bench.advice_report import advice_schema
from redraft.bench.report import bench_schema
from redraft.graph.dumping import tables_of
from redraft.graph.schema import graph_schema
from redraft.schemas import load_schema
from tests.graph.lint.random_graphs import graphs
from tests.graph.test_loading import MINE, WRONG
from tests.test_definitions_documented import AGENTS, GRAPHS, examples

if TYPE_CHECKING:
    from redraft.graph.spec import GraphSpec

ROOT = Path(__file__).parents[1]
MADE = {"graph": graph_schema, "agent": agent_schema, "bench": bench_schema, "advice": advice_schema}
GRAPH = jsonschema.Draft202012Validator(graph_schema())
AGENT = jsonschema.Draft202012Validator(agent_schema())


def file_of(which: str) -> Path:
    return ROOT / "src" / "redraft" / "schemas" / f"{which}.schema.json"


def text_of(which: str) -> str:
    return json.dumps(MADE[which](), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("which", MADE)
def test_what_is_shipped_is_what_is_read(which: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(MADE[which]())
    assert file_of(which).read_text(encoding="utf-8") == text_of(which), "python -m tests.test_schemas"
    assert load_schema(which) == MADE[which]()


def test_every_graph_file_of_ours_fits(subtests: pytest.Subtests) -> None:
    files = {str(path): path.read_text(encoding="utf-8") for path in ROOT.glob("**/graphs/*.toml")}
    texts = files | {text[:40]: text for text in examples(GRAPHS, "toml")}
    assert len(files) > 5
    for name, text in texts.items():
        with subtests.test(name):
            GRAPH.validate(tomllib.loads(text))


def test_every_agent_file_of_ours_fits(subtests: pytest.Subtests) -> None:
    files = {str(path): path.read_text(encoding="utf-8") for path in ROOT.glob("**/agents/*.md")}
    for name, text in (files | {text[:40]: text for text in examples(AGENTS, "markdown")}).items():
        with subtests.test(name):
            AGENT.validate(yaml.safe_load(text.split("---")[1]))


OF_NO_SCHEMA = {
    *("bad input name", "unknown input", "template that is broken", "reserved node", "underscored node"),
    *("node with a space", "gates as text", "fan-outs in a row", "fan-out first", "end in a fan-out"),
    *(
        "unknown graph",
        "gate twice",
        "deep",
        "key twice",
        "weightless truth",
        "table twice",
        "no number",
        "weighted gate",
        "no evaluators",
    ),
    *("accented node", "Chinese node", "node of a dog", "node with a full stop", "reserved start"),
}
"""What only reading finds: names, order, what stands twice."""


def test_what_is_refused_when_it_is_read_is_marked_by_an_editor(subtests: pytest.Subtests) -> None:
    for case, (old, new, *_) in WRONG.items():
        text = MINE.replace(old, new, 1)
        if case not in OF_NO_SCHEMA and parses(text):
            with subtests.test(case):
                assert not GRAPH.is_valid(tomllib.loads(text))


def parses(text: str) -> bool:
    """Whether a text is TOML: what is not is marked before any schema is asked."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def test_a_node_of_a_file_that_extends_another_may_be_a_part() -> None:
    part = {"redraft": 1, "nodes": {"writer": {"temperature": 0.5}, "critic": False}}
    assert not GRAPH.is_valid(part)
    assert GRAPH.is_valid(part | {"extends": "refine"})
    assert not GRAPH.is_valid(part | {"extends": "refine", "nodes": {"writer": {"temprature": 0.5}}})


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_every_graph_that_is_written_fits(spec: GraphSpec) -> None:
    GRAPH.validate(json.loads(json.dumps(tables_of(spec))))


if __name__ == "__main__":
    for one in MADE:
        file_of(one).write_text(text_of(one), encoding="utf-8")
