"""What the model learns from: the shipped agents' own prompts, each with its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from redraft.agents import Agent, get_agent
from redraft.builtin.coverage import CoverageParams, coverage
from redraft.builtin.length import LengthParams, length
from redraft.task import Critique, Draft, Message, Problem, Score, Task, Verdict
from training.critique import criticise, mend
from training.faults import spoil
from training.grammar import Chunk, compose, join, split
from training.words import sample_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

__all__ = [
    "ROLES",
    "Example",
    "Mix",
    "Role",
    "example",
    "fixed_texts",
    "missing_words",
    "problems_of",
    "rating",
    "sentence_text",
    "task_for",
    "verdict_for",
]

Role = Literal["generator", "critic", "reviser", "judge"]
ROLES: tuple[Role, ...] = ("generator", "critic", "reviser", "judge")
PROMPT = "Write one sentence that uses all of these words: {words}."
MOST_WORDS = 25


@dataclass(frozen=True)
class Example:
    """A conversation and its answer. `learned` marks a prompt whose draft and checks are worth learning too."""

    messages: tuple[Message, ...]
    answer: str
    role: str


@dataclass(frozen=True)
class Mix:
    """How much of what: it changes as training goes on.

    Attributes:
        roles: Weight of each role, in the order of `ROLES`, and of bare copying exercises.
        verbatim: Share of revisions where nothing is wrong and the draft is the answer.
        own: Share of drafts that the model itself wrote, where there are any.
    """

    roles: tuple[float, float, float, float, float]
    verbatim: float
    own: float = 0.0


@cache
def _agent(role: Role) -> Agent:
    return get_agent(role)


def task_for(words: Sequence[str]) -> Task:
    """Return the task that `graphs/sentence.toml` makes of some words."""
    return Task(
        messages=(Message(role="user", content=PROMPT.format(words=", ".join(words))),), inputs={"words": [*words]}
    )


def verdict_for(task: Task, text: str) -> Verdict:
    """Return what the evaluators of `graphs/sentence.toml` say about a draft."""
    draft = Draft(text=text)
    scores: list[Score] = [
        coverage(draft, task, CoverageParams()).model_copy(
            update={"evaluator": "coverage", "kind": "verifier", "weight": 2.0}
        ),
        length(draft, LengthParams(max_words=MOST_WORDS, max_sentences=1)).model_copy(
            update={"evaluator": "length", "kind": "verifier"}
        ),
    ]
    return Verdict(scores=tuple(scores))


def missing_words(verdict: Verdict) -> list[str]:
    """Return the words that coverage misses."""
    score = verdict.score_of("coverage")
    return [reason.split('"')[1] for reason in (score.reasons if score else ())]


def example(rng: Random, mix: Mix, own: Sequence[tuple[tuple[str, ...], str]] = ()) -> Example:
    """Draw one example. `own` holds the model's own drafts: the words of the task, and the text."""
    if rng.random() * sum(mix.roles) < mix.roles[-1]:
        return _copying(rng)
    role = rng.choices(ROLES, mix.roles[:-1])[0]
    words = sample_words(rng)
    chunks = compose(words, rng)
    if role == "generator":
        return _ask("generator", {"task": task_for(words)}, sentence_text(chunks))
    if own and rng.random() < mix.own:
        given, text = rng.choice(own)
        return _about_own(role, list(given), text, rng)
    return _about_spoiled(role, words, chunks, rng, mix)


def sentence_text(chunks: Sequence[Chunk]) -> str:
    """Return a sentence as it is written."""
    return join([word for chunk in chunks for word in chunk.words])


def _about_spoiled(role: Role, words: list[str], chunks: list[Chunk], rng: Random, mix: Mix) -> Example:
    target = sentence_text(chunks)
    whole = {"reviser": mix.verbatim, "critic": 0.06, "judge": 0.25}[role]
    draft = target if rng.random() < whole else sentence_text(spoil(chunks, words, rng))
    return _about(role, task_for(words), draft or ".", target)


def _about_own(role: Role, words: list[str], draft: str, rng: Random) -> Example:
    task = task_for(words)
    missing = missing_words(verdict_for(task, draft))
    rng.shuffle(missing)
    target = join(mend(split(draft), missing))
    if verdict_for(task, target).value != 1:
        target = sentence_text(compose(words, rng))
    return _about(role, task, draft, target)


def _about(role: Role, task: Task, draft: str, target: str) -> Example:
    verdict = verdict_for(task, draft)
    problems = problems_of(draft, target, missing_words(verdict))
    values = {"task": task, "draft": Draft(text=draft), "verdict": verdict, "critique": Critique(problems=problems)}
    if role == "critic":
        return _ask(role, values, _json(problems))
    if role == "judge":
        return _ask(role, values, str(rating(verdict, problems)))
    return _ask(role, values, target)


def problems_of(draft: str, target: str, missing: Sequence[str]) -> tuple[Problem, ...]:
    """Return what a rule says about a draft, given the sentence that it should become."""
    return criticise(split(draft), split(target), missing)


def rating(verdict: Verdict, problems: Sequence[Problem]) -> int:
    """Return the rating from 1 to 5 that a rule gives: each missing word and each other fault costs one."""
    lost = len(missing_words(verdict))
    others = sum(1 for problem in problems if not problem.problem.startswith("no "))
    return max(1, 5 - lost - others)


def _json(problems: Sequence[Problem]) -> str:
    listed = [{"where": p.where, "problem": p.problem, "fix": p.fix} for p in problems]
    return json.dumps({"problems": listed}, ensure_ascii=False, separators=(",", ":"))


def _ask(role: Role, values: Mapping[str, object], answer: str) -> Example:
    agent = _agent(role)
    return Example(agent.render({name: values[name] for name in agent.reads}), answer, role)


def _copying(rng: Random) -> Example:
    """Return words and the sentence that uses them, or words twice over: copying with little around it."""
    words = sample_words(rng)
    listed = ", ".join(words)
    if rng.random() < 0.3:  # noqa: PLR2004
        return Example((Message(role="user", content=f"Task:\n{listed}."),), f"{listed}.".capitalize(), "copy")
    prompt = Message(role="user", content=f"Task:\n{listed}.")
    return Example((prompt,), sentence_text(compose(words, rng)), "copy")


def fixed_texts() -> Iterator[str]:
    """Yield the text that stands in every prompt and in every critique."""
    task = task_for(("ball",))
    values: dict[str, object] = {
        "task": task,
        "draft": Draft(text="."),
        "verdict": verdict_for(task, " ".join(["a. B"] * 40)),
        "critique": Critique(problems=(Problem(problem="too much", where="at", fix="add"),)),
    }
    for role in ROLES:
        yield from (message.content for message in _ask(role, values, "").messages)
        yield f"\n{role}\n" + "assistant\nuser\nsystem\n"
    yield "- all passed\n- nothing\n"
    yield _json(())
    yield _json((Problem(where=" a", problem="no a", fix=" a"), Problem(where=" a", problem="a", fix=" a")))
    yield "1 2 3 4 5"
