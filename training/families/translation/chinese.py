"""Chinese: every way in which the grammar says something, the usual one first."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from training.families.translation.lexicon import NUMBERS, lexicon
from training.families.translation.text import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from training.families.translation.clause import Clause, Saying, Thing

__all__ = ["in_chinese"]

JOINTS = {"and": ("，",), "but": ("，但是", "，可是", "，但")}
MANY = ("很多", "许多")
POINTING = {"this": "这", "that": "那", "these": "这些", "those": "那些"}
WANTING = ("想", "想要")


def in_chinese(saying: Saying) -> list[str]:
    """Return every Chinese sentence that says this; the usual one has its time where it is asked for."""
    first, *rest = ([*_clause(one, early=saying.early)] for one in saying.clauses)
    if not rest:
        return [sentence([text]) for text in first]
    return [sentence(parts) for parts in product(first, JOINTS[saying.joint], rest[0])]


def _clause(clause: Clause, *, early: bool) -> Iterator[str]:
    subjects = _phrases(clause.subject)
    doing = [*_doing(clause)]
    if clause.time is None:
        yield from ("".join(parts) for parts in product(subjects, doing))
        return
    time = [clause.time.chinese]
    orders = [[time, subjects, doing], [subjects, time, doing]]
    for order in orders if early else reversed(orders):
        yield from ("".join(parts) for parts in product(*order))


def _doing(clause: Clause) -> Iterator[str]:
    """Yield what follows the subject and the time."""
    places = [f"在{text}" for text in clause.place.chinese] if clause.place else [""]
    done = clause.tense == "past" and not clause.negated
    ends = ["了"] if done else [""]
    if done and clause.object is None and clause.time:
        ends = ["了", ""]
    things = _phrases(clause.object) if clause.object else [""]
    receivers = _phrases(clause.receiver) if clause.receiver else [""]
    for parts in product(_before(clause), places, _verbs(clause), ends, receivers, things):
        yield "".join(parts)


def _before(clause: Clause) -> Sequence[str]:
    """Return what stands before the place: an adverb, what negates, what makes it future or a wish."""
    if clause.negated:
        return {"past": ("没有", "没"), "future": ("不会",), "want": ("不想",)}.get(clause.tense, ("不",))
    if clause.tense == "future":
        return ("会", "要", "将") if clause.time is None else ("会", "要", "将", "")
    if clause.tense == "want":
        return WANTING
    return lexicon().adverbs[clause.adverb] if clause.adverb else ("",)


def _verbs(clause: Clause) -> Sequence[str]:
    noun = clause.object.noun if clause.object else None
    on_the_head = clause.verb.worn and noun is not None and noun.kind == "headwear"
    return (clause.verb.worn,) if on_the_head else clause.verb.chinese


def _phrases(thing: Thing) -> list[str]:
    lex, noun = lexicon(), thing.noun
    if noun is None:
        return [lex.pronouns.get(thing.word, thing.word)]
    described = [adjective + noun.chinese for adjective in _adjectives(thing)]
    match thing.how:
        case "a" | "number" | "portion":
            counted = [_number(thing.count) + measure for measure in noun.measures]
        case "this" | "that":
            counted = [POINTING[thing.how] + measure for measure in noun.measures]
        case "these" | "those":
            counted = [POINTING[thing.how]]
        case "many":
            counted = list(MANY)
        case "own":
            counted = _owned(lex.possessives[thing.word], described)
        case _:
            counted = [""]
    return ["".join(parts) for parts in product(counted, described)]


def _owned(word: str, described: Sequence[str]) -> list[str]:
    """Return a possessive; before an adjective with a `的` of its own it may go without: 我快乐的朋友."""
    return [word, word.removesuffix("的")] if all("的" in text for text in described) else [word]


def _adjectives(thing: Thing) -> Sequence[str]:
    return lexicon().adjective(thing.adjective, thing.noun) if thing.adjective and thing.noun else ("",)


def _number(count: int) -> str:
    return "一" if count == 1 else NUMBERS[count][1] if count in NUMBERS else str(count)
