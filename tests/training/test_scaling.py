import pytest

pytest.importorskip("torch", reason="needs the extra `train`")
pytest.importorskip("lark", reason="needs the extra `train`")

from training import scaling
from training.model import Shape

TINY = Shape(layers=1, width=32, heads=1, inner=32)


def test_each_shape_has_a_row(monkeypatch):
    monkeypatch.setattr(scaling, "TIMED", 1)
    monkeypatch.setattr(scaling, "UNTIMED", 0)
    *_, row = scaling.table(scaling.trials(0.01, shapes=[TINY]))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:2] == ["1", "32"]
    assert float(cells[-1]) < 9


def test_the_shapes_have_heads_of_64_and_can_be_written_in_blocks_of_32(subtests):
    for shape in scaling.SHAPES:
        with subtests.test(shape=shape):
            assert shape.head == 64
            assert shape.width % 32 == shape.inner % 32 == 0
