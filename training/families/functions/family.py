"""The family `functions`: a Python function of some steps, told by the tests that it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from redraft.builtin.artefact import ArtefactParams, artefact
from redraft.task import Draft
from training.families.family import Family
from training.families.functions.faults import spoil
from training.families.functions.mending import criticised, mended
from training.families.functions.operations import DIGITS, LETTERS, START, filled, operations
from training.families.functions.steps import alone, body_of, held_out, written
from training.families.functions.tasks import drawn, sayings_of
from training.families.functions.trials import passes, tried

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from random import Random

    from redraft.task import Problem, Score, Task
    from training.families.family import Item

__all__ = ["Functions"]

SOUND, ASTRAY = 0.08, 0.03
TOLD = 1
HARD = 2
BARE = 4
MOST_TRIES = 20


class Functions(Family):
    """Steps over a list or a text, each a line; what a vague wording means, the tests show."""

    name = "functions"
    graph = "functions"
    listed = True  # results such as 'ppaaeelr' stand in its prompts, and are no words
    phrases = (
        "Write a Python function f(x):",
        *(f" take {what};" for what in START.values()),
        "\n\nIt must pass these tests:\n",
        "assert f(",
        ") ==",
        "- f(",
        "): expected",
        "): raised TypeError:",
        "def f(x):\n   ",
        "\n    return x",
        "\n   ",
        " x = [n for n in x if",
        " x = [n",
        " for n in x]",
    )
    words = (*operations().said, *operations().words, *LETTERS, "0", "1", *DIGITS)

    def sample(self, rng: Random, *, kept_back: bool = False) -> Item:
        """Draw a task that may be trained on, or one with two operations in a row that training never shows so."""
        return drawn(rng, kept_back=kept_back)

    def hard(self, rng: Random) -> Item:
        """Draw a task of mostly many steps."""
        drawn = [self.sample(rng) for _ in range(HARD)]
        return max(drawn, key=lambda item: len(sayings_of(item.inputs["problem"])))

    def bare(self, rng: Random) -> Sequence[tuple[str, str]]:
        """Return steps that stand alone, each with its function."""
        return [(f"Task:\ntake {START[kind]}; {step.says}.", written([step.code])) for kind, step in alone(rng, BARE)]

    def held_out(self, item: Item, *texts: str) -> bool:
        """Whether a solution, or a draft, has two operations in a row that training never shows so."""
        return held_out(item.truth["solution"], *texts)

    def answers(self, item: Item, rng: Random, count: int) -> list[str]:
        """Return the solution, over and over: it is written in one way."""
        del rng
        return [item.truth["solution"]] * count

    def spoiled(self, item: Item, rng: Random) -> str:
        """Return a draft such as a weak model might write; it shows no operations in a row that are held out."""
        code = item.truth["solution"]
        chance = rng.random()
        if chance < SOUND:
            return str(code)
        if chance < SOUND + ASTRAY:
            return str(drawn(rng, kept_back=False).truth["solution"])
        texts = (spoil(code, rng) for _ in range(MOST_TRIES))
        return next((text for text in texts if not held_out(text)), str(code))

    def scores(self, task: Task, text: str) -> Mapping[str, Score]:
        """Return by name what the graph's evaluators say of a draft."""
        draft = Draft(text=text)
        return {
            "examples": tried(text, cast("list[str]", task.inputs["tests"]), told=TOLD),
            "artefact": artefact(draft, task, ArtefactParams(echo=False)),
        }

    def is_right(self, item: Item, text: str) -> bool:
        """Whether a draft passes the hidden tests."""
        return passes(text, item.truth["hidden_tests"])

    def mended(self, item: Item, draft: str, rng: Random) -> str:
        """Return what a draft should become: wrong lines give way to right ones, as few as it takes."""
        del rng
        if self.is_right(item, draft):
            return draft
        return mended(
            draft, item.truth["solution"], lambda text: not held_out(text) and passes(text, item.truth["hidden_tests"])
        )

    def problems(self, item: Item, draft: str, target: str) -> tuple[Problem, ...]:
        """Return the critique that a draft deserves: which lines are wrong, missing or too much."""
        steps = body_of(item.truth["solution"])
        said = dict(zip(steps, sayings_of(item.inputs["problem"]), strict=True))
        return criticised(draft, target, lambda line: said.get(line.removeprefix("x = "), "the result"))

    def texts(self) -> Iterable[str]:
        """Yield the code of every step, and what is said of steps and errors."""
        for operation in operations().named.values():
            slots = {"k": "2", "c": "a", "d": "e", "w": "cat"}
            yield written([filled(operation.code, slots)])
        yield " not the function and do each step not asked for remove it nothing does wrong for say add at after"
        yield "got ['a', 'b'] [1, 2] ('a') (['a']) ([1]) (-1) [-1, -2]"
