"""A graph as text and back: nothing is lost."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.errors import DefinitionError, UsageError
from redraft.files import dump_toml, library
from redraft.graph.builder import Graph
from redraft.graph.dumping import dump_graph, parse_graph
from redraft.graph.loading import load_graph
from tests.graph.lint.random_graphs import CONDITIONS, graphs

if TYPE_CHECKING:
    from redraft.graph.spec import GraphSpec

SHIPPED = sorted(file.stem for file in (library() / "graphs").glob("*.toml"))
names = st.from_regex(r"(?!start$|end$|__)[A-Za-z0-9_-]{1,6}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
units = st.floats(0, 1)
settings_of_agents = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.floats(0, 2),
        "top_k": st.integers(0, 99),
        "model": texts,
        "samples": st.integers(1, 64),
        "timeout": st.floats(0.001, 86_400),
        "retry": st.one_of(st.integers(1, 10), st.fixed_dictionaries({"times": st.integers(1, 10), "wait": units})),
        "fallback": names,
    },
)
params = st.dictionaries(
    names.filter(lambda name: name != "weight"), st.one_of(texts, units, st.booleans()), max_size=2
)
evaluators = st.dictionaries(texts, st.one_of(st.floats(0, 9), params.map(lambda own: own | {"weight": 2})), min_size=1)
nodes = st.one_of(
    settings_of_agents.map(lambda own: {"agent": "a"} | own),
    st.fixed_dictionaries({"evaluators": evaluators}, optional={"gates": st.dictionaries(texts, params, min_size=1)}),
    st.fixed_dictionaries({"gates": st.lists(texts, min_size=1, unique=True)}),
    st.fixed_dictionaries(
        {"call": texts, "writes": st.one_of(st.just("draft"), st.just(["x", "y"])), "params": params}
    ),
    st.fixed_dictionaries({"select": st.sampled_from(["best", "majority", "pareto"]), "keep": st.integers(1, 9)}),
    st.fixed_dictionaries({"select": st.just("majority"), "of": st.sampled_from(["answers", "texts"])}),
    st.fixed_dictionaries({"graph": names}, optional={"rounds": st.integers(0, 9)}),
    st.fixed_dictionaries({"human": texts}, optional={"reads": st.just(["draft", "verdict"])}),
)
rules = st.fixed_dictionaries(
    {},
    optional={
        "score": units,
        "verified": st.booleans(),
        "oscillation": st.one_of(st.sampled_from([False]), st.integers(1, 100)),
        "plateau": st.fixed_dictionaries({"rounds": st.integers(1, 9), "gain": units}),
        "gate": st.one_of(st.booleans(), texts),
        "rounds": st.one_of(st.just("auto"), st.integers(0, 1000)),
        "tokens": st.integers(1, 9999),
        "seconds": st.floats(0.1, 999),
        "mood": st.one_of(texts, st.integers(), st.lists(units)),
    },
)
benches = st.fixed_dictionaries(
    {"truth": evaluators.map(lambda uses: uses | {"surely": 1})},
    optional={"right": st.floats(0, 1, exclude_min=True), "tasks": st.sampled_from(["a.jsonl", "deep/er/b.jsonl"])},
)
steps = st.lists(st.one_of(names, st.lists(names, min_size=2, max_size=4, unique=True)), min_size=1, max_size=3)


@st.composite
def any_graphs(draw: st.DrawFn) -> GraphSpec:
    """Graphs that need not be sound."""
    graph = Graph("any", draw(st.one_of(st.just(""), texts)))
    if draw(st.booleans()):
        graph.task("Say {{ a }}.", a="text", b="list")
    for name, table in draw(st.dictionaries(names, nodes, max_size=4)).items():
        graph.node(name, **table)
    for _ in range(draw(st.integers(0, 3))):
        path: list[Any] = [draw(names)]
        for step in draw(steps):
            path.append(step[0] if isinstance(step, list) and isinstance(path[-1], list) else step)
        graph.edge(*path, when=draw(st.one_of(st.none(), CONDITIONS)))
    if draw(st.booleans()):
        graph.bench(**draw(benches))
    return graph.stop(**draw(rules)).spec()


@given(st.one_of(graphs(), any_graphs()))
@settings(max_examples=500, deadline=None)
def test_what_is_written_reads_as_what_it_was(spec: GraphSpec) -> None:
    again = parse_graph(dump_graph(spec), spec.name)
    assert again.model_copy(update={"graphs": spec.graphs}) == spec
    assert dump_graph(again) == dump_graph(spec)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_graphs_say_all_of_themselves(name: str) -> None:
    spec = load_graph(name)
    assert parse_graph(dump_graph(spec), name) == spec


def test_python_and_toml_make_the_same_networkx_graph() -> None:
    built = (
        Graph("panel", "Two critics.")
        .node("generator", agent="generator", samples=2)
        .node("evaluate", evaluators={"judge": 1.0}, gates=["artefact"])
        .node("pick", select="best")
        .node("one", agent="critic", fallback="merger")
        .node("two", agent="critic", retry=2)
        .node("merger", agent="merger")
        .node("reviser", agent="reviser", timeout=60)
        .node("scores", evaluators={"judge": 1.0})
        .edge("start", "generator", "evaluate", "pick", "scores")
        .edge("scores", "end", when={"any": ["stop", {"score": {"judge": 0.9}}]})
        .edge("scores", ["one", "two"], "merger", "reviser", "scores")
        .spec()
    )
    read = parse_graph(dump_graph(built), "panel")
    one, other = built.to_networkx(), read.to_networkx()
    assert dict(one.nodes(data=True)) == dict(other.nodes(data=True))
    assert list(one.edges(data=True)) == list(other.edges(data=True))
    assert one.graph == other.graph


def test_a_wrong_text_is_told_by_its_line() -> None:
    with pytest.raises(DefinitionError, match=r"graph mine:3 nodes\.a\.agnet"):
        parse_graph("redraft = 1\n[nodes]\na = { agnet = 'x' }\n", "mine")
    with pytest.raises(DefinitionError, match="this is not TOML"):
        parse_graph("redraft = ", "mine")


def test_what_toml_does_not_have_is_refused() -> None:
    spec = Graph("x").node("a", evaluators={"length": {"max_words": None}}).spec()
    with pytest.raises(UsageError, match="nothing like None"):
        dump_graph(spec)


tables = st.recursive(
    st.one_of(
        texts, st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.booleans(), st.dates(), st.times()
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts | st.just(""), inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(texts, tables, max_size=4))
def test_tables_survive_toml(data: dict[str, Any]) -> None:
    assert tomllib.loads(dump_toml(data)) == data
