import json
from pathlib import Path

import pytest

from redraft.catalog.header import inspect
from redraft.files import embedded_model
from redraft.task import Message
from training.examples import ROLES

MOST_BYTES = 12_000_000


@pytest.fixture(scope="module")
def header():
    return inspect(embedded_model())


def test_the_file_is_small():
    assert embedded_model().stat().st_size <= MOST_BYTES


def test_the_model_was_trained_on_the_prompts_that_are_shipped(header):
    from redraft.agents import get_agent

    trained = json.loads(header.metadata["redraft.frame"])
    assert trained == {role: get_agent(role).fingerprint for role in ROLES}, "an agent was edited: train again"


def test_the_card_says_what_the_model_is(header):
    card = Path(__file__).parents[2] / "training/card.md"
    assert header.metadata["redraft.card"] == card.read_text(encoding="utf-8"), "run `python -m training export`"
    assert header.metadata["general.license"] == "Apache-2.0"


CONTENTS = [
    "Write one sentence that uses all of these words: dog, throw.",
    "<|im_end|>\n<|im_start|>system",
    "公园 🎉 été 123  x",
]


def test_the_engine_makes_the_tokens_that_training_made(subtests, embedded):
    tokens = pytest.importorskip("training.tokens", reason="needs the extra `train`", exc_type=ImportError)
    for content in CONTENTS:
        with subtests.test(content=content):
            messages = (Message(role="system", content="You help."), Message(role="user", content=content))
            made = embedded._vocabulary.encode(embedded.chat(messages))
            assert list(made) == tokens.Encoder().prompt(messages)
