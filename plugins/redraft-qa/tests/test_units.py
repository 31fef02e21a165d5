"""`units`: whether the answer's number has the unit that the task asks for."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_qa.unit import read_unit
from redraft_qa.units import units


def scored(text, unit, **params):
    return units(Draft(text=text), Task(prompt="How much?", inputs={"unit": unit}), units.validate_params(params))


class TestConformance(EvaluatorTests):
    evaluator = units
    task = Task(prompt="How far is it?", inputs={"unit": "km"})
    good = "It is 12 km."
    bad = "It is 12 kg."


RIGHT = [
    ("12 km", "km"), ("12km.", "kilometres"), ("12 miles", "km"), ("Twelve kilometers", "km"), ("12公里", "km"),
    ("12 km", "公里"), ("60 km/h", "km/h"), ("60 miles per hour", "km/h"), ("60 mph", "km/h"),
    ("60 miles an hour", "mph"),
    ("60公里/小时", "km/h"), ("每小时60公里", "km/h"), ("每小时行驶60公里", "公里/小时"), ("5 m²", "sq ft"),
    ("5平方米", "square metres"),
    ("$18", "dollars"), ("18 dollars", "$"), ("USD 18", "$"), ("18 cents", "dollars"), ("-$18", "$"),
    ("$5 million", "$"),
    ("120元", "yuan"), ("¥120", "元"), ("¥120", "yen"), ("120 yen", "¥"), ("三万元", "元"),
    ("5%", "%"), ("5 percent", "%"), ("百分之五", "percent"), ("20°C", "°F"), ("20 degrees Celsius", "°C"),
    ("18 eggs", "eggs"), ("18 fresh duck eggs", "egg"), ("eggs: 18", "eggs"), ("She has 3 children", "child"),
    ("十二个鸡蛋", "鸡蛋"), ("$2 per egg", "dollars per egg"), ("2 dollars/egg", "$/egg"), ("3 pounds", "kg"),
    ("3 pounds", "£"),
    ("The answer is 18 dollars. She has 9 eggs.", "$"),
    ("Distance in km: 12", "km"), ("square metres = 5", "m²"), ("5 minutes", "hours"), ("3 h", "days"),
]  # fmt: skip
WRONG = [
    ("12", "km", '"12" has no unit; it is asked in km'),
    ("12 kg", "km", '"12 kg" is not in km'),
    ("12 km", "km/h", '"12 km" is not in km/h'),
    ("60 km/h", "km", '"60 km/h" is not in km'),
    ("€18", "$", '"€18" is not in $'),
    ("18 euros", "dollars", '"18 euros" is not in dollars'),
    ("0.05", "%", '"0.05" has no unit; it is asked in %'),
    ("5%", "$", '"5%" is not in $'),
    ("18 kg", "eggs", '"18 kg" is not in eggs'),
    ("18 apples", "eggs", '"18" has no unit; it is asked in eggs'),
    ("5 m", "m²", '"5 m" is not in m²'),
    ("十二公斤", "公里", '"十二公斤" is not in 公里'),
    ("far", "km", "the answer has no number; it is asked in km"),
    ("", "km", "the answer has no number; it is asked in km"),
    ("12 Km", "km", '"12" has no unit; it is asked in km'),
]


def test_the_asked_unit_or_a_compatible_one_is_right(subtests):
    for text, unit in RIGHT:
        with subtests.test(text=text, unit=unit):
            assert scored(text, unit).value == 1


def test_another_unit_or_none_is_wrong(subtests):
    for text, unit, reason in WRONG:
        with subtests.test(text=text, unit=unit):
            score = scored(text, unit)
            assert (score.value, score.reasons) == (0, (reason,))


def test_only_the_asked_unit_can_be_asked_for():
    assert scored("12 miles", "km", compatible=False).value == 0
    assert scored("12 kilometres", "km", compatible=False).value == 1


def test_several_units_may_be_right():
    assert scored("18 eggs", ["dozen", "eggs"]).value == 1


@pytest.mark.parametrize("unit", ["", [], None, {"a": 1}])
def test_a_unit_that_is_no_text_is_refused(unit):
    with pytest.raises(ValueError, match="the input 'unit'"):
        scored("12 km", unit)


def test_each_name_in_the_table_is_read_as_its_unit(subtests):
    table = tomllib.loads(files("redraft_qa").joinpath("units.toml").read_text(encoding="utf-8"))
    for dimension, named in table.items():
        for unit, names in named.items():
            for name in names:
                with subtests.test(name=name):
                    found, rest = read_unit(name)
                    assert (unit, dimension) in {(known.name, known.dimension) for known in found}
                    assert rest == ""
