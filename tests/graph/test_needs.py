"""How long a context the agents of a graph need: an upper bound, and no wild one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from redraft.agents import Agent, get_agent
from redraft.graph.loading import load_graph
from redraft.graph.needs import MARK, USUAL, Needs, bytes_of
from redraft.graph.spec import AgentNode
from redraft.task import Assessed, Critique, Draft, Problem, Score, Task, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

AGENTS = [get_agent(name) for name in ("generator", "critic", "reviser", "judge")]
REFINE = load_graph("refine")


def needs(*agents: Agent, prompt: str = "Go.") -> Needs:
    return Needs(REFINE, agents or AGENTS, Task(prompt=prompt))


def words(text: str) -> int:
    return len(text.split())


def agent(prompt: str, *, reads: tuple[str, ...], **rest: Any) -> Agent:
    return Agent.model_validate({"name": "own", "prompt": prompt, "reads": reads, **rest})


def test_each_part_counts_at_its_bound() -> None:
    writer = agent("{{ task.prompt }}", reads=("task",), max_tokens=100, system="")
    assert needs(writer).of([writer], words) == 1 + 128 + 100
    reviser = agent("{{ task.prompt }} {{ draft.text }}", reads=("task", "draft"), max_tokens=100, system="")
    assert needs(reviser).of([reviser], words) == 1 + 125 + 128 + 100
    twice = agent("{{ draft.text }} {{ draft.text }}", reads=("draft",), max_tokens=100, system="")
    assert needs(twice).of([twice], words) == 2 * 125 + 128 + 100
    critic = agent("{{ critique.problems[0].problem }}", reads=("critique",), max_tokens=8, system="")
    wordy = agent("x", reads=(), writes="critique", schema="critique", max_tokens=400)
    assert needs(critic, wordy).of([critic], words) == 500 + 128 + 8


def test_the_verdict_of_each_evaluator_counts_a_thousand() -> None:
    reader = agent("{{ verdict.reasons | join(' ') }}", reads=("verdict",), max_tokens=1, system="")
    evaluators = len(REFINE.nodes["evaluate"].evaluators)  # type: ignore[union-attr]
    assert needs(reader).of([reader], words) == 1000 * evaluators + 128 + 1


def test_what_is_remembered_counts_as_often_as_it_is_kept() -> None:
    prompt = "{% for one in recent %}{{ one.draft.text }}{% endfor %}"
    reader = agent(prompt, reads=("recent",), max_tokens=100, system="")
    assert needs(reader).of([reader], words) == 125 * REFINE.stop.memory + 128 + 100


def test_a_judge_answers_with_its_longest_choice() -> None:
    judge = agent("Rate.", reads=(), writes="rating", choices=("1", "very good"), system="")
    assert needs(judge).of([judge], words) == 1 + 128 + 2


def test_a_thread_needs_all_its_turns_up_to_what_is_usual() -> None:
    short = agent("Go on.", reads=(), max_tokens=10, system="", context="thread")
    assert needs(short).of([short], words) == (2 + 128 + 10) * (REFINE.stop.rounds + 1)
    wordy = short.model_copy(update={"max_tokens": 5000})
    assert needs(wordy).of([wordy, wordy], words) == USUAL


def test_a_prompt_that_takes_no_stand_in_has_no_bound() -> None:
    picky = agent("{{ notes.plan.missing }}", reads=("notes",))
    assert needs(picky).of([picky]) is None


def test_a_nodes_own_settings_count() -> None:
    own = AgentNode(agent="generator", max_tokens=10).applied_to(AGENTS[0])
    assert needs(own).of([own], words) == needs().of([AGENTS[0]], words) - 790  # type: ignore[operator]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=MARK), max_size=60)


def most(kind: str) -> int:
    return max(one.max_tokens for one in AGENTS if one.writes == kind)


@given(
    texts.filter(str.strip),
    texts.filter(lambda text: bytes_of(text) <= most("draft")),
    st.lists(texts.filter(lambda text: bytes_of(text) <= 50), max_size=20),
    st.lists(st.tuples(texts, texts).filter(lambda pair: bytes_of("".join(pair)) <= most("critique") // 4), max_size=4),
)
def test_no_prompt_of_the_shipped_agents_is_longer(
    prompt: str, text: str, reasons: list[str], problems: list[tuple[str, str]]
) -> None:
    """With a tokenizer of bytes, the worst there is."""
    draft, verdict = Draft(text=text), Verdict(scores=(Score(0.5, reasons, evaluator="one"),))
    found = tuple(Problem(problem=problem, fix=fix) for problem, fix in problems)
    values = {"task": Task(prompt=prompt), "draft": draft, "verdict": verdict, "critique": Critique(problems=found)}
    values["recent"] = (Assessed(draft=draft, verdict=verdict),)
    for one in AGENTS:
        rendered = one.render({name: values[name] for name in one.reads})
        length = sum(bytes_of(message.content) for message in rendered)
        answer = 1 if one.choices else one.max_tokens
        assert length + answer <= needs(prompt=prompt).of([one])  # type: ignore[operator]


def test_a_long_task_needs_a_long_context() -> None:
    def of(count: Callable[[str], int], prompt: str) -> int:
        return needs(prompt=prompt).of(AGENTS, count)  # type: ignore[return-value]

    assert of(words, "word " * 9000) - of(words, "word") == 8999
    assert of(bytes_of, "word " * 9000) > of(words, "word " * 9000)
