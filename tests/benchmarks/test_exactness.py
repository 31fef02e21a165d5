from benchmarks.exactness import main


def test_exact_mode_gives_the_same_tokens_and_logits_whatever_is_computed_beside(capsys):
    assert main(["--sequences", "50"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "PASS"
    assert sum("0 with other tokens, 0 with other logits" in line for line in lines) == 5
