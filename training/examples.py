"""What the model learns from: the shipped agents' own prompts, each with its answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Literal

from redraft.agents import Agent, get_agent
from redraft.task import Critique, Draft, Message, Problem, Verdict
from training.families import families
from training.own import Own, heard_of, problems_of, rating, told_of
from training.phrases import without_phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from training.curriculum import Mix
    from training.families import Family, Item

__all__ = ["ROLES", "Example", "Role", "asked_of", "examples", "fixed_texts"]

Role = Literal["generator", "critic", "reviser", "judge"]
ROLES: tuple[Role, ...] = ("generator", "critic", "reviser", "judge")
# Three answers to one task cost little more than one: they share their prompt.
FIRST_DRAFTS = 3
SEARCH = 6
BY_RULE = 0.5
LONG_WORD = 3
INFLECTED = re.compile(r"[A-Za-z]+")
SEEN = 24
"""Tasks of each family whose prompts and answers the tokenizer is made for."""


@dataclass(frozen=True)
class Example:
    """A conversation and its answer.

    Attributes:
        messages: The conversation.
        answer: The answer.
        kind: Its family and its role, `family/role`; a bare exercise has the role `bare`.
        item: The task; a bare exercise has none.
        drafts: The drafts that it shows.
    """

    messages: tuple[Message, ...]
    answer: str
    kind: str
    item: Item | None = None
    drafts: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        """The role that answers."""
        return self.kind.rpartition("/")[2]


@cache
def _agent(role: Role) -> Agent:
    return get_agent(role)


def examples(family: Family, rng: Random, mix: Mix, own: Sequence[Own] = ()) -> list[Example]:
    """Draw the examples of one task: first drafts, and what comes of a draft with faults.

    No example shows what its family holds out.

    Args:
        family: The kind of work.
        rng: Draws everything.
        mix: How much of what.
        own: The model's own drafts of this family.
    """
    if rng.random() < mix.copying and (bare := family.bare(rng)):
        return [
            Example((Message(role="user", content=asked),), answer, f"{family.name}/bare") for asked, answer in bare
        ]
    its = bool(own) and rng.random() < mix.own
    one = _one_of(own, rng) if its else _made(family, rng)
    drawn = [_first(family, one.item, text) for text in _first_drafts(family, one, rng, its=its)]
    other = rng.choice(own) if its else one
    sound = other if other.right else one._replace(draft=one.target, said=None, rated=None)
    blind, silent = rng.random() < mix.blind, rng.random() < mix.silent
    drawn.append(_about("critic", one, heard_of(one, rng, mix, blind=blind)))
    if family.judged:
        drawn += [_about("judge", drafted) for drafted in (one, sound, *([other] if its and not other.right else ()))]
    told = [()] if silent else _critiques(one, rng, both=mix.both)
    heard = heard_of(one, rng, mix, blind=blind and not silent)
    drawn += [_about("reviser", one, heard, critique) for critique in told]
    if rng.random() < mix.verbatim:
        heard = heard_of(sound, rng, mix, blind=blind)
        drawn += [_about("critic", sound, heard), _about("reviser", sound, heard)]
    if its and other.right:
        drawn.append(_first(family, other.item, other.draft))
    return drawn


def _first(family: Family, item: Item, answer: str) -> Example:
    return replace(asked_of(family, "generator", {"task": family.task(item)}, answer), item=item)


def _first_drafts(family: Family, one: Own, rng: Random, *, its: bool) -> list[str]:
    """Return answers to one task; where the model wrote a draft of its own, one is what that should become."""
    drawn = family.answers(one.item, rng, FIRST_DRAFTS)
    return list(dict.fromkeys([one.target, *drawn[1:]] if its else drawn))


def _one_of(own: Sequence[Own], rng: Random) -> Own:
    """Draw a draft of the model's own, mostly one that is not right: those that are teach the reviser little."""
    drawn = rng.choices(own, k=SEARCH)
    return next((one for one in drawn if not one.right), drawn[0])


def _made(family: Family, rng: Random) -> Own:
    """Return a draft made by rule: spoiled, or sound, or about something else."""
    while True:
        item = family.sample(rng)
        own = Own(family.name, item, *family.made(item, rng))
        if not own.shows_held_out:
            return own


def _about(role: Role, own: Own, heard: Verdict | None = None, told: tuple[Problem, ...] | None = None) -> Example:
    """Return what a role is asked about a draft, having heard a verdict and been told problems, and its answer."""
    found = problems_of(own)
    values: dict[str, object] = {
        "task": own.kind.task(own.item),
        "draft": Draft(text=own.draft),
        "verdict": heard,
        "critique": Critique(problems=found if told is None else told),
    }
    answer = {"critic": _json(found), "judge": str(rating(own))}.get(role, own.target)
    return replace(asked_of(own.kind, role, values, answer), item=own.item, drafts=(own.draft,))


def _critiques(own: Own, rng: Random, *, both: bool) -> list[tuple[Problem, ...]]:
    """Return the critiques after which a draft is revised: the rule's and the model's own, or one of them."""
    rule, said = problems_of(own), told_of(own)
    if said is None:
        return [rule]
    return [rule, said] if both else [rule if rng.random() < BY_RULE else said]


def _json(problems: Sequence[Problem]) -> str:
    listed = [{"where": p.where, "problem": p.problem, "fix": p.fix} for p in problems]
    return json.dumps({"problems": listed}, ensure_ascii=False, separators=(",", ":"))


def asked_of(family: Family, role: Role, values: Mapping[str, object], answer: str = "") -> Example:
    """Return what a role is asked, and an answer."""
    agent = _agent(role)
    return Example(agent.render({name: values[name] for name in agent.reads}), answer, f"{family.name}/{role}")


def _seen(family: Family) -> Iterator[str]:
    """Yield what stands in the prompts and answers of some tasks, but for words that only add letters to a word."""
    rng, words = Random(f"texts:{family.name}"), tuple(word for word in family.words if len(word) >= LONG_WORD)
    for _ in range(SEEN):
        own = _made(family, rng)
        verdict = family.verdict(family.task(own.item), own.draft, rated=1.5 if family.judged else None)
        asked = [_about(role, own, verdict) for role in ROLES]
        for text in [*(message.content for one in asked for message in one.messages), *(one.answer for one in asked)]:
            yield INFLECTED.sub(lambda found: "" if found[0].lower().startswith(words) else found[0], text)


def fixed_texts() -> Iterator[str]:
    """Yield the text that stands in prompts, critiques and answers of every family."""
    for family in families().values():
        yield from family.texts()
        if not family.listed:
            yield from (without_phrases(text) for text in _seen(family))
    for role in ROLES:
        yield f"\n{role}\n" + "assistant\nuser\nsystem\n"
    yield "- all passed\n- nothing\n- a: a -> a\n"
    yield _json(())
    yield _json((Problem(where=" a", problem="no a", fix=" a"), Problem(where=" a", problem="a", fix=" a")))
    yield "1 2 3 4 5"
