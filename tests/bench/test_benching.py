"""A bench of the embedded model: its runs are what a user gets, none sees the truth, and nothing is made twice."""

from __future__ import annotations

import asyncio
import json
import random
from typing import TYPE_CHECKING

import pytest

from redraft import arun
from redraft.bench.benching import bench
from redraft.bench.identity import name_of
from redraft.bench.recorded import Run
from redraft.bench.subject import Asked, subject_of
from redraft.errors import DefinitionError, RedraftError, UsageError
from redraft.evaluation import evaluator
from redraft.task import Draft  # noqa: TC001 -- an evaluator's arguments are looked at
from redraft.testing.scripted import ScriptedEngine
from tests.bench.conftest import GRAPH, TASKS, Heard, knowing, lines

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.bench.report import BenchReport


def run_bench(place, heard, engine, *, graphs=("mine",), **asked) -> BenchReport:
    return bench(Asked(list(graphs), **({"seeds": 2} | asked)), place, heard, engine=engine)


def made_in(folder: Path) -> dict:
    """All that runs made: drafts, stops, answers, byte for byte; only the time they took is left out."""
    found = [Run.model_validate_json(line) for file in folder.glob("**/mine-*/*.jsonl") for line in file.open("rb")]
    return {run.key: run.model_copy(update={"seconds": 0.0}).model_dump_json() for run in found}


@pytest.fixture
def cache(project) -> Path:
    return project.parent / "cache" / "bench"


def test_a_graph_is_measured_against_its_rivals(place, heard, embedded):
    report = run_bench(place, heard, embedded)
    (mine,) = report.graphs
    assert (mine.graph, mine.tasks, mine.seeds, mine.truth) == ("mine", 4, 2, ["ends_well"])
    assert [rival.name for rival in mine.rivals] == [
        "best-of-N",
        "self-consistency",
        "no critique",
        "self-critique alone",
    ]
    assert mine.drafts.oracle_best.value >= mine.drafts.answer.value
    assert mine.drafts.answer.cases == 8
    assert len(mine.curves.chain) == 4
    assert report.made == report.runs == len(heard.runs)
    assert report.tokens == sum(run.tokens for run in heard.runs)
    assert heard.begun[0] == ("runs", 8)
    assert heard.warnings == []


def test_no_rival_has_more_tokens_than_the_loop_and_all_share_the_first_draft(place, heard, embedded):
    run_bench(place, heard, embedded)
    loops = {(run.task, run.seed): run for run in heard.runs if run.method == "loop"}
    assert len({run.method for run in heard.runs}) >= 5
    for run in heard.runs:
        loop = loops[run.task, run.seed]
        assert run.drafts[0].text == loop.drafts[0].text
        assert run.method in {"loop", "chain"} or run.tokens <= loop.tokens == run.budget


async def test_the_loop_of_a_bench_is_what_a_user_gets(place, heard, embedded):
    await asyncio.to_thread(run_bench, place, heard, embedded)
    subject = subject_of("mine", Asked(["mine"]), place)
    loops = [run for run in heard.runs if run.method == "loop"]
    assert len(loops) == 8
    for run in loops:
        words = subject.tasks[run.task].inputs["words"]
        outcome = await arun(graph="sentence", inputs={"words": words}, model=embedded, seed=run.seed)
        assert [one.text for one in run.drafts] == [one.draft.text for one in outcome.drafts]
        assert (run.stop, run.best) == (outcome.stop, outcome.best)
        assert (run.tokens, run.prompt_tokens) == (outcome.usage.completion_tokens, outcome.usage.prompt_tokens)


def test_scrambling_the_truth_leaves_every_draft_stop_and_answer_as_it_was(place, heard, embedded, cache, project):
    told = run_bench(place, heard, embedded)
    before = made_in(cache)
    for file in cache.glob("**/*.jsonl"):
        file.unlink()
    truths = [last for _, last in TASKS]
    scrambled = random.Random(3).sample([*truths, "nothing", "of", "this"], len(truths))
    assert scrambled != truths
    (project / "graphs" / "mine.jsonl").write_text(lines(scrambled), encoding="utf-8")
    again = run_bench(place, heard, embedded)
    assert made_in(cache) == before
    assert len(before) > 30
    assert again.graphs[0].cost.model_copy(update={"seconds_median": 0, "seconds_p95": 0}) == told.graphs[
        0
    ].cost.model_copy(update={"seconds_median": 0, "seconds_p95": 0})
    assert again.graphs[0].drafts != told.graphs[0].drafts


def test_a_task_is_known_by_what_its_loop_sees(place):
    subject = subject_of("mine", Asked(["mine"]), place)
    row = subject.rows[0]
    assert "last" not in row.task.inputs
    assert "last" not in row.task.prompt
    assert row.judged.inputs["last"] == "ball"
    assert name_of(row.task) in subject.tasks


def test_nothing_is_made_twice_and_what_was_cut_off_is_made_again(place, embedded, cache):
    first, second, third = Heard(), Heard(), Heard()
    whole = run_bench(place, first, embedded)
    again = run_bench(place, second, embedded)
    assert second.runs == []
    assert second.begun == []
    assert again.made == 0
    assert again.graphs == whole.graphs
    (file,) = cache.glob("mine-*/*.jsonl")
    file.write_bytes(file.read_bytes()[:-40])
    rest = run_bench(place, third, embedded)
    assert len(third.runs) == 1
    assert {(run.key, run.drafts) for run in third.runs} <= {(run.key, run.drafts) for run in first.runs}
    assert rest.runs == whole.runs


def test_more_tasks_and_seeds_add_to_what_is_there(place, embedded):
    few, more = Heard(), Heard()
    run_bench(place, few, embedded, n=1, seeds=1)
    assert run_bench(place, more, embedded, n=2, seeds=2).graphs[0].tasks == 2
    keys = [run.key for run in few.runs + more.runs]
    assert len(keys) == len(set(keys))


def test_another_graph_has_runs_of_its_own(place, heard, embedded, project):
    run_bench(place, heard, embedded, n=1, seeds=1)
    (project / "graphs" / "mine.toml").write_text(GRAPH + "\n[stop]\nrounds = 1\n", encoding="utf-8")
    other = Heard()
    run_bench(place, other, embedded, n=1, seeds=1)
    assert "loop" in [run.method for run in other.runs]


def test_another_truth_judges_the_same_runs_anew(place, heard, embedded, project):
    run_bench(place, heard, embedded, n=2)
    graph = GRAPH.replace("{ ends_well = 1.0 }", "{ ends_well = 1.0, length = { weight = 1.0, max_words = 1 } }")
    (project / "graphs" / "mine.toml").write_text(graph, encoding="utf-8")
    other = Heard()
    report = run_bench(place, other, embedded, n=2)
    assert other.runs == []
    assert report.graphs[0].drafts.oracle_best.value == 0


def test_a_broken_line_is_named_and_the_rest_goes_on(place, heard, embedded, project):
    file = project / "graphs" / "mine.jsonl"
    file.write_text(lines().replace("\n", "\nnonsense\n", 1), encoding="utf-8")
    report = run_bench(place, heard, embedded, seeds=1)
    assert report.graphs[0].broken == [2]
    assert report.graphs[0].tasks == 4
    assert [message for message in heard.warnings if f"{file}:2: this is not JSON" in message]


def test_the_same_task_twice_counts_once(place, heard, embedded, project):
    (project / "graphs" / "mine.jsonl").write_text(lines() + lines(), encoding="utf-8")
    assert run_bench(place, heard, embedded, seeds=1).graphs[0].tasks == 4


def test_an_oracle_that_fails_makes_nothing_right_and_is_told(place, heard, embedded, project):
    @evaluator("fails", kind="oracle", needs=["last"], in_process=True)
    def fails(draft: Draft) -> float:
        raise ValueError("no idea")

    (project / "graphs" / "mine.toml").write_text(GRAPH.replace("ends_well", "fails"), encoding="utf-8")
    report = run_bench(knowing(place, fails), heard, embedded, n=1, seeds=1)
    assert report.graphs[0].drafts.oracle_best.value == 0
    assert "could not be judged, and count as wrong: fails: ValueError: no idea" in heard.warnings[0]


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
        if "quark" in str(request.pieces):
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
