"""A draft with what it should become: mostly of the model's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redraft.task import Problem, Verdict
from training.families import family_of

if TYPE_CHECKING:
    from random import Random

    from training.curriculum import Mix
    from training.families import Family, Item

__all__ = ["Own", "heard_of", "mended", "problems_of", "rating", "told_of"]

# How far a judge is off.
OFF = 0.6


class Own(NamedTuple):
    """A draft of the model's own: its family, its task, what it wrote, and what that should become.

    Where the model criticised it, `said` is what it said, which may be wrong; where it rated it, `rated` is its rating.
    """

    family: str
    item: Item
    draft: str
    target: str
    said: tuple[tuple[str, str, str], ...] | None = None
    rated: float | None = None

    @property
    def right(self) -> bool:
        """Whether nothing is to be done."""
        return self.draft == self.target

    @property
    def shows_held_out(self) -> bool:
        """Whether the draft, what it should become, or the critique between them shows what is held out."""
        said = "\n".join(part for one in problems_of(self) for part in (one.where, one.problem, one.fix))
        return self.kind.held_out(self.item, self.draft, self.target, said)

    @property
    def kind(self) -> Family:
        """Its family."""
        return family_of(self.family)


def mended(family: Family, item: Item, draft: str, rng: Random) -> Own | None:
    """Return what a draft of the model's own should become, or None where it shows what is held out."""
    if family.held_out(item, draft):
        return None
    own = Own(family.name, item, draft, family.mended(item, draft, rng))
    return None if own.shows_held_out else own


def problems_of(own: Own) -> tuple[Problem, ...]:
    """Return what a rule says about a draft, given what it should become."""
    return own.kind.problems(own.item, own.draft, own.target)


def told_of(own: Own) -> tuple[Problem, ...] | None:
    """Return what the model said about a draft of its own, or None where it was not asked."""
    if own.said is None:
        return None
    return tuple(Problem(where=where, problem=problem, fix=fix) for where, problem, fix in own.said)


def rating(own: Own) -> int:
    """Return the rating from 1 to 5 that a rule gives."""
    return own.kind.rating(own.item, own.draft, own.target)


def heard_of(own: Own, rng: Random, mix: Mix, *, blind: bool = False) -> Verdict:
    """Return what the evaluators say of a draft: the judge what the model said, or else about what the rule says."""
    if blind:
        return Verdict()
    family = own.kind
    task = family.task(own.item)
    if not family.judged:
        return family.verdict(task, own.draft)
    said = own.rated
    if said is None:
        said = rng.uniform(1, 5) if rng.random() < mix.anyhow else rating(own) + rng.gauss(0, OFF)
    return family.verdict(task, own.draft, rated=min(5.0, max(1.0, said)))
