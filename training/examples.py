"""What the model learns from: the shipped agents' own prompts, each with its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from redraft.agents import Agent, get_agent
from redraft.task import Critique, Draft, Message, Problem, Verdict
from training.faults import spoil
from training.grammar import Chunk, compose, sentence_text
from training.own import Own, heard_of, problems_of, rating
from training.phrases import without_phrases
from training.truth import is_right, task_for, verdict_for
from training.words import held_out, sample_words, words_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from training.curriculum import Mix

__all__ = ["ROLES", "Example", "Role", "examples", "fixed_texts", "shown_words"]

Role = Literal["generator", "critic", "reviser", "judge"]
ROLES: tuple[Role, ...] = ("generator", "critic", "reviser", "judge")
# Three sentences for the same words cost little more than one: they share their prompt.
FIRST_DRAFTS = 3
SEARCH = 6
ANY_ORDER = 0.5
SOUND, ASTRAY = 0.08, 0.03
BY_RULE = 0.5


@dataclass(frozen=True)
class Example:
    """A conversation and its answer."""

    messages: tuple[Message, ...]
    answer: str
    role: str


@cache
def _agent(role: Role) -> Agent:
    return get_agent(role)


def examples(rng: Random, mix: Mix, own: Sequence[Own] = ()) -> list[Example]:
    """Draw the examples of one task: first drafts, and what comes of a draft with faults.

    No example shows two words that are held out from standing together.

    Args:
        rng: Draws everything.
        mix: How much of what.
        own: The model's own drafts.
    """
    if rng.random() < mix.copying:
        return [_copying(rng) for _ in range(6)]
    its = bool(own) and rng.random() < mix.own
    one = _one_of(own, rng) if its else _made(rng)
    prompt = {"task": task_for(one.words)}
    drawn = [_ask("generator", prompt, text) for text in _first_drafts(one, rng, its=its)]
    other = rng.choice(own) if its else one
    sound = other if other.right else Own(one.words, one.target, one.target)
    blind, silent = rng.random() < mix.blind, rng.random() < mix.silent
    drawn += [_about("critic", one, heard_of(one, rng, mix, blind=blind)), _about("judge", one), _about("judge", sound)]
    if its and not other.right:
        drawn.append(_about("judge", other))
    told = [()] if silent else _critiques(one, rng, both=mix.both)
    heard = heard_of(one, rng, mix, blind=blind and not silent)
    drawn += [_about("reviser", one, heard, critique) for critique in told]
    if rng.random() < mix.verbatim:
        heard = heard_of(sound, rng, mix, blind=blind)
        drawn += [_about(role, sound, heard) for role in ("critic", "reviser")]
    if its and other.right:
        drawn.append(_ask("generator", {"task": task_for(other.words)}, other.draft))
    return drawn


def _first_drafts(one: Own, rng: Random, *, its: bool) -> list[str]:
    """Return sentences for the same words; where the model wrote a draft of its own, one is what that should become."""
    return [
        one.target if its and index == 0 else sentence_text(compose(one.words, rng)) for index in range(FIRST_DRAFTS)
    ]


def _one_of(own: Sequence[Own], rng: Random) -> Own:
    """Draw a draft of the model's own, mostly one that is not right: those that are teach the reviser little."""
    drawn = rng.choices(own, k=SEARCH)
    return next((one for one in drawn if not one.right), drawn[0])


def _made(rng: Random) -> Own:
    """Return a draft made by rule: spoiled, or sound, or about something else."""
    while True:
        words = tuple(sample_words(rng))
        chunks = compose(words, rng)
        draft = _spoiled(chunks, words, rng)
        if not held_out(words_in(draft).union(words)):
            return Own(words, draft, draft if is_right(words, draft) else sentence_text(chunks))


def shown_words(example: Example) -> frozenset[str]:
    """Return the words of the lexicon that an example shows, the fixed text of the prompts left out."""
    texts = [*(message.content for message in example.messages), example.answer]
    return words_in(without_phrases("\n".join(texts)))


def _spoiled(chunks: Sequence[Chunk], words: Sequence[str], rng: Random) -> str:
    """Return a draft: spoiled, or sound, or about something else."""
    chance = rng.random()
    if chance < SOUND:
        return sentence_text(chunks)
    if chance < SOUND + ASTRAY:
        return sentence_text(compose(sample_words(rng), rng))
    return sentence_text(spoil(chunks, words, rng)) or "."


def _about(role: Role, own: Own, heard: Verdict | None = None, told: tuple[Problem, ...] | None = None) -> Example:
    """Return what a role is asked about a draft, having heard a verdict and been told problems, and its answer."""
    found = problems_of(own)
    values: dict[str, object] = {
        "task": task_for(own.words),
        "draft": Draft(text=own.draft),
        "verdict": heard,
        "critique": Critique(problems=found if told is None else told),
    }
    answers = {"critic": _json(found), "judge": str(rating(own))}
    return _ask(role, values, answers.get(role, own.target))


def _critiques(own: Own, rng: Random, *, both: bool) -> list[tuple[Problem, ...]]:
    """Return the critiques after which a draft is revised: the rule's and the model's own, or one of them."""
    rule = problems_of(own)
    if own.said is None:
        return [rule]
    said = tuple(Problem(where=where, problem=problem, fix=fix) for where, problem, fix in own.said)
    return [rule, said] if both else [rule if rng.random() < BY_RULE else said]


def _json(problems: Sequence[Problem]) -> str:
    listed = [{"where": p.where, "problem": p.problem, "fix": p.fix} for p in problems]
    return json.dumps({"problems": listed}, ensure_ascii=False, separators=(",", ":"))


def _ask(role: Role, values: Mapping[str, object], answer: str) -> Example:
    agent = _agent(role)
    return Example(agent.render({name: values[name] for name in agent.reads}), answer, role)


def _copying(rng: Random) -> Example:
    """Return words and a sentence that uses them, or the words in any order: each one once is all there is to learn."""
    words = sample_words(rng)
    listed = ", ".join(words)
    prompt = Message(role="user", content=f"Task:\n{listed}.")
    if rng.random() < ANY_ORDER:
        return Example((prompt,), f"A {' '.join(rng.sample(words, len(words)))}.", "copy")
    return Example((prompt,), sentence_text(compose(words, rng)), "copy")


def fixed_texts() -> Iterator[str]:
    """Yield the text that stands in every prompt and in every critique."""
    task = task_for(("ball",))
    values: dict[str, object] = {
        "task": task,
        "draft": Draft(text="."),
        "verdict": verdict_for(task, " ".join(["a. B"] * 40), rated=1.5),
        "critique": Critique(problems=(Problem(problem="too much", where="at", fix="add"),)),
    }
    for role in ROLES:
        yield from (message.content for message in _ask(role, values, "").messages)
        yield f"\n{role}\n" + "assistant\nuser\nsystem\n"
    yield "- all passed\n- nothing\n"
    yield _json(())
    yield _json((Problem(where=" a", problem="no a", fix=" a"), Problem(where=" a", problem="a", fix=" a")))
    yield "1 2 3 4 5"
