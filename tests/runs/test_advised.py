"""Recorded advice: by graph, agents and model; what waits for it goes its usual number of rounds without."""

from __future__ import annotations

import pytest

from redraft.agents import agents as agents_of
from redraft.errors import UsageError
from redraft.files import embedded_model
from redraft.graph.builder import Graph
from redraft.graph.loading import load_graph
from redraft.plugins import load_plugins
from redraft.runs.advised import Advised, advised_for, keep_advice, key_of, with_advice
from redraft.runs.planning import planned
from redraft.runs.preparation import Order

REGISTRY = load_plugins(only=()).registry
AGENTS = agents_of()


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("REDRAFT_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path / "data"


def waiting(name: str = "sentence"):
    spec = load_graph(name)
    return spec.model_copy(update={"stop": spec.stop.model_validate(spec.stop.model_dump() | {"rounds": "auto"})})


def key(spec, agents=AGENTS) -> str:
    return key_of(spec, agents, REGISTRY, embedded_model())


def advice(rounds: int | None) -> Advised:
    call = {None: "undecided", 0: "do not loop"}.get(rounds, "loop")
    return Advised(graph="sentence", model="embedded", advice=call, rounds=rounds, tasks=50, runs=100)


def plan(spec, **order):
    return planned(Order(graph=spec, model="embedded", plugins=load_plugins(only=()), **order))


def test_auto_is_the_usual_number_until_advice_says_more():
    rules = Graph("mine").stop(rounds="auto", score=0.9).spec().stop
    assert (rules.rounds, rules.auto, rules.score) == (3, True, 0.9)


@pytest.mark.parametrize(("advised", "rounds"), [(0, 0), (2, 2), (1000, 1000), (None, 3)])
def test_a_run_takes_what_was_advised(advised, rounds):
    keep_advice(key(waiting()), advice(advised))
    found = plan(waiting())
    assert (found.spec.stop.rounds, found.spec.stop.auto) == (rounds, False)
    assert found.warnings == ()


def test_without_advice_it_goes_the_usual_number_and_says_so():
    found = plan(waiting())
    assert found.spec.stop.rounds == 3
    assert "no advice for it on this model: 3 rounds. Try `redraft advise sentence`." in found.warnings[0]


def test_a_caller_who_names_rounds_has_them():
    keep_advice(key(waiting()), advice(2))
    found = plan(waiting(), rounds=5)
    assert (found.spec.stop.rounds, found.warnings) == (5, ())


def test_a_graph_that_names_its_rounds_asks_for_no_advice():
    keep_advice(key(load_graph("sentence")), advice(1))
    assert plan(load_graph("sentence")).spec.stop.rounds == 6


def test_graphs_in_a_graph_take_theirs():
    inner = waiting()
    outer = inner.model_copy(update={"name": "outer", "graphs": {"sentence": inner}})
    found = with_advice(outer, lambda graph: advice(4) if graph.name == "sentence" else None)
    assert (found.stop.rounds, found.graphs["sentence"].stop.rounds) == (3, 4)


def test_advice_is_for_what_a_graph_does_and_for_nothing_else():
    spec = waiting()
    for same in (spec.model_copy(update={"name": "x", "description": "y", "bench": None}), load_graph("sentence")):
        assert key(same) == key(spec)
    assert key(load_graph("refine")) != key(spec)
    assert key(spec.model_copy(update={"stop": spec.stop.model_copy(update={"score": 0.5})})) != key(spec)
    reviser = AGENTS["reviser"].model_copy(update={"temperature": 1.9})
    assert key(spec, {**AGENTS, "reviser": reviser}) != key(spec)
    bystander = AGENTS["judge"].model_copy(update={"name": "nobody"})
    assert key(spec, {**AGENTS, "nobody": bystander}) == key(spec)


def test_what_cannot_be_read_is_as_if_it_were_not_there(data):
    file = keep_advice("k", advice(2))
    assert advised_for("k") == advice(2)
    for text in ("", "{", '{"rounds": 5000}', advice(2).model_dump_json().replace("2", "1001", 1)):
        file.write_text(text, encoding="utf-8")
        assert advised_for("k") is None
    assert [one.name for one in (data / "advice").iterdir()] == ["k.json"]


def test_a_folder_that_cannot_be_written_is_one_message(data):
    data.write_text("a file", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be kept") as caught:
        keep_advice("k", advice(2))
    assert "REDRAFT_DATA_DIR" in caught.value.mend
