"""Evaluators with one defect each, and the check that must see it."""

from __future__ import annotations

import asyncio
import os
import random
import threading
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field

from redraft.evaluation import Evaluator, evaluator
from redraft.task import Draft, Score, Task
from redraft.testing import make_task

TASK = make_task("Use the words.", words=["dog", "ball", "park"])
GOOD = "The dog has a ball in the park."
BAD = "The cat sleeps."
_last = {"chinese": False}
_scratch: dict[str, str] = {}


class Options(BaseModel, extra="forbid", frozen=True):
    """What `sound` looks at.

    Attributes:
        exact: Whether capital letters count.
    """

    exact: bool = False


def required(task: Task) -> list[str]:
    words: Any = task.inputs["words"]
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("the input 'words' must be a list of texts")
    if not words:
        raise ValueError("the input 'words' has no words")
    return words


def score(text: str, words: list[str]) -> Score:
    missing = [word for word in words if word not in text.lower()]
    return Score(1 - len(missing) / len(words), [f'"{word}" is missing' for word in missing])


@evaluator("sound", kind="verifier", needs=["words"], params=Options)
def sound(draft: Draft, task: Task, params: Options) -> Score:
    """Share of the words that the draft uses."""
    return score(draft.text if params.exact else draft.text.lower(), required(task))


@evaluator("sound-async", needs=["words"])
async def sound_async(draft: Draft, task: Task) -> Score:
    """Share of the words that the draft uses, after a while."""
    await asyncio.sleep(0)
    return score(draft.text, required(task))


@evaluator("nan", needs=["words"])
def nan(draft: Draft, task: Task) -> Score | float:
    """Divides by nothing where there is no letter."""
    return score(draft.text, required(task)) if any(map(str.isalpha, draft.text)) or not draft.text else float("nan")


@evaluator("rounding", needs=["words"])
def rounding(draft: Draft, task: Task) -> Score | float:
    """Adds up to a little more than 1."""
    return 1.0000000000000002 if "今天" in draft.text else score(draft.text, required(task))


@evaluator("fails-on-nothing", needs=["words"])
def fails_on_nothing(draft: Draft, task: Task) -> Score:
    """Cannot stand an empty draft."""
    return score(draft.text, required(task)) if 1 / len(draft.text) else Score(0.0)


@evaluator("endless", needs=["words"], timeout=0.4)
def endless(draft: Draft, task: Task) -> Score:
    """Never comes back from a large draft."""
    while len(draft.text) > 900_000:
        pass
    return score(draft.text, required(task))


@evaluator("crashing", needs=["words"])
def crashing(draft: Draft, task: Task) -> Score:
    """Ends its process where brackets are nested deeply."""
    if draft.text.startswith("[[[[["):
        os.abort()
    return score(draft.text, required(task))


@evaluator("changes-the-task", needs=["words"])
def changes_the_task(draft: Draft, task: Task) -> Score:
    """Leaves a note in the task."""
    task.inputs["seen"] = True
    return score(draft.text, required(task))


@evaluator("remembers", needs=["words"])
def remembers(draft: Draft, task: Task) -> Score:
    """Is disturbed by the draft before, where that was Chinese."""
    before, _last["chinese"] = _last["chinese"], "今天" in draft.text
    return Score(0.25, ["it reminds me of something"]) if before else score(draft.text, required(task))


@evaluator("shares", needs=["words"])
def shares(draft: Draft, task: Task) -> Score:
    """Keeps what it works on where the next call keeps it, too."""
    _scratch["text"] = draft.text
    words = required(task)
    return score(_scratch["text"], words)


@evaluator("main-thread", needs=["words"])
def main_thread(draft: Draft, task: Task) -> Score:
    """Works in the main thread only, as signals do."""
    if threading.current_thread().name.startswith("ThreadPoolExecutor"):
        raise RuntimeError("signal only works in main thread of the main interpreter")
    return score(draft.text, required(task))


@evaluator("set-order", needs=["words"])
def set_order(draft: Draft, task: Task) -> Score:
    """Takes its reasons out of a set."""
    found = score(draft.text, required(task))
    return Score(found.value, set(found.reasons) and list({f"{n}: {r}" for n in range(6) for r in found.reasons}))


@evaluator("prints", needs=["words"])
def prints(draft: Draft, task: Task) -> Score:
    """Tells what it does."""
    print("scoring…")  # noqa: T201 - what it is about
    return score(draft.text, required(task))


@evaluator("reads-more", needs=["words"])
def reads_more(draft: Draft, task: Task) -> Score:
    """Reads an input that it does not declare."""
    return score(draft.text, required(task)) if task.inputs.get("style") != "x" else Score(0.0)


@evaluator("needs-more", needs=["words", "style"])
def needs_more(draft: Draft, task: Task) -> Score:
    """Declares an input that it never reads."""
    return score(draft.text, required(task))


@evaluator("divides", needs=["words"])
def divides(draft: Draft, task: Task) -> Score:
    """Divides by the number of words."""
    words: Any = task.inputs["words"]
    return score(draft.text, words) if words == [] else score(draft.text, required(task))


@evaluator("takes-anything", needs=["words"])
def takes_anything(draft: Draft, task: Task) -> Score:
    """Scores whatever the input is."""
    words: Any = task.inputs["words"]
    return score(draft.text, required(task)) if isinstance(words, list) else Score(0.0, ["no words are used"])


@evaluator("quotes", needs=["words"])
def quotes(draft: Draft, task: Task) -> Score:
    """Quotes the draft as it is."""
    found = score(draft.text, required(task))
    return Score(found.value, [f"no word in: {draft.text[:50]}"] if found.value == 0 else found.reasons)


@evaluator("vain", needs=["words"])
def vain(draft: Draft, task: Task) -> Score:
    """Prefers the reviser's drafts."""
    return Score(1.0) if draft.author == "reviser" else score(draft.text, required(task))


class Asking(BaseModel, extra="forbid", frozen=True):
    """Who is asked.

    Attributes:
        agent: The agent.
    """

    agent: str = "judge"


@evaluator("stubborn", needs=["words"], params=Asking, cost="high")
async def stubborn(draft: Draft, task: Task, params: Asking, ctx: Any) -> Score:
    """Does not end when it is told to."""
    try:
        await ctx.rate(params.agent, {"draft": draft})
    except asyncio.CancelledError:
        return Score(0.0, ["interrupted"])
    return score(draft.text, required(task))


class Lenient(BaseModel):
    """Takes what it does not know."""


@evaluator("lenient", needs=["words"], params=Lenient)
def lenient(draft: Draft, task: Task) -> Score:
    """Its parameters take misspelled keys."""
    return score(draft.text, required(task))


class Impossible(BaseModel, extra="forbid"):
    """Its default breaks its own rule."""

    least: int = Field(default=0, ge=1, description="Fewest words.")


@evaluator("impossible", needs=["words"], params=Impossible)
def impossible(draft: Draft, task: Task) -> Score:
    """Its default parameters are refused."""
    return score(draft.text, required(task))


@evaluator("random", needs=["words"])
def chance(draft: Draft, task: Task) -> Score:
    """Leaves something to chance."""
    found = score(draft.text, required(task))
    return Score(found.value, found.reasons and [*found.reasons, f"luck: {random.SystemRandom().random()}"])


@evaluator("asks-anybody", needs=["words"], params=Asking, cost="high")
async def asks_anybody(draft: Draft, task: Task, params: Asking, ctx: Any) -> Score:
    """Asks an agent that nobody named."""
    await ctx.generate("somebody", {"draft": draft})
    return score(draft.text, required(task))


@dataclass(frozen=True)
class Mutant:
    """An evaluator with a defect, the check that must see it, and those that may."""

    evaluator: Evaluator
    seen_by: str
    maybe_by: tuple[str, ...] = ()
    task: Task = TASK
    params: dict[str, Any] = field(default_factory=dict)


# What a score that differs from call to call breaks as well.
_UNSTABLE = (
    "another_process_gives_the_same_score",
    "the_order_of_drafts_does_not_matter",
    "threads_give_the_same_scores",
    "who_wrote_the_draft_does_not_matter",
)
# What an assessment refuses as well.
_ASSESSED = ("an_assessment_gives_the_same_score", "many_assessments_at_once_give_the_same_scores")

MUTANTS = (
    Mutant(nan, "values_are_finite"),
    Mutant(fails_on_nothing, "an_empty_draft_gets_a_score"),
    Mutant(endless, "a_megabyte_is_scored_in_time"),
    Mutant(crashing, "deep_nesting_is_scored"),
    Mutant(changes_the_task, "it_does_not_change_the_task", _ASSESSED),
    Mutant(remembers, "the_order_of_drafts_does_not_matter", ("threads_give_the_same_scores",)),
    Mutant(shares, "a_call_in_the_middle_of_another_changes_nothing", ("threads_give_the_same_scores",)),
    Mutant(set_order, "another_process_gives_the_same_score"),
    Mutant(prints, "it_prints_nothing"),
    Mutant(reads_more, "it_reads_no_input_that_it_does_not_declare"),
    Mutant(takes_anything, "an_input_of_a_wrong_type_is_an_error"),
    Mutant(quotes, "reasons_are_one_line_of_printable_characters"),
    Mutant(stubborn, "it_can_be_cancelled"),
    Mutant(asks_anybody, "it_asks_only_whom_a_parameter_names"),
    Mutant(chance, "the_same_draft_gets_the_same_score_again", _UNSTABLE),
)
