"""Evaluators with several defects at once: for each check that no mutant is made for, one that it refuses."""

from __future__ import annotations

import asyncio
import locale
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable  # noqa: TC003 - pydantic reads it
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from redraft import hookimpl
from redraft.evaluation import Evaluator, evaluator
from redraft.task import Draft, Score, Task
from redraft.testing import make_task
from tests.testing import mutants
from tests.testing.mutants import BAD, GOOD, required, score

OUTSIDE = "REDRAFT_TEST_OUTSIDE"
_open: list[Any] = []

print("imported")  # noqa: T201 - what importing_it_does_nothing_else is about


@evaluator("rude")
def rude(draft: Draft) -> Score:
    """Does everything that a guest does not do."""
    os.chdir("/")
    os.environ["RUDE"] = str(len(draft.text))
    random.seed(1)
    locale.setlocale(locale.LC_NUMERIC, "C.UTF-8")
    signal.signal(signal.SIGUSR1, lambda *_: None)
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(sys.getrecursionlimit() + 1)
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    _open.append(subprocess.Popen(["sleep", "60"]))
    _open.append(Path(__file__).open())  # noqa: SIM115 - what it is about
    (Path(os.environ[OUTSIDE]) / "file").write_text("x")
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", 9))
    return score(draft.text, ["dog"])


@evaluator("delicate")
def delicate(draft: Draft) -> Score:
    """Knows two drafts."""
    if draft.text not in (GOOD, BAD):
        raise RuntimeError("what is that?")
    return score(draft.text, ["dog"])


@evaluator("wordy")
def wordy(draft: Draft) -> Score:
    """Gives every kind of reason that nobody can use."""
    if draft.text == GOOD:
        return Score(1.0, ["all is well"])
    return Score(0.5, ["", "again", "again", "x" * 400, repr(object()), *map(str, range(20))])


@evaluator("silent")
def silent(draft: Draft) -> float:
    """Gives no reason."""
    return float(draft.text == GOOD)


@evaluator("text")
def text(draft: Draft) -> Any:
    """Returns a text."""
    return "0.9"


@evaluator("faulty")
def faulty(draft: Draft) -> Score:
    """Gives an error for a bad draft."""
    return Score(1.0) if draft.text == GOOD else Score(error="bad draft")


@evaluator("half", kind="verifier")
def half(draft: Draft) -> float:
    """Is never satisfied, and always the same."""
    return 0.5


def _nap(seconds: float) -> None:
    """Sleep, but not in the process that tries every text: that would add up."""
    if "redraft-witness" not in str(Path.cwd()):
        time.sleep(seconds)


@evaluator("slow", timeout=0.05)
def slow(draft: Draft) -> float:
    """Takes longer than it says."""
    _nap(0.12)
    return 0.5


@evaluator("blocking")
async def blocking(draft: Draft) -> float:
    """Sleeps where it should await."""
    _nap(0.3)
    return 0.5


@evaluator("fatal")
def fatal(draft: Draft) -> float:
    """Ends its process."""
    os._exit(3)


class OwnScore(Score):
    """A score of its own."""


@evaluator("own-score")
def own_score(draft: Draft) -> Score:
    """Returns a score of its own."""
    return OwnScore(0.5)


@evaluator("own-loop")
def own_loop(draft: Draft) -> float:
    """Brings its own loop."""

    async def inside() -> float:
        return 0.5

    coroutine = inside()
    try:
        return asyncio.run(coroutine)
    finally:
        coroutine.close()


@evaluator("any-loop")
def any_loop(draft: Draft) -> float:
    """Wants a loop to be there."""
    asyncio.get_running_loop()
    return 0.5


@evaluator("picky", needs=["words"])
def picky(draft: Draft, task: Task) -> Score:
    """Knows one kind of task."""
    words = required(task)
    if task.messages[0].role != "user":
        raise RuntimeError("no conversation, please")
    for word in words:
        word.encode("ascii")
    return Score(1 / len(task.inputs), ["too many inputs"])


@evaluator("unix")
def unix(draft: Draft) -> Score:
    """Does not like Windows."""
    return Score(0.0, ["carriage returns"]) if "\r" in draft.text else score(draft.text, ["dog"])


class Loose(BaseModel):
    """Parameters that are not frozen."""

    weight: float = 1.0
    call: Callable[[], Any] = dict


@evaluator("grabbing", kind="judge", params=Loose)
def grabbing(draft: Draft, params: Loose) -> Score:
    draft.__dict__["text"] = "mine"
    params.weight += 1
    return Score(0.5)


@evaluator("length", kind="verifier", deterministic=False, needs=["reference", "my words"])
def length(draft: Draft) -> float:
    """Has the name of another one."""
    return 0.5


@evaluator("idle-oracle", kind="oracle")
def idle_oracle(draft: Draft) -> float:
    """Is an oracle that reads nothing."""
    return 0.5


@hookimpl
def redraft_evaluators() -> list[Evaluator]:
    return [half, half]


def local() -> Evaluator:
    return evaluator("local")(lambda draft: 0.5)


WORDS = make_task("Use the words.", words=["dog"])

# An evaluator, its task, and the checks that must refuse it.
DEFECTS: tuple[tuple[Evaluator, Task, tuple[str, ...]], ...] = (
    (
        rude,
        WORDS,
        (
            "importing_it_does_nothing_else",
            "it_stays_in_its_folder",
            "it_leaves_the_environment_alone",
            "it_leaves_the_random_generator_alone",
            "it_leaves_the_locale_alone",
            "it_leaves_signal_handlers_alone",
            "it_leaves_warning_filters_alone",
            "it_leaves_the_interpreter_alone",
            "it_leaves_no_thread",
            "it_leaves_no_child_process",
            "it_leaves_no_file_open",
            "it_writes_no_file",
            "it_stays_off_the_network",
        ),
    ),
    (
        delicate,
        WORDS,
        (
            "a_blank_draft_gets_a_score",
            "one_character_gets_a_score",
            "combining_characters_get_a_score",
            "emoji_get_a_score",
            "characters_beyond_16_bits_get_a_score",
            "half_a_character_gets_a_score",
            "text_from_right_to_left_gets_a_score",
            "chinese_gets_a_score",
            "control_characters_get_a_score",
            "null_characters_get_a_score",
            "unusual_line_ends_get_a_score",
            "punctuation_alone_gets_a_score",
            "what_looks_like_code_is_only_text",
            "numbers_of_all_scripts_get_a_score",
            "markup_gets_a_score",
            "a_long_line_is_scored_in_time",
            "a_long_gap_is_no_trap",
            "many_quotes_are_no_trap",
            "many_sentences_are_no_trap",
        ),
    ),
    (
        wordy,
        WORDS,
        (
            "a_perfect_draft_has_no_reasons",
            "reasons_are_few",
            "reasons_are_short",
            "reasons_say_something",
            "no_reason_comes_twice",
            "reasons_are_plain_words",
        ),
    ),
    (silent, WORDS, ("the_bad_draft_has_a_reason",)),
    (text, WORDS, ("it_returns_a_score",)),
    (faulty, WORDS, ("an_error_is_not_given_for_a_draft",)),
    (
        half,
        WORDS,
        (
            "the_good_draft_scores_above_the_bad_one",
            "a_verifier_gives_the_good_draft_1",
            "its_hook_can_be_called_again",
        ),
    ),
    (
        slow,
        WORDS,
        (
            "its_cost_is_what_it_declares",
            "an_assessment_gives_the_same_score",
            "many_assessments_at_once_give_the_same_scores",
        ),
    ),
    (blocking, WORDS, ("it_does_not_block_the_loop",)),
    (fatal, WORDS, ("its_first_calls_come_back",)),
    (own_score, WORDS, ("what_it_returns_can_be_sent",)),
    (own_loop, WORDS, ("it_works_inside_a_running_loop",)),
    (any_loop, WORDS, ("it_works_where_there_is_no_loop",)),
    (
        picky,
        WORDS,
        (
            "a_conversation_is_a_task",
            "other_inputs_do_not_matter",
            "an_input_in_another_script_has_a_score_or_a_plain_error",
        ),
    ),
    (unix, WORDS, ("windows_line_ends_do_not_matter",)),
    (
        grabbing,
        WORDS,
        (
            "it_says_what_it_scores",
            "what_asks_a_model_says_what_it_costs",
            "no_parameter_is_called_weight",
            "parameters_are_json",
            "each_parameter_is_described",
            "it_does_not_change_the_draft",
            "it_does_not_change_its_parameters",
        ),
    ),
    (
        length,
        WORDS,
        (
            "its_name_is_its_own",
            "a_verifier_is_deterministic",
            "what_reads_a_reference_is_an_oracle",
            "needs_are_names",
            "the_task_has_every_input",
        ),
    ),
    (mutants.rounding, mutants.TASK, ("values_are_from_0_to_1",)),
    (mutants.needs_more, make_task("Go.", words=["dog"], style="x"), ("it_reads_every_input_that_it_declares",)),
    (mutants.divides, mutants.TASK, ("an_empty_input_has_a_score_or_a_plain_error",)),
    (mutants.vain, mutants.TASK, ("who_wrote_the_draft_does_not_matter",)),
    (mutants.impossible, mutants.TASK, ("default_parameters_fit_their_own_rules",)),
    (mutants.lenient, mutants.TASK, ("unknown_parameters_are_refused",)),
    (mutants.main_thread, mutants.TASK, ("threads_give_the_same_scores",)),
    (idle_oracle, WORDS, ("an_oracle_needs_something",)),
    (local(), WORDS, ("another_process_can_import_it",)),
)
