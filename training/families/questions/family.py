"""The family `questions`: its tasks, solutions, mistakes and critiques."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING

from redraft.builtin.artefact import artefact
from redraft.task import Draft
from redraft_qa.equations import equations
from redraft_qa.evidence import evidence
from redraft_qa.grounding import grounding
from redraft_qa.quotation import plain
from redraft_qa.relevance import relevance
from training.families.differences import likeness
from training.families.family import Family, Item
from training.families.questions.critique import criticise
from training.families.questions.faults import spoil
from training.families.questions.lookups import looked_up
from training.families.questions.question import MARK
from training.families.questions.sums import calculated, practice
from training.families.questions.words import CONTAINERS, COUNTED, NAMES, PLACES, SIGNS, THINGS, VERBS, hidden, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from redraft.task import Problem, Score, Task

__all__ = ["Questions"]

SUMS = 0.55
HARD_SUMS = 0.75
SOUND, ASTRAY = 0.06, 0.03
TRIALS = 8
PRACTICE = 6
_GIVEN = equations.validate_params({"given": True})
_WHOLE = artefact.validate_params({})
_QUOTED = evidence.validate_params({"quotations": 0})


class Questions(Family):
    """A question over a short passage: looked up and quoted, or calculated."""

    name = "questions"
    graph = "questions"
    phrases = (
        (
            "Answer the question about the passage. Quote the sentence that proves the answer, or write the "
            'calculation. Then write "Answer:" and the answer alone.\n\nPassage:'
        ),
        "\n\nQuestion:",
        f'." {MARK}',
        f". {MARK}",
        '- the passage has no "',
        '- no quotation has "',
        '" stands in no quotation\n',
        "- the calculation gives",
        " is not given\n",
        "- no answer is marked: end with Answer: and the answer\n",
        "- neither a quotation nor a calculation leads to the answer\n",
        '."\n',
        '"\n',
        ', not "',
        ", not",
    )
    words = tuple(
        dict.fromkeys((*NAMES, *THINGS, *PLACES, *COUNTED, *CONTAINERS, *VERBS, *SIGNS, "=", *map(str, range(10))))
    )

    def sample(self, rng: Random, *, kept_back: bool = False, sums: float = SUMS) -> Item:
        """Draw a task; `sums` is the share of those that are calculated.

        What proves the answer to a held-out one is held out, not only what stands beside it.
        """
        kind = calculated if rng.random() < sums else looked_up
        while True:
            sentences, question = kind(rng)
            truth = {"answer": question.answer, "solution": question.solutions}
            item = Item({"passage": " ".join(sentences), "question": question.text}, truth)
            if hidden(question.solutions[:1]) if kept_back else not self.held_out(item):
                return item

    def hard(self, rng: Random) -> Item:
        """Draw a task that is mostly calculated."""
        return self.sample(rng, sums=HARD_SUMS)

    def held_out(self, item: Item, *texts: str) -> bool:
        """Whether two words stand in one sentence, or two numbers in a calculation, that never do in training."""
        return hidden((*item.inputs.values(), item.truth["solution"][0], *texts))

    def answers(self, item: Item, rng: Random, count: int) -> list[str]:
        """Return so many solutions, the usual one first; where there are fewer, they come again."""
        del rng
        return list(islice(cycle(self._solutions(item)), count))

    def spoiled(self, item: Item, rng: Random) -> str:
        """Return a solution with a mistake, rarely a sound one or that of another question."""
        chance, back = rng.random(), self.held_out(item)
        if chance < SOUND:
            return self._solutions(item)[0]
        if chance < SOUND + ASTRAY:
            return self._solutions(self.sample(rng))[0]
        for _ in range(TRIALS):
            text = spoil(item.inputs["passage"], rng.choice(self._solutions(item)[:2]), rng)
            if back or not hidden([text]):
                return text
        return self._solutions(item)[0]

    def scores(self, task: Task, text: str) -> Mapping[str, Score]:
        """Return what the graph's evaluators themselves say."""
        draft = Draft(text=text)
        return {
            "equations": equations(draft, task, _GIVEN),
            "evidence": evidence(draft, task, _QUOTED),
            "grounding": grounding(draft, task),
            "relevance": relevance(draft, task),
            "artefact": artefact(draft, task, _WHOLE),
        }

    def is_right(self, item: Item, text: str) -> bool:
        """Whether a draft is a solution, to the letter."""
        return plain(text) in {plain(solution) for solution in item.truth["solution"]}

    def mended(self, item: Item, draft: str, rng: Random) -> str:
        """Return the draft itself where it is right, or else the solution most like it."""
        del rng
        if self.is_right(item, draft):
            return draft
        parts = self.split(draft)
        return max(self._solutions(item), key=lambda solution: likeness(parts, self.split(solution)))

    def problems(self, item: Item, draft: str, target: str) -> tuple[Problem, ...]:
        """Return what is wrong with the proof, and what with the answer."""
        del item
        return criticise(draft, target)

    def bare(self, rng: Random) -> Sequence[tuple[str, str]]:
        """Return calculations: without their practice none is learned among so much other text."""
        return [(f"Task:\n{asked}.", f"{asked} = {result}.") for asked, result in practice(rng, PRACTICE)]

    def texts(self) -> Iterator[str]:
        """Yield the other words of passages, questions and critiques."""
        yield from (f" {plural(word)}" for word in (*COUNTED, *CONTAINERS))
        yield " in the to the Each now Where Who What How many more than is do does did have give together they"
        yield " for after at the start in the answer in all of it say add remove not complete too much"
        yield " wrong words number sentence calculation answer form no"

    def _solutions(self, item: Item) -> list[str]:
        """Return the solutions that may be shown: those of a trainable task calculate nothing that is held out."""
        every = item.truth["solution"]
        return every if self.held_out(item) else [every[0], *(text for text in every[1:] if not hidden([text]))]
