"""A run's record: every draft it made, folded from its events, and the outcome that follows from them."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING

from redraft.convergence import Stop
from redraft.errors import ExitCode, RedraftError
from redraft.graph.events import (
    Charged,
    Chosen,
    Criticised,
    Decided,
    DraftFinished,
    DraftStarted,
    Evaluated,
    Failed,
    NoteWritten,
    TextStreamed,
    Visited,
)
from redraft.task import Assessed, Draft, DraftRecord, Note, Outcome, Stopped, Usage

if TYPE_CHECKING:
    from redraft.graph.events import NodeEvent
    from redraft.task import Task

__all__ = ["Record"]


@dataclass(slots=True)
class Record:
    """What a run has made so far. Feed it every event; ask it for the outcome at any time.

    Args:
        run: The run's id.
        graph: The graph's name.
        model: The name of the model that serves `default`.
        task: What was asked.
        exact: Whether its engines let no text depend on what else they compute.
    """

    run: str
    graph: str
    model: str | None
    task: Task
    _: KW_ONLY
    exact: bool = True
    drafts: dict[int, DraftRecord] = field(default_factory=dict)
    best: int | None = None
    stop: Stopped | None = None
    error: BaseException | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    writing: dict[int, DraftStarted] = field(default_factory=dict)
    written: dict[int, list[str]] = field(default_factory=dict)
    newest: int | None = None
    passed_over: set[int] = field(default_factory=set)
    path: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def add(self, event: NodeEvent) -> None:
        """Take one event into the record."""
        match event:
            case DraftStarted():
                self.writing[event.index], self.written[event.index] = event, []
            case TextStreamed(text=text, draft=int() as index) if index in self.writing:
                self.written[index].append(text)
            case Chosen():
                self._chosen(event)
            case Charged():
                self.prompt_tokens += event.prompt_tokens
                self.completion_tokens += event.completion_tokens
            case Decided(node=node, decision=Stop() as stop) if "/" not in node:  # A graph in a node stops for itself.
                self.stop = self.stop or stop.to_value()
            case Visited(node=node):
                self.path.append(node)
            case NoteWritten(node=node, note=note, text=text):
                self.notes.append(Note(node=node, note=note, text=text))
            case Failed(error=error):
                self.error = error
            case DraftFinished() | Evaluated() | Criticised():
                self._add_to_draft(event)

    def _add_to_draft(self, event: DraftFinished | Evaluated | Criticised) -> None:
        match event:
            case DraftFinished(draft=draft):
                self.writing.pop(draft.index, None)
                self.drafts[draft.index] = DraftRecord(draft=draft)
                self.newest = draft.index
            case Evaluated():
                self._evaluated(event)
            case Criticised(index=index, critique=critique):
                self.drafts[index] = self.drafts[index].model_copy(update={"critique": critique})

    def outcome(self, stop: Stopped | None, *, seconds: float) -> Outcome:
        """Return what the run hands over.

        Args:
            stop: Why it ended, where the graph itself said so.
            seconds: How long it took.
        """
        self._keep_unfinished()
        stop = stop or self.stop or Stopped(check="error", detail=str(self.error or "the run ended without a reason"))
        answer = self.drafts[self.best].draft.text if self.best is not None else self._last_text()
        return Outcome(
            run=self.run,
            graph=self.graph,
            model=self.model,
            task=self.task,
            answer=answer,
            best=self.best,
            stop=stop,
            path=tuple(self.path),
            notes=tuple(self.notes),
            drafts=tuple(self.drafts[index] for index in sorted(self.drafts)),
            usage=Usage(
                prompt_tokens=self.prompt_tokens, completion_tokens=self.completion_tokens, seconds=round(seconds, 3)
            ),
            reproducible="exactly" if self.exact else "up to floating-point effects of batching",
            exit_code=self._exit_code(stop),
        )

    def _chosen(self, event: Chosen) -> None:
        self.newest = event.index
        if event.over:
            self.passed_over.update(event.over)
            self.passed_over.discard(event.index)
            self._compare()

    def _evaluated(self, event: Evaluated) -> None:
        record = self.drafts[event.index].model_copy(update={"verdict": event.verdict})
        self.drafts[event.index] = record
        self.passed_over.discard(event.index)
        if self.best is None or _place(record) > _place(self.drafts[self.best]):
            self.best = event.index
        elif event.index == self.best:
            # Another node may have given the best draft a lower verdict than it had.
            self._compare()

    def _compare(self) -> None:
        """Find the best draft: of all that have a verdict, and that no choice has passed over since."""
        there = (index for index, record in self.drafts.items() if record.verdict and index not in self.passed_over)
        self.best = max(there, key=lambda index: _place(self.drafts[index]), default=None)

    def _keep_unfinished(self) -> None:
        """A draft that was still being written is handed over as a cut one."""
        for index, started in sorted(self.writing.items()):
            text = "".join(self.written[index]).strip()
            if text:
                draft = Draft(index=index, round=started.round, text=text, author=started.author, cut=True)
                self.drafts[index] = DraftRecord(draft=draft)
                self.newest = index
        self.writing.clear()

    def _last_text(self) -> str | None:
        """Return the text of the newest draft, or of one that was chosen after it, where none was evaluated."""
        return None if self.newest is None else self.drafts[self.newest].draft.text

    def _exit_code(self, stop: Stopped) -> ExitCode:
        if stop.check == "interrupted":
            return ExitCode.INTERRUPTED
        if stop.check == "waiting":
            return ExitCode.WAITING
        if isinstance(self.error, RedraftError):
            return self.error.exit_code
        return ExitCode.INTERNAL if self.error else ExitCode.DONE


def _place(record: DraftRecord) -> tuple[tuple[bool, bool, float], int]:
    """Return the place in the order of "best": of equals, the earlier draft is first."""
    return Assessed(draft=record.draft, verdict=record.verdict).rank, -record.draft.index
