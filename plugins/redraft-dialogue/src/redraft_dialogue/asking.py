"""What is asked for: the facts with a key that the user's last turn wants to hear."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import regex

from redraft.text import folded, sentence_list
from redraft_dialogue.content import content, shared
from redraft_dialogue.questions import questions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft_dialogue.conversation import Conversation
    from redraft_dialogue.facts import Fact

    _Key = tuple[Fact, frozenset[str]]

__all__ = ["Asked", "asked"]

_MOST_CLAUSES = 20
_CLAUSE = regex.compile(
    r"[,;:，；、。？！]\s*(?:and\b|but\b|also\b|和|还有)?|(?<!\d)[.?!]|[.?!](?!\d)|"
    r"\band (?=(?:when|where|who|what|how|which|is|are|do|does|can)\b)",
    regex.IGNORECASE,
)
# A question word stands for the key: pattern, keys, verbs that may go with it.
_STANDS_FOR = (
    (
        r"\bwhere\b|哪里|哪裡|哪儿|哪兒",
        "street address place location room city town 地址 地点 地點 位置",
        "find located lie",
    ),
    (r"\bwho\b|谁|誰", "owner 老板", "owns owned run"),
    (r"\bhow much\b|多少钱|多少錢", "price cost fee 价格 價格", "cost pay"),
    (r"\bhow old\b|几岁|幾歲", "age 年龄 年齡", ""),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of the user's last turn, and the facts any one of which answers it."""

    clause: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a turn: its content words, the keys that its question word stands for, and verbs that say no more."""

    text: str
    words: frozenset[str]
    keys: frozenset[str]
    verbs: frozenset[str]


def asked(conversation: Conversation, facts: Sequence[Fact]) -> list[Asked]:
    """Return what the user's last turn asks for of what is known, each thing once.

    A fact is asked for where a part of a question has all words of its key, or a question word that stands for them.
    `And when does it close?` and `And the library?` take what they lack from the part before.
    """
    return list(_asked(conversation.said_by("user"), tuple(facts)))


@lru_cache(maxsize=16)  # several evaluators ask the same of each draft
def _asked(turns: tuple[str, ...], facts: tuple[Fact, ...]) -> tuple[Asked, ...]:
    known = tuple((fact, content(fact.key)) for fact in facts if content(fact.key))
    context: frozenset[str] = frozenset()
    for clause in (clause for turn in turns[:-1] for clause in _clauses(turn)):
        context = _goes_on(clause, _found(clause, context, known), context)
    wanted: dict[tuple[Fact, ...], Asked] = {}
    for clause in _clauses(" ".join(question.text for question in questions(turns[-1]))):
        found = _found(clause, context, known)
        context = _goes_on(clause, found, context)
        wanted |= {one.facts: one for one in found if one.facts not in wanted}
    return tuple(wanted.values())


def _clauses(turn: str) -> list[_Clause]:
    parts = [part.strip() for sentence in sentence_list(turn) for part in _CLAUSE.split(sentence)]
    return [_clause(part) for part in parts if part][:_MOST_CLAUSES]


def _clause(text: str) -> _Clause:
    stands_for = [(keys, verbs) for pattern, keys, verbs in _STANDS_FOR if _compiled(pattern).search(folded(text))]
    keys, verbs = (content(" ".join(rows)) for rows in zip(*stands_for, strict=True)) if stands_for else ((), ())
    return _Clause(text, content(text), frozenset(keys), frozenset(verbs))


def _found(clause: _Clause, context: frozenset[str], known: Sequence[_Key]) -> list[Asked]:
    """Return what a clause asks for: each fact that it names by itself; of those that it only means, any one."""
    named = [fact for fact, key in known if shared(key, clause.words) == key]
    if named:
        return [Asked(clause.text, (fact,)) for fact in named]
    meant = tuple(_meant(clause, frozenset(), known)) or tuple(_meant(clause, context, known))
    return [Asked(clause.text, meant)] if meant else []


def _meant(clause: _Clause, context: frozenset[str], known: Sequence[_Key]) -> Iterator[Fact]:
    """Yield the facts whose key a clause has in part, and its question word or the context the rest.

    A clause with a word that the key has not asks for something else.
    """
    own = clause.words | clause.keys
    for fact, key in known:
        beside = clause.words - shared(clause.words, key) - shared(clause.words, clause.verbs)
        if not beside and shared(key, own | context) == key and shared(key, clause.keys or clause.words):
            yield fact


def _goes_on(clause: _Clause, found: list[Asked], context: frozenset[str]) -> frozenset[str]:
    """Return the words that the next clause may leave out."""
    if found:
        return frozenset(word for one in found for fact in one.facts for word in content(fact.key))
    return clause.words | clause.keys | context


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    """Return a compiled pattern: at import it would hold up every command of redraft."""
    return regex.compile(pattern)
