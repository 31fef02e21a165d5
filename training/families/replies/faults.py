"""Mistakes: replies as a weak model might write them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from training.families.replies.lexicon import lexicon
from training.families.replies.reply import parted, written
from training.families.replies.scene import known_of
from training.families.replies.wording import forms

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from training.families.family import Item
    from training.families.replies.scene import Known

__all__ = ["Plan", "garbled", "mistaken", "planned"]

ANOTHER_WAY = 0.2
ANOTHER_ORDER = 0.1
GOES_ON = 0.7
HALF = 0.5


@dataclass(frozen=True)
class Plan:
    """What a reply is to say: its opening, its statements, and which of them go on with the sentence before."""

    opening: str
    forms: tuple[str, ...]
    joined: tuple[bool, ...]

    @property
    def text(self) -> str:
        """The reply."""
        return written(self.opening, self.forms, joined=self.joined)


def planned(item: Item, rng: Random) -> Plan:
    """Plan a right answer: mostly in the order that was asked, in the usual words."""
    must = list(item.truth["must"])
    if rng.random() < ANOTHER_ORDER:
        rng.shuffle(must)
    chosen: list[str] = []
    for ways in must:
        before = parted(chosen[-1])[0] if chosen else ""
        alike = [way for way in ways if parted(way)[0] == before]
        anyhow = rng.random() < ANOTHER_WAY or (len(chosen) > 0 and len(ways) > 1)
        chosen.append(alike[0] if alike else rng.choice(ways) if anyhow else ways[0])
    joined = tuple(bool(place % 2) and rng.random() < GOES_ON for place in range(len(chosen)))
    return Plan(item.truth.get("opening", [""])[0], tuple(chosen), joined)


def mistaken(item: Item, plan: Plan, rng: Random) -> str:
    """Return what a plan becomes with one mistake in what it says."""
    for _ in range(10):
        kind: Callable[[Item, Plan, Random], Plan | None] = rng.choices(list(KINDS), list(KINDS.values()))[0]
        found = kind(item, plan, rng)
        if found is not None and found.text != plan.text:
            return found.text
    return garbled(plan.text, rng)


def garbled(text: str, rng: Random) -> str:
    """Return a text with a word lost, doubled, moved or changed, or without its end."""
    words = text.split()
    place = rng.randrange(len(words))
    kind = rng.randrange(5)
    if kind == 0 and len(words) > 1:
        del words[place]
    elif kind == 1:
        words.insert(place, words[place])
    elif kind == 2 and place:  # noqa: PLR2004 - kinds are numbered
        words[place - 1 : place + 1] = [words[place], words[place - 1]]
    elif kind == 3:  # noqa: PLR2004
        words = words[: place + 1]
    else:
        words[place] = rng.choice(("the", "is", "at", "its", "in", "opens", *words))
    return " ".join(words)


def _with(plan: Plan, place: int, form: str) -> Plan:
    return replace(plan, forms=(*plan.forms[:place], form, *plan.forms[place + 1 :]))


def _said(item: Item, plan: Plan) -> list[tuple[int, Known]]:
    """Return the statements of a plan that say a fact, each with that fact."""
    known = known_of(item)
    return [(place, one) for place, form in enumerate(plan.forms) for one in known if _says(form, one)]


def _says(form: str, one: Known) -> bool:
    return f" {form} ".find(f" {one.value} ") >= 0


def _other_value(item: Item, plan: Plan, rng: Random) -> Plan | None:
    """Say the value of another fact, or one that nobody gave."""
    said = _said(item, plan)
    if not said:
        return None
    place, fact = rng.choice(said)
    alike = [one.value for one in known_of(item) if one.attribute == fact.attribute and one.value != fact.value]
    others = [one.value for one in known_of(item) if one.value != fact.value]
    sources = [alike or others, others, [lexicon().draw(fact.attribute, rng)], [_slip(fact.value, rng)]]
    return _with(plan, place, plan.forms[place].replace(fact.value, rng.choice(rng.choice(sources))))


def _slip(value: str, rng: Random) -> str:
    """Return a value with a slip of the pen: a digit lost, doubled, changed or moved, or a word of another value."""
    if not value[0].isdigit():
        way, _, kind = value.partition(" ")
        return (
            f"{way} {rng.choice(lexicon().values['kind_of_way'])}" if kind else rng.choice(lexicon().values["person"])
        )
    digits, _, unit = value.partition(" ")
    place = rng.randrange(len(digits))
    changed = rng.choice((digits[place] * 2, str(rng.randrange(10)), digits[place - 1], ""))
    slipped = digits[:place] + changed + digits[place + 1 :]
    return f"{slipped or rng.randrange(1, 10)} {unit}".rstrip()


def _left_out(item: Item, plan: Plan, rng: Random) -> Plan | None:
    del item
    if len(plan.forms) == 1:
        return None
    place = rng.randrange(len(plan.forms))
    return replace(
        plan,
        forms=plan.forms[:place] + plan.forms[place + 1 :],
        joined=plan.joined[:place] + plan.joined[place + 1 :],
    )


def _swapped(item: Item, plan: Plan, rng: Random) -> Plan | None:
    said = _said(item, plan)
    if len(said) < 2:  # noqa: PLR2004 - two are swapped
        return None
    (place, one), (other, two) = rng.sample(said, 2)
    first = plan.forms[place].replace(one.value, two.value)
    return _with(_with(plan, place, first), other, plan.forms[other].replace(two.value, one.value))


def _wrong_place(item: Item, plan: Plan, rng: Random) -> Plan | None:
    places = sorted({one.place for one in known_of(item)})
    named = [(at, name) for at, form in enumerate(plan.forms) for name in places if name and f" {name} " in f" {form} "]
    if not named or len(places) == 1:
        return None
    at, name = rng.choice(named)
    return _with(plan, at, plan.forms[at].replace(name, rng.choice([one for one in places if one != name])))


def _something_else(item: Item, plan: Plan, rng: Random) -> Plan | None:
    """Say another fact in the place of one that was asked for, or beside it."""
    said = {one for _, one in _said(item, plan)}
    others = [one for one in known_of(item) if one not in said]
    if not others:
        return None
    one = rng.choice(others)
    form = rng.choice(forms(one.attribute, one.place, one.value, pronoun=False))
    if rng.random() < HALF:
        return _with(plan, rng.randrange(len(plan.forms)), form)
    return replace(plan, forms=(*plan.forms, form), joined=(*plan.joined, rng.random() < GOES_ON))


def _shrug(item: Item, plan: Plan, rng: Random) -> Plan | None:
    """Say that nobody knows what a fact says, or make up what none says."""
    place = rng.randrange(len(plan.forms))
    if not plan.forms[place].startswith("I |"):
        return Plan("", (*plan.forms[:place], "I | do not know that"), plan.joined)
    where, _, name = item.truth["asked"][min(place, len(item.truth["asked"]) - 1)].rpartition(" ")
    tempting = [one.value for one in known_of(item) if one.attribute == name]
    value = rng.choice([*tempting, lexicon().draw(name, rng)])
    return _with(plan, place, forms(name, where, value, pronoun=False)[0])


def _flipped(item: Item, plan: Plan, rng: Random) -> Plan | None:
    """Say yes for no, and repeat what was supposed, or say neither."""
    if not plan.opening:
        return replace(plan, opening=rng.choice(("Yes, ", "No, ")))
    said = _said(item, plan)
    if said and plan.opening == "No, " and rng.random() < HALF:
        value = said[0][1].value
        return replace(plan, opening="Yes, ", forms=(plan.forms[0].replace(value, _supposed(item, value)),))
    return replace(plan, opening=rng.choice(("", "No, " if plan.opening == "Yes, " else "Yes, ")))


def _supposed(item: Item, value: str) -> str:
    """Return what the last turn supposes in the place of a value: a name, or what stands at its end."""
    words = item.inputs["turns"][-1].rstrip("?").split()
    people = lexicon().values["person"]
    return next((word for word in words if word in people), " ".join(words[-len(value.split()) :]))


KINDS: dict[Callable[[Item, Plan, Random], Plan | None], float] = {
    _other_value: 0.36,
    _left_out: 0.14,
    _swapped: 0.1,
    _wrong_place: 0.08,
    _something_else: 0.14,
    _shrug: 0.08,
    _flipped: 0.1,
}
