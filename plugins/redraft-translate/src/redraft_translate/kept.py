"""The evaluator `kept`: whether a translation keeps what must not change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from redraft import Score, evaluator
from redraft.reasons import few, quoted
from redraft.text import folded
from redraft_translate.direction import Direction, from_language, source_of, to_language
from redraft_translate.matching import unmatched, unspelled
from redraft_translate.numbers import numbers
from redraft_translate.numerals import spelled
from redraft_translate.protected import protected, without

if TYPE_CHECKING:
    from collections import Counter

    from redraft import Draft, Task
    from redraft_translate.numbers import Number

__all__ = ["KeptParams", "kept"]

_LETTER = r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{N}]"
_STAND_FOR_OTHERS = ("en", "ru")
_MOST = 20
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
    """Something that stands more or less often in the draft than in the source.

    `number` and `text` are how it is written where it is a number, and the text that it stands in.
    """

    what: str
    wanted: int
    given: int
    number: str = ""
    text: str = ""


@evaluator("kept", kind="verifier", needs={"source": "text"}, params=KeptParams)
def kept(draft: Draft, task: Task, params: KeptParams) -> Score:
    """Share of the source's placeholders, tags, addresses, numbers and names that the draft keeps, none added."""
    source, text = source_of(task), draft.text
    wanted = protected(source)
    counts = {name: _count(name, source) for name in _names(task, params)}
    faults = [*_changed(wanted, protected(text)), *_lost_names(counts, text)]
    figures = numbers(without(source), _source_decimal(task, params)) if params.numbers else []
    if params.numbers:
        faults += _changed_numbers(figures, source, text, _target_decimal(task, params))
    added = sum(max(0, fault.given - fault.wanted) for fault in faults)
    missing = sum(max(0, fault.wanted - fault.given) for fault in faults)
    all_there = sum(wanted.values()) + sum(counts.values()) + len(figures) + added
    return Score(1 - (missing + added) / max(1, all_there), few(_reasons(faults)))


def _changed(wanted: Counter[str], given: Counter[str]) -> list[_Fault]:
    items = [item for item in dict.fromkeys([*wanted, *given]) if wanted[item] != given[item]]
    return [_Fault(quoted(item), wanted[item], given[item]) for item in items]


def _names(task: Task, params: KeptParams) -> tuple[str, ...]:
    """Return the names that must stay, each once.

    Raises:
        TypeError: The input `names` is no list of names.
    """
    given = task.inputs.get("names", [])
    listed = regex.split("[,，、]", given) if isinstance(given, str) else given
    if not isinstance(listed, list) or any(not isinstance(name, str) for name in listed):
        raise TypeError("the input 'names' must be a list of names")
    return tuple(dict.fromkeys(name.strip() for name in (*listed, *params.names) if name.strip()))


def _lost_names(counts: dict[str, int], text: str) -> list[_Fault]:
    """Return the names that the draft has less often; more often does no harm, where the source says `she`."""
    given = {name: _count(name, text) for name in counts}
    return [
        _Fault(f"the name {quoted(name)}", counts[name], given[name]) for name in counts if given[name] < counts[name]
    ]


def _count(name: str, text: str) -> int:
    word = regex.escape(folded(name))
    return len(regex.findall(rf"(?<!{_LETTER}){word}(?:['’]?s)?(?!{_LETTER})", folded(text)))


def _source_decimal(task: Task, params: KeptParams) -> str:
    """Return what stands before decimals in the source; its letters alone do not tell English from German."""
    language = from_language(task, params)
    told = params.source_language is not None or "source_language" in task.inputs
    return language.decimal if language and (told or language.code not in _STAND_FOR_OTHERS) else ""


def _target_decimal(task: Task, params: KeptParams) -> str:
    language = to_language(task, params)
    return language.decimal if language else ""


def _changed_numbers(wanted: list[Number], source: str, text: str, decimal: str) -> list[_Fault]:
    """Return the numbers that are missing or added; a number in words on the other side counts as kept."""
    lost, new = unmatched(wanted, numbers(without(text), decimal))
    lost = unspelled(lost, spelled(without(text))) if lost else []
    new = unspelled(new, spelled(without(source))) if new else []
    return [
        *(_Fault(f"the number {number.text}", 1, 0, number.text, source) for number in lost),
        *(_Fault(f"the number {number.text}", 0, 1, number.text, text) for number in new),
    ]


def _reasons(faults: list[_Fault]) -> list[str]:
    """Return a reason for each fault; of very many, those beyond the first show no place."""
    return [_told(fault) + (_beside(fault) if place < _MOST else "") for place, fault in enumerate(faults)]


def _told(fault: _Fault) -> str:
    if not fault.given:
        return f"{fault.what} is missing" + (f", {fault.wanted} times in the source" if fault.wanted > 1 else "")
    if not fault.wanted:
        return f"{fault.what} is not in the source" + (f", {fault.given} times in the draft" if fault.given > 1 else "")
    return f"{fault.what} is {_times(fault.wanted)} in the source and {_times(fault.given)} in the draft"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _beside(fault: _Fault) -> str:
    """Return where a number stands, in a few words of its text."""
    match = regex.search(rf"(?<!\d){regex.escape(fault.number)}(?!\d)", fault.text) if fault.number else None
    if match is None:
        return ""
    start, end = max(0, match.start() - _BESIDE), match.end() + _BESIDE
    before, after = "…" if start else "", "…" if end < len(fault.text) else ""
    return f" ({quoted(f'{before}{fault.text[start:end]}{after}', most=3 * _BESIDE)})"
