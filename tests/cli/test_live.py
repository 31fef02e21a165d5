from __future__ import annotations

import io
import re

from redraft.cli.live import View
from redraft.convergence import Continue, Revert
from redraft.graph.questions import Question
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
from redraft.task import (
    Critique,
    Draft,
    DraftRecord,
    Outcome,
    Problem,
    Score,
    Stopped,
    Task,
    Usage,
    Verdict,
)

TASK = Task(prompt="Use all of these words: dog, park.")
VERDICT = Verdict(
    scores=(
        Score(0.5, ['"park" is missing'], evaluator="coverage", kind="verifier"),
        Score(error="timed out after 30 s", evaluator="judge"),
        Score(0.0, ["echo of the prompt"], evaluator="artefact", gate=True),
        Score(1.0, evaluator="empty", gate=True),
    )
)


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def outcome(check: str = "verified") -> Outcome:
    records = (DraftRecord(draft=Draft(text="A dog.")), DraftRecord(draft=Draft(index=1, text="A dog in a park.")))
    stop = Stopped(check=check, detail="passed by coverage")
    usage = Usage(prompt_tokens=90, completion_tokens=12, seconds=1.25)
    return Outcome(
        run="r", graph="sentence", model="m", task=TASK, answer="x", best=1, stop=stop, drafts=records, usage=usage
    )


def events():
    yield RunStarted("r", "sentence", "embedded", TASK)
    yield DraftStarted(0, 0, "generator")
    yield TextStreamed("generator", "A do")
    yield TextStreamed("generator", "g.")
    yield DraftFinished(Draft(text="A dog.", author="generator", cut=True))
    yield Evaluated(0, VERDICT)
    yield TextStreamed("critic", '{"problems"')
    yield Criticised(
        0, Critique(problems=(Problem(where="all", problem='"park" is missing', fix='add "park"'),)), "critic"
    )
    yield Decided("evaluate", Continue())
    yield Decided("evaluate", Revert(0))
    yield Warned("no chat template")
    yield DraftStarted(1, 1, "reviser")
    yield DraftFinished(Draft(index=1, round=1, text="A dog in a park.", author="reviser"))
    yield Evaluated(1, Verdict(scores=(Score(1.0, evaluator="coverage"),)))
    yield Criticised(1, Critique(draft=1), "critic")
    yield RunEnded(outcome())


def shown(stream, some_events) -> str:
    view = View(stream)
    for event in some_events:
        view.show(event)
    return stream.getvalue()


def test_a_run_reads_from_top_to_bottom():
    assert shown(io.StringIO(), events()) == (
        "sentence · embedded\n"
        "│ Use all of these words: dog, park.\n"
        "\n"
        "draft 0 · generator\n"
        "│ A dog.\n"
        "cut at a limit\n"
        '  coverage  ━━━━━      0.50  "park" is missing\n'
        "  judge     error: timed out after 30 s\n"
        "  artefact  gate failed  echo of the prompt\n"
        "  value                0.50\n"
        "\n"
        "critique of draft 0 · critic\n"
        '│ all: "park" is missing → add "park"\n'
        "back to draft 0, which is better\n"
        "warning: no chat template\n"
        "\n"
        "draft 1 · reviser\n"
        "│ A dog in a park.\n"
        "  coverage  ━━━━━━━━━━ 1.00\n"
        "\n"
        "critique of draft 1 · critic\n"
        "│ nothing is wrong\n"
        "\n"
        "✓ verified: passed by coverage\n"
        "best is draft 1 · 2 drafts · 12 tokens · 1.2 s\n"
        "\n"
    )


def test_a_terminal_says_who_works_where_nothing_can_be_read_yet(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    text = shown(Terminal(), events())
    assert "critic …" in text
    assert '{"problems"' not in text


def test_a_draft_is_seen_while_it_is_written():
    stream = Terminal()
    shown(stream, [DraftStarted(0, 0, "generator"), TextStreamed("generator", "A dog and a ")])
    assert "dog" in stream.getvalue()


def test_nothing_that_others_wrote_reaches_the_terminal_raw(subtests):
    for stream in [io.StringIO(), Terminal()]:
        with subtests.test(terminal=stream.isatty()):
            evil = "\x1b]0;title\x07\x9b31m\u202e"
            text = shown(
                stream,
                [
                    RunStarted("r", evil, evil, Task(prompt=evil)),
                    DraftStarted(0, 0, evil),
                    TextStreamed(evil, evil),
                    DraftFinished(Draft(text=evil)),
                    Evaluated(
                        0, Verdict(scores=(Score(0.5, [evil], evaluator=evil), Score(error=evil, evaluator=evil)))
                    ),
                    TextStreamed("critic", evil),
                    Criticised(0, Critique(problems=(Problem(where=evil, problem=evil, fix=evil),)), evil),
                    NoteWritten(evil, evil, evil),
                    Warned(evil),
                    RunEnded(outcome(evil)),
                ],
            )
            ours = re.sub(r"\x1b\[[0-9;]*[mK]|\r", "", text)
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", ours)


def test_an_interrupted_run_ends_its_line_and_says_so():
    text = shown(
        io.StringIO(),
        [DraftStarted(0, 0, "generator"), TextStreamed("generator", "A dog"), RunEnded(outcome("interrupted"))],
    )
    assert "│ A dog\n" in text
    assert "✗ interrupted" in text


def test_where_nobody_reads_any_more_it_falls_silent():
    class Gone(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    view = View(Gone())
    for event in events():
        view.show(event)
    assert view.show(Warned("x")) is None


def test_two_who_work_side_by_side_are_named_together(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    both = [TextStreamed("cool", "{"), TextStreamed("bold", "{"), TextStreamed("cool", "}"), TextStreamed("bold", "}")]
    text = shown(Terminal(), both)
    assert text.count("cool …") == 1
    assert text.count("cool, bold …") == 1


def test_a_bar_can_be_read_without_colour(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    half = Evaluated(0, Verdict(scores=(Score(0.5, evaluator="judge"),)))
    coloured = shown(Terminal(), [half])
    monkeypatch.setenv("NO_COLOR", "1")
    plain = shown(Terminal(), [half])
    assert (coloured.count("━"), plain.count("━")) == (10, 5)


def test_what_is_noted_is_shown_but_not_what_a_person_has_just_typed():
    question = Question(node="ask", question="Go on?", choices=("yes", "no"), draft=Draft(text="A dog."))
    lines = shown(
        io.StringIO(),
        [
            DraftStarted(0, 0, "generator"),
            DraftFinished(Draft(text="A dog.", author="generator")),
            NoteWritten("facts", "facts", "wrong: it was a cat"),
            Asked(question),
            NoteWritten("ask", "ask", "no"),
        ],
    ).splitlines()
    assert lines == ["", "draft 0 · generator", "│ A dog.", "", "note of facts", "│ wrong: it was a cat", ""]


def test_a_question_shows_the_draft_that_it_is_about_where_another_one_came_since():
    first = Draft(text="A dog.", author="generator")
    text = shown(
        io.StringIO(),
        [
            DraftFinished(first),
            DraftFinished(Draft(index=1, text="Dog.", author="reviser")),
            Asked(Question(node="ask", question="Go on?", draft=first)),
        ],
    )
    assert text.endswith("draft 1 · reviser\n│ Dog.\n\ndraft 0 · generator\n│ A dog.\n\n")


def test_drafts_that_are_written_side_by_side_are_shown_one_after_the_other():
    stream = io.StringIO()
    events = [
        DraftStarted(0, 0, "generator"),
        DraftStarted(1, 0, "generator"),
        TextStreamed("generator", "one ", 0),
        TextStreamed("generator", "two ", 1),
        TextStreamed("generator", "dog", 0),
        DraftFinished(Draft(index=1, text="two cats", author="generator")),
        DraftFinished(Draft(index=0, text="one dog", author="generator")),
        DraftStarted(2, 0, "other"),
        DraftFinished(Draft(index=2, text="three", author="other")),
        Evaluated(0, Verdict(scores=(Score(0.5, evaluator="judge"),))),
        Chosen("pick", 1),
    ]
    shown(stream, events)
    lines = [line.strip() for line in stream.getvalue().splitlines() if line.strip()]
    assert lines[:6] == [
        "draft 0 · generator", "│ one dog", "draft 1 · generator", "│ two cats", "draft 2 · other", "│ three",
    ]  # fmt: skip
    assert lines[6] == "draft 0"
    assert lines[-1] == "draft 1 is chosen"
