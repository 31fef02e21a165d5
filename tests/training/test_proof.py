import pytest

pytest.importorskip("lark", reason="needs the extra `test`")

from redraft.task import Message
from training import proof
from training.examples import Example
from training.words import held_out_pairs


def test_no_example_shows_a_pair_that_is_held_out():
    found = proof.prove(seed=1, count=40)
    assert found.violations == ()
    assert found.examples > 40
    assert found.kept == sum(len(others) for others in held_out_pairs().values()) / 2
    assert found.sets[3] < found.sets[8] < 1


def test_an_example_that_shows_such_a_pair_is_found(monkeypatch):
    one, others = next((word, others) for word, others in held_out_pairs().items() if others)
    bad = Example((Message(role="user", content=f"Task:\n{one}."),), f"A {min(others)}.", "copy")
    monkeypatch.setattr(proof, "examples", lambda rng, mix: [bad])
    found = proof.prove(seed=1, count=2)
    assert found.violations == (bad, bad)
    assert "2 examples show one that is held out" in str(found)
