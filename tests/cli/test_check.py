from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from redraft.errors import ExitCode
from redraft.graph.lint import RULES, explain


@pytest.fixture
def graph(project):
    def write(name, text):
        (project / "graphs").mkdir(exist_ok=True)
        (project / "graphs" / f"{name}.toml").write_text(text)

    return write


NEVER_ENDS = """
redraft = 1
extends = "sentence"
edges = [
  { path = ["start", "generator", "evaluate"] },
  { path = ["evaluate", "end"], when = { all = [{ rounds = 3 }, { score = 0.9 }] } },
  { path = ["evaluate", "critic", "reviser", "evaluate"] },
]
"""


def test_what_is_shipped_is_sound(inside):
    done = inside("check", "--json")
    assert done.returncode == ExitCode.DONE, done.stdout
    reports = {Path(report["file"]).name: report["findings"] for report in json.loads(done.stdout)}
    agents = ("critic.md", "generator.md", "judge.md", "merger.md", "reviser.md")
    assert {*agents, "refine.toml", "sentence.toml", "critic_panel.toml"} <= set(reports)
    assert not [one for findings in reports.values() for one in findings if one["severity"] == "error"]


def test_the_projects_own_files_are_told_one_by_one_and_the_others_counted(inside, graph):
    graph("mine", 'redraft = 1\nextends = "sentence"\ndescription = "Mine."\n')
    lines = inside("check").stdout.splitlines()
    assert lines[0] == "✓ graphs/mine.toml"
    assert re.fullmatch(r"✓ [0-9]+ more of redraft and of plugins", lines[1])
    assert len(lines) == 2
    graph("mine", 'redraft = 1\nextends = "sentence"\n[stop]\nround = 1\n')
    assert "✗ graphs/mine.toml" in inside("check").stdout


def test_a_slip_is_found_with_its_line_and_the_nearest_name(inside, graph):
    graph("mine", 'redraft = 1\nextends = "sentence"\n[nodes.evaluate]\nevaluators = { coverge = 1.0 }\n')
    done = inside("check", "mine", "--json")
    assert done.returncode == ExitCode.DEFINITION
    report = json.loads(done.stdout)
    errors = [finding for finding in report["findings"] if finding["severity"] == "error"]
    assert list(errors[0]) == ["code", "severity", "file", "line", "name", "message", "mend"]
    assert errors[0]["line"] == 4
    assert "Did you mean 'coverage'?" in errors[0]["message"]
    shown = inside("check", "mine").stdout
    assert "graphs/mine.toml:4" in shown


def test_a_loop_that_rounds_alone_cannot_leave_is_refused(inside, graph):
    graph("endless", NEVER_ENDS)
    done = inside("check", "endless")
    assert done.returncode == ExitCode.DEFINITION
    assert inside("run", "-g", "endless", "-i", "words=dog").returncode == ExitCode.DEFINITION


UNREADABLE = ["redraft = ", 'redraft = 1\nextend = "refine"\n', "redraft = 1\nredraft = 2\n", "\0"]


def test_a_file_that_cannot_be_read_is_a_finding_too(subtests, inside, graph):
    for text in UNREADABLE:
        with subtests.test(text=text):
            graph("broken", text)
            done = inside("check", "broken", "--json")
            assert done.returncode == ExitCode.DEFINITION
            (finding,) = json.loads(done.stdout)["findings"]
            assert finding["severity"] == "error"
            assert finding["message"]


def test_an_agent_file_is_checked(inside, project):
    file = project / "agent.md"
    file.write_text("---\nredraft: 1\nwrites: draft\nread: [task]\n---\n{{ task.prompt }}\n")
    done = inside("check", "agent.md", "--json")
    assert done.returncode == ExitCode.DEFINITION
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding["line"] == 4
    assert "reads" in finding["message"]


def test_what_is_not_there_is_said(inside):
    for target in ("nothing", "nothing.toml", "nothing.md"):
        done = inside("check", target)
        assert done.returncode == ExitCode.DEFINITION
        assert done.stderr == ""
        assert "nothing" in done.stdout


def test_all_that_is_found_is_a_list(inside, graph):
    graph("broken", "redraft = ")
    done = inside("check", "--json")
    assert done.returncode == ExitCode.DEFINITION
    assert [report["file"].endswith("broken.toml") for report in json.loads(done.stdout) if report["findings"]].count(
        True
    ) == 1


def test_a_rule_is_explained_with_its_two_examples(inside):
    done = inside("check", "--explain", "G012", "g032", "--json")
    assert done.returncode == ExitCode.DONE
    end, critic = json.loads(done.stdout)
    assert list(end) == ["code", "severity", "rule", "mend", "why", "earns", "mended", "docs"]
    assert [end["code"], critic["code"]] == ["G012", "G032"]
    assert '["start", "writer"]' in end["earns"]["graphs/mine.toml"]
    assert '["start", "writer", "end"]' in end["mended"]["graphs/mine.toml"]
    assert "2310.01798" in critic["why"]
    shown = inside("check", "--explain", "G012").stdout
    for what in (
        end["rule"],
        end["mend"],
        end["why"],
        "Earns it",
        "Does not",
        end["docs"],
        'path = ["start", "writer"]',
    ):
        assert what in shown


def test_without_a_code_every_rule_is_listed_and_an_unknown_one_is_answered_with_the_nearest(inside):
    listed = inside("check", "--explain")
    assert listed.returncode == ExitCode.DONE
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(RULES)
    unknown = inside("check", "--explain", "G12")
    assert unknown.returncode == ExitCode.DEFINITION
    assert unknown.stdout == ""
    assert "Did you mean 'G012'?" in unknown.stderr


def test_a_model_that_is_too_small_is_found_by_its_header(inside, graph):
    rule = explain("G051")
    for files, codes in ((rule.earns, {"G051"}), (rule.mended, set())):
        graph("mine", files["graphs/mine.toml"])
        done = inside("check", "mine", "--json")
        assert done.returncode == ExitCode.DONE
        assert {finding["code"] for finding in json.loads(done.stdout)["findings"]} == codes


def test_several_are_checked_at_once(inside):
    done = inside("check", "sentence", "refine", "--json")
    assert done.returncode == ExitCode.DONE
    assert [report["file"].rpartition("/")[2] for report in json.loads(done.stdout)] == ["sentence.toml", "refine.toml"]
