"""One loaded model serves many runs: side by side, one after the other, and not at all once it is closed."""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

import redraft
from redraft.errors import ExitCode, GenerationError, PromptTooLongError
from redraft.files import embedded_model
from redraft.llama.opening import open_engine
from redraft.runs.events import Charged

WORD_SETS = (["dog", "throw", "ball"], ["cat", "sleep", "chair"], ["girl", "eat", "apple"], ["quark", "zeugma"])


def order(words, model, **more):
    return {"graph": "sentence", "inputs": {"words": words}, "model": model, "seed": 4, "rounds": 1} | more


def texts(outcome):
    return [record.draft.text for record in outcome.drafts]


@pytest.fixture(scope="module")
def alone(embedded):
    """The drafts of each run when it has the model to itself."""
    return [texts(redraft.run(**order(words, embedded))) for words in WORD_SETS]


def test_four_threads_get_what_each_gets_alone(embedded, alone):
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda words: texts(redraft.run(**order(words, embedded))), WORD_SETS)
        assert list(together) == alone


async def test_four_tasks_of_one_loop_get_what_each_gets_alone(embedded, alone):
    together = await asyncio.gather(*(redraft.arun(**order(words, embedded)) for words in WORD_SETS))
    assert [texts(outcome) for outcome in together] == alone


def test_the_model_outlives_each_loop_it_served(embedded, alone):
    for words, expected in zip(WORD_SETS, alone, strict=True):
        assert texts(asyncio.run(redraft.arun(**order(words, embedded)))) == expected


def test_events_of_runs_side_by_side_do_not_mix(embedded, alone):
    with (
        redraft.stream(**order(WORD_SETS[0], embedded)) as one,
        redraft.stream(**order(WORD_SETS[3], embedded)) as two,
    ):
        ended = [list(run)[-1].outcome for run in (one, two)]
    assert [texts(outcome) for outcome in ended] == [alone[0], alone[3]]


def test_a_model_that_was_handed_over_stays_open(embedded):
    redraft.run(**order(WORD_SETS[0], embedded))
    assert embedded.count(embedded.chat(redraft.Task(prompt="Still there?").messages)) > 0


def test_a_closed_model_is_said_to_be_closed():
    model = open_engine(embedded_model(), threads=1)
    asyncio.run(model.close())
    with pytest.raises(GenerationError, match="was closed"):
        redraft.run(**order(WORD_SETS[0], model))


def test_models_that_are_closed_leave_no_memory_behind():
    def used():
        model = open_engine(embedded_model(), threads=1)
        redraft.run(**order(WORD_SETS[0], model, rounds=0))
        asyncio.run(model.close())

    for _ in range(2):
        used()
    gc.collect()
    before = psutil.Process().memory_info().rss
    for _ in range(8):
        used()
    gc.collect()
    assert psutil.Process().memory_info().rss - before < 20 * 2**20


def test_what_agents_share_in_their_prompts_is_computed_once(embedded):
    before = embedded.stats.prompt_tokens_reused
    redraft.run(**order(WORD_SETS[3], embedded))
    assert embedded.stats.prompt_tokens_reused > before


def test_the_engine_counts_what_the_run_is_charged(embedded):
    before = embedded.stats.completion_tokens
    with redraft.stream(**order(WORD_SETS[3], embedded)) as run:
        charged = sum(event.completion_tokens for event in run if isinstance(event, Charged))
    assert embedded.stats.completion_tokens - before >= charged > 0


def test_a_task_that_no_context_holds_is_refused_with_both_numbers(embedded):
    with pytest.raises(PromptTooLongError) as caught:
        redraft.run(**order(["park"] * embedded.context, embedded))
    assert f"{embedded.context:,}" in str(caught.value)
    assert caught.value.exit_code == ExitCode.USAGE
    assert len(str(caught.value).splitlines()) <= 5


def test_a_task_that_fits_the_generator_and_not_the_critic_still_has_an_answer(embedded):
    """The critic's prompt holds the task and the draft: it is longer."""
    words = ["zeugma"]
    while True:
        messages = redraft.load_graph("sentence").task(None, {"words": words}).messages
        if embedded.count(embedded.chat(messages)) > embedded.context - 110:
            break
        words = [*words, f"zeugma{len(words)}"]
    outcome = redraft.run(**order(words, embedded))
    assert outcome.answer
    assert outcome.drafts[0].verdict is not None


def test_a_smaller_context_is_kept_to():
    model = open_engine(embedded_model(), context=256, threads=1)
    assert model.context == 256
    with pytest.raises(PromptTooLongError, match="256"):
        redraft.run(**order(["park"] * 300, model))
    assert redraft.run(**order(WORD_SETS[0], model, rounds=0)).answer
    asyncio.run(model.close())
