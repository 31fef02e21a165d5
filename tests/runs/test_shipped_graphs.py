"""The shipped graphs do what their pages say, over models that answer by script."""

from __future__ import annotations

import json
import re
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import redraft
from redraft.agents import agents, get_agent
from redraft.graph.lint import lint
from redraft.graph.loading import load_graph
from redraft.graph.termination import bound
from redraft.plugins import load_plugins
from redraft.task import Draft, Task
from redraft.testing import ScriptedEngine, run_scripted

if TYPE_CHECKING:
    from redraft.graph.questions import Question
    from redraft.llama.interface import Request
    from redraft.task import Outcome

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "graphs"
# The graph that shows what the embedded model does is measured on a page of its own.
NAMES = sorted({file.stem for file in (ROOT / "graphs").glob("*.toml")} - {"sentence"})
BY_VERDICT = ("refine", "best_of_n", "best_then_refine", "debate", "critic_panel", "translate_back", "human_review")
FOUND = json.dumps({"problems": [{"where": "", "problem": "dull", "fix": "say more"}]})
NOTHING = json.dumps({"problems": []})
CRITICS = {"critic", "merger", "comparer"}


def walked(graph: str, ratings: Any = None, *, critique: str = FOUND) -> Outcome:
    """Run a graph whose drafts all differ, whose critics always say the same, and whose person is never content."""
    numbers = count()

    def answer(request: Request, _: int) -> str:
        return critique if request.agent in CRITICS else f"draft number {next(numbers)}"

    order: dict[str, Any] = {"prompt": "Go."}
    if graph == "translate_back":
        order = {"inputs": {"source": "One cat.", "source_language": "English", "language": "Chinese"}}
    engine = ScriptedEngine(answer, ratings=ratings)
    return redraft.run(graph=graph, model=engine, answer=_never_content, **order)


def _never_content(question: Question) -> str:
    return question.choices[-1] if question.choices else "Say more."


def climbing() -> Any:
    """A judge that finds each draft a little better than the one before, and none good."""
    seen = count(1)

    def rate(choices: Any) -> tuple[float, ...]:
        share = next(seen) * 0.02
        return (1 - share, *(0.0 for _ in choices[2:]), share)

    return rate


def test_each_lints_without_an_error_and_says_what_it_does_in_a_line() -> None:
    registry, book = load_plugins().registry, agents()
    for name in NAMES:
        spec = load_graph(name)
        found = [finding for finding in lint(spec, registry, book) if finding.code != "G032"]
        assert found == [], name
        assert 30 < len(spec.description) <= 120
        assert spec.description.endswith(".")


def test_each_has_a_page_that_says_when_it_helps_what_it_costs_and_its_source() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == {*NAMES, "compared"}
    graphs, index = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("graphs.md", "index.md"))
    for name in NAMES:
        page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# `{name}`\n")
        assert re.findall(r"^## (.*)$", page, re.MULTILINE) == [
            "When it helps",
            "What it costs",
            "Make it yours",
            "Source",
        ]
        assert re.search(
            r"on \d+ tasks.*: \*\*[1-9].* drafts, [1-9]\d* tokens written, [1-9]\d* read\*\* a task\.", page
        ), name
        assert f"](graphs/{name}.md)" in graphs
        assert f"](graphs/{name}.md)" in index


def most_drafts(name: str) -> int:
    """How many drafts a run has at most, as the table of graphs says."""
    text = (ROOT / "docs" / "graphs.md").read_text(encoding="utf-8")
    row = re.search(rf"\[`{name}`\]\(graphs/{name}\.md\) \| (?:\d+ to )?(\d+) \|", text)
    assert row, name
    return int(row[1])


@pytest.mark.parametrize("name", NAMES)
def test_each_ends_within_its_bound_where_nothing_is_ever_good_enough(name: str) -> None:
    outcome = walked(name, climbing())
    assert len(outcome.drafts) == most_drafts(name)
    assert outcome.stop.check in {"rounds", "end"}
    assert bound(load_graph(name)) < 100


@pytest.mark.parametrize("name", BY_VERDICT)
@given(st.lists(st.floats(0, 1), min_size=12, max_size=12))
@settings(deadline=None, max_examples=6)
def test_those_that_go_by_verdict_never_end_below_their_first_draft(name: str, values: list[float]) -> None:
    left = iter([*values, *values])
    outcome = walked(name, lambda choices: _sure(next(left), choices))
    ranks = [record.verdict.rank for record in outcome.drafts if record.verdict]
    assert outcome.best is not None
    assert ranks[outcome.best] == max(ranks) >= ranks[0]


def _sure(share: float, choices: Any) -> tuple[float, ...]:
    return (1 - share, *(0.0 for _ in choices[2:]), share)


def test_a_pool_is_one_evaluation_so_that_the_best_of_it_is_revised() -> None:
    outcome = walked("best_then_refine", lambda choices: _sure(0.5, choices))
    assert (len(outcome.drafts), outcome.stop.check) == (6, "plateau")


def test_self_consistency_takes_the_answer_that_most_give_and_asks_no_judge() -> None:
    drafts = ["5", "3 + 1 = 4. Answer: 4", "The answer is four.", "$6", "#### 4"]
    run = run_scripted("self_consistency", "How much?", script={"generator": drafts})
    assert (run.answer, run.outcome.best) == (drafts[1], 1)
    assert {score.evaluator for record in run.outcome.drafts for score in record.verdict.scores} == {
        "repetition",
        "artefact",
    }


def test_debaters_read_both_answers_and_the_judge_says_whose_is_best() -> None:
    script = {"generator": ["North.", "South."], "debater": ["North, I say.", "East."]}
    run = run_scripted("debate", "Where to?", script=script, rating="3")
    prompts = run.prompts("debater")
    assert all("North." in prompt and "South." in prompt for prompt in prompts[:2])
    assert run.outcome.stop.check in {"rounds", "oscillation"}
    assert run.answer == "North."


def test_a_debate_ends_where_nobody_was_convinced() -> None:
    run = run_scripted("debate", "Where to?", script={"generator": ["North.", "South."], "debater": "North."})
    assert run.outcome.stop.check == "oscillation"
    assert len(run.drafts) == 4


TASK = {"source": "Three cats sleep.", "source_language": "English", "language": "German"}


def test_a_translation_is_mended_by_what_it_came_back_as() -> None:
    script = {
        "generator": "Zwei Katzen schlafen.",
        "retranslator": ["Two cats sleep.", "Three cats sleep."],
        "comparer": [{"problems": [{"where": "Zwei", "problem": "two, not three", "fix": "Drei"}]}, {"problems": []}],
        "reviser": "Drei Katzen schlafen.",
    }
    run = run_scripted("translate_back", inputs=TASK, script=script, rating="3")
    assert run.drafts == ("Zwei Katzen schlafen.", "Drei Katzen schlafen.")
    assert run.outcome.stop.check == "critique"
    assert all("Three" not in prompt for prompt in run.prompts("retranslator"))
    assert "Two cats sleep." in run.prompts("comparer")[0]
    assert "two, not three" in run.prompts("reviser")[0]


@given(st.text(min_size=8), st.text(min_size=1))
@settings(deadline=None, max_examples=30)
def test_whoever_translates_back_never_sees_the_source(source: str, draft: str) -> None:
    agent = get_agent("retranslator")
    prompts = [
        agent.render(
            {"task": Task(prompt=f"Translate. {text}", inputs=TASK | {"source": text}), "draft": Draft(text=draft)}
        )
        for text in (source, "something else")
    ]
    assert prompts[0] == prompts[1]


def test_the_answer_of_a_front_is_the_evenest_draft_and_not_the_highest_mean() -> None:
    graph = """redraft = 1
extends = "pareto"
[task]
prompt = "Use {{ words | join(', ') }}."
inputs = { words = "list" }
[nodes.evaluate]
evaluators = { coverage = 9.0, length = { weight = 1.0, max_words = 4 } }
"""
    drafts = ["dog ball sun sea sky hat", "dog ball sun sea pen", "dog", "a b c d e f g h i j k l m n o p q r s t"]
    run = run_scripted(graph, inputs={"words": "dog,ball,sun,sea,sky,hat"}, script={"generator": drafts})
    scores = [[score.value for score in record.verdict.scores if not score.gate] for record in run.outcome.drafts]
    lowest = [min(values) for values in scores]
    assert run.outcome.best == lowest.index(max(lowest))
    values = [record.verdict.value for record in run.outcome.drafts]
    assert run.outcome.best != values.index(max(values))
