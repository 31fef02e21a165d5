"""The evaluator `contradiction`: whether a reply says the opposite of what is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.reasons import few, quoted
from redraft.text import folded, sentence_list
from redraft_dialogue.content import content, shared, subjects
from redraft_dialogue.facts import facts_of
from redraft_dialogue.polarity import denies, opposed
from redraft_dialogue.quantities import quantities
from redraft_dialogue.runs import looked_at

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft_dialogue.facts import Fact

__all__ = ["ContradictionParams", "contradiction"]

_MOST_SENTENCES, _LONGEST_SENTENCE = 400, 600
_CLOSE, _NEAR = 0.75, 0.4
_ASKS = regex.compile(r"[?？]\W*$")
_SUPPOSES = regex.compile(r"\b(?:if|unless|would|could|suppose|imagine)\b|如果|假如|要是|除非|假设|假設")
_YES, _NO = ("yes", "true", "是", "对", "對", "有"), ("no", "false", "none", "否", "不", "没有", "無", "无")
_SAYS = regex.compile(
    r"\s*(?:\bis\b|\bare\b|\bwas\b|\bwere\b|[:：=]|是|为|為|叫|在)\s*(?:called |named |in |at |on |the )*"
)
_NAME = regex.compile(r"\p{Lu}[\p{L}'’\-]*(?:\s+\p{Lu}[\p{L}'’\-]*)*|\p{Han}{2,12}")


class ContradictionParams(BaseModel):
    """How near a sentence must be to a fact to be held against it.

    Attributes:
        overlap: Share of a fact's content words that a sentence must have.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    overlap: float = Field(default=0.6, gt=0, le=1)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of the reply, and its content words."""

    text: str
    words: frozenset[str]


@evaluator("contradiction", kind="heuristic", needs=("facts",), params=ContradictionParams)
def contradiction(draft: Draft, task: Task, params: ContradictionParams) -> Score:
    """Whether the reply leaves the given facts alone: 1, and 1/2, 1/3 … with each fact that it contradicts."""
    facts, sentences = facts_of(task), _statements(draft.text)
    found = [reason for fact in facts if (reason := _against(fact, sentences, params.overlap))]
    return Score(1 / (1 + len(found)), few(found))


def _statements(text: str) -> list[_Sentence]:
    """Return the sentences that state something: who asks or supposes contradicts nobody."""
    sentences = [sentence[:_LONGEST_SENTENCE] for sentence in sentence_list(looked_at(text))[:_MOST_SENTENCES]]
    return [
        _Sentence(sentence, content(sentence))
        for sentence in sentences
        if not _ASKS.search(sentence) and not _SUPPOSES.search(folded(sentence))
    ]


def _against(fact: Fact, sentences: list[_Sentence], overlap: float) -> str | None:
    """Return the first reason why a sentence contradicts a fact, or None."""
    words = content(fact.key or fact.text)
    for sentence in sentences:
        turned = opposed(fact.text, sentence.text)
        common = shared(words, sentence.words | content(" ".join(one for one, _ in turned)))
        # A key must be there whole; one common word does not make two sentences be about the same.
        share = len(common) / len(words) if words else 0.0
        if share < (1.0 if fact.key else overlap) or (len(common) < min(2, len(words))):
            continue
        if not fact.key and not _is_about(fact, sentence, common, whole=len(common) == len(words)):
            continue
        why = _key_wrong(fact, sentence) if fact.key else _statement_wrong(fact, sentence, share, turned)
        if why:
            return f"{quoted(sentence.text)} contradicts {quoted(fact.text)}: {why}"
    return None


def _is_about(fact: Fact, sentence: _Sentence, common: frozenset[str], *, whole: bool) -> bool:
    """Return whether a sentence is about the same as a statement: its subject and names, and not much else.

    A sentence with all words of the statement may begin in another way: `On Sundays the shop is …`.
    """
    if not subjects(fact.text) <= common or len(common) < _NEAR * len(sentence.words):
        return False
    return whole or len(shared(subjects(sentence.text), content(fact.text))) == len(subjects(sentence.text))


def _statement_wrong(fact: Fact, sentence: _Sentence, share: float, turned: list[tuple[str, str]]) -> str | None:
    """Return what a sentence says otherwise than a statement on the same thing: a number, or the opposite."""
    number = _other_number(fact.text, sentence.text, closely=share >= _CLOSE)
    if number or share < _CLOSE or not _same_numbers(fact.text, sentence.text):
        return number
    if denies(fact.text) ^ denies(sentence.text) ^ (len(turned) % 2 == 1):
        return f'"{turned[0][1]}", not "{turned[0][0]}"' if turned else "one affirms what the other denies"
    return None


def _same_numbers(fact: str, sentence: str) -> bool:
    """Return whether a sentence has all numbers of a fact: else it may speak of another case."""
    return {one.value for one in quantities(fact)} <= {one.value for one in quantities(sentence)}


def _other_number(fact: str, sentence: str, *, closely: bool) -> str | None:
    """Return which number of a sentence stands where the fact has another one, or None."""
    given = quantities(sentence)
    values = {one.value for one in given}
    known = {one.value for one in quantities(fact)}
    for wanted in quantities(fact):
        others = [one for one in given if one.value not in known and one.may_replace(wanted)]
        if wanted.value not in values and others and (closely or (wanted.unit and others[0].unit)):
            return f"{others[0].text.strip()}, not {wanted.text.strip()}"
    return None


def _key_wrong(fact: Fact, sentence: _Sentence) -> str | None:
    """Return which other value a sentence gives to a key, or None."""
    value = folded(fact.value).strip(" .。")
    if value in (*_YES, *_NO):
        return "the fact says so" if denies(sentence.text) == (value in _YES) else None
    if quantities(fact.value):
        return _other_number(fact.value, sentence.text, closely=True)
    said = content(fact.value)
    if said and len(shared(said, sentence.words)) == len(said):
        return "the sentence denies it" if denies(sentence.text) else None
    return _other_name(fact, sentence)


def _other_name(fact: Fact, sentence: _Sentence) -> str | None:
    """Return the name that a sentence gives in place of a key's own: `The capital is Lyon.`, or None."""
    if not _NAME.match(fact.value) or denies(sentence.text):
        return None
    for match in _SAYS.finditer(sentence.text):
        name = _NAME.match(sentence.text, match.end())
        before = content(sentence.text[: match.start()])
        if name and not shared(content(name[0]), content(fact.text)) and shared(content(fact.key), before):
            return f"{name[0]}, not {fact.value}"
    return None
