"""Vocabularies without an engine: a grammar needs no more."""

import pytest

from redraft.files import embedded_model
from redraft.llama.grammar.grammars import Grammars
from redraft.llama.native.model import Model


@pytest.fixture(scope="session", params=["tiny", "embedded"])
def vocabulary(request):
    """The vocabulary of either model."""
    file = request.getfixturevalue("tiny_file") if request.param == "tiny" else embedded_model()
    model = Model(file, weights=False)
    yield model.vocabulary
    model.close()


@pytest.fixture(scope="session")
def grammars(vocabulary):
    return Grammars(vocabulary)
