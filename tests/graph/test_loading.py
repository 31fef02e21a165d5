"""Graph files: what one says, what it takes from another, and what is said about a wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest

from redraft.agents import get_agent
from redraft.errors import DefinitionError, UnknownNameError, UsageError
from redraft.graph.builder import Graph
from redraft.graph.condition import AllOf, AnyOf, Atom, NoProblems, Not, Noted, Scored, StopCondition
from redraft.graph.loading import load_graph
from redraft.graph.node import AgentNode, EvaluateNode, Retry
from redraft.prompts import compile_prompt

if TYPE_CHECKING:
    from redraft.graph.spec import GraphSpec

ROOT = Path(__file__).parents[2]
MINE = """\
redraft = 1
description = "Mine."

[task]
prompt = "Use {{ words | join(', ') }}."
inputs = { words = "list", tone = "text" }

[nodes]
writer = { agent = "generator", temperature = 0.2, max_tokens = 50 }
scores = { evaluators = { coverage = 2, length = { weight = 0.5, max_words = 9 } }, gates = ["artefact"] }

[[edges]]
path = ["start", "writer", "scores"]
[[edges]]
path = ["scores", "end"]
when = "stop"
[[edges]]
path = ["scores", "writer"]

[stop]
rounds = 2
plateau = { rounds = 1 }
oscillation = false
"""


def put(path: Path, text: str = MINE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def mine(tmp_path: Path, old: str = "", new: str = "") -> GraphSpec:
    assert old in MINE
    return load_graph(put(tmp_path / "graphs" / "mine.toml", MINE.replace(old, new, 1)), tmp_path)


def test_a_file_says_all_of_a_graph(tmp_path: Path) -> None:
    spec = mine(tmp_path)
    assert (spec.name, spec.description, spec.embedded) == ("mine", "Mine.", False)
    writer, scores = spec.nodes.values()
    assert isinstance(writer, AgentNode)
    assert (writer.agent, writer.temperature, writer.model, writer.max_tokens) == ("generator", 0.2, None, 50)
    assert isinstance(scores, EvaluateNode)
    assert [(use.name, use.weight, use.params, use.gate) for use in scores.evaluators] == [
        ("coverage", 2.0, {}, False),
        ("length", 0.5, {"max_words": 9}, False),
        ("artefact", 1.0, {}, True),
    ]
    assert [(edge.source, edge.target, edge.when) for edge in spec.edges] == [
        ("start", "writer", None),
        ("writer", "scores", None),
        ("scores", "end", StopCondition()),
        ("scores", "writer", None),
    ]
    assert (spec.stop.rounds, spec.stop.oscillation, spec.stop.verified) == (2, None, True)
    assert spec.stop.plateau
    assert spec.stop.plateau.gain == 0.01


def test_every_key_knows_its_place(tmp_path: Path) -> None:
    spec = mine(tmp_path)
    file = tmp_path / "graphs" / "mine.toml"
    assert str(spec.place("nodes", "scores", "evaluators", "length")) == f"{file}:10 nodes.scores.evaluators.length"
    assert str(spec.place("edges", 1, "when")) == f"{file}:16 edges[1].when"
    assert str(spec.place("stop", "tokens")) == f"{file}:20 stop.tokens"


def test_networkx_sees_nodes_and_edges_in_their_order(tmp_path: Path) -> None:
    spec = mine(tmp_path)
    graph = spec.to_networkx()
    assert isinstance(graph, nx.MultiDiGraph)
    assert list(graph) == ["writer", "scores", "start", "end"]
    assert graph.nodes["writer"]["node"] is spec.nodes["writer"]
    assert [data["edge"].target for _, _, data in graph.out_edges("scores", data=True)] == ["end", "writer"]


CONDITIONS = [
    ('"stop"', StopCondition()),
    ("{ rounds = 3 }", Atom(check="rounds", value=3)),
    ("{ score = 1 }", Atom(check="score", value=1.0)),
    ('{ not = "stop" }', Not(item=StopCondition())),
    ('{ any = ["stop", { tokens = 5 }] }', AnyOf(items=(StopCondition(), Atom(check="tokens", value=5)))),
    ("{ score = { coverage = 1 } }", Scored(evaluator="coverage", least=1.0)),
    (
        "{ score = { coverage = 1, judge = 0.5 } }",
        AllOf(items=(Scored(evaluator="coverage", least=1.0), Scored(evaluator="judge", least=0.5))),
    ),
    ('{ critique = "empty" }', NoProblems()),
    ('{ note = { answer = "yes" } }', Noted(note="answer", test="is", value="yes")),
    (
        "{ note = { grade = { at_least = 2, at_most = 4.5 }, plan = { contains = 'x' } } }",
        AllOf(
            items=(
                Noted(note="grade", test="at_least", value=2),
                Noted(note="grade", test="at_most", value=4.5),
                Noted(note="plan", test="contains", value="x"),
            )
        ),
    ),
    ("{ rounds = 1, mood = 'x' }", AllOf(items=(Atom(check="rounds", value=1), Atom(check="mood", value="x")))),
]


def test_a_condition_is_read(subtests: pytest.Subtests, tmp_path: Path) -> None:
    for when, condition in CONDITIONS:
        with subtests.test(when=when):
            assert mine(tmp_path, 'when = "stop"', f"when = {when}").edges[2].when == condition


def test_the_same_graph_is_built_in_python(tmp_path: Path) -> None:
    built = (
        Graph("mine", "Mine.")
        .task("Use {{ words | join(', ') }}.", words="list", tone="text")
        .node("writer", agent="generator", temperature=0.2, max_tokens=50)
        .node("scores", evaluators={"coverage": 2, "length": {"weight": 0.5, "max_words": 9}}, gates=("artefact",))
        .edge("start", "writer", "scores")
        .edge("scores", "end", when="stop")
        .edge("scores", "writer")
        .stop(rounds=2, plateau={"rounds": 1}, oscillation=False)
        .spec()
    )
    assert built.model_dump() == mine(tmp_path).model_dump()
    assert str(built.place("stop")) == "Graph mine stop"
    with pytest.raises(DefinitionError, match="twice"):
        Graph("x").node("a", agent="b").node("a", agent="b")


def test_a_node_goes_before_the_defaults_and_they_before_the_agent(tmp_path: Path) -> None:
    defaults = "[defaults]\ntemperature = 0.9\ntop_k = 3\nmodel = 'big'\nretry = 2\ntimeout = 9\n\n[task]"
    spec = mine(tmp_path, "[task]", defaults)
    writer = spec.nodes["writer"]
    assert isinstance(writer, AgentNode)
    assert (writer.temperature, writer.top_k, writer.model, writer.max_tokens) == (0.2, 3, "big", 50)
    assert (writer.retry, writer.timeout) == (Retry(times=2), 9)
    applied = writer.applied_to(get_agent("generator"))
    assert (applied.temperature, applied.top_k, applied.model) == (0.2, 3, "big")
    built = Graph("g").defaults(top_p=0.5).node("a", agent="generator").node("b", agent="critic", top_p=1).spec()
    assert [getattr(node, "top_p", None) for node in built.nodes.values()] == [0.5, 1.0]


def test_a_list_in_a_path_fans_out_and_the_next_name_joins(tmp_path: Path) -> None:
    nodes = '[nodes]\na = { agent = "critic" }\nb = { agent = "critic" }\nmerge = { agent = "critic" }'
    text = MINE.replace("[nodes]", nodes).replace('["scores", "writer"]', '["scores", ["a", "b"], "merge", "writer"]')
    spec = load_graph(put(tmp_path / "fan.toml", text), tmp_path)
    steps = [(edge.source, edge.target, edge.fan) for edge in spec.edges][3:]
    fan = ("a", "b")
    assert steps == [
        ("scores", "a", fan),
        ("scores", "b", fan),
        ("a", "merge", ()),
        ("b", "merge", ()),
        ("merge", "writer", ()),
    ]
    assert [way.targets for way in spec.exits()["scores"]] == [("end",), fan]
    assert spec.fans["a+b"].join == "merge"
    assert spec.widest == 2
    built = Graph("fan").node("s", agent="x", samples=3).edge("start", ["s", "t"], "u", when="stop").spec()
    assert [edge.when for edge in built.edges] == [StopCondition(), StopCondition(), None, None]
    assert built.widest == 4


def test_a_fallback_is_an_edge_of_its_own(tmp_path: Path) -> None:
    spec = mine(tmp_path, "temperature = 0.2", 'fallback = "scores"')
    (edge,) = spec.fallbacks
    assert (edge.source, edge.target, edge.fallback) == ("writer", "scores", True)
    assert edge not in spec.edges
    assert edge in [data["edge"] for _, _, data in spec.to_networkx().out_edges("writer", data=True)]


def test_sentence_is_refine_with_other_evaluators() -> None:
    sentence, refine = load_graph("sentence"), load_graph("refine")
    assert list(sentence.nodes) == list(refine.nodes)
    assert {(e.source, e.target) for e in sentence.edges} - {(e.source, e.target) for e in refine.edges} == {
        ("evaluate", "generator")
    }
    assert sentence.stop.score > refine.stop.score
    assert sentence.stop.tokens == refine.stop.tokens
    scores = sentence.nodes["evaluate"]
    assert isinstance(scores, EvaluateNode)
    assert [use.name for use in scores.evaluators] == ["coverage", "length", "judge", "artefact"]
    assert str(sentence.place("stop", "tokens").file).endswith("refine.toml")


def test_an_extending_graph_merges_removes_and_replaces(tmp_path: Path) -> None:
    put(tmp_path / "graphs" / "mine.toml")
    put(
        tmp_path / "graphs" / "other.toml",
        """redraft = 1
extends = "mine"
[task.inputs]
size = "number"
[nodes]
writer = { temperature = 0.9 }
scores = { evaluators = { length = 1.0 }, gates = [] }
extra = { agent = "critic" }
[stop]
plateau = false
tokens = 10
""",
    )
    spec = load_graph("other", tmp_path)
    assert spec.inputs == {"words": "list", "tone": "text", "size": "number"}
    writer, scores = spec.nodes["writer"], spec.nodes["scores"]
    assert isinstance(writer, AgentNode)
    assert isinstance(scores, EvaluateNode)
    assert (writer.agent, writer.temperature, writer.max_tokens) == ("generator", 0.9, 50)
    assert [(use.name, use.params) for use in scores.evaluators] == [("length", {})]
    assert (spec.stop.plateau, spec.stop.tokens, spec.stop.rounds) == (None, 10, 2)
    put(tmp_path / "graphs" / "third.toml", "redraft = 1\nextends = 'other.toml'\n[nodes]\nextra = false\n")
    assert list(load_graph("third", tmp_path).nodes) == ["writer", "scores"]


def test_a_graph_that_extends_its_own_name_means_the_one_it_shadows(tmp_path: Path) -> None:
    put(tmp_path / "graphs" / "refine.toml", 'redraft = 1\nextends = "refine"\n[stop]\ntokens = 900\n')
    spec = load_graph("refine", tmp_path)
    assert (spec.stop.tokens, spec.stop.score) == (900, 0.95)
    assert load_graph("sentence", tmp_path).stop.tokens == 900


def test_a_library_graph_that_is_extended_by_its_own_base_finds_the_librarys(tmp_path: Path) -> None:
    put(tmp_path / "graphs" / "refine.toml", 'redraft = 1\nextends = "sentence"\n[stop]\nrounds = 9\n')
    spec = load_graph("refine", tmp_path)
    assert (spec.stop.rounds, spec.inputs) == (9, {"words": "list"})


EXTENDS = {
    "circle of two": ({"a": 'extends = "b"', "b": 'extends = "a"'}, "circle: a → b → a"),
    "itself": ({"a": 'extends = "a"'}, "circle: a → a"),
    "itself by file": ({"a": 'extends = "a.toml"'}, "circle: a → a"),
    "circle of three": ({"a": 'extends = "b"', "b": 'extends = "c.toml"', "c": 'extends = "a"'}, "a → b → c → a"),
    "unknown": ({"a": 'extends = "sentense"'}, "Did you mean 'sentence'?"),
    "out of the project": ({"a": 'extends = "../../out.toml"'}, "outside of the project"),
    "absolute": ({"a": f'extends = "{ROOT}/graphs/refine.toml"'}, "outside of the project"),
    "path without suffix": ({"a": 'extends = "../../../etc/passwd"'}, "outside of the project"),
    "missing file": ({"a": 'extends = "none.toml"'}, "no file 'none.toml'"),
    "NUL": ({"a": 'extends = "a\\u0000.toml"'}, "outside of the project"),
    "number": ({"a": "extends = 3"}, "3 is not the name"),
    "endless": ({"a": 'extends = "n1"'} | {f"n{i}": f'extends = "n{i + 1}"' for i in range(1, 40)}, "more than 16"),
}


def test_a_wrong_extends_is_one_clear_message(subtests: pytest.Subtests, tmp_path: Path) -> None:
    for case, (files, what) in EXTENDS.items():
        with subtests.test(case):
            project = tmp_path / case / "project"
            put(tmp_path / case / "out.toml")
            for name, line in files.items():
                put(project / "graphs" / f"{name}.toml", f"redraft = 1\n{line}\n")
            with pytest.raises(DefinitionError) as error:
                load_graph("a", project)
            assert what in str(error.value)
            assert ".toml:2 extends" in str(error.value.where)


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "out.toml")
    put(tmp_path / "project" / "graphs" / "a.toml", 'redraft = 1\nextends = "in.toml"\n')
    (tmp_path / "project" / "graphs" / "in.toml").symlink_to(tmp_path / "out.toml")
    with pytest.raises(DefinitionError, match="outside of the project"):
        load_graph("a", tmp_path / "project")


MEASURED = '[bench]\ntruth = { exact_match = 1, length = { weight = 2, max_words = 9 } }\ntasks = "deep/mine.jsonl"\n'


def test_a_graph_says_what_it_is_measured_by(tmp_path: Path) -> None:
    spec = mine(tmp_path, "[stop]", f"{MEASURED}\n[stop]")
    assert spec.bench
    assert [(use.name, use.weight, use.params) for use in spec.bench.truth] == [
        ("exact_match", 1.0, {}),
        ("length", 2.0, {"max_words": 9}),
    ]
    assert spec.bench.right == 1.0
    assert spec.tasks_file == tmp_path / "graphs" / "deep" / "mine.jsonl"
    assert mine(tmp_path).bench is None
    assert Graph("g").bench({"exact_match": 1}, tasks="a.jsonl").spec().tasks_file is None


def test_what_a_graph_is_measured_by_is_never_taken_over(tmp_path: Path) -> None:
    spec = mine(tmp_path, "[stop]", f"{MEASURED}\n[stop]")
    put(tmp_path / "graphs" / "other.toml", 'redraft = 1\nextends = "mine"\n')
    put(tmp_path / "graphs" / "third.toml", 'redraft = 1\nextends = "mine"\n[bench]\ntruth = { f1 = 1 }\n')
    other, third = load_graph("other", tmp_path), load_graph("third", tmp_path)
    assert other.model_copy(update={"bench": spec.bench, "name": "mine", "description": "Mine."}) == spec
    assert other.bench is None
    assert third.bench
    assert [use.name for use in third.bench.truth] == ["f1"]
    assert (third.bench.tasks, third.tasks_file) == (None, None)


WRONG = {
    "no truth": ("[stop]", "[bench]\nright = 0.5\n[stop]", ":20 bench", "'truth' is missing"),
    "empty truth": ("[stop]", "[bench]\ntruth = {}\n[stop]", ":21 bench.truth", "at least 1"),
    "truth as a list": ("[stop]", "[bench]\ntruth = ['f1']\n[stop]", ":21 bench.truth", "dictionary"),
    "weightless truth": ("[stop]", "[bench]\ntruth = { f1 = 0 }\n[stop]", ":21 bench.truth", "has a weight"),
    "negative truth": ("[stop]", "[bench]\ntruth = { f1 = -1 }\n[stop]", ":21 bench.truth.f1", "-1"),
    "never right": ("[stop]", "[bench]\ntruth = { f1 = 1 }\nright = 2\n[stop]", ":22 bench.right", "2"),
    "always right": ("[stop]", "[bench]\ntruth = { f1 = 1 }\nright = 0\n[stop]", ":22 bench.right", "0"),
    "tasks elsewhere": (
        "[stop]",
        "[bench]\ntruth = { f1 = 1 }\ntasks = '../a.jsonl'\n[stop]",
        ":22 bench.tasks",
        "beside the graph's own",
    ),
    "tasks of another kind": (
        "[stop]",
        "[bench]\ntruth = { f1 = 1 }\ntasks = 'a.csv'\n[stop]",
        ":22 bench.tasks",
        "ends in .jsonl",
    ),
    "unknown key of a bench": (
        "[stop]",
        "[bench]\ntruth = { f1 = 1 }\ntask = 'a.jsonl'\n[stop]",
        ":22 bench.task",
        "Did you mean 'tasks'?",
    ),
    "unknown key": ("redraft = 1", "redraft = 1\ndescripton = 'x'", ":2 descripton", "Did you mean 'description'?"),
    "missing version": ("redraft = 1\n", "", "mine.toml", "'redraft' is missing"),
    "later version": ("redraft = 1", "redraft = 2", ":1 redraft", "this version of redraft reads format 1"),
    "later version with later keys": ("redraft = 1", "redraft = 2\nfuture = 1", ":1 redraft", "Update redraft"),
    "broken value": ("rounds = 2", "rounds = [1,,2]", ":21", "Invalid value (column 13)"),
    "broken table": ("[stop]", "[stop", ":20", "(column 6)"),
    "unended text": ('"stop"', '"stop', ":16", "(column 13)"),
    "unended file": ("oscillation = false\n", "oscillation = [", ":23", "this is not TOML"),
    "accented node": ("[nodes]", "[nodes]\n'größe' = { agent = 'x' }", ":9 nodes.größe", "cannot be called 'größe'"),
    "Chinese node": ("[nodes]", "[nodes]\n'节点' = { agent = 'x' }", ":9 nodes.节点", "cannot be called '节点'"),
    "node of a dog": ("[nodes]", "[nodes]\n'🐶' = { agent = 'x' }", ":9 nodes.🐶", "cannot be called '🐶'"),
    "node with a full stop": ("[nodes]", "[nodes]\n'a.b' = { agent = 'x' }", ":9 nodes.a.b", "cannot be called 'a.b'"),
    "reserved start": ("[nodes]", "[nodes]\nstart = { agent = 'x' }", ":9 nodes.start", "reserved"),
    "unknown task key": ("[task]", "[task]\npromt = 'x'", ":5 task.promt", "Did you mean 'prompt'?"),
    "unknown input type": ('"list"', '"lists"', ":6 task.inputs.words", "Did you mean 'list'?"),
    "bad input name": ("tone =", "range =", ":6 task.inputs.range", "cannot be called"),
    "unknown input": ("words |", "wrods |", ":5 task.prompt", "Did you mean 'words'?"),
    "template that is broken": ("{{ words |", "{{ words", ":5", "not a sound template"),
    "reserved node": ("[nodes]", "[nodes]\nend = { agent = 'x' }", ":9 nodes.end", "reserved"),
    "underscored node": ("[nodes]", "[nodes]\n__a = { agent = 'x' }", ":9 nodes.__a", "cannot be called"),
    "node with a space": ("[nodes]", "[nodes]\n'a b' = { agent = 'x' }", ":9 nodes.a b", "cannot be called"),
    "node that is no table": ("[nodes]", "[nodes]\na = 3", ":9 nodes.a", "3"),
    "empty node": ("[nodes]", "[nodes]\na = {}", ":9 nodes.a", "neither an agent nor evaluators"),
    "two in one": ("[nodes]", "[nodes]\na = { agent = 'x', gates = [] }", ":9 nodes.a", "both"),
    "misspelt agent": ("agent =", "agnet =", ":9 nodes.writer.agnet", "Did you mean 'agent'?"),
    "setting of an agent": ("gates =", "temperature =", ":10 nodes.scores.temperature", "belongs to a node with"),
    "no samples": ("temperature = 0.2", "samples = 0", ":9 nodes.writer.samples", "0"),
    "many samples": ("temperature = 0.2", "samples = 65", ":9 nodes.writer.samples", "65"),
    "unknown graph": ("[nodes]", "[nodes]\na = { graph = 'refin' }", ":9 nodes.a.graph", "Did you mean 'refine'?"),
    "rounds of a graph": ("[nodes]", "[nodes]\na = { graph = 'refine', rounds = -1 }", ":9 nodes.a.rounds", "-1"),
    "unknown read": ("redraft = 1", "redraft = 1\nreads = ['darft']", ":2 reads", "Did you mean 'draft'?"),
    "select": ("[nodes]", "[nodes]\na = { select = 'bst' }", ":9 nodes.a.select", "Did you mean 'best'?"),
    "keep nothing": ("[nodes]", "[nodes]\na = { select = 'best', keep = 0 }", ":9 nodes.a.keep", "0"),
    "fan-out first": ('["start", "writer", "scores"]', '[["a", "b"], "scores"]', ":13 edges[0].path[0]", "begins with"),
    "fan-outs in a row": (
        '"writer", "scores"]', '["a", "b"], ["c", "d"]]', ":13 edges[0].path[2]", "a fan-out follows another"
    ),
    "fan-out of one": ('"writer", "scores"]', '["writer"], "scores"]', ":13 edges[0].path[1]", "2 to 16 nodes, not 1"),
    "wide fan-out": ('"writer", "scores"]', f"{list('abcdefghijklmnopq')}]", ":13 edges[0].path[1]", "not 17"),
    "fan-out of twins": ('"writer", "scores"]', '["a", "a"], "scores"]', ":13 edges[0].path[1]", "samples = 2"),
    "end in a fan-out": ('"writer", "scores"]', '["a", "end"], "scores"]', ":13 edges[0].path[1]", "'end' cannot be"),
    "number in a fan-out": ('"writer", "scores"]', '["a", 3], "scores"]', ":13 edges[0].path[1]", "3 is not the name"),
    "call": ("[nodes]", "[nodes]\na = { call = 'f' }", ":9 nodes.a.writes", "the key 'writes' is missing"),
    "hot": ("temperature = 0.2", "temperature = 3", ":9 nodes.writer.temperature", "3"),
    "number in quotes": ("max_tokens = 50", "max_tokens = '50'", ":9 nodes.writer.max_tokens", "'50'"),
    "negative weight": ("coverage = 2", "coverage = -2", ":10 nodes.scores.evaluators.coverage", "-2"),
    "no number": ("coverage = 2", "coverage = nan", ":10 nodes.scores.evaluators.coverage", "nan"),
    "true weight": ("coverage = 2", "coverage = true", ":10 nodes.scores.evaluators.coverage", "True"),
    "weighted gate": (
        '["artefact"]', "{ length = { weight = 2 } }", ":10 nodes.scores.gates.length.weight",
        "no weight",
    ),
    "gate twice": ('["artefact"]', '["artefact", "artefact"]', ":10 nodes.scores.gates", "twice"),
    "gates as text": ('["artefact"]', '"artefact"', ":10 nodes.scores.gates", "list of names"),
    "no evaluators": ('evaluators = { coverage = 2, length = { weight = 0.5, max_words = 9 } }, gates = ["artefact"]',
                      "evaluators = {}", ":10 nodes.scores", "no evaluators"),
    "short path": ('["scores", "writer"]', '["scores"]', ":18 edges[2].path", "at least 2"),
    "path of numbers": ('["scores", "writer"]', "[1, 2]", ":18 edges[2].path[0]", "1 is not the name"),
    "edge without path": ('path = ["scores", "writer"]', "", "edges[2].path", "'path' is missing"),
    "unknown edge key": ('when = "stop"', 'wen = "stop"', ":16 edges[1].wen", "Did you mean 'when'?"),
    "unknown word": ('when = "stop"', 'when = "stopp"', ":16 edges[1].when", "not a condition"),
    "empty condition": ('when = "stop"', "when = {}", ":16 edges[1].when", "not a condition"),
    "empty any": ('when = "stop"', "when = { any = [] }", ":16 edges[1].when.any", "list of conditions"),
    "bad setting": ('when = "stop"', "when = { rounds = -1 }", ":16 edges[1].when.rounds", "-1"),
    "bad setting inside": (
        'when = "stop"', "when = { any = ['stop', { rounds = 'x' }] }", ":16 edges[1].when.any[1].rounds", "'x'"
    ),
    "deep": ('when = "stop"', "when = " + "{ not = " * 60 + "'stop'" + " }" * 60, ":16 edges[1].when", "too deeply"),
    "negative rounds": ("rounds = 2", "rounds = -1", ":21 stop.rounds", "-1"),
    "many rounds": ("rounds = 2", "rounds = 1001", ":21 stop.rounds", "1001"),
    "rounds off": ("rounds = 2", "rounds = false", ":21 stop.rounds", "False"),
    "rounds as text": ("rounds = 2", "rounds = '2'", ":21 stop.rounds", "'2'"),
    "no tokens": ("rounds = 2", "rounds = 2\ntokens = 0", ":22 stop.tokens", "0"),
    "score above one": ("rounds = 2", "rounds = 2\nscore = 1.5", ":22 stop.score", "1.5"),
    "unknown plateau key": ("{ rounds = 1 }", "{ round = 1 }", ":22 stop.plateau.round", "Did you mean 'rounds'?"),
    "key twice": ("rounds = 2", "rounds = 2\nrounds = 3", ":22", "overwrite"),
    "table twice": ("[stop]", "[stop]\n[nodes]", ":21", "twice"),
}  # fmt: skip


def test_a_wrong_file_is_one_clear_message(subtests: pytest.Subtests, tmp_path: Path) -> None:
    for case, (old, new, where, what) in WRONG.items():
        with subtests.test(case):
            with pytest.raises(DefinitionError) as error:
                mine(tmp_path, old, new)
            assert what in str(error.value)
            assert str(error.value.where).startswith(str(tmp_path / "graphs" / "mine.toml"))
            assert where in str(error.value.where)
            assert len(str(error.value).splitlines()) <= 5


def test_an_unknown_graph_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean 'sentence'\?"):
        load_graph("sentense")


@pytest.mark.parametrize("count", [1000, 10_000])
def test_thousands_of_nodes_are_read(tmp_path: Path, count: int) -> None:
    names = [f"n{number}" for number in range(count)]
    nodes = "\n".join(f'{name} = {{ agent = "generator" }}' for name in names)
    path = ", ".join(f'"{name}"' for name in ["start", *names, "end"])
    spec = load_graph(put(tmp_path / "big.toml", f"redraft = 1\n[nodes]\n{nodes}\n[[edges]]\npath = [{path}]\n"))
    assert len(spec.nodes) == count
    assert len(spec.edges) == count + 1
    assert spec.place("nodes", names[-1]).line == count + 2


def test_a_task_is_made_of_inputs_and_never_of_templates_in_them(tmp_path: Path) -> None:
    task = mine(tmp_path).task(None, {"words": ["{{ 7 * 7 }}", "ball"], "tone": "{% for %}"})
    assert task.prompt == "Use {{ 7 * 7 }}, ball."
    assert task.inputs["tone"] == "{% for %}"


INPUTS = [
    ("list", "dog, throw ,ball", ["dog", "throw", "ball"]),
    ("list", "狗、球，公园", ["狗", "球", "公园"]),
    ("list", ["a", 1, ""], ["a", 1]),
    ("list", ("a",), ["a"]),
    ("number", " 3 ", 3),
    ("number", "-2.5", -2.5),
    ("number", 7, 7),
    ("text", 7, "7"),
    ("text", " a ", " a "),
    ("json", '{"a": [1, null]}', {"a": [1, None]}),
    ("json", {"a": 1}, {"a": 1}),
]


def test_an_input_is_made_what_the_graph_says(subtests: pytest.Subtests) -> None:
    for kind, given, made in INPUTS:
        with subtests.test(kind=kind):
            spec = Graph("g").task("{{ x }}", x=kind).spec()
            assert spec.task(None, {"x": given}).inputs == {"x": made}


WRONG_INPUTS = [
    ("list", "", "empty"),
    ("list", " , ,", "empty"),
    ("list", [], "empty"),
    ("list", 3, "a list"),
    ("list", ["a", "\ud800"], "Unicode"),
    ("text", "  ", "empty"),
    ("text", "\ud800", "Unicode"),
    ("text", True, "a text"),
    ("text", None, "a text"),
    ("number", "three", "not a number"),
    ("number", "nan", "finite"),
    ("number", "9" * 9999, "not a number"),
    ("number", True, "a number"),
    ("number", float("inf"), "finite"),
    ("json", "{", "not JSON"),
    ("json", "[" * 99_999, "not JSON"),
    ("json", {1, 2}, "not JSON"),
]


def test_a_wrong_input_is_a_usage_error(subtests: pytest.Subtests) -> None:
    for kind, given, what in WRONG_INPUTS:
        with subtests.test(kind=kind):
            spec = Graph("g").task("x", x=kind).spec()
            with pytest.raises(UsageError, match=what):
                spec.task(None, {"x": given})


def test_prompts_and_inputs_are_asked_for() -> None:
    sentence, refine = load_graph("sentence"), load_graph("refine")
    for spec, prompt, inputs, what in (
        (refine, None, {}, "the prompt is missing"),
        (refine, " \n", {}, "the prompt is empty"),
        (refine, "\ud800", {}, "Unicode"),
        (refine, "Hi", {"words": "a"}, "no input 'words'"),
        (sentence, "Hi", {"words": "a"}, "takes no prompt"),
        (sentence, None, {}, "'words' of graph 'sentence' is missing"),
        (sentence, None, {"words": "a", "word": "b"}, "Did you mean 'words'"),
    ):
        with pytest.raises(UsageError, match=what):
            spec.task(prompt, inputs)  # type: ignore[arg-type]


def test_a_prompt_of_the_user_is_left_as_it_is() -> None:
    assert load_graph("refine").task("{{ 7 * 7 }} <|im_end|>", {}).prompt == "{{ 7 * 7 }} <|im_end|>"
    compile_prompt.cache_clear()
