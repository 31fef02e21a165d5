"""What a sentence says, in no language yet, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from training.families.translation.lexicon import NUMBERS, PEOPLE, PLACEHOLDERS, lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from training.families.translation.lexicon import Noun, Place, Time, Verb

__all__ = ["Clause", "Saying", "Thing", "draw"]

T = TypeVar("T")
How = Literal[
    "the", "a", "number", "this", "that", "these", "those", "many", "bare", "own", "portion", "pronoun", "placeholder"
]

SUBJECTS: dict[How, int] = {
    "the": 24, "a": 8, "number": 12, "this": 7, "that": 7, "these": 4, "those": 4, "own": 15, "many": 4, "pronoun": 11,
    "placeholder": 8,
}  # fmt: skip
OBJECTS: dict[str, dict[How, int]] = {
    "plain": {"a": 22, "number": 30, "this": 8, "that": 8, "these": 4, "those": 4, "own": 16, "many": 6, "bare": 8},
    "past": {"a": 22, "number": 34, "this": 8, "that": 8, "these": 4, "those": 4, "own": 16, "many": 6},
    "negated": {"this": 10, "that": 10, "these": 5, "those": 5, "own": 22, "bare": 20},
    "like": {"this": 10, "that": 10, "these": 5, "those": 5, "own": 20, "bare": 40},
    "mass": {"bare": 35, "portion": 55, "own": 10},
}
SEVERAL = ("number", "portion")
TENSES = {"present": 38, "past": 38, "future": 16, "want": 8}
PLAIN_NOUNS = frozenset({"thing", "food", "writing"})
LARGE = (11, 60)
DESCRIBED, NEGATED, PLACED, TIMED, OFTEN, SECOND = 0.32, 0.14, 0.36, 0.5, 0.12, 0.2
DEFINITE, IN_DIGITS, ONE = 0.25, 0.22, 0.4


@dataclass(frozen=True)
class Thing:
    """Whom or what: a noun with what stands before it, a pronoun or a placeholder.

    Attributes:
        how: What stands before the noun.
        noun: The noun; None for a pronoun or a placeholder.
        adjective: An adjective of it, in English; empty where there is none.
        word: The possessive, the pronoun or the placeholder.
        count: How many.
    """

    how: How
    noun: Noun | None = None
    adjective: str = ""
    word: str = ""
    count: int = 1


@dataclass(frozen=True)
class Clause:
    """Who does what, where and when."""

    subject: Thing
    verb: Verb
    tense: str
    negated: bool = False
    object: Thing | None = None
    receiver: Thing | None = None
    place: Place | None = None
    time: Time | None = None
    adverb: str = ""


@dataclass(frozen=True)
class Saying:
    """One clause, or two with `and` or `but` between them; `early` is whether the time comes first."""

    clauses: tuple[Clause, ...]
    joint: str = ""
    early: bool = False

    @property
    def things(self) -> tuple[Thing, ...]:
        """Everyone and everything in it."""
        found = (thing for one in self.clauses for thing in (one.subject, one.object, one.receiver))
        return tuple(thing for thing in found if thing is not None)

    def renamed(self, nouns: Mapping[str, Noun]) -> Saying:
        """Return the same with other nouns in the places of some, by their English words."""
        return replace(self, clauses=tuple(_renamed(one, nouns) for one in self.clauses))


def _renamed(clause: Clause, nouns: Mapping[str, Noun]) -> Clause:
    def other(thing: Thing | None) -> Thing | None:
        known = thing is not None and thing.noun is not None and thing.noun.english in nouns
        return replace(thing, noun=nouns[thing.noun.english]) if known else thing  # type: ignore[union-attr, type-var]

    subject = other(clause.subject) or clause.subject
    return replace(clause, subject=subject, object=other(clause.object), receiver=other(clause.receiver))


def draw(rng: Random) -> Saying:
    """Draw what a sentence says."""
    tense = _one_of(rng, TENSES)
    if rng.random() >= SECOND:
        return Saying((_clause(rng, tense),), early=rng.random() < ONE)
    first, second = (replace(_clause(rng, tense), time=None) for _ in range(2))
    return Saying((first, replace(second, place=None)), joint=rng.choice(("and", "but")))


def _one_of(rng: Random, shares: Mapping[T, int]) -> T:
    return rng.choices(list(shares), list(shares.values()))[0]


def _clause(rng: Random, tense: str) -> Clause:
    lex = lexicon()
    wanted = {tense, "state"} if tense == "present" else {tense}
    verb = rng.choice([verb for verb in lex.verbs.values() if not wanted.isdisjoint(verb.tenses)])
    negated = rng.random() < NEGATED
    subject = _subject(rng, verb)
    target = _object(rng, verb, tense, negated=negated) if verb.objects else None
    receiver = _subject(rng, verb, receives=True) if verb.receiver else None
    if "state" in verb.tenses:
        return Clause(subject, verb, tense, negated, target)
    place = rng.choice(list(lex.places.values())) if rng.random() < PLACED else None
    times = [time for time in lex.times.values() if tense in time.tenses]
    time = rng.choice(times) if times and rng.random() < TIMED else None
    often = tense == "present" and not negated and time is None and rng.random() < OFTEN / TIMED
    adverb = rng.choice(list(lex.adverbs)) if often else ""
    return Clause(subject, verb, tense, negated, target, receiver, place, time, adverb)


def _subject(rng: Random, verb: Verb, *, receives: bool = False) -> Thing:
    """Draw who does it, or who receives it."""
    lex = lexicon()
    noun = lex.nouns[rng.choice(verb.subjects)]
    how = _one_of(rng, SUBJECTS)
    if how == "pronoun" and not receives and noun.kind in PEOPLE:
        return Thing(how, word=rng.choice(list(lex.pronouns)))
    if how == "placeholder" and noun.kind in PEOPLE:
        return Thing(how, word="{" + rng.choice(PLACEHOLDERS) + "}")
    return _thing(rng, "the" if how in {"pronoun", "placeholder"} else how, noun)


def _object(rng: Random, verb: Verb, tense: str, *, negated: bool) -> Thing:
    noun = lexicon().nouns[rng.choice(verb.objects)]
    if verb.definite and rng.random() < DEFINITE:
        return _thing(rng, "the", noun)
    if noun.portions:
        how = _one_of(rng, OBJECTS["mass"])
        bare = negated or verb.english == "like"
        finished = tense == "past" and not negated
        return _thing(rng, "bare" if bare and how == "portion" else "portion" if finished else how, noun)
    state = "like" if verb.english == "like" else "negated" if negated else "past" if tense == "past" else "plain"
    return _thing(rng, _one_of(rng, OBJECTS[state]), noun)


def _thing(rng: Random, how: How, noun: Noun) -> Thing:
    lex = lexicon()
    fitting = lex.fitting[noun.english]
    adjective = rng.choice(fitting) if fitting and rng.random() < DESCRIBED else ""
    word = rng.choice(list(lex.possessives)) if how == "own" else ""
    count = _count(rng, noun, how) if how in SEVERAL else 1
    return Thing(how, noun, adjective, word, count)


def _count(rng: Random, noun: Noun, how: How) -> int:
    if how == "portion" and rng.random() < ONE:
        return 1
    large = noun.kind in PLAIN_NOUNS and rng.random() < IN_DIGITS
    return rng.randint(*LARGE) if large else rng.choice(list(NUMBERS))
