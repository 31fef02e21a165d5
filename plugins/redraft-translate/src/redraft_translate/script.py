"""The evaluator `script`: whether a translation is written in the script of its language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex
from pydantic import Field

from redraft import Score, evaluator
from redraft.reasons import few, quoted
from redraft.text import folded
from redraft_translate.chinese import simplified_only, traditional_only
from redraft_translate.direction import Direction, to_language
from redraft_translate.languages import SCRIPTS
from redraft_translate.protected import without

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft_translate.languages import Language

__all__ = ["ScriptParams", "script"]

_RUN = regex.compile("|".join(rf"(?P<{name}>[\p{{Script={name}}}\p{{M}}]+)" for name in SCRIPTS))
# `flatpages/contact_page.html` and `get_absolute_url` are a word each, `don't` is one.
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}_./@#&'’\-]*[\p{L}\p{M}\p{N}])?")
_HAS_LETTER = regex.compile(r"\p{L}")
_LEAST_JAPANESE = 20
_SHOWN = 40
_MOST_SHOWN = 5


class ScriptParams(Direction):
    """What is tolerated.

    Attributes:
        tolerated: Share of the letters that may be of another script at no cost.
        left: How many words of the source may stand in a row as they are: names, brands, formulas.
    """

    tolerated: float = Field(default=0.0, ge=0, lt=1)
    left: int = Field(default=3, ge=0)


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters of one script that stand together; of Han, those of one kind of Chinese."""

    text: str
    script: str


@evaluator("script", kind="heuristic", params=ScriptParams)
def script(draft: Draft, task: Task, params: ScriptParams) -> Score:
    """Share of the draft's letters that are of its language's script; names left as in the source do not count."""
    language = to_language(task, params)
    if language is None:
        raise ValueError("nobody says which language: give the input 'language', or the parameter")
    text = without(draft.text)
    foreign = _foreign(text, language, _words_of(task), left=params.left)
    own = [run for run in _runs(text) if run.script in language.scripts]
    if not own and not foreign:
        return Score(1.0) if draft.text.strip() else Score(0.0, ["the draft is empty"])
    if language.code == "ja" and _has_no_kana(own):
        return Score(0.0, ["the draft is in Chinese, not in Japanese: it has no kana"])
    wrong = [*foreign, *_other_chinese(own, language)]
    share = _letters(wrong) / (_letters(own) + _letters(foreign))
    return Score(1 - share, few(_reasons(wrong, language))) if share > params.tolerated else Score(1.0)


def _runs(text: str) -> list[_Run]:
    return [_Run(match.group(), match.lastgroup or "") for match in _RUN.finditer(text)]


def _letters(runs: list[_Run]) -> int:
    return sum(len(run.text) for run in runs)


def _words_of(task: Task) -> frozenset[str]:
    """Return the words of the source, and their parts; of a task without a source there are none."""
    words = _WORD.findall(folded(str(task.inputs.get("source", ""))))
    return frozenset(part for word in words for part in (word, *regex.split(r"[^\p{L}\p{M}\p{N}]+", word)))


def _foreign(text: str, language: Language, source: frozenset[str], *, left: int) -> list[_Run]:
    """Return the letters of other scripts, but for words of the source of which few stand in a row."""
    own = "".join(rf"\p{{Script={name}}}" for name in language.scripts)
    found: list[_Run] = []
    for stretch in regex.split(f"[{own}]+", text):
        words = [word for word in _WORD.findall(stretch) if _HAS_LETTER.search(word)]
        alien = words if len(words) > left else [word for word in words if folded(word) not in source]
        found += [run for word in alien for run in _runs(word)]
    return found


def _other_chinese(runs: list[_Run], language: Language) -> list[_Run]:
    """Return the characters of the other Chinese, where a language says which it is."""
    others = {"zh-Hans": ("Traditional", traditional_only), "zh-Hant": ("Simplified", simplified_only)}
    if language.code not in others:
        return []
    name, characters = others[language.code]
    return [_Run(sign, name) for run in runs for sign in run.text if sign in characters()]


def _has_no_kana(runs: list[_Run]) -> bool:
    """Return whether a text has only Han characters, and more of them than Japanese strings together."""
    return all(run.script == "Han" for run in runs) and _letters(runs) >= _LEAST_JAPANESE


def _reasons(wrong: list[_Run], language: Language) -> list[str]:
    return [
        _reason(name, list(dict.fromkeys(run.text[: 2 * _SHOWN] for run in wrong if run.script == name)), language)
        for name in dict.fromkeys(run.script for run in wrong)
    ]


def _reason(name: str, found: list[str], language: Language) -> str:
    kind = "characters" if name in {"Traditional", "Simplified"} else "letters"
    more = f" and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
    listed = ", ".join(quoted(text, _SHOWN) for text in found[:_MOST_SHOWN])
    return f"{name} {kind} in a text for readers of {language.name}: {listed}{more}"
