"""`same_acronym`: whether a draft is the acronym that people use."""

from __future__ import annotations

import pytest

from redraft import Draft, RedraftError, Task
from redraft_text.same_acronym import same_acronym


def score(text, acronym):
    return same_acronym(Draft(text=text), Task(prompt="Find one.", inputs={"acronym": acronym}))


@pytest.mark.parametrize("text", ["RADAR", " radar\n", "R.A.D.A.R.", "**RADAR**", "“Radar”", "ＲＡＤＡＲ"])  # noqa: RUF001 -- full width
def test_marks_and_case_do_not_matter(text):
    assert score(text, "RADAR").value == 1.0


@pytest.mark.parametrize("text", ["RADAR is the acronym", "RADA", "RADARS", "", "LIDAR"])
def test_anything_else_is_wrong(text):
    assert score(text, "RADAR").value == 0.0


def test_one_of_several_is_enough():
    assert score("SONAR", ["RADAR", "SONAR"]).value == 1.0
    assert score("LIDAR", ["RADAR", "SONAR"]).reasons == ('"LIDAR" is not "RADAR"',)


def test_a_reference_that_is_no_text_is_refused():
    with pytest.raises(RedraftError, match="must be a list of texts"):
        score("RADAR", None)
