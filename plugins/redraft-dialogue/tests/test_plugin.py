"""The plugin as redraft loads it: its evaluators, its agent, its graphs."""

from __future__ import annotations

import json
import re
from pathlib import Path

from redraft.agents import load_agent
from redraft.cli.shell import call
from redraft_dialogue import redraft_agents, redraft_evaluators, redraft_graphs

README = Path(__file__).parents[1] / "README.md"


def test_the_readme_has_a_row_for_each_evaluator(subtests):
    text = README.read_text(encoding="utf-8")
    for evaluator in redraft_evaluators():
        with subtests.test(evaluator=evaluator.name):
            assert f"| `{evaluator.name}` | {evaluator.kind} |" in text
            for name in evaluator.params.model_fields if evaluator.params else ():
                assert f"`{name}`" in text


def test_every_graph_is_sound(subtests, capsys):
    for file in redraft_graphs():
        with subtests.test(graph=file.stem):
            assert call(["check", str(file), "--json"]) == 0
            assert json.loads(capsys.readouterr().out)["findings"] == []


def test_the_agent_rates_a_tone():
    (file,) = redraft_agents()
    agent = load_agent(file)
    assert (agent.name, agent.writes, agent.choices) == ("tone", "rating", ("1", "2", "3", "4", "5"))


def test_the_examples_of_the_readme_run(subtests, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = README.read_text(encoding="utf-8")
    for language, code in re.findall(r"^```(python|toml)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        with subtests.test(example=code.partition("\n")[0]):
            if language == "python":
                exec(compile(code, str(README), "exec"), {})
            else:
                file = tmp_path / code.partition("\n")[0].removeprefix("# ")
                file.parent.mkdir(exist_ok=True)
                file.write_text(code, encoding="utf-8")
                assert call(["check", file.stem]) == 0
