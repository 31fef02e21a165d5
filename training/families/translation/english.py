"""English: every way in which the grammar says something, the usual one first."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from training.families.translation.lexicon import NUMBERS, plural
from training.families.translation.text import joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.families.translation.clause import Clause, Saying, Thing

__all__ = ["in_english"]

Words = tuple[str, ...]
PLURAL_PRONOUNS = frozenset({"I", "you", "we", "they"})


class Phrase(NamedTuple):
    """A noun phrase, and whether a verb after it takes the form of the third person singular."""

    words: Words
    third: bool = True


def in_english(saying: Saying) -> list[str]:
    """Return every English sentence that says this; both numbers of a noun for which Chinese shows none."""
    first, *rest = ([*_clause(one, early=saying.early)] for one in saying.clauses)
    if not rest:
        return [joined(words) for words in first]
    joints: tuple[Words, ...] = ((",", saying.joint), (saying.joint,))
    return [joined((*one, *joint, *two)) for joint, one, two in product(joints, first, rest[0])]


def _clause(clause: Clause, *, early: bool) -> Iterator[Words]:
    """Yield the clause with its time at the end or at the beginning, first where it is asked for."""
    cores = [
        (*subject.words, *verb, *complement)
        for subject in _phrases(clause.subject, is_subject=True)
        for verb in _verb(clause, third=subject.third)
        for complement in _complement(clause)
    ]
    places: list[Words] = [tuple(text.split()) for text in clause.place.english] if clause.place else [()]
    time: Words = tuple(clause.time.english.split()) if clause.time else ()
    late = [*product(cores, places, [time])]
    if time and clause.place:
        late += [(core, time, place) for core, place in product(cores, places)]
    if not time:
        yield from (sum(parts, ()) for parts in late)
        return
    front = [*product([time, (*time, ",")], cores, places)]
    for parts in (*front, *late) if early else (*late, *front):
        yield sum(parts, ())


def _verb(clause: Clause, *, third: bool) -> list[Words]:
    verb = clause.verb
    if clause.negated:
        return _negated(clause, third=third)
    form = verb.third if third else verb.english
    forms: dict[str, Words] = {
        "past": (verb.past,),
        "future": ("will", verb.english),
        "want": ("wants" if third else "want", "to", verb.english),
    }
    return [forms.get(clause.tense) or ((clause.adverb, form) if clause.adverb else (form,))]


def _negated(clause: Clause, *, third: bool) -> list[Words]:
    now = ("does", "doesn't") if third else ("do", "don't")
    helps = {"past": ("did", "didn't"), "future": ("will", "won't")}
    long, short = helps.get(clause.tense, now)
    rest: Words = ("want", "to", clause.verb.english) if clause.tense == "want" else (clause.verb.english,)
    return [(long, "not", *rest), (short, *rest)]


def _complement(clause: Clause) -> list[Words]:
    if clause.object is None:
        return [()]
    things = [phrase.words for phrase in _phrases(clause.object)]
    if clause.receiver is None:
        return things
    receivers = [phrase.words for phrase in _phrases(clause.receiver, is_subject=True)]
    pairs = [*product(receivers, things)]
    return [*(one + thing for one, thing in pairs), *((*thing, "to", *one) for one, thing in pairs)]


def _phrases(thing: Thing, *, is_subject: bool = False) -> list[Phrase]:
    noun = thing.noun
    if noun is None:
        return [Phrase((thing.word,), thing.word not in PLURAL_PRONOUNS)]
    before: Words = (thing.adjective,) if thing.adjective else ()
    one, many = (*before, noun.english), (*before, noun.plural)
    if thing.how == "portion":
        return [Phrase(_portion(thing, word, one)) for word in noun.portions]
    if thing.how == "own":
        # Chinese shows no number after `my`.
        singular = Phrase((thing.word, *one))
        return [singular] if noun.portions else [singular, Phrase((thing.word, *many), third=False)]
    if thing.how in {"the", "bare"}:
        return _bare(thing, one, many, is_subject=is_subject)
    if thing.how == "a":
        return [Phrase((_article(one), *one)), Phrase(("one", *one))]
    single = thing.how in {"this", "that"}
    word = _number(thing.count) if thing.how == "number" else thing.how
    return [Phrase((word, *(one if single else many)), third=single)]


def _bare(thing: Thing, one: Words, many: Words, *, is_subject: bool) -> list[Phrase]:
    """Return what a Chinese noun with nothing before it can mean: a subject is one that is known."""
    if thing.noun and thing.noun.portions:
        return [Phrase(one), Phrase(("the", *one))]
    known = [Phrase(("the", *one)), Phrase(("the", *many), third=False)]
    if is_subject:
        return known
    unknown = [Phrase(many), Phrase((_article(one), *one))]
    return [*known, *unknown] if thing.how == "the" else [*unknown, *known]


def _portion(thing: Thing, word: str, noun: Words) -> Words:
    if thing.count == 1:
        return (_article((word,)), word, "of", *noun)
    return (_number(thing.count), plural(word), "of", *noun)


def _number(count: int) -> str:
    return NUMBERS[count][0] if count in NUMBERS else str(count)


def _article(words: Words) -> str:
    return "an" if words[0][0] in "aeiou" else "a"
