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
from training.critique import criticise, is_plain, likeness, mend
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
    "examples",
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
# Three sentences for the same words cost little more than one: they share their prompt.
FIRST_DRAFTS = 3
CANDIDATES = 8
SOUND, ASTRAY = 0.08, 0.03


@dataclass(frozen=True)
class Example:
    """A conversation and its answer."""

    messages: tuple[Message, ...]
    answer: str
    role: str


@dataclass(frozen=True)
class Mix:
    """How much of what: it changes as training goes on.

    Attributes:
        copying: Share of tasks that are bare copying exercises.
        verbatim: Share of tasks with a revision where nothing is wrong and the draft is the answer.
        own: Share of drafts that the model itself wrote, where there are any.
        judged: Share of drafts that are rated.
    """

    copying: float
    verbatim: float
    own: float = 0.0
    judged: float = 0.3


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


def examples(rng: Random, mix: Mix, own: Sequence[tuple[tuple[str, ...], str]] = ()) -> list[Example]:
    """Draw the examples of one task: first drafts, and what comes of a draft with faults.

    Args:
        rng: Draws everything.
        mix: How much of what.
        own: The model's own drafts: the words of the task, and the text.
    """
    if rng.random() < mix.copying:
        return [_copying(rng) for _ in range(6)]
    if own and rng.random() < mix.own:
        words, draft = rng.choice(own)
        target = _mended(words, draft, rng)
    else:
        words = tuple(sample_words(rng))
        chunks = compose(words, rng)
        draft, target = _spoiled(chunks, words, rng), sentence_text(chunks)
    task = task_for(words)
    drawn = [_ask("generator", {"task": task}, sentence_text(compose(words, rng))) for _ in range(FIRST_DRAFTS)]
    drawn += [_about("critic", task, draft, target), _about("reviser", task, draft, target)]
    if rng.random() < mix.judged:
        drawn.append(_about("judge", task, draft, target))
    if rng.random() < mix.verbatim:
        drawn.append(_about("reviser", task, target, target))
    return drawn


def sentence_text(chunks: Sequence[Chunk]) -> str:
    """Return a sentence as it is written."""
    return join([word for chunk in chunks for word in chunk.words])


def _spoiled(chunks: Sequence[Chunk], words: Sequence[str], rng: Random) -> str:
    """Return a draft: spoiled, or sound, or about something else."""
    chance = rng.random()
    if chance < SOUND:
        return sentence_text(chunks)
    if chance < SOUND + ASTRAY:
        return sentence_text(compose(sample_words(rng), rng))
    return sentence_text(spoil(chunks, words, rng)) or "."


def _mended(words: Sequence[str], draft: str, rng: Random) -> str:
    """Return what a draft of the model's own should become: the least change, or the sentence most like it."""
    task, parts = task_for(words), split(draft)
    missing = missing_words(verdict_for(task, draft))
    rng.shuffle(missing)
    target = join(mend(parts, missing))
    if is_plain(parts, words) and verdict_for(task, target).value == 1:
        return target
    return max(
        (sentence_text(compose(words, rng)) for _ in range(CANDIDATES)), key=lambda text: likeness(parts, split(text))
    )


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
