"""What `benchmarks/sentence.py` says must be true of any runs; and its runs are those that redraft really makes."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import sentence_runs
from benchmarks.sentence_figures import (
    End,
    Trace,
    by_critic,
    by_rules,
    by_score,
    is_right,
    judged,
    read,
    turns,
    unstopped,
)
from benchmarks.sentence_report import as_json, draw, markdown, sample, verdict_on
from benchmarks.sentence_runs import (
    BUDGET,
    TARGET,
    Call,
    Given,
    Run,
    Written,
    given_tasks,
    methods,
    ready,
    record,
    rules,
)
from benchmarks.sentence_tables import Demand, Report
from redraft import arun, load_graph
from redraft.bench.intervals import Interval
from redraft.bench.turns import Turns
from redraft.convergence import Plateau
from redraft.files import embedded_model
from redraft.task import Critique, Draft, DraftRecord, Problem, Score, Stopped, Verdict
from training.families.sentence.truth import task_for, verdict_for
from training.families.sentence.words import held_out

ROOT = Path(__file__).parents[2]
# What no single sentence holds, so that there is something to revise, and two tasks as they are.
TASKS = [
    Given("3:x", ("zeugma", "dog", "what? no! yes?")),
    Given("4:x", ("xylophone", "what? no! yes?", "run", "zeugma")),
    *given_tasks(2),
]


def made(*values: float, cost: int = 10, critiques: dict[int, Critique] | None = None, task: str = "3:0") -> Run:
    """A run whose drafts have these values, and one call for each, and another for each critique."""
    drafts, calls = [], []
    for index, value in enumerate(values):
        calls.append(Call(prompt_tokens=100, completion_tokens=cost))
        verdict = Verdict(scores=(Score(value, evaluator="coverage", kind="verifier"),))
        draft = Draft(index=index, text=f"Draft {index}.", parent=index - 1 if index else None)
        critique = (critiques or {}).get(index)
        drafts.append(Written(record=DraftRecord(draft=draft, verdict=verdict, critique=critique), calls=len(calls)))
        if critique:
            calls.append(Call(prompt_tokens=100, completion_tokens=cost))
    return Run(
        method="loop",
        task=task,
        words=("dog", "ball", "park"),
        seed=0,
        calls=tuple(calls),
        drafts=tuple(drafts),
        stop=Stopped(check="rounds", detail="done"),
        seconds=0.1,
    )


def at(*values: float, right: set[int] = frozenset(), **how: object) -> Trace:
    return Trace(made(*values, **how), tuple(index in right for index in range(len(values))))


@pytest.fixture(scope="module")
def runs(embedded):
    async def all_runs():
        ways = {name: ready(method, embedded) for name, method in methods().items()}
        return [await record(way, name, task, seed) for name, way in ways.items() for task in TASKS for seed in (0, 1)]

    return asyncio.run(all_runs())


def of(runs: list[Run], method: str) -> list[Run]:
    return [run for run in runs if run.method == method]


# The truth


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The puppy drinks the juice near the bridge.", True),
        ("The puppies drink the juice near the bridge.", True),
        ("The puppy drinks near the bridge.", False),
        ("The puppy drink the juice near the bridge.", False),
        ("Puppy, juice, bridge.", False),
        ("The puppy drinks the juice. It is near the bridge.", False),
        ("", False),
    ],
)
def test_a_text_is_right_with_every_word_in_one_sentence_of_the_grammar(text, right):
    assert is_right(("puppy", "juice", "bridge"), text) is right


def test_no_run_can_see_the_truth():
    code = (
        "import asyncio, sys\n"
        "from benchmarks.sentence_runs import *\n"
        "from redraft.files import embedded_model\n"
        "from redraft_text.everyday import parsing\n"
        "parsing._accepts = None\n"
        "engine = open_engine(embedded_model())\n"
        "for name, method in methods().items():\n"
        "    asyncio.run(record(ready(method, engine), name, given_tasks(1)[0], 0))\n"
        "print('lark' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["False"], done.stderr


# The tasks and the runs


def test_a_larger_number_of_tasks_has_those_of_a_smaller_one():
    assert set(given_tasks(8)) < set(given_tasks(20))
    assert [len(task.words) for task in given_tasks(12)] == [3, 4, 5, 6, 7, 8] * 2
    assert all(held_out(task.words) for task in given_tasks(60))
    assert len({frozenset(task.words) for task in given_tasks(60)}) == 60


def test_every_method_has_the_same_first_draft(runs):
    firsts = {}
    for run in runs:
        firsts.setdefault((run.task, run.seed), set()).add(run.drafts[0].record.draft.text)
    assert all(len(texts) == 1 for texts in firsts.values())
    assert len(firsts) == 2 * len(TASKS)


def test_every_method_is_content_with_what_contents_the_shipped_graph():
    assert load_graph("sentence").stop.score == TARGET


async def test_the_shipped_method_is_what_a_user_gets(runs, embedded):
    for run in of(runs, "shipped"):
        outcome = await arun(graph="sentence", inputs={"words": [*run.words]}, model=embedded, seed=run.seed)
        reading = read(judged(run), unstopped(run))
        assert [one.record for one in run.drafts] == list(outcome.drafts)
        assert run.stop == outcome.stop
        assert reading.answer == outcome.best
        assert (reading.tokens, reading.prompt_tokens) == (outcome.usage.completion_tokens, outcome.usage.prompt_tokens)


def test_no_method_generates_more_than_its_budget(runs):
    limited = [run for run in runs if run.method not in {"shipped", "unstopped"}]
    assert limited
    assert max(run.tokens(len(run.calls)) for run in limited) <= BUDGET


def test_methods_differ_in_who_writes_the_next_draft_and_in_nothing_else(runs):
    authors = {
        method: {one.record.draft.author for run in of(runs, method) for one in run.drafts[1:]} for method in methods()
    }
    assert authors.pop("best-of-N") == {"generator"}
    assert authors.pop("shipped") == {"reviser", "generator"}
    assert set.union(*authors.values()) == {"reviser"}
    assert not any(one.record.critique for run in of(runs, "no critique") for one in run.drafts)


def test_self_critique_has_the_evaluators_values_and_not_their_reasons(runs):
    written = [(run, one.record) for run in of(runs, "self-critique") for one in run.drafts if not one.record.draft.cut]
    assert written
    for run, draft in written:
        assert draft.verdict.reasons == ()
        aloud = verdict_for(task_for(run.words), draft.draft.text)
        for score in aloud.scores:
            assert draft.verdict.score_of(score.evaluator).value == pytest.approx(score.value)


def test_what_was_made_is_kept_and_a_line_cut_short_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr(sentence_runs, "WORK", tmp_path)
    one = [given_tasks(1)[0]]
    first = sentence_runs.recorded(embedded_model(), one, 1)
    (file,) = tmp_path.glob("*/*.jsonl")
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole[:-20], encoding="utf-8")
    again = sentence_runs.recorded(embedded_model(), one, 1)
    (rest,) = set(tmp_path.glob("*/*.jsonl")) - {file}
    assert len(rest.read_text(encoding="utf-8").splitlines()) == 1
    assert file.read_text(encoding="utf-8") == whole[:-20]
    assert [run.model_copy(update={"seconds": 0.0}) for run in first] == [
        run.model_copy(update={"seconds": 0.0}) for run in again
    ]


# Stops, replayed


@pytest.mark.parametrize(
    "on",
    [
        {"score": TARGET},
        {"verified": True},
        {"plateau": Plateau(rounds=2, gain=0.01)},
        {"fixpoint": True},
        {"oscillation": 4},
        {"rounds": 1},
        {"rounds": 2},
        {"tokens": 90},
    ],
    ids=str,
)
async def test_a_replayed_stop_ends_where_really_running_it_ends(runs, embedded, on):
    stop = rules(**({"rounds": sentence_runs.ROUNDS} | on))
    graph = methods()["unstopped"].graph.model_copy(update={"stop": stop})
    way = ready(sentence_runs.Method(graph), embedded)
    for free in of(runs, "unstopped")[:4]:
        task = next(task for task in TASKS if task.name == free.task)
        real = await record(way, "unstopped", task, free.seed)
        end = by_rules(stop)(free)
        # A limit of tokens cuts a draft short, which the runs without it have whole: the others are the same.
        same = [one for one in real.drafts if not one.record.draft.cut]
        ours = [one.record.draft.text for one in free.drafts[: end.draft + 1]][: len(same)]
        assert [one.record.draft.text for one in same] == ours
        if "tokens" not in on:
            assert len(real.drafts) == end.draft + 1
            replayed, ran = read(judged(free), end), read(judged(real), unstopped(real))
            assert replayed == ran


def test_a_loop_that_believes_its_critic_pays_for_the_critique_that_finds_nothing():
    fault = Critique(problems=(Problem(problem="no dog"),))
    run = made(0.2, 0.4, 0.3, critiques={0: fault, 1: Critique()})
    assert by_critic(run) == End(draft=1, calls=4)
    assert by_critic(made(0.2, critiques={0: fault})) == End(draft=0, calls=2, stopped=False)


def test_the_score_stops_at_the_first_draft_that_reaches_the_target():
    assert by_score(made(0.5, 0.99, 1.0)) == End(draft=1, calls=2)
    assert by_score(made(0.5, 0.6)) == End(draft=1, calls=2, stopped=False)


# Readings at a budget


def test_the_answer_is_the_best_draft_that_was_finished_within_the_budget():
    trace = at(0.2, 0.8, 0.8, 0.5, right={2})
    end = unstopped(trace.run)
    assert [read(trace, end, budget=b).answer for b in (9, 10, 19, 20, 30, 40)] == [None, 0, 0, 1, 1, 1]
    assert read(trace, end, budget=40, last=True).answer == 3
    assert read(trace, end).right is False
    assert read(trace, end, budget=25).tokens == 25
    assert read(trace, end, budget=25).prompt_tokens == 300


VALUES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=8)


@given(VALUES, st.integers(0, 100), st.integers(0, 100))
def test_more_tokens_never_make_the_answer_worse_by_verdict(values, some, more):
    trace = at(*values)
    less, most = (read(trace, unstopped(trace.run), budget=b) for b in sorted((some, more)))
    assert less.tokens <= most.tokens <= max(some, more)
    assert less.answer is None or trace.ranks[most.answer] >= trace.ranks[less.answer]


# Right and wrong, turning


def test_turns_are_counted_by_revision():
    traces = [at(*[0.0] * 3, right={0, 1}), at(*[0.0] * 3, right={1})]
    assert turns(traces) == Turns(kept=1, broken=2, mended=1, missed=0)
    assert turns(traces, 1) == Turns(kept=1, broken=0, mended=1, missed=0)
    assert (turns(traces).cl, Turns().cl, Turns().cs) == (1 / 3, None, None)


# The report


def test_the_order_of_the_runs_does_not_matter(runs):
    traces = [judged(run) for run in runs]
    shuffled = random.Random(1).sample(traces, len(traces))
    assert as_json(Report(shuffled)) == as_json(Report(traces))
    assert sample(Report(shuffled)) == sample(Report(traces))


def test_the_report_says_what_the_traces_say(runs, tmp_path):
    report = Report([replace(judged(run), right=(False, *[True] * (len(run.drafts) - 1))) for run in runs])
    titles = [table.title for table in report.tables]
    assert len(set(titles)) == len(titles) == 8
    assert f"Within {BUDGET} generated tokens, all that a method has" in titles
    assert report.tables[0].rows[0]["right"] == Interval(value=0.0, low=0.0, high=0.0, cases=2 * len(TASKS))
    assert report.chain()["observed"] == [0.0, *[1.0] * sentence_runs.ROUNDS]
    assert "| first draft | 0.0 % [0.0, 0.0] |" in markdown(report.tables[0])
    pytest.importorskip("matplotlib")
    draw(report, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_a_sample_shows_drafts_and_critiques_as_they_were(runs):
    text = sample(Report([judged(run) for run in runs]))
    for run in of(runs, "shipped"):
        assert ", ".join(run.words) in text
        assert all(one.record.draft.text in text for one in run.drafts)
        critiques = [one.record.critique for one in run.drafts if one.record.critique]
        assert all(problem.problem in text for critique in critiques for problem in critique.problems)


@pytest.mark.parametrize(("value", "met"), [(0.85, True), (0.84, False), (None, False)])
def test_a_demand_is_met_by_what_was_measured(value, met):
    demand = Demand(
        "answers right", None if value is None else Interval(value=value, low=0.8, high=0.9, cases=30), 0.85
    )
    assert demand.met is met
    assert verdict_on(demand).startswith("PASS" if met else "FAIL")
