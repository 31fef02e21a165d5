"""A node that asks a person: what is asked, and what the answer becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from langgraph.types import interrupt
from pydantic import Field

from redraft.errors import GenerationError
from redraft.graph.events import Criticised, DraftFinished, DraftStarted
from redraft.graph.fan import Pool
from redraft.graph.nodes import Step, next_draft
from redraft.task import Assessed, Critique, Draft, Problem, Value, Verdict

if TYPE_CHECKING:
    from redraft.graph.node import HumanNode
    from redraft.graph.nodes import Visit

__all__ = ["HumanWork", "Question"]


class Question(Value):
    """What a person is asked, and what the person is shown. `mistake` says why the last answer did not do."""

    node: str
    question: str
    choices: tuple[str, ...] = ()
    writes: Literal["note", "draft", "critique"] = "note"
    draft: Draft | None = None
    verdict: Verdict | None = None
    critique: Critique | None = None
    notes: dict[str, str] = Field(default_factory=dict)
    mistake: str | None = None


@dataclass(frozen=True, slots=True)
class HumanWork:
    """Asks a person, by LangGraph's `interrupt`: the run waits until somebody answers.

    Args:
        node: What the graph says of it.
        checked: The nodes whose visits count rounds.
    """

    node: HumanNode
    checked: tuple[str, ...]

    async def __call__(self, visit: Visit) -> Step:
        """Ask until the answer is one that does."""
        question = self._question(visit)
        while True:
            answer = interrupt(question.model_dump(mode="json"))
            if not isinstance(answer, str):
                raise GenerationError(f"the answer to '{visit.node}' is a text, not {answer!r:.60}")
            mistake = self._mistake(answer, question)
            if mistake is None:
                return self._step(visit, answer.strip())
            question = question.model_copy(update={"mistake": mistake})

    def _question(self, visit: Visit) -> Question:
        current, reads = visit.state.get("current"), self.node.reads
        return Question(
            node=visit.node,
            question=self.node.human,
            choices=self.node.choices,
            writes=self.node.writes,
            draft=current.draft if current and "draft" in reads else None,
            verdict=current.verdict if current and "verdict" in reads else None,
            critique=visit.state.get("critique") if "critique" in reads else None,
            notes=visit.state.get("notes", {}) if "notes" in reads else {},
        )

    def _mistake(self, answer: str, question: Question) -> str | None:
        if self.node.choices and _choice(answer, self.node.choices) is None:
            return f"answer {' or '.join(self.node.choices)}"
        if self.node.writes == "draft" and not answer.strip() and question.draft is None:
            return "write a text"
        return None

    def _step(self, visit: Visit, answer: str) -> Step:
        match self.node.writes:
            case "note":
                return Step({"notes": {visit.node: _choice(answer, self.node.choices) or answer}})
            case "critique":
                return self._criticised(visit, answer)
            case "draft":
                return self._drafted(visit, answer)

    def _criticised(self, visit: Visit, answer: str) -> Step:
        current = visit.state.get("current")
        problems = tuple(Problem(problem=line.strip()) for line in answer.splitlines() if line.strip())
        critique = Critique(draft=current.draft.index if current else 0, problems=problems)
        visit.emit(Criticised(critique.draft, critique, visit.node))
        return Step({"critique": critique})

    def _drafted(self, visit: Visit, answer: str) -> Step:
        if not answer:  # The draft that was shown may stay as it is, and is what goes on: not a pool beside it.
            return Step({"pool": Pool()})
        draft = next_draft(visit, self.checked, shown="draft" in self.node.reads).model_copy(update={"text": answer})
        visit.emit(DraftStarted(draft.index, draft.round, draft.author))
        visit.emit(DraftFinished(draft))
        return Step({"current": Assessed(draft=draft), "pool": Pool()}, drafts=1)


def _choice(answer: str, choices: tuple[str, ...]) -> str | None:
    """Return the choice that an answer means: in full, or by a beginning that no other one has."""
    given = answer.strip().casefold()
    exact = [choice for choice in choices if choice.casefold() == given]
    meant = exact or [choice for choice in choices if given and choice.casefold().startswith(given)]
    return meant[0] if len(meant) == 1 else None
