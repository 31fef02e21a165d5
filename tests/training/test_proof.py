import pytest

pytest.importorskip("lark", reason="needs the extra `test`")

from redraft.task import Message
from training import proof
from training.examples import Example
from training.families import Item, families
from training.families.sentence.words import held_out_pairs


def test_no_example_shows_what_is_held_out():
    found = proof.prove(seed=1, count=20)
    assert found.violations == ()
    assert set(found.examples) == set(families())
    assert all(count > 20 for count in found.examples.values())


def test_an_example_that_shows_it_is_found(monkeypatch):
    one, others = next((word, others) for word, others in held_out_pairs().items() if others)
    item = Item({"words": [one]}, {})
    bad = Example((Message(role="user", content=f"Task:\n{one}."),), f"A {min(others)}.", "sentence/generator", item)
    monkeypatch.setattr(proof, "examples", lambda family, rng, mix: [bad] if family.name == "sentence" else [])
    found = proof.prove(seed=1, count=2)
    assert found.violations == (bad, bad)
    assert "2 examples show what is held out" in str(found)
