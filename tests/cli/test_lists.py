"""`ls` and `show` of every kind."""

from __future__ import annotations

import json
import os

from redraft.errors import ExitCode

KNOWN = {
    "agents": ("critic", "generator", "judge", "reviser"),
    "graphs": (
        *("best_of_n", "best_then_refine", "critic_panel", "debate", "human_review", "pareto", "refine"),
        *("self_consistency", "sentence", "translate_back"),
    ),
    "evaluators": ("artefact", "coverage", "format", "judge", "length", "repetition"),
    "plugins": ("builtin",),
    "models": ("embedded",),
}


def test_everything_shipped_is_listed_and_can_be_shown(subtests, inside):
    for kind, names in KNOWN.items():
        with subtests.test(kind=kind):
            rows = json.loads(inside(kind, "ls", "--json").stdout)
            assert {row["name"] for row in rows} >= set(names)
            shown = inside(kind, "ls").stdout
            for name in names:
                assert name in shown
                assert json.loads(inside(kind, "show", name, "--json").stdout)["name"] == name
                assert name in inside(kind, "show", name).stdout


def test_an_unknown_name_is_one_message(subtests, inside):
    for kind, names in KNOWN.items():
        with subtests.test(kind=kind):
            done = inside(kind, "show", names[0] + "x")
            assert done.returncode in {ExitCode.DEFINITION, ExitCode.MODEL}
            assert done.stdout == ""
            assert len(done.stderr.splitlines()) <= 5


def test_what_a_project_shadows_is_shown(inside, project):
    (project / "agents").mkdir()
    (project / "agents" / "critic.md").write_text("---\nredraft: 1\nwrites: note\ndescription: Mine.\n---\nHello.\n")
    rows = {row["name"]: row for row in json.loads(inside("agents", "ls", "--json").stdout)}
    assert rows["critic"]["origin"] == "project"
    assert rows["critic"]["shadows"][0].endswith("critic.md")
    assert rows["reviser"]["origin"] == "library"


def test_a_broken_file_is_listed_and_harms_no_other(subtests, inside, project):
    for kind, file in [("agents", "agents/bad.md"), ("graphs", "graphs/bad.toml")]:
        with subtests.test(kind=kind):
            (project / file).parent.mkdir()
            (project / file).write_text("\x1b[2J")
            done = inside(kind, "ls", "--json")
            assert done.returncode == ExitCode.DONE
            rows = {row["name"]: row for row in json.loads(done.stdout)}
            assert rows["bad"]["error"]
            assert rows[KNOWN[kind][0]]["error"] is None
            assert "broken" in inside(kind, "ls").stdout


def test_a_graph_reads_as_its_edges_are_tried(inside):
    shown = inside("graphs", "show", "refine").stdout
    assert "  evaluate → end  when stop\n  evaluate → critic\n" in shown
    assert "judge (weight 2)" in shown
    assert "artefact (gate)" in shown
    assert "  plateau = rounds 2, gain 0.01" in shown


def test_conditions_read_as_sentences(inside, project):
    (project / "graphs").mkdir()
    (project / "graphs" / "fine.toml").write_text(
        'redraft = 1\nextends = "sentence"\nedges = [\n'
        '  { path = ["start", "generator", "evaluate"] },\n'
        '  { path = ["evaluate", "end"], when = { any = [{ rounds = 3 }, { not = { score = 0.5 } }] } },\n'
        '  { path = ["evaluate", "critic", "reviser", "evaluate"] },\n]\n'
    )
    assert "when rounds 3 or not (score 0.5)" in inside("graphs", "show", "fine").stdout


def test_an_evaluator_shows_its_parameters(inside):
    assert "max_words: integer" in inside("evaluators", "show", "length").stdout


def test_the_embedded_model_says_what_it_is(inside):
    shown = inside("models", "show", "embedded").stdout
    assert "card" in shown
    assert "sentence" in shown


def test_a_broken_plugin_is_listed_with_its_error(redraft, tmp_path):
    info = tmp_path / "site" / "torn-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: torn\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[redraft]\ntorn = torn\n")
    (tmp_path / "site" / "torn.py").write_text("raise RuntimeError('no wings')")
    env = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])}
    done = redraft("plugins", "ls", "--json", env=env)
    assert done.returncode == ExitCode.DONE
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert list(rows["torn"]) == ["name", "distribution", "version", "hooks", "provides", "error"]
    assert rows["torn"]["error"]["phase"]
    assert "no wings" in rows["torn"]["error"]["message"]
    assert rows["builtin"]["error"] is None
    assert redraft("doctor", env=env).returncode == ExitCode.DONE
