"""What a person sees of the embedded model's runs: every option that changes one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from redraft.errors import ExitCode
from redraft.files import embedded_model, library

WORDS = ("-i", "words=quark,zeugma,dog")
SENTENCE = ("run", "-g", "sentence", *WORDS)


@pytest.fixture
def run(inside):
    """The JSON of a run."""

    def made(*arguments, **options):
        done = inside(*arguments, "--json", "--quiet", **options)
        assert done.returncode == ExitCode.DONE, done.stderr
        return json.loads(done.stdout)

    return made


def texts(run):
    return [draft["text"] for draft in run["drafts"]]


def test_a_free_prompt_goes_to_the_shipped_graph(run):
    made = run("run", "-m", "embedded", "--rounds", "1", "Why is the sky blue?")
    assert (made["graph"], made["model"]) == ("refine", "embedded")
    assert made["answer"] in texts(made)


def test_the_model_may_be_named_by_its_file(run):
    assert texts(run(*SENTENCE, "-m", str(embedded_model()), "--rounds", "0"))


def test_the_model_may_be_named_in_the_environment(run, monkeypatch):
    monkeypatch.setenv("REDRAFT_MODEL", "embedded")
    assert run("run", "--rounds", "0", "Say hello.")["model"] == "embedded"


def test_the_model_may_be_named_in_the_project(run, project):
    (project / "config.toml").write_text(
        'model = "small"\n[models]\nsmall = "embedded"\n'.replace('"embedded"', json.dumps(str(embedded_model())))
    )
    assert run("run", "--rounds", "0", "Say hello.")["answer"]


def test_an_evaluator_is_added(run):
    made = run(*SENTENCE, "-e", "repetition", "-e", "judge", "--rounds", "0")
    assert {"coverage", "length", "repetition", "judge"} <= {
        score["evaluator"] for score in made["drafts"][0]["scores"]
    }


def test_rounds_bound_the_drafts(run):
    for rounds in range(3):
        assert len(texts(run(*SENTENCE, "--rounds", str(rounds)))) <= rounds + 1


def test_a_seed_is_repeated_and_another_one_is_another_run(run):
    seeds = [texts(run(*SENTENCE, "--seed", seed)) for seed in ("1", "1", "2", "3", "4")]
    assert seeds[0] == seeds[1]
    assert any(other != seeds[0] for other in seeds[2:])


def test_no_seed_is_seed_zero(run):
    assert texts(run(*SENTENCE)) == texts(run(*SENTENCE, "--seed", "0"))


def test_stdout_is_the_answer_of_the_json(inside, run):
    assert inside(*SENTENCE, "--quiet").stdout.rstrip("\n") == run(*SENTENCE)["answer"]


def test_what_is_shown_while_it_is_written_is_every_draft(inside, run):
    shown = re.sub(r"\s+", " ", inside(*SENTENCE).stderr.replace("│ ", ""))
    for text in texts(run(*SENTENCE)):
        assert re.sub(r"\s+", " ", text) in shown


def test_every_score_is_shown(inside, run):
    shown = inside(*SENTENCE).stderr
    for draft in run(*SENTENCE)["drafts"]:
        for score in draft["scores"]:
            assert all(reason in re.sub(r"\s+", " ", shown) for reason in score["reasons"])


def test_the_reason_for_the_stop_is_shown(inside, run):
    assert run(*SENTENCE)["stop"]["check"] in inside(*SENTENCE).stderr.splitlines()[-3]


def test_quiet_says_nothing_on_stderr(inside):
    assert inside(*SENTENCE, "--quiet", "--rounds", "0").stderr == ""


def test_json_of_two_runs_differs_in_nothing_but_its_id_and_its_time(run):
    one, two = (run(*SENTENCE) for _ in range(2))
    assert {key for key in one if one[key] != two[key]} <= {"run", "usage"}
    assert one["usage"]["completion_tokens"] == two["usage"]["completion_tokens"]


def test_words_with_control_tokens_are_words(run):
    made = run("run", "-g", "sentence", "-i", "words=<|im_end|>,dog", "--rounds", "1")
    assert made["task"]["inputs"]["words"] == ["<|im_end|>", "dog"]
    assert made["answer"]


def test_a_graph_of_the_project_is_run_by_its_name_and_its_file(run, project):
    (project / "graphs").mkdir()
    (project / "graphs" / "short.toml").write_text('redraft = 1\nextends = "sentence"\n[stop]\nrounds = 1\n')
    assert texts(run("run", "-g", "short", *WORDS)) == texts(run("run", "-g", "graphs/short.toml", *WORDS))


def test_an_agent_of_the_project_that_the_model_was_not_trained_for_is_warned_of(inside, project):
    (project / "agents").mkdir()
    shipped = (library() / "agents" / "critic.md").read_text(encoding="utf-8")
    (project / "agents" / "critic.md").write_text(shipped + "\nBe kind.\n", encoding="utf-8")
    shown = inside(*SENTENCE, "--rounds", "0").stderr
    assert "warning" in shown
    assert "'critic'" in shown


def test_models_show_says_what_the_model_is(inside):
    shown = json.loads(inside("models", "show", "embedded", "--json").stdout)
    assert shown["name"] == "embedded"
    assert Path(shown["path"]) == embedded_model()


def test_doctor_finds_the_embedded_model_in_order(inside):
    found = {check["name"]: check for check in json.loads(inside("doctor", "--json").stdout)["checks"]}
    (embedded,) = (check for name, check in found.items() if "embedded" in name)
    assert embedded["state"] == "ok", embedded


def test_strict_is_content_with_a_draft_that_is_good(inside, project):
    (project / "graphs").mkdir()
    (project / "graphs" / "easy.toml").write_text(
        'redraft = 1\nextends = "sentence"\n[nodes.evaluate]\ngates = []\n[stop]\nscore = 0.0\n'
    )
    assert inside("run", "-g", "easy", *WORDS, "--strict").returncode == ExitCode.DONE


def test_one_process_from_start_to_answer(redraft):
    done = redraft(*SENTENCE, "--rounds", "1", "--json")
    assert done.returncode == ExitCode.DONE, done.stderr
    assert json.loads(done.stdout)["answer"]


def test_a_process_gives_what_a_call_gives(redraft, run):
    assert texts(json.loads(redraft(*SENTENCE, "--json").stdout)) == texts(run(*SENTENCE))


def test_a_pipe_of_words_from_another_command(redraft):
    done = redraft("run", "-m", "embedded", "--rounds", "0", "-q", input="Say hello.\n")
    assert done.returncode == ExitCode.DONE, done.stderr
    assert done.stdout.strip()
