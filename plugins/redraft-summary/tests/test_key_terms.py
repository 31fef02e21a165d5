"""`key_terms`: how many of its source's key terms a summary uses."""

from __future__ import annotations

import pytest

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_summary.key_terms import key_terms

SOURCE = (
    "Photosynthesis turns light into energy. Plants use photosynthesis to make sugar from water and carbon dioxide. "
    "The light is caught by chlorophyll, and chlorophyll makes plants green. Without light, plants make no sugar."
)
CHINESE = "光合作用把光能变成化学能。植物通过光合作用制造糖。叶绿素吸收光能，叶绿素使植物呈绿色。没有光能，植物不造糖。"


def scored(text, source=SOURCE, **params):
    return key_terms(
        Draft(text=text), Task(prompt="Summarise.", inputs={"source": source}), key_terms.validate_params(params)
    )


class TestConformance(EvaluatorTests):
    evaluator = key_terms
    task = Task(prompt="Summarise.", inputs={"source": SOURCE})
    good = "By photosynthesis, plants with chlorophyll make sugar out of light, water and carbon dioxide."
    bad = "Something happens in leaves."
    params = {"terms": 6}


def test_terms_that_are_missing_are_named():
    score = scored("A plant needs light for photosynthesis.", terms=4)
    assert score.value == 1
    assert score.reasons == ('the key term "sugar" is missing',)


def test_a_name_is_told_with_its_capital_letter():
    source = "Vuro had a boat. Boats need wood, and Vuro cut wood. The boat of Vuro was red."
    assert 'the key term "Vuro" is missing' in scored("Nothing.", source, terms=2).reasons


def test_the_share_of_terms_is_what_counts():
    assert scored("Nothing of it.").value == 0
    assert scored("plant", terms=4, enough=1.0).value == pytest.approx(0.25)
    assert scored(SOURCE, enough=1.0).value == 1


def test_chinese_terms_are_found():
    assert scored("植物靠叶绿素和光能进行光合作用，制造糖。", CHINESE, terms=4).value == 1
    assert 'the key term "光合作用" is missing' in scored("植物是绿的。", CHINESE, terms=4).reasons


def test_a_source_without_terms_is_refused():
    with pytest.raises(ValueError, match="no words that could be key terms"):
        scored("x", "It is the one.")
