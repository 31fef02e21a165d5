"""Runs beside the truth: one task with one seed, every method's run of it, and which of their drafts are right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redraft.bench.answers import READERS, loop_answer
from redraft.bench.methods import RIVALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from redraft.bench.answers import Answer
    from redraft.bench.recorded import MethodName, Run

__all__ = ["Trace"]


@dataclass(frozen=True)
class Trace:
    """What was run on a task with one seed.

    Args:
        row: The task's id in its file.
        runs: The runs by their methods; the loop is among them.
        right: Whether each text that was judged is right.
    """

    row: str
    runs: Mapping[MethodName, Run]
    right: Mapping[str, bool] = field(default_factory=dict)

    @property
    def loop(self) -> Run:
        """The run of the graph itself."""
        return self.runs["loop"]

    @property
    def chain(self) -> Run | None:
        """The run of its revisions without a stop."""
        return self.runs.get("chain")

    def is_right(self, run: Run, place: int | None) -> bool:
        """Return whether a draft of a run is right; where there is none, it is not."""
        return place is not None and self.right[run.drafts[place].text]

    def rival(self, name: str) -> tuple[Run, Answer]:
        """Return a rival's run and answer within the tokens of the loop.

        A loop that ended with its first draft is every rival's run: all of them begin with that draft.
        """
        method = RIVALS[name][1]
        if name == "self_consistency" and "votes" in self.runs:
            method = "votes"
        run = self.runs.get(method)
        if run is None:
            return self.loop, loop_answer(self.loop)
        return run, READERS[name](run, self.loop.tokens)

    def texts(self, rivals: Iterable[str]) -> Iterator[str]:
        """Yield every text whose truth is asked for: all drafts of loop and chain, the answers of rivals."""
        yield from (draft.text for draft in self.loop.drafts)
        if self.chain:
            yield from (draft.text for draft in self.chain.drafts)
        for name in rivals:
            run, answer = self.rival(name)
            if answer.draft is not None:
                yield run.drafts[answer.draft].text
