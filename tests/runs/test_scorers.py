"""Runs whose judge is a reranker: real llama.cpp on both sides, the scores those that numpy computes."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

import redraft
from benchmarks.gguf_reranker import Reranker, write_reranker
from redraft.convergence import StopRules
from redraft.errors import DefinitionError, ExitCode, ModelError, ModelFileError
from redraft.evaluation import Use, assess, evaluator
from redraft.files import embedded_model
from redraft.graph.asking import Asker
from redraft.graph.nodes import Judging, Visit
from redraft.llama.calibration import Calibration
from redraft.llama.scorer import open_scorer
from redraft.runs.engines import EnginePool
from redraft.runs.preparation import Order, prepare
from redraft.runs.scorers import scorers_of
from redraft.task import Draft, Task

if TYPE_CHECKING:
    from pathlib import Path

WORDS = {"words": ["dog", "ball", "park"]}
RECIPE = Reranker(context=256)


@pytest.fixture
def reranker(tmp_path: Path) -> Path:
    return write_reranker(tmp_path / "reranker.gguf", RECIPE)


@pytest.fixture
def project(tmp_path: Path, reranker: Path):
    """A project in which a graph `scored` has the reranker, by its alias, as its judge; and how to run it."""
    (tmp_path / "config.toml").write_text(f'[models]\nmine = "{reranker}"\n', encoding="utf-8")
    (tmp_path / "graphs").mkdir()

    def run(judge: str = 'judge = { weight = 2.0, scorer = "mine" }', **order):
        text = f'redraft = 1\nextends = "sentence"\n[nodes.evaluate]\nevaluators = {{ {judge} }}\n'
        (tmp_path / "graphs/scored.toml").write_text(text, encoding="utf-8")
        order = {"graph": "scored", "inputs": WORDS, "model": "embedded", "project": tmp_path} | order
        return redraft.run(**order)

    return run


def alone(path: Path, query: str, document: str, calibration: Calibration | None = None) -> float:
    async def scored() -> float:
        scorer = open_scorer(path)
        (value,) = await scorer.score(query, [document], calibration or Calibration())
        await scorer.close()
        return value

    return asyncio.run(scored())


def test_a_reranker_judges_every_draft_of_a_run(project, reranker):
    outcome = project(rounds=2)
    assert outcome.answer
    for record in outcome.drafts:
        score = record.verdict.score_of("judge")
        assert (score.kind, score.weight, score.error) == ("judge", 2.0, None)
        assert score.value == alone(reranker, outcome.task.prompt, record.draft.text)


def test_it_gives_what_numpy_computes(project, reranker):
    outcome = project(rounds=0)
    scorer = open_scorer(reranker, threads=1)
    (ids,) = scorer._ranker.tokens(outcome.task.prompt, [outcome.answer])
    asyncio.run(scorer.close())
    value = Calibration().value_of([float(RECIPE.answer(ids)[0])], scorer.head)
    assert outcome.drafts[0].verdict.score_of("judge").value == pytest.approx(value, abs=2e-3)


def test_the_calibration_of_the_graph_is_used(project, reranker):
    outcome = project('judge = { scorer = "mine", midpoint = -1.5, scale = 0.5 }', rounds=0)
    expected = alone(reranker, outcome.task.prompt, outcome.answer, Calibration(-1.5, 0.5))
    assert outcome.drafts[0].verdict.score_of("judge").value == expected


def test_the_best_draft_is_the_one_that_it_likes_best(project):
    outcome = project('judge = { scorer = "mine" }', rounds=3)
    values = [record.verdict.value for record in outcome.drafts if not record.verdict.gates_failed]
    assert outcome.drafts[outcome.best].verdict.value == max(values)


def test_tokens_that_it_reads_are_counted(project, reranker):
    with_scorer, without = project(rounds=0), project("repetition = 1.0", rounds=0)
    scorer = open_scorer(reranker, threads=1)
    read = scorer.count(with_scorer.task.prompt, [with_scorer.answer])
    asyncio.run(scorer.close())
    assert with_scorer.usage.prompt_tokens == without.usage.prompt_tokens + read > read


def test_a_draft_that_is_too_long_for_it_is_an_error_and_the_run_goes_on(project, tmp_path):
    write_reranker(tmp_path / "short.gguf", Reranker(context=16))
    outcome = project(f'judge = {{ scorer = "{tmp_path}/short.gguf" }}, repetition = 1.0', rounds=0)
    score = outcome.drafts[0].verdict.score_of("judge")
    assert score.value is None
    assert "tokens together, and 'short' reads 16" in score.error
    assert (outcome.answer, outcome.exit_code) != (None, ExitCode.INTERNAL)


UNUSABLE = [
    ('scorer = "absent"', ModelError, "there is no model 'absent'"),
    ('scorer = "embedded"', ModelFileError, "name an agent in place of the scorer"),
    ('scorer = "mine", labels = { good = 1.0 }', DefinitionError, "gives one number and has no labels"),
]


def test_what_cannot_score_is_refused_before_the_run(subtests, project):
    for params, error, said in UNUSABLE:
        with subtests.test(params), pytest.raises(error) as caught:
            project(f"judge = {{ {params} }}")
        assert said in str(caught.value)
        assert "evaluator 'judge'" in str(caught.value)
        assert caught.value.mend


def test_labels_must_be_worth_something(project, tmp_path):
    path = write_reranker(tmp_path / "moods.gguf", Reranker(labels=("angry", "glad")))
    with pytest.raises(DefinitionError, match="nothing says what the model's labels are worth: angry, glad"):
        project(f'judge = {{ scorer = "{path}" }}')
    outcome = project(f'judge = {{ scorer = "{path}", labels = {{ glad = 1.0 }} }}', rounds=0)
    assert 0 < outcome.drafts[0].verdict.score_of("judge").value < 1


def test_a_reranker_cannot_write(project):
    with pytest.raises(ModelFileError, match="scores texts and cannot write any"):
        project(model="mine")


def test_what_a_failed_preparation_has_opened_is_closed(project, tmp_path):
    pool = EnginePool(idle=0)
    with pytest.raises(ModelError, match="absent"):
        project('judge = { scorer = "mine" }, artefact = 1.0', model="absent", engines=pool)
    assert not pool._entries


def test_one_copy_serves_all_that_name_it(project, tmp_path, reranker):
    project(rounds=0)
    text = (
        'redraft = 1\nextends = "scored"\n[nodes]\ncritic = false\nreviser = false\nagain = { evaluators = { judge = '
        f'{{ scorer = "{reranker}" }} }} }}\n[[edges]]\npath = ["start", "generator", "evaluate", "again", "end"]\n'
    )
    (tmp_path / "graphs/twice.toml").write_text(text, encoding="utf-8")
    pool = EnginePool()
    prepared = prepare(Order(graph="twice", inputs=WORDS, model="embedded", project=tmp_path, engines=pool))
    mine, other = prepared.parts.scorers["mine"], prepared.parts.scorers[str(reranker)]
    assert mine is other
    assert len(pool._entries) == 2
    asyncio.run(prepared.engines.close())
    asyncio.run(pool.aclose())


def test_the_judges_agent_is_not_needed(project, tmp_path):
    """Its model is on no machine: where a scorer judges, nobody looks for it."""
    (tmp_path / "agents").mkdir()
    judge = "---\nredraft: 1\nreads: [draft]\nwrites: rating\nmodel: absent\nchoices: ['1', '2']\n---\n{{ draft.text }}"
    (tmp_path / "agents/judge.md").write_text(judge, encoding="utf-8")
    assert project(rounds=0).answer
    with pytest.raises(ModelError, match="absent"):
        project("judge = 1.0", rounds=0)


def test_the_outcome_says_what_it_gave(project):
    (draft,) = json.loads(json.dumps(project(rounds=0).to_json()))["drafts"]
    score = next(score for score in draft["scores"] if score["evaluator"] == "judge")
    assert score["reasons"] == [f"the scorer gives {score['value']:.2f} of 1"]


def test_a_pool_lends_one_copy_and_closes_it_with_the_last(reranker):
    pool = EnginePool(idle=0)
    one, two = pool.lease_scorer(reranker), pool.lease_scorer(reranker)
    assert one is two
    asyncio.run(pool.release(one))
    assert asyncio.run(one.score("dog", ["cat"]))
    asyncio.run(pool.release(two))
    with pytest.raises(redraft.RedraftError, match="was closed"):
        asyncio.run(one.score("dog", ["cat"]))


def test_a_pool_lends_no_file_as_what_it_is_not(reranker):
    pool = EnginePool()
    scorer, engine = pool.lease_scorer(reranker), pool.lease(embedded_model())
    with pytest.raises(ModelFileError, match="cannot write any"):
        pool.lease(reranker)
    with pytest.raises(ModelFileError, match="no reranker"):
        pool.lease_scorer(embedded_model())
    asyncio.run(pool.release(scorer))
    asyncio.run(pool.release(engine))
    asyncio.run(pool.aclose())


def test_an_idle_scorer_takes_no_engines_place(reranker, tmp_path):
    other = write_reranker(tmp_path / "other.gguf", RECIPE)
    pool = EnginePool(idle=1)
    for opened in (pool.lease_scorer(other), pool.lease_scorer(reranker), pool.lease(embedded_model())):
        asyncio.run(pool.release(opened))
    assert {path.name for path in pool._entries} == {"reranker.gguf", embedded_model().name}
    asyncio.run(pool.aclose())


VISIT = Visit("evaluate", 1, {}, StopRules(), None, print)


class Params(BaseModel):
    scorer: str = "theirs"


@evaluator("theirs", params=Params)
async def theirs(draft, ctx):
    (value,) = await ctx.score("theirs", "dog", [draft.text])
    return value


async def test_any_evaluator_may_name_a_scorer(reranker):
    scorer = open_scorer(reranker, threads=1)
    opened = scorers_of([Use(theirs)], {"theirs": scorer}.__getitem__)
    models = Judging(Asker({}, scorers=opened), VISIT)
    verdict = await assess(Draft(text="cat"), Task(prompt="p"), [Use(theirs)], ctx=models)
    assert verdict.scores[0].value == (await scorer.score("dog", ["cat"]))[0]
    assert models.prompt_tokens == scorer.count("dog", ["cat"])
    await scorer.close()


async def test_a_scorer_that_no_parameter_names_is_an_error():
    with pytest.raises(ModelError, match="'theirs' is not loaded to score texts") as caught:
        await Judging(Asker({}), VISIT).score("theirs", "dog", ["cat"])
    assert "parameter `scorer`" in caught.value.mend
