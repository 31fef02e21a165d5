"""A parser of the grammar: whether a text is one sentence of it. No loop sees this, only an oracle.

It is written apart from the grammar that writes the training text, so that a mistake there is not repeated here, and
takes a little more than that writes: any order of the phrases behind the verb, any number of them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from redraft_text.everyday.lexicon import ANIMATE, lexicon

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from lark import Lark

__all__ = ["PREPOSITIONS", "TERMINAL_OF", "accepts"]

_RULES = r"""
start: (_front COMMA)? _clause (_joint _clause)* DOT
_front: TIME | WHEN
_joint: AND | JOINT

_clause: _one _does | _many _do | I _do_i | THERE IS _one_thing _more* | THERE ARE _many_things _more*
_one: HE | _one_thing
_many: THEY | _many_things | _noun_phrase (AND _noun_phrase)+
_one_thing: _any_article ADJECTIVE* (ONE | EITHER) (WHICH _does)? | (SOME | THE) ADJECTIVE* MASS
_many_things: (SOME | THE | TWO) ADJECTIVE* (MANY | EITHER) (WHICH _do)?
_noun_phrase: _one_thing | _many_things
_any_article: THE | A
_things: _noun_phrase (AND _noun_phrase)* | SOMETHING

_does: _adverb* _verb_does _more* (AND _adverb* _verb_does _more*)*
_do: _adverb* _verb_do _more* (AND _adverb* _verb_do _more*)*
_do_i: _adverb* (AM OFTEN? _state? | _plain_verb) _more* (AND _adverb* (AM OFTEN? _state? | _plain_verb) _more*)*
_verb_does: GOES | USES _things | MAY_USE_S _things? | HAS _things | IS OFTEN? _state? | _modal
_verb_do: _plain_verb | ARE OFTEN? _state?
_plain_verb: GO | USE _things | MAY_USE _things? | HAVE _things | _modal
_modal: MODAL _adverb* (GO | USE _things | MAY_USE _things? | HAVE _things | BE _state?)
_state: ADJECTIVE (AND ADJECTIVE)* | HERE
_adverb: OFTEN | MANNER (AND MANNER)*
_more: PREPOSITION _noun_phrase (AND _noun_phrase)* | BY VEHICLE | TIME | WHEN | _adverb

%import common.WS
%ignore WS
"""
TERMINAL_OF = {
    "he": "HE", "she": "HE", "they": "THEY", "we": "THEY", "i": "I", "there": "THERE", "is": "IS", "are": "ARE",
    "am": "AM", "be": "BE", "has": "HAS", "have": "HAVE", "here": "HERE", "and": "AND", "while": "JOINT",
    "but": "JOINT", "because": "JOINT", "who": "WHICH", "that": "WHICH", "will": "MODAL", "can": "MODAL",
    "something": "SOMETHING", "someone": "SOMETHING", "the": "THE", "my": "THE", "his": "THE", "her": "THE",
    "our": "THE", "a": "A", "an": "A", "two": "TWO", "some": "SOME", ",": "COMMA", ".": "DOT",
}  # fmt: skip
PREPOSITIONS = frozenset({"in", "at", "on", "by", "under", "near", "with", "to"})
_OUTDOORS = {"in": frozenset({"sun", "rain", "snow", "wind"}), "under": frozenset({"moon", "star", "cloud"})}
_A_BEFORE_VOWEL = re.compile(r"\b(?:a (?=[aeiou])|an (?![aeiou]))", re.IGNORECASE)
_TERMINALS = sorted(
    {
        *TERMINAL_OF.values(),
        "PREPOSITION",
        "BY",
        "VEHICLE",
        "TIME",
        "WHEN",
        "OFTEN",
        "MANNER",
        "ADJECTIVE",
        "ONE",
        "MANY",
    }
    | {"EITHER", "MASS", "GO", "GOES", "USE", "USES", "MAY_USE", "MAY_USE_S"}
)


def accepts(text: str, given: Sequence[str] = ()) -> bool:
    """Whether a text is one sentence of the grammar that says no content word twice.

    Args:
        text: The text.
        given: The words of its task. Those out of the lexicon are nouns; no other word may be out of it.
    """
    return _accepts(text, frozenset(word for word in given if word not in lexicon().index))


@lru_cache(maxsize=100_000)
def _accepts(text: str, strange: frozenset[str]) -> bool:
    if not text[:1].isupper() or not text.endswith(".") or _A_BEFORE_VOWEL.search(text):
        return False
    words = text[:-1].replace(",", " ,").lower().split()
    given = {form.lower(): word for word in strange for form in lexicon().forms(word)}
    told = [lemma for word in words if (lemma := lexicon().lemmas.get(word) or given.get(word))]
    if len(told) != len(set(told)) or " ".join(words).replace(" ,", ",").lower() != text[:-1].lower():
        return False
    terminals = list(_terminals(words, given))
    if None in terminals or not _who_fits(words):
        return False
    from lark.exceptions import UnexpectedInput

    try:
        _parser().parse(" ".join(str(terminal) for terminal in [*terminals, "DOT"]))
    except UnexpectedInput:
        return False
    return True


def _terminals(words: Sequence[str], strange: Collection[str]) -> Iterator[str | None]:
    """Yield the terminal of each word, times being one; none where a preposition does not go with its noun."""
    at = 0
    while at < len(words):
        if time := next((phrase for phrase in _times() if tuple(words[at : at + len(phrase)]) == phrase), None):
            yield "TIME"
            at += len(time)
            continue
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        if word == "by" and lexicon().index.get(after) == "vehicle":
            yield from ("BY", "VEHICLE")
            at += 2
            continue
        if word in PREPOSITIONS:
            yield "PREPOSITION" if _goes_with(word, words[at + 1 :]) else None
        else:
            yield _kind(word) or ("EITHER" if word in strange else None)
        at += 1


def _goes_with(preposition: str, after: Sequence[str]) -> bool:
    """Whether a preposition stands before a noun that takes it: `on the beach`, not `on the kitchen`."""
    if preposition in {"with", "near"}:
        return True
    lex = lexicon()
    known = (lex.lemmas[word] for word in after if word in lex.lemmas)
    noun = next((word for word in known if lex.class_of(word) == "nouns"), None)
    group = lex.group_of(noun or "")
    if preposition == "to":
        return group in ANIMATE or group == "place" or noun is None
    if group == "sky":
        return noun in _OUTDOORS.get(preposition, ())
    listed = lex.prepositions.get(noun or "", ("in",) if group in {"place", "fixture", "vehicle"} else ())
    return preposition in listed or (preposition == "in" and group in {"container", "thing"})


def _who_fits(words: Sequence[str]) -> bool:
    """Whether `who` stands behind persons only."""
    return all(
        lexicon().index.get(lexicon().lemmas.get(before, "")) in {"person", None}
        for before, word in pairwise(words)
        if word == "who"
    )


def _kind(word: str) -> str | None:
    if word in TERMINAL_OF:
        return TERMINAL_OF[word]
    lex = lexicon()
    lemma = lex.lemmas.get(word)
    if lemma is None:
        return None
    group, kind = lex.group_of(lemma), lex.class_of(lemma)
    if kind == "nouns":
        number = "EITHER" if lex.plural(lemma) == lemma else "ONE" if word == lemma else "MANY"
        if group == "mass":
            return "MASS" if word == lemma else None
        return None if group == "time" else number
    if kind == "verbs":
        need = "GO" if group not in lex.objects else "USE" if lex.without[group] else "MAY_USE"
        third = {"GO": "GOES", "USE": "USES", "MAY_USE": "MAY_USE_S"}
        return need if word == lemma else third[need]
    return {"manner": "MANNER", "often": "OFTEN", "when": "WHEN"}.get(group, "ADJECTIVE")


@cache
def _times() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.lower() for part in lexicon().phrase_for_time(time)) for time in lexicon().groups["time"])


@cache
def _parser() -> Lark:
    from lark import Lark

    terminals = "\n".join(f"{name}: /{name}(?![A-Z_])/" for name in _TERMINALS)
    return Lark(f"{_RULES}\n{terminals}\n", parser="earley", lexer="basic")
