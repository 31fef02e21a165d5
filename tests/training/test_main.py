import re

import pytest

pytest.importorskip("lark", reason="needs the extra `train`")

from training.__main__ import SHIPPED, main


def test_the_data_of_a_seed_are_the_same_bits(capsys):
    digests = []
    for seed in ("1", "1", "2"):
        main(["data", "--count", "5", "--seed", seed])
        digests.append(re.fullmatch(r"sha256 of the examples of 5 tasks: (\w{64})\n", capsys.readouterr().out)[1])
    assert digests[0] == digests[1] != digests[2]


def test_the_data_can_be_read_and_proved(capsys):
    main(["data", "--count", "20", "--show"])
    assert "--- sentence/critic\n" in capsys.readouterr().out
    main(["data", "--count", "20", "--prove"])
    assert "0 examples show what is held out" in capsys.readouterr().out


def test_training_leaves_the_shipped_model_alone_and_export_writes_another(tmp_path, capsys):
    pytest.importorskip("torch", reason="needs the extra `train`")
    shipped, build = SHIPPED.read_bytes(), tmp_path / "build"
    main(["train", "--steps", "1", "--build", str(build)])
    made = build / "model.gguf"
    main(["export", "--from", str(made), "--model", str(tmp_path / "mine.gguf")])
    assert (tmp_path / "mine.gguf").stat().st_size > 1_000_000
    assert SHIPPED.read_bytes() == shipped
    with pytest.raises(SystemExit) as ended:
        main(["export", "--from", str(tmp_path / "none.gguf"), "--model", str(tmp_path / "mine.gguf")])
    assert ended.value.code == 1
    assert "none.gguf is not a model that training wrote" in capsys.readouterr().err


def test_the_tokenizer_is_written_with_its_digest(tmp_path, capsys):
    main(["tokenizer", "--build", str(tmp_path)])
    assert (tmp_path / "tokenizer.json").read_text(encoding="utf-8").startswith("{")
    assert re.match(r"sha256 of the tokenizer: \w{64}\n", capsys.readouterr().out)
