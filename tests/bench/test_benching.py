"""A bench of the embedded model: its runs are what a user gets, none sees the truth, and nothing is made twice."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from redraft import arun, load_graph
from redraft.bench.benching import bench
from redraft.bench.identity import name_of
from redraft.bench.keeping import Shelf
from redraft.bench.recorded import Run
from redraft.bench.subject import Asked, subject_of
from redraft.bench.tasks import read_tasks
from redraft.errors import DefinitionError, RedraftError, UsageError
from redraft.evaluation import evaluator
from redraft.task import Draft  # noqa: TC001 -- an evaluator's arguments are looked at
from redraft.testing.scripted import ScriptedEngine
from tests.bench.conftest import GRAPH, NEVER, TASKS, Heard, knowing, lines, placed, written

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.bench.report import BenchReport
    from redraft.bench.subject import Place


def run_bench(place, heard, engine, *, graphs=("mine",), **asked) -> BenchReport:
    return bench(Asked(list(graphs), **({"seeds": 1} | asked)), place, heard, engine=engine)


@dataclass
class Measured:
    """A bench that was made once, for all who only look at it."""

    folder: Path
    report: BenchReport
    heard: Heard


@pytest.fixture(scope="module")
def measured(embedded, tmp_path_factory) -> Measured:
    folder, heard = tmp_path_factory.mktemp("measured"), Heard()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDRAFT_CACHE_DIR", str(folder / "cache"))
        report = run_bench(placed(written(folder)), heard, embedded, seeds=2)
    return Measured(folder, report, heard)


@pytest.fixture
def after(measured, tmp_path, monkeypatch) -> Place:
    """The same project with what that bench has kept, to go on from."""
    shutil.copytree(measured.folder, tmp_path / "after")
    monkeypatch.setenv("REDRAFT_CACHE_DIR", str(tmp_path / "after" / "cache"))
    return placed(tmp_path / "after" / "project")


def cache_of(place: Place) -> Path:
    return place.project.parent / "cache" / "bench"


def runs_in(folder: Path) -> dict:
    """All that runs made: drafts, stops, answers, byte for byte; only the time they took is left out."""
    (kept,) = folder.glob("mine-*")
    return {run.key: run.model_copy(update={"seconds": 0.0}).model_dump_json() for run in Shelf(kept, Run)}


def test_a_graph_is_measured_against_its_rivals(measured):
    (mine,) = measured.report.graphs
    assert (mine.graph, mine.tasks, mine.seeds, mine.truth) == ("mine", 4, 2, ["ends_well"])
    names = ["best-of-N", "self-consistency", "no critique", "self-critique alone"]
    assert [rival.name for rival in mine.rivals] == names
    assert mine.drafts.oracle_best.value >= mine.drafts.answer.value
    assert mine.drafts.answer.cases == 8
    assert len(mine.curves.chain) == 4
    report, heard = measured.report, measured.heard
    assert report.made == report.runs == len(heard.runs)
    assert report.tokens == sum(run.tokens for run in heard.runs)
    assert heard.begun[0] == ("runs", 8)
    assert heard.warnings == []


def test_no_rival_has_more_tokens_than_the_loop_and_all_share_the_first_draft(measured):
    runs = measured.heard.runs
    loops = {(run.task, run.seed): run for run in runs if run.method == "loop"}
    assert len({run.method for run in runs}) >= 5
    for run in runs:
        loop = loops[run.task, run.seed]
        assert run.drafts[0].text == loop.drafts[0].text
        assert run.method in {"loop", "chain"} or run.tokens <= loop.tokens == run.budget


async def test_the_loop_of_a_bench_is_what_a_user_gets(measured, embedded):
    words = {name_of(row.task): row.inputs["words"] for row in rows_of(measured.folder)}
    loops = [run for run in measured.heard.runs if run.method == "loop" and run.seed == 0]
    assert len(loops) == len(words) == 4
    for run in loops:
        outcome = await arun(graph="sentence", inputs={"words": words[run.task]}, model=embedded, seed=run.seed)
        assert [one.text for one in run.drafts] == [one.draft.text for one in outcome.drafts]
        assert (run.stop, run.best) == (outcome.stop, outcome.best)
        assert (run.tokens, run.prompt_tokens) == (outcome.usage.completion_tokens, outcome.usage.prompt_tokens)


def rows_of(folder: Path):
    file = folder / "project" / "graphs" / "mine.toml"
    return read_tasks(file.with_suffix(".jsonl"), load_graph(file, folder / "project"), ["last"]).rows


def test_scrambling_the_truth_leaves_every_draft_stop_and_answer_as_it_was(measured, after, heard, embedded):
    for file in cache_of(after).glob("**/*.jsonl"):
        file.unlink()
    truths = [last for _, last in TASKS]
    scrambled = [*truths[1:], "nothing"]
    (after.project / "graphs" / "mine.jsonl").write_text(lines(scrambled), encoding="utf-8")
    report = run_bench(after, heard, embedded, seeds=2)
    before = runs_in(measured.folder / "cache" / "bench")
    assert runs_in(cache_of(after)) == before
    assert len(before) == measured.report.runs > 20
    assert report.graphs[0].drafts != measured.report.graphs[0].drafts


def test_nothing_is_made_twice(measured, after, heard, embedded):
    again = run_bench(after, heard, embedded, seeds=2)
    assert heard.runs == heard.begun == []
    assert again.made == 0
    assert [one.model_copy(update={"data": ""}) for one in again.graphs] == [
        one.model_copy(update={"data": ""}) for one in measured.report.graphs
    ]


def test_what_was_cut_off_is_made_again_and_nothing_else(measured, after, heard, embedded):
    (file,) = cache_of(after).glob("mine-*/*.jsonl")
    file.write_bytes(file.read_bytes()[:-40])
    rest = run_bench(after, heard, embedded, seeds=2)
    assert len(heard.runs) == rest.made == 1
    assert runs_in(cache_of(after)) == runs_in(measured.folder / "cache" / "bench")


def test_fewer_tasks_and_seeds_need_nothing_new_and_more_add_to_what_is_there(after, heard, embedded):
    fewer = run_bench(after, heard, embedded, n=2, seeds=1)
    assert heard.runs == []
    assert (fewer.graphs[0].tasks, fewer.graphs[0].seeds, fewer.graphs[0].drafts.first.cases) == (2, 1, 2)
    run_bench(after, heard, embedded, n=1, seeds=3)
    assert {run.seed for run in heard.runs} == {2}


def test_another_graph_has_runs_of_its_own(after, heard, embedded):
    (after.project / "graphs" / "mine.toml").write_text(GRAPH + "\n[stop]\nrounds = 1\n", encoding="utf-8")
    run_bench(after, heard, embedded, n=1)
    assert "loop" in [run.method for run in heard.runs]


def test_another_truth_judges_the_same_runs_anew(after, heard, embedded):
    graph = GRAPH.replace("{ ends_well = 1.0 }", "{ ends_well = 1.0, length = { weight = 1.0, max_words = 1 } }")
    (after.project / "graphs" / "mine.toml").write_text(graph, encoding="utf-8")
    report = run_bench(after, heard, embedded, seeds=2)
    assert heard.runs == []
    assert report.graphs[0].drafts.oracle_best.value == 0


def test_a_broken_line_is_named_and_the_rest_goes_on(after, heard, embedded):
    file = after.project / "graphs" / "mine.jsonl"
    file.write_text(lines().replace("\n", "\nnonsense\n", 1), encoding="utf-8")
    report = run_bench(after, heard, embedded)
    assert report.graphs[0].broken == [2]
    assert report.graphs[0].tasks == 4
    assert [message for message in heard.warnings if f"{file}:2: this is not JSON" in message]


def test_the_same_task_twice_counts_once(after, heard, embedded):
    (after.project / "graphs" / "mine.jsonl").write_text(lines() + lines(), encoding="utf-8")
    assert run_bench(after, heard, embedded).graphs[0].tasks == 4


def test_an_oracle_that_fails_makes_nothing_right_and_is_told(after, heard, embedded):
    @evaluator("fails", kind="oracle", needs=["last"], in_process=True)
    def fails(draft: Draft) -> float:
        raise ValueError("no idea")

    (after.project / "graphs" / "mine.toml").write_text(GRAPH.replace("ends_well", "fails"), encoding="utf-8")
    report = run_bench(knowing(after, fails), heard, embedded, n=1)
    assert report.graphs[0].drafts.oracle_best.value == 0
    assert "could not be judged, and count as wrong: fails: ValueError: no idea" in heard.warnings[0]


def test_a_task_is_known_by_what_its_loop_sees(place):
    subject = subject_of("mine", Asked(["mine"]), place)
    row = subject.rows[0]
    assert "last" not in row.task.inputs
    assert "last" not in row.task.prompt
    assert row.judged.inputs["last"] == "ball"
    assert name_of(row.task) in subject.tasks


UNMEASURABLE = [
    ('redraft = 1\nextends = "sentence"\n', UsageError, "does not say what is right"),
    (GRAPH.replace('tasks = "mine.jsonl"', ""), UsageError, "has no tasks to be measured on"),
    (GRAPH.replace("mine.jsonl", "none.jsonl"), UsageError, "cannot be read"),
    (GRAPH.replace("ends_well", "ends_wel"), DefinitionError, "Did you mean 'ends_well'?"),
    (GRAPH.replace("ends_well = 1.0", "ends_well = { x = 1 }"), DefinitionError, "no parameter 'x'"),
    (GRAPH.replace("ends_well = 1.0", "judge = 1.0"), DefinitionError, "what a model thinks is not the truth"),
]


def test_what_cannot_be_measured_is_one_clear_message(place, heard, project, subtests):
    for graph, error, message in UNMEASURABLE:
        with subtests.test(message):
            (project / "graphs" / "mine.toml").write_text(graph, encoding="utf-8")
            with pytest.raises(error) as caught:
                run_bench(place, heard, None)
            assert message in str(caught.value)
            assert caught.value.mend


def test_a_graph_that_asks_a_person_is_not_measured(place, heard, project):
    text = (project / "graphs" / "mine.toml").read_text(encoding="utf-8")
    (project / "graphs" / "mine.toml").write_text(text.replace('"sentence"', '"human_review"'), encoding="utf-8")
    with pytest.raises(UsageError, match="asks a person"):
        run_bench(place, heard, None)


def test_where_every_run_fails_the_bench_does_and_says_why(place, heard):
    def refuse(request, visit):
        raise RuntimeError("out of paper")

    with pytest.raises(RedraftError, match=r"no task of graph 'mine' could be run.*out of paper"):
        run_bench(place, heard, ScriptedEngine(refuse), n=1, seeds=1)
    assert "mine.jsonl:1: loop, seed 0, failed" in heard.warnings[0]


def test_a_task_that_fails_is_left_out_of_everything(place, heard):
    def answer(request, visit):
        if NEVER in str(request.pieces):
            raise RuntimeError("no such word")
        return json.dumps({"problems": []}) if request.agent == "critic" else "The dog sees the ball in the park."

    report = run_bench(place, heard, ScriptedEngine(answer), seeds=1)
    mine = report.graphs[0]
    assert mine.failed == ["line-2", "line-4"]
    assert mine.drafts.first.cases == 2


def test_two_graphs_make_one_report(place, heard, embedded, project):
    (project / "graphs" / "other.toml").write_text(GRAPH + "\n[stop]\nrounds = 1\n", encoding="utf-8")
    report = run_bench(place, heard, embedded, graphs=("mine", "other"), n=1, seeds=1)
    assert [one.graph for one in report.graphs] == ["mine", "other"]
