"""The evaluator `kept`: whether a translation keeps what must not change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from redraft import Score, evaluator
from redraft.text import folded
from redraft_translate.direction import Direction, from_language, source_of, to_language
from redraft_translate.numbers import numbers
from redraft_translate.numerals import spelled
from redraft_translate.protected import protected, without

if TYPE_CHECKING:
    from decimal import Decimal

    from redraft import Draft, Task
    from redraft_translate.numbers import Number

__all__ = ["KeptParams", "kept"]

_NO_LETTER = r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{N}]"
_STANDS_FOR_OTHERS = ("en", "ru")
_BESIDE = 25


class KeptParams(Direction):
    """What must be kept.

    Attributes:
        numbers: Whether numbers must be kept.
        names: Names that stay as they are, beside those of the task's input `names`.
    """

    numbers: bool = True
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fault:
    """Something that occurs less often in the draft than in the source (`missing` above 0), or more often."""

    reason: str
    missing: int


@evaluator("kept", kind="verifier", needs=("source",), params=KeptParams)
def kept(draft: Draft, task: Task, params: KeptParams) -> Score:
    """Share of the source's placeholders, tags, addresses, numbers and names that the draft keeps, none added."""
    source, text = source_of(task), draft.text
    names = _names(task, params)
    held = sum(protected(source).values()) + sum(_count(name, source) for name in names)
    faults = [*_changed(protected(source), protected(text)), *_lost_names(names, source, text)]
    if params.numbers:
        wanted = numbers(without(source), _decimal(task, params, source))
        faults += _changed_numbers(wanted, source, text, _target_decimal(task, params))
        held += len(wanted)
    added = sum(-fault.missing for fault in faults if fault.missing < 0)
    missing = sum(fault.missing for fault in faults if fault.missing > 0)
    value = 1 - (missing + added) / (held + added) if faults else 1.0
    return Score(max(0.0, value), [fault.reason for fault in faults])


def _changed(wanted: Counter[str], given: Counter[str]) -> list[_Fault]:
    items = [item for item in dict.fromkeys([*wanted, *given]) if wanted[item] != given[item]]
    return [_Fault(_told(f'"{item}"', wanted[item], given[item]), wanted[item] - given[item]) for item in items]


def _told(what: str, wanted: int, given: int) -> str:
    if not given:
        return f"{what} is missing" + (f" ({wanted} times in the source)" if wanted > 1 else "")
    if not wanted:
        return f"{what} is not in the source" + (f", and {given} times in the draft" if given > 1 else "")
    return f"{what} stands {wanted} {_times(wanted)} in the source and {given} in the draft"


def _times(count: int) -> str:
    return "time" if count == 1 else "times"


def _names(task: Task, params: KeptParams) -> tuple[str, ...]:
    """Return the names that must stay, each once.

    Raises:
        ValueError: The input `names` is no list of names.
    """
    given = task.inputs.get("names", [])
    listed = regex.split("[,，、]", given) if isinstance(given, str) else given
    if not isinstance(listed, list) or any(not isinstance(name, str) for name in listed):
        raise ValueError("the input 'names' must be a list of names")
    return tuple(dict.fromkeys(name.strip() for name in (*listed, *params.names) if name.strip()))


def _lost_names(names: tuple[str, ...], source: str, text: str) -> list[_Fault]:
    """Return the names that the draft has less often; more often does no harm, where the source says `she`."""
    counts = [(name, _count(name, source), _count(name, text)) for name in names]
    return [
        _Fault(_told(f'the name "{name}"', wanted, given), wanted - given)
        for name, wanted, given in counts
        if given < wanted
    ]


def _count(name: str, text: str) -> int:
    word = regex.escape(folded(name))
    return len(regex.findall(rf"(?<!{_NO_LETTER}){word}(?:['’]?s)?(?!{_NO_LETTER})", folded(text)))


def _decimal(task: Task, params: KeptParams, source: str) -> str:
    """Return what stands before decimals in the source; its letters alone do not tell English from German."""
    language = from_language(task, params)
    told = params.source_language is not None or "source_language" in task.inputs
    return language.decimal if language and (told or language.code not in _STANDS_FOR_OTHERS) else ""


def _target_decimal(task: Task, params: KeptParams) -> str:
    language = to_language(task, params)
    return language.decimal if language else ""


def _changed_numbers(wanted: list[Number], source: str, text: str, decimal: str) -> list[_Fault]:
    """Return the numbers that are missing or added; a number in words on the other side counts as kept."""
    given = numbers(without(text), decimal)
    lost, new = _unmatched(wanted, given)
    lost = _unspelled(lost, spelled(without(text)))
    new = _unspelled(new, spelled(without(source)))
    return [
        *(_Fault(f"the number {number.text} is missing{_beside(number, source)}", 1) for number in lost),
        *(_Fault(f"the number {number.text} is not in the source{_beside(number, text)}", -1) for number in new),
    ]


def _unmatched(left: list[Number], right: list[Number]) -> tuple[list[Number], list[Number]]:
    """Return the numbers of each list that have no partner in the other, those with a single meaning paired first."""
    waiting: dict[frozenset[Decimal], list[Number]] = {}
    for number in right:
        waiting.setdefault(number.values, []).append(number)
    alone = [number for number in left if not _taken(waiting, number.values)]
    rest = [number for numbers in waiting.values() for number in numbers]
    lost = []
    for number in alone:
        partner = next((other for other in rest if other.values & number.values), None)
        if partner is None:
            lost.append(number)
        else:
            rest.remove(partner)
    return lost, rest


def _taken(waiting: dict[frozenset[Decimal], list[Number]], values: frozenset[Decimal]) -> bool:
    if waiting.get(values):
        waiting[values].pop()
        return True
    return False


def _unspelled(found: list[Number], words: list[Decimal]) -> list[Number]:
    """Return the numbers that no word stands for, each word taken once."""
    left = Counter(words)
    kept: list[Number] = []
    for number in found:
        value = next((value for value in number.values if left[value]), None)
        if value is None:
            kept.append(number)
        else:
            left[value] -= 1
    return kept


def _beside(number: Number, text: str) -> str:
    """Return where a number stands, in a few words of the text."""
    match = regex.search(rf"(?<!\d){regex.escape(number.text)}(?!\d)", text)
    if match is None:
        return ""
    start, end = max(0, match.start() - _BESIDE), match.end() + _BESIDE
    shown = " ".join(text[start:end].split())
    return f' ("{"…" if start else ""}{shown}{"…" if end < len(text) else ""}")'
