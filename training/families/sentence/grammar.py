"""Sentences that use every one of the given words, and no other content word."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redraft_text.everyday.lexicon import ANIMATE, MASS, lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

__all__ = ["OUTDOORS", "PRONOUNS", "VOWELS", "Chunk", "compose", "join", "sentence_text", "split"]

TRIES = 60
MOST_WORDS = 25
VOWELS = frozenset("aeiou")
PRONOUNS = {"he": "singular", "she": "singular", "they": "plural", "we": "plural", "I": "plural"}
FAMILY = frozenset({"mom", "dad", "mother", "father", "grandmother", "grandfather", "brother", "sister", "friend"})
ONE_OF_A_KIND = frozenset({"sun", "moon", "rain", "snow", "wind", "king", "queen"})
OUTDOORS = {"sun": "in", "rain": "in", "snow": "in", "wind": "in", "moon": "under", "star": "under", "cloud": "under"}
IN_IT = frozenset({"handle", "give", "make", "see"})
BEING = {"is": "are", "has": "have"}
ADJECTIVES_A_NOUN = 2


class Chunk(NamedTuple):
    """Some words that belong together: a phrase that can be left out when `loose`."""

    words: tuple[str, ...]
    loose: bool = False


def join(words: Sequence[str]) -> str:
    """Write words as a text: `.` and `,` stand without a space before them."""
    text = " ".join(words).replace(" ,", ",").replace(" .", ".")
    return text[:1].upper() + text[1:]


def split(text: str) -> list[str]:
    """Take a text apart again; the first word keeps its capital."""
    return text.replace(",", " ,").replace(".", " .").split()


def sentence_text(chunks: Sequence[Chunk]) -> str:
    """Return a sentence as it is written."""
    return join([word for chunk in chunks for word in chunk.words])


class Stock:
    """The given words by what they can be used for; composing takes them out one by one."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words: dict[str, list[str]] = {}
        for word in words:
            self.words.setdefault(lexicon().group_of(word), []).append(word)

    def all(self, *groups: str) -> list[str]:
        """Return the words of some groups."""
        return [word for group in groups for word in self.words.get(group, ())]

    def take(self, *groups: str) -> str | None:
        """Take one word of the first group that has one."""
        for group in groups:
            if self.words.get(group):
                return self.words[group].pop(0)
        return None

    def take_all(self, *groups: str) -> list[str]:
        """Take every word of some groups."""
        taken = self.all(*groups)
        for group in groups:
            self.words.pop(group, None)
        return taken

    def of_class(self, kind: str) -> list[str]:
        """Return the words of a class, in no order of its own."""
        return [word for group, words in self.words.items() if lexicon().classes[group] == kind for word in words]


class Composer:
    """Writes one sentence: every choice that the words leave open is the random generator's."""

    def __init__(self, words: Sequence[str], rng: Random) -> None:
        self.rng = rng
        self.stock = Stock(words)
        self.modal = rng.choices(("", "will", "can"), (82, 10, 8))[0]
        self.before: dict[str, list[str]] = {}
        self.adjectives = self._given_away()
        self.first_person = False

    def chance(self, share: float) -> bool:
        """Return true that often."""
        return self.rng.random() < share

    def _given_away(self) -> list[str]:
        """Put adjectives before nouns that they fit; return those that fit none."""
        left, nouns = [], self.stock.of_class("nouns")
        for adjective in self.stock.take_all("size", "state", "look"):
            state = lexicon().group_of(adjective) == "state"
            fitting = [noun for noun in nouns if self._can_be(noun, state=state)]
            if fitting:
                self.before.setdefault(self.rng.choice(fitting), []).append(adjective)
            else:
                left.append(adjective)
        return left

    def _can_be(self, noun: str, *, state: bool) -> bool:
        group = lexicon().group_of(noun)
        if group == "time" or len(self.before.get(noun, ())) >= ADJECTIVES_A_NOUN:
            return False
        return group in ANIMATE if state else True

    # Phrases

    def noun(self, noun: str) -> tuple[tuple[str, ...], bool]:
        """Return a noun phrase, and whether it is plural."""
        rng, adjectives = self.rng, tuple(self.before.pop(noun, ()))
        group = lexicon().group_of(noun)
        if group in MASS:
            return ((rng.choice(("the", "the", "some")), *adjectives, noun), False)
        if noun in ONE_OF_A_KIND or group == "place":
            return (("the", *adjectives, noun), False)
        if noun in FAMILY:
            return ((rng.choice(("my", "her", "his", "our")), *adjectives, noun), False)
        if self.chance(0.1):
            return ((rng.choice(("the", "two", "some")), *adjectives, lexicon().plural(noun)), True)
        return ((rng.choices(("the", "a", "my", "his", "her"), (60, 26, 6, 4, 4))[0], *adjectives, noun), False)

    def nouns(self, nouns: Sequence[str]) -> tuple[str, ...]:
        """Return noun phrases with `and` between them."""
        words: tuple[str, ...] = ()
        for noun in nouns:
            words = (*words, *(("and",) if words else ()), *self.noun(noun)[0])
        return words

    def where(self, noun: str, verb: str, *, near: bool = False) -> Chunk:
        """Return where it happens, or where it goes."""
        group = lexicon().group_of(noun)
        if group == "vehicle":
            if lexicon().group_of(verb) == "go" and noun not in self.before and self.chance(0.6):
                return Chunk(("by", noun), loose=True)
        elif noun in {"star", "cloud"}:
            return Chunk(("under", "the", *self.before.pop(noun, ()), noun + "s"), loose=True)
        elif noun in OUTDOORS:
            return Chunk((OUTDOORS[noun], *self.noun(noun)[0]), loose=True)
        elif group == "place" and lexicon().group_of(verb) == "go" and self.chance(0.5):
            return Chunk(("to", *self.noun(noun)[0]), loose=True)
        preposition = "near" if near else self.rng.choice(lexicon().prepositions.get(noun, ("in",)))
        return Chunk((preposition, *self.noun(noun)[0]), loose=True)

    # Verbs

    def finite(self, verb: str, *, plural: bool, modal: bool = True) -> tuple[str, ...]:
        """Return the verb as the subject wants it, with the adverbs that stand beside it."""
        often = (self.stock.take("often") or "",)
        manner = (self.stock.take("manner") or "",) if verb not in BEING and self.chance(0.3) else ("",)
        adverbs = tuple(word for word in (*often, *manner) if word)
        if self.modal and modal:
            return (self.modal, *adverbs, {"is": "be", "has": "have"}.get(verb, verb))
        if verb == "is":
            return ("am" if self.first_person else "are" if plural else "is", *adverbs)
        if verb == "has":
            return (*adverbs, "have" if plural else "has")
        return (*adverbs, verb if plural else lexicon().third_person(verb))

    def objects(self, verb: str, *, many: bool) -> list[Chunk]:
        """Return what the verb is done to."""
        lex, group = lexicon(), lexicon().group_of(verb)
        if group not in lex.objects:
            return []
        pool = lex.objects[group]
        if pool == ("*",):
            pool = ("thing", "person", "sky", "place", "animal", "container", "clothes", "fixture", "vehicle", "food")
            pool = (*pool, "mass", "instrument", "text", "tune")
        first = self.stock.take(*pool)
        if first is None:
            stand_in = lex.without[group]
            return [Chunk((stand_in,))] if stand_in else []
        second = self.stock.take(*pool[:4]) if many and self.chance(0.6) else None
        chunks = [Chunk(self.nouns([first])), *([Chunk(("and", *self.nouns([second])), loose=True)] if second else [])]
        if group == "give" and self.stock.all("person", "animal"):
            taker = self.stock.take("person", "animal")
            chunks.append(Chunk(("to", *self.noun(taker or "")[0]), loose=True))
        return chunks

    def predicate(self, verb: str, *, plural: bool, last: bool, modal: bool = True) -> list[Chunk]:
        """Return the verb and what belongs to it."""
        chunks = [Chunk(self.finite(verb, plural=plural, modal=modal)), *self.objects(verb, many=last)]
        group = lexicon().group_of(verb)
        if group in IN_IT and len(chunks) > 1 and self.stock.all("container") and self.chance(0.5):
            chunks.append(Chunk(("in", *self.noun(self.stock.take("container") or "")[0]), loose=True))
        if not last and self.stock.all("place") and self.chance(0.25):
            chunks.append(self.where(self.stock.take("place") or "", verb))
        return chunks

    # Clauses

    def subject(self, verb: str) -> tuple[list[Chunk], bool]:
        """Return the subject of a verb, and whether it is plural."""
        self.first_person = False
        groups = ("person", "animal") if self.chance(0.75) else ("animal", "person")
        noun = self.stock.take("sky") if verb == "shine" else None
        noun = noun or self.stock.take(*groups)
        if noun is None:
            pronoun = self.rng.choice(list(PRONOUNS))
            self.first_person = pronoun == "I"
            return [Chunk((pronoun,))], PRONOUNS[pronoun] == "plural"
        words, plural = self.noun(noun)
        others, verbs = self.stock.all("person", "animal"), self.stock.of_class("verbs")
        relative = self.relative(noun, plural=plural) if len(verbs) > len(others) and self.chance(0.5) else []
        if not relative and len(others) > len(verbs) and self.chance(0.6):
            return [Chunk(words), Chunk(("and", *self.noun(self.stock.take(*groups) or "")[0]), loose=True)], True
        return [Chunk(words), *relative], plural

    def relative(self, noun: str, *, plural: bool) -> list[Chunk]:
        """Return a clause that says which one: `who sings`, `that carries a ball`."""
        verb = self.verb()
        who = "who" if lexicon().group_of(noun) == "person" else "that"
        first, *more = self.predicate(verb, plural=plural, last=False, modal=False)
        return [Chunk((who, *first.words, *(word for chunk in more for word in chunk.words)), loose=True)]

    def verb(self) -> str:
        """Take a verb."""
        verb = self.stock.of_class("verbs")[0]
        self.stock.words[lexicon().group_of(verb)].remove(verb)
        return verb

    def clauses(self) -> list[Chunk]:
        """Return one clause a verb; a clause without its own subject shares the one before."""
        chunks: list[Chunk] = []
        plural, verb = False, ""
        while self.stock.of_class("verbs"):
            verb, first = self.verb(), not chunks
            if first or (self.stock.all("person", "animal") and self.chance(0.65)):
                if not first:
                    chunks.append(Chunk((self.rng.choice(("and", "while", "but", "because")),)))
                subject, plural = self.subject(verb)
                chunks += subject
                if first and self.adjectives:
                    chunks += [*self.being(plural=plural), Chunk(("and",))]
            else:
                chunks.append(Chunk(("and",)))
            chunks += self.predicate(verb, plural=plural, last=not self.stock.of_class("verbs"))
        return [*chunks, *self.rest(verb)]

    def being(self, *, plural: bool) -> list[Chunk]:
        """Return `is` with the adjectives that stand before no noun."""
        left, self.adjectives = self.adjectives, []
        return [Chunk(self.finite("is", plural=plural)), Chunk((" and ".join(left) or "here",), loose=bool(left))]

    def without_verb(self) -> list[Chunk]:
        """Return a sentence that says what is where, or who has what."""
        stock = self.stock
        things = ("thing", "text", "tune", "instrument", "container", "clothes", "food", "mass", "vehicle")
        if stock.all("person", "animal") or not stock.all(*things, "fixture", "sky", "place"):
            subject, plural = self.subject("")
            if had := stock.take(*things):
                more = stock.take(*things) if self.chance(0.7) else None
                chunks = [*subject, Chunk(self.finite("has", plural=plural)), Chunk(self.noun(had)[0])]
                chunks += [Chunk(("and", *self.noun(more)[0]), loose=True)] if more else []
                return [*chunks, *self.rest("has"), *self.leftover(plural=plural)]
            return [*subject, *self.staying(plural=plural)]
        noun = stock.take(*things, "fixture", "sky", "place") or ""
        words, plural = self.noun(noun)
        elsewhere = stock.all("place", "fixture") and lexicon().group_of(noun) != "place"
        if elsewhere and not self.adjectives and self.chance(0.4):
            return [Chunk(("there", "are" if plural else "is", *words)), *self.rest("is")]
        return [Chunk(words), *self.staying(plural=plural)]

    def staying(self, *, plural: bool) -> list[Chunk]:
        """Return `is` and what something is, or where."""
        if self.adjectives:
            return [*self.being(plural=plural), *self.rest("is")]
        verb, rest = Chunk(self.finite("is", plural=plural)), self.rest("is")
        return [verb, *rest] if rest else [verb, Chunk(("here",))]

    def leftover(self, *, plural: bool) -> list[Chunk]:
        """Return a last clause for adjectives that stand nowhere."""
        return [Chunk(("and",)), *self.being(plural=plural)] if self.adjectives else []

    def rest(self, verb: str) -> list[Chunk]:
        """Return all that is left: how, with whom and what, where, when."""
        stock, chunks = self.stock, []
        if manners := stock.take_all("manner"):
            chunks.append(Chunk((" and ".join(manners),), loose=True))
        places = stock.take_all("place", "fixture", "vehicle", "sky")
        with_it = stock.take_all("person", "animal")
        with_it += stock.take_all(*[g for g in stock.words if lexicon().classes[g] == "nouns" and g != "time"])
        for first in range(0, len(with_it), 2):
            pair = with_it[first : first + 2]
            chunks.append(Chunk((("with", "near")[first // 2 % 2], *self.nouns(pair)), loose=True))
        chunks += [self.where(noun, verb, near=index > 0) for index, noun in enumerate(places)]
        chunks += [Chunk(lexicon().phrase_for_time(noun), loose=True) for noun in stock.take_all("time")]
        return chunks + [Chunk((word,), loose=True) for word in stock.take_all("often", "when")]

    def front(self) -> list[Chunk]:
        """Return a time that opens the sentence, sometimes."""
        if self.stock.all("time") and self.chance(0.4):
            return [Chunk((*lexicon().phrase_for_time(self.stock.take("time") or ""), ","), loose=True)]
        if self.stock.all("when") and self.chance(0.4):
            return [Chunk((self.stock.take("when") or "", ","), loose=True)]
        return []

    def sentence(self) -> list[Chunk]:
        """Return the whole sentence."""
        front = self.front()
        chunks = self.clauses() if self.stock.of_class("verbs") else self.without_verb()
        return _articles([*front, *chunks, Chunk((".",))])


def _articles(chunks: Sequence[Chunk]) -> list[Chunk]:
    flat = [tuple(" ".join(chunk.words).split()) for chunk in chunks]
    following = [*[words[0] for words in flat[1:]], "."]
    mended = []
    for chunk, words, after in zip(chunks, flat, following, strict=True):
        pairs = zip(words, (*words[1:], after), strict=True)
        mended.append(Chunk(tuple("an" if a == "a" and b[0] in VOWELS else a for a, b in pairs), chunk.loose))
    return mended


def compose(words: Sequence[str], rng: Random) -> list[Chunk]:
    """Return a sentence whose content words are exactly the given ones, of at most 25 words.

    Raises:
        ValueError: The grammar has no sentence for them.
    """
    shuffled = list(words)
    for _ in range(TRIES):
        rng.shuffle(shuffled)
        chunks = Composer(shuffled, rng).sentence()
        written = [part for chunk in chunks for part in chunk.words]
        if sum(part.isalpha() for part in written) <= MOST_WORDS and all(
            set(lexicon().forms(word)).intersection(written) for word in words
        ):
            return chunks
    raise ValueError(f"no sentence for {', '.join(words)}")
