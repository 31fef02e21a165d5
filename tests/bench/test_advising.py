"""Advice whole, over scripted engines whose CL and CS are known: what is said, kept, taken, and made once."""

from __future__ import annotations

import json

import pytest

from benchmarks.advice.models import Known
from benchmarks.advice.scripted import GRAPH, scripted_engine, written
from redraft.bench.advice_report import AdviceReport
from redraft.bench.advice_tables import tables_of_advice
from redraft.bench.advising import Wanted, advise
from redraft.bench.subject import Asked, Place, subject_of
from redraft.errors import DefinitionError, ModelError, UsageError
from redraft.plugins import load_plugins
from redraft.runs.advised import Advised

HELPS, HURTS, PERFECT = Known(0.2, 1.0, 0.9), Known(0.9, 0.1, 0.0), Known(1.0, 0.5, 0.0)
ONCE = """\
redraft = 1
embedded = true
[nodes]
generator = { agent = "generator" }
evaluate = { evaluators = { length = { weight = 1.0, min_words = 99 } } }
[[edges]]
path = ["start", "generator", "evaluate", "end"]
[bench]
truth = { length = { weight = 1.0, min_words = 99 } }
tasks = "known.jsonl"
"""


@pytest.fixture
def place(tmp_path, monkeypatch) -> Place:
    for name in ("cache", "data", "config"):
        monkeypatch.setenv(f"REDRAFT_{name.upper()}_DIR", str(tmp_path / name))
    project = written(tmp_path, tasks=20)
    plugins = load_plugins(project, only=())
    return Place(project, plugins, lambda: plugins)


def advice(place, heard, known: Known, **wanted) -> AdviceReport:
    return advise(Wanted("known", **({"seeds": 1} | wanted)), place, heard, engine=scripted_engine(known))


def rounds_of(place: Place) -> tuple[int, bool]:
    stop = subject_of("known", Asked(["known"]), place).spec.stop
    return stop.rounds, stop.auto


def test_a_loop_that_helps_is_advised_kept_and_taken(place, heard):
    assert rounds_of(place) == (3, False)
    report = advice(place, heard, HELPS)
    assert (report.advice, report.tasks, report.looks) == ("loop", 20, [1])
    assert 1 <= report.rounds <= 3
    assert report.outlook.cl is None or report.outlook.cl.value == 1
    assert "mends more than it breaks" in report.why
    with open(report.kept, encoding="utf-8") as file:  # noqa: PTH123 -- as a person would look
        kept = Advised.model_validate_json(file.read())
    assert (kept.graph, kept.rounds, kept.runs) == ("known", report.rounds, 20)
    assert rounds_of(place) == (report.rounds, False)
    assert len(tables_of_advice(report)) == 4
    assert AdviceReport.model_validate_json(report.model_dump_json()) == report


def test_one_that_hurts_is_not_and_the_next_advice_replaces_the_last(place, heard):
    report = advice(place, heard, HURTS)
    assert (report.advice, report.rounds) == ("do not loop", 0)
    assert report.outlook.loop_gain.high < 0
    assert rounds_of(place)[0] == 0


def test_where_all_first_drafts_are_right_it_says_that_nothing_is_to_be_mended(place, heard):
    report = advice(place, heard, PERFECT)
    assert report.outlook.cs is None
    assert (report.advice, report.rounds) == ("do not loop", 0)
    assert "all 20 first drafts are right" in report.why
    assert "CS is unknown" in report.why


def test_nothing_is_made_twice_and_more_seeds_add_to_what_is_there(place, heard):
    first = advice(place, heard, HELPS)
    assert first.made == first.runs == len(heard.runs) == 40
    again = advice(place, heard, HELPS)
    assert again.made == 0
    assert again.outlook == first.outlook
    assert again.audit == first.audit
    other = load_again(place)
    assert advice(other, heard, HELPS, n=20).made == 0


def load_again(place: Place) -> Place:
    plugins = load_plugins(place.project, only=())
    return Place(place.project, plugins, lambda: plugins)


def test_the_critic_is_audited_on_every_first_draft(place, heard):
    audit = advice(place, heard, HELPS).audit
    assert (audit.missing, audit.drafts) == (None, 20)
    assert [one.by for one in audit.beside] == ["verifiers", "truth"]
    # It never names a problem, and no draft is as long as the verifier wants it.
    assert audit.beside[0].passes_bad.value == 1
    assert audit.beside[1].faults_good.value == 0


@pytest.mark.parametrize(
    "case",
    [
        (GRAPH, {"n": 19}, UsageError, "advice takes 20 tasks, and there are only 19"),
        (GRAPH.partition("[bench]")[0], {}, UsageError, "does not say what is right"),
        (GRAPH.replace("known.jsonl", "none.jsonl"), {}, UsageError, "cannot be read"),
        (ONCE, {"data": "free.jsonl"}, UsageError, "nothing in graph 'known' revises a draft"),
        (GRAPH.replace("coverage", "coverag"), {}, DefinitionError, "Did you mean 'coverage'?"),
        (GRAPH, {"model": "nothing.gguf"}, ModelError, "nothing.gguf"),
        (GRAPH, {"against": "nothing.gguf"}, ModelError, "nothing.gguf"),
    ],
)
def test_what_cannot_be_advised_on_is_one_clear_message(place, heard, case):
    graph, wanted, error, message = case
    (place.project / "graphs" / "known.toml").write_text(graph, encoding="utf-8")
    if "data" in wanted:
        data = place.project / wanted["data"]
        data.write_text("".join(json.dumps({"prompt": f"Task {n}."}) + "\n" for n in range(20)), encoding="utf-8")
        wanted = {"data": data}
    with pytest.raises(error) as caught:
        advice(place, heard, HELPS, **wanted)
    assert message in str(caught.value)
    assert caught.value.mend
