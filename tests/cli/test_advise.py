"""`redraft advise`, as a person or a script calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from redraft.bench.advice_report import AdviceReport
from tests.cli.measuring import graph_in, keys_without_a_row, require_one_message

DOCS = (Path(__file__).parents[2] / "docs" / "advise.md").read_text(encoding="utf-8")
AUTO = '[stop]\nrounds = "auto"\n'
WORDS = [["dog", "ball"], ["zeugma", "dog"], ["girl", "juice"], ["quark", "run"]]


@pytest.fixture
def graph(project):
    """The graph `mine`, which takes advised rounds, with twenty tasks."""
    tasks = ([*words, more] for words in WORDS for more in ("park", "eat", "book", "sun", "tree"))
    return graph_in(project, tasks, AUTO)


def test_it_advises_keeps_the_advice_and_a_run_takes_it(redraft, graph):
    words = ("run", "-g", "mine", "-i", "words=zeugma,quark,xylophone", "--json")
    before = redraft(*words)
    assert "no advice for it on this model: 3 rounds. Try `redraft advise mine`" in before.stderr
    done = redraft("advise", "mine", "--seeds", "1", "--json", timeout=300)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["tasks"], report["looks"], report["audit"]["drafts"]) == (20, [1], 20)
    assert json.loads(Path(report["kept"]).read_text(encoding="utf-8"))["rounds"] == report["rounds"]
    told = redraft("advise", "mine", "--seeds", "1", timeout=300)
    for title in ("Advice", "One measured round", "What that predicts", "The critic"):
        assert title in told.stdout
    after = redraft(*words)
    assert "no advice" not in after.stderr
    rounds = 3 if report["rounds"] is None else report["rounds"]
    assert max(draft["round"] for draft in json.loads(after.stdout)["drafts"]) <= rounds


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "GRAPH"),
        (["refine"], 2, "graph 'refine' does not say what is right"),
        (["mine", "--data", "none.jsonl"], 2, "none.jsonl"),
        (["mine", "--n", "5"], 2, "advice takes 20 tasks, and there are only 5"),
        (["mine", "--seeds", "0"], 2, "--seeds"),
        (["mien"], 4, "Did you mean 'mine'?"),
        (["mine", "-m", "nothing.gguf"], 5, "nothing.gguf"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else None,
)
def test_what_cannot_be_done_has_its_exit_code_and_one_message(inside, graph, arguments, code, said):
    require_one_message(inside("advise", *arguments), code, said)


def test_every_key_of_a_report_has_its_row():
    section = DOCS.partition("## As JSON")[2]
    assert not keys_without_a_row(AdviceReport.model_json_schema(mode="serialization"), section)
