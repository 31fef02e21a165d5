"""The live view of a run: each draft as it streams, its scores, the critique, and why it stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.cli.console import escape, is_terminal, make_console, plain_glyphs
from redraft.cli.flow import BAR, Flow
from redraft.convergence import Revert
from redraft.runs.events import (
    Asked,
    Chosen,
    Criticised,
    Decided,
    DraftFinished,
    DraftStarted,
    Evaluated,
    NoteWritten,
    RunEnded,
    RunStarted,
    TextStreamed,
    Warned,
)

if TYPE_CHECKING:
    from typing import TextIO

    from rich.text import Text

    from redraft.graph.questions import Question
    from redraft.runs.events import Event
    from redraft.task import Critique, Outcome, Score, Verdict

__all__ = ["View"]

_WIDEST = 100
_BAR_CELLS = 10
_MARKS = {
    "score": ("✓", "bold green"),
    "verified": ("✓", "bold green"),
    "interrupted": ("✗", "bold red"),
    "timeout": ("✗", "bold red"),
}
_GOOD, _FAIR = 0.95, 0.5


class View:
    """Shows a run to a person, event by event. Where nobody reads any more, it falls silent.

    Args:
        stream: Where to show it; stderr.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._console = make_console(stream)
        self._terminal = is_terminal(stream)
        self._coloured = self._console.color_system is not None and not self._console.no_color
        self._width = min(self._console.width, _WIDEST) if self._terminal else None
        self._flow: Flow | None = None
        self._author = ""
        self._index: int | None = None
        self._held: list[DraftFinished] = []
        self._hint: list[str] = []
        self._person = ""
        self._gone = False

    def show(self, event: Event) -> None:
        """Show one event."""
        if self._gone:
            return
        try:
            self._show(event)
        except OSError:
            # Whoever read stderr has gone; the answer on stdout is still wanted.
            self._gone = True

    def _show(self, event: Event) -> None:
        match event:
            case TextStreamed():
                self._streamed(event)
            case RunStarted():
                self._started(event)
            case DraftStarted():
                self._draft_started(event)
            case DraftFinished():
                self._draft_finished(event)
            case _:
                self._told(event)

    def _told(self, event: Event) -> None:
        match event:
            case Evaluated(index=index, verdict=verdict):
                if index != self._index:
                    self._line(f"draft {index}", style="cyan")
                self._verdict(verdict)
            case Asked(question=question):
                self._asked(question)
            case Chosen(index=index, detail=detail):
                self._index = index
                self._line(f"draft {index} is chosen" + (f": {detail}" if detail else ""), style="cyan")
            case Criticised(critique=critique, node=node):
                self._critique(critique, node)
            case NoteWritten(node=node, text=text) if node != self._person:
                self._blank()
                self._line(f"note of {node}", style="bold blue")
                self._quoted(text)
            case Decided(decision=Revert(to=to)):
                self._line(f"back to draft {to}, which is better", style="yellow")
            case Warned(message=message):
                self._line(f"warning: {message}", style="yellow")
            case RunEnded(outcome=outcome):
                self._ended(outcome)

    def _started(self, event: RunStarted) -> None:
        self._line(f"{event.graph} · {event.model or 'no model'}", style="bold")
        self._quoted(_shortened(event.task.prompt))

    def _draft_started(self, event: DraftStarted) -> None:
        if self._flow and event.index != self._index:
            return  # Written beside the one that is shown: it is shown when it is complete.
        self._begin(event.index, event.author)

    def _begin(self, index: int, author: str) -> None:
        self._blank()
        self._line(f"draft {index} · {author}", style="bold cyan")
        self._flow, self._author, self._index = Flow(self._console, width=self._width), author, index

    def _streamed(self, event: TextStreamed) -> None:
        mine = event.node == self._author and event.draft in {None, self._index}
        if self._flow and mine:
            self._flow.write(event.text)
        elif self._terminal and event.node not in self._hint and not self._flow:
            names = [*self._hint, event.node]
            self._clear_hint()
            self._hint = names
            self._print(f"{', '.join(map(escape, names))} …", style="dim", end="")

    def _draft_finished(self, event: DraftFinished) -> None:
        if self._flow and event.draft.index != self._index:
            self._held.append(event)
            return
        if self._flow is None:
            self._begin(event.draft.index, event.draft.author)
        flow, self._flow = self._flow or Flow(self._console, width=self._width), None
        if flow.empty:
            flow.write(event.draft.text)
        flow.close()
        if event.draft.cut:
            self._line("cut at a limit", style="yellow")
        if self._held:
            self._draft_finished(self._held.pop(0))

    def _verdict(self, verdict: Verdict) -> None:
        wide = max((len(score.evaluator) for score in verdict.scores), default=0)
        for score in verdict.scores:
            if not score.gate or score.value != 1:
                self._score(score, wide)
        if verdict.value is not None and len(verdict.scores) > 1:
            self._line(_padded("value", wide) + f" {verdict.value:.2f}", style="bold")

    def _score(self, score: Score, wide: int) -> None:
        from rich.text import Text

        line = Text(f"  {escape(score.evaluator):<{wide}}  ")
        if score.value is None:
            line.append(f"error: {escape(_one_line(score.error or ''))}", style="red")
        elif score.gate:
            line.append("gate failed", style="red")
        else:
            filled = round(score.value * _BAR_CELLS)
            rest = "━" if self._coloured else " "
            line.append("━" * filled, style=_colour(score.value))
            line.append(rest * (_BAR_CELLS - filled), style="bright_black")
            line.append(f" {score.value:.2f}", style=_colour(score.value))
        reasons = "; ".join(score.reasons) if score.value != 1 else ""
        if reasons:
            line.append(f"  {escape(_one_line(reasons))}", style="dim")
        self._text(line)

    def _asked(self, question: Question) -> None:
        """Make room for a question, and show what it is about where that is not what was shown last."""
        self._person = question.node
        self._blank()
        if question.draft and question.draft.index != self._index:
            self._index = question.draft.index
            self._line(f"draft {question.draft.index} · {question.draft.author}", style="bold cyan")
            self._quoted(question.draft.text)
            self._blank()

    def _critique(self, critique: Critique, node: str) -> None:
        self._blank()
        self._line(f"critique of draft {critique.draft} · {node}", style="bold magenta")
        if not critique.problems:
            self._line(f"{BAR}nothing is wrong", style="dim")
        for item in critique.problems:
            where = f"{item.where}: " if item.where else ""
            fix = f" → {item.fix}" if item.fix else ""
            self._quoted(_one_line(where + item.problem + fix))

    def _ended(self, outcome: Outcome) -> None:
        if self._flow:
            self._flow.close()
        self._blank()
        mark, style = _MARKS.get(outcome.stop.check, ("■", "bold"))
        if outcome.stop.check != "error":
            self._line(f"{mark} {outcome.stop.check}: {_one_line(outcome.stop.detail)}", style=style)
        count = len(outcome.drafts)
        best = f"best is draft {outcome.best} · " if outcome.best is not None else ""
        usage = outcome.usage
        drafts = f"{count} draft{'s' if count != 1 else ''}"
        self._line(f"{best}{drafts} · {usage.completion_tokens} tokens · {usage.seconds:.1f} s", style="dim")
        self._blank()

    def _quoted(self, text: str) -> None:
        flow = Flow(self._console, width=self._width)
        flow.write(text)
        flow.close()

    def _line(self, text: str, style: str | None = None) -> None:
        self._clear_hint()
        self._print(escape(text), style=style)

    def _text(self, text: Text) -> None:
        self._clear_hint()
        text.plain = plain_glyphs(text.plain, self._console.encoding)
        self._console.print(text)

    def _blank(self) -> None:
        self._clear_hint()
        self._print("")

    def _clear_hint(self) -> None:
        if self._hint:
            from rich.control import Control
            from rich.segment import ControlType

            self._console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))
            self._hint = []

    def _print(self, text: str, style: str | None = None, end: str = "\n") -> None:
        self._console.print(plain_glyphs(text, self._console.encoding), style=style, end=end)


def _colour(value: float) -> str:
    return "green" if value >= _GOOD else "yellow" if value >= _FAIR else "red"


def _padded(name: str, wide: int) -> str:
    return f"  {name:<{wide}}  {'':{_BAR_CELLS}}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shortened(text: str, limit: int = 400) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
