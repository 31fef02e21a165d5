import json

import pytest

pytest.importorskip("torch", reason="needs the extra `train`")
pytest.importorskip("matplotlib", reason="needs the extra `train`")

from training.curve import draw, read
from training.errors import TrainingError

LINES = [
    {"step": 20, "tokens": 120_000, "seconds": 20, "loss": 6.1, "sentence/generator": 6.5, "sentence/judge": 5.1},
    {"step": 40, "tokens": 240_000, "seconds": 40, "loss": 1.9, "sentence/generator": 2.0, "right": {"sentence": 0.25}},
]


def written(folder, lines):
    folder.mkdir()
    path = folder / "log.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_two_seeds_stand_in_one_picture(tmp_path):
    logs = [read(written(tmp_path / seed, LINES)) for seed in ("seed1", "seed2")]
    draw(logs, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "curve.png").stat().st_size < 150_000


def test_a_series_has_the_lines_that_say_something_of_it(tmp_path):
    log = read(written(tmp_path / "seed1", LINES))
    assert log.name == "seed1"
    assert log.series("right/sentence").tokens == (0.24,)
    assert log.series("sentence/generator").values == (6.5, 2.0)


@pytest.mark.parametrize(("lines", "said"), [([], "is empty"), ([{"loss": 1}], "is not the log of a training run")])
def test_what_is_not_a_log_is_refused(tmp_path, lines, said):
    with pytest.raises(TrainingError, match=said):
        read(written(tmp_path / "seed1", lines))


def test_a_log_that_is_missing_is_refused(tmp_path):
    with pytest.raises(TrainingError, match="Name one with --log"):
        read(tmp_path / "log.jsonl")
