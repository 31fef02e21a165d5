"""The runs that documents show: each stands between markers, is what its marker says, and is renewed by one command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.transcripts import KINDS, Shown, documents, found, kind_of, main, renewed, shown_in
from redraft.task import Draft, DraftRecord, Outcome, Stopped, Task, Usage
from redraft.testing.scripted import ScriptedEngine

ROOT = Path(__file__).parents[2]
PAGE = """\
Before.

<!-- transcript: sentence mended -->
```text
old
```
<!-- end of transcript -->

After: <!-- transcript: is no marker.
"""


def all_shown():
    return [(file, one) for file in documents() for one in shown_in(file.read_text(encoding="utf-8"))]


def test_the_readmes_show_the_same_run():
    english, chinese = (shown_in((ROOT / name).read_text(encoding="utf-8")) for name in ("README.md", "README.zh.md"))
    assert english == chinese
    assert [one.wanted for one in english] == [("sentence", "mended")]


def test_what_is_shown_is_a_run_of_its_kind(subtests):
    for file, one in all_shown():
        with subtests.test(file=file.name, run=one.wanted):
            assert one.kind in KINDS
            drafts = re.findall(r"^draft (\d+) · (\w+)$", one.text, re.MULTILINE)
            assert [int(index) for index, _ in drafts] == list(range(len(drafts)))
            assert re.search(rf"^{one.graph} · embedded$", one.text, re.MULTILINE)
            ended = re.search(
                rf"^best is draft (\d+) · {len(drafts)} drafts? · \d+ tokens · [\d.]+ s$", one.text, re.MULTILINE
            )
            right = re.findall(r"draft \d+ (right|wrong)", one.text.splitlines()[-2])
            assert len(right) == len(drafts)
            assert (right[int(ended[1])] == "right") == (one.kind != "failed")
            assert (len(drafts) == 1) == (one.kind == "first")
            assert (one.kind == "mended") <= (
                drafts[-1][1] == "reviser" and "\ncritique of draft 0 · critic\n" in one.text
            )


def test_no_run_is_shown_that_no_command_renews():
    """A draft's bar of a score stands nowhere else in a document than between markers."""
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("plugins/*/README.md")]
    assert [file.name for file in files if "━━" in renewed_away(file.read_text(encoding="utf-8"))] == []


def renewed_away(text):
    return renewed(text, {one.wanted: "" for one in shown_in(text)})


def test_only_what_stands_between_markers_is_renewed():
    made = renewed(PAGE, {("sentence", "mended"): "new \\1"})
    assert made == PAGE.replace("old", "new \\1")
    assert shown_in(made) == [Shown("sentence", "mended", "```text\nnew \\1\n```\n")]
    assert renewed(made, {("sentence", "failed"): "other"}) == made


BAD, GOOD = "The dog paints the chair.", "The dog paints the green chair happily."


def scripted(request, visit):
    if request.agent == "critic":
        return '{"problems": [{"where": "", "problem": "words are missing", "fix": ""}]}'
    return GOOD if request.agent == "reviser" else BAD


@pytest.mark.parametrize(
    ("right", "kind"),
    [
        ([True], "first"),
        ([False], None),
        ([False, True], "mended"),
        ([False, False], "failed"),
        ([True, False], "failed"),
        ([True, True], None),
        ([False, False, True], None),
    ],
)
def test_a_run_is_of_one_kind_at_most(right, kind):
    assert kind_of(run_of(len(right)), right) == kind


def run_of(drafts):
    """A run of so many drafts whose last one is the answer."""
    records = tuple(
        DraftRecord(draft=Draft(index=at, text=f"Draft {at}.", parent=at - 1 if at else None)) for at in range(drafts)
    )
    return Outcome(
        run="r",
        graph="g",
        model="m",
        task=Task(prompt="x"),
        answer="x",
        best=drafts - 1,
        stop=Stopped(check="rounds", detail="done"),
        drafts=records,
        usage=Usage(prompt_tokens=1, completion_tokens=1, seconds=0.1),
    )


def test_a_run_that_was_mended_is_found_and_shown_as_a_person_sees_it():
    content = ScriptedEngine(scripted, ratings=lambda choices: [*[0.0] * (len(choices) - 1), 1.0])
    text = found("sentence", KINDS, content, most=1)["sentence", "mended"]
    assert text.startswith("$ redraft run -g sentence -i words=paint,happily,green\nsentence · ")
    for line in (f"│ {BAD}", '"happily" is missing', "critique of draft 0", f"│ {GOOD}", "best is draft 1 · 2 drafts"):
        assert line in text
    assert text.endswith("# held-out task 1, seed 0; by the truth (everyday_sentence): draft 0 wrong, draft 1 right")


def test_where_no_run_is_of_the_kind_the_document_stays_and_the_command_fails(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text(PAGE.replace("mended", "nosuch"), encoding="utf-8")
    assert main([str(page), "--most", "1"]) == 1
    assert page.read_text(encoding="utf-8") == PAGE.replace("mended", "nosuch")
    assert "no run of graph 'sentence' is 'nosuch' on its first 1 held-out tasks" in capsys.readouterr().err
