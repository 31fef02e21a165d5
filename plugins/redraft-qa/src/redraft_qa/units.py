"""The evaluator `units`: whether the answer's number has the unit that the task asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict

from redraft import Score, evaluator
from redraft.answer import final_answer
from redraft.builtin.inflection import forms
from redraft.text import excerpt, folded, is_unspaced
from redraft_qa.inputs import texts
from redraft_qa.unit import PERCENT, Unit, currency_before, per_before, read_unit

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft.numbers import Number

__all__ = ["UnitsParams", "units"]

_CLAUSE = regex.compile(r"[,.;:!?()\n，。；：！？（）]")
_WORD = regex.compile(r"[^\W\d_]+")
_LABEL = regex.compile(r"([^\n,;:=：]+)[:=：]\s*$")
_UNIT_WORDS = 3
_NEAR_WORDS = 4
_NEAR_CHARACTERS = 10


class UnitsParams(BaseModel):
    """Which units are right.

    Attributes:
        compatible: Whether another unit of the same dimension is right too: miles where kilometres are asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    compatible: bool = True


@evaluator("units", kind="heuristic", needs=("unit",), params=UnitsParams)
def units(draft: Draft, task: Task, params: UnitsParams) -> Score:
    """Whether the number of the final answer has the asked unit, or one compatible with it: 1 or 0."""
    answer, asked = final_answer(draft.text), [text.strip() for text in texts(task, "unit")]
    number = answer.number
    if number is None:
        return Score(0.0, [f"the answer has no number; it is asked in {excerpt(asked[0])}"])
    before, after = answer.text[: number.start], answer.text[number.end :]
    given = _given(number, before, after)
    if any(_fits(wanted, given, before, after, params) for wanted in asked):
        return Score(1.0)
    if not given:
        return Score(0.0, [f'"{excerpt(number.text)}" has no unit; it is asked in {excerpt(asked[0])}'])
    said = f"{before[-1:] if currency_before(before) else ''}{number.text}{after}".strip()
    return Score(0.0, [f'"{excerpt(said)}" is not in {excerpt(asked[0])}'])


def _given(number: Number, before: str, after: str) -> frozenset[Unit]:
    """Return the units that a number may have, by what stands around it."""
    start = frozenset({PERCENT}) if number.percent else currency_before(before)
    found, _ = read_unit(after, start)
    found = found or _announced(before)
    per = per_before(before)
    return frozenset(one / other for one in found for other in per) or found


def _announced(before: str) -> frozenset[Unit]:
    """Return the unit that a text names before its number: `distance in km: 12`."""
    label = _LABEL.search(before)
    words = label[1].split() if label else []
    for count in range(min(_UNIT_WORDS, len(words)), 0, -1):
        found, rest = read_unit(" ".join(words[-count:]))
        if found and not rest.strip():
            return found
    return frozenset()


def _fits(wanted: str, given: frozenset[Unit], before: str, after: str, params: UnitsParams) -> bool:
    known, rest = read_unit(wanted)
    if not known or rest.strip():
        return not given and _counts(wanted, before, after)
    if params.compatible:
        return not {unit.dimension for unit in known}.isdisjoint(unit.dimension for unit in given)
    return not known.isdisjoint(given)


def _counts(thing: str, before: str, after: str) -> bool:
    """Return whether a thing is named beside the number that counts it: `18 fresh eggs`, `eggs: 18`."""
    ahead, behind = folded(_CLAUSE.split(after, 1)[0]), folded(before)
    if is_unspaced(thing):
        return folded(thing) in ahead[:_NEAR_CHARACTERS] or folded(thing) in behind[-_NEAR_CHARACTERS:]
    near = [*_WORD.findall(ahead)[:_NEAR_WORDS], *_WORD.findall(behind)[-_NEAR_WORDS:]]
    head = (_WORD.findall(folded(thing)) or [""])[-1]
    return any(word == head or word in forms(head) or head in forms(word) for word in near)
