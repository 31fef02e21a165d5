"""Sentences that use every one of the given words, and no other content word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from training.lexicon import ANIMATE, MASS, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

__all__ = ["Chunk", "compose", "join", "phrase_for", "split"]

TRIES = 40
VOWELS = frozenset("aeiouAEIOU")
PRONOUNS = ("he", "she", "they", "we", "I")
PLURAL_PRONOUNS = frozenset({"they", "we", "I", "you"})
PLACES = {
    "at": frozenset({"school", "station", "lake", "market", "office", "hospital", "zoo"}),
    "on": frozenset({"bridge", "hill", "mountain", "farm", "beach", "island", "road", "street"}),
    "by": frozenset({"river", "sea"}),
}
TIMES = {
    "at": frozenset({"night"}),
    "on": frozenset({"Monday", "Friday", "Sunday"}),
    "every": frozenset({"day", "weekend"}),
}
TEXTS = frozenset({"book", "letter", "song", "story", "map"})
TRANSITIVE = frozenset({"handle", "give", "wear", "make", "meet"})
TAKES_OBJECT = TRANSITIVE | {"eat", "drink", "read", "drive"}
OBJECT_GROUPS = {
    "eat": ("food", "mass"),
    "drink": ("mass",),
    "drive": ("vehicle",),
    "meet": ("person", "animal"),
}


class Chunk(NamedTuple):
    """Some words that belong together: a phrase that can be left out when `loose`."""

    words: tuple[str, ...]
    loose: bool = False


@dataclass
class Stock:
    """The given words by what they can be used for; composing takes them out one by one."""

    animates: list[str] = field(default_factory=list)
    things: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    adjectives: list[str] = field(default_factory=list)
    manners: list[str] = field(default_factory=list)
    oftens: list[str] = field(default_factory=list)
    whens: list[str] = field(default_factory=list)


def _shelf(word: str) -> str:
    lex = lexicon()
    group = lex.group_of(word)
    if group in ANIMATE:
        return "animates"
    if group in {"place", "time", "manner", "often", "when"}:
        return group + "s"
    return {"verbs": "verbs", "adjectives": "adjectives"}.get(lex.class_of(word), "things")


def _stock(words: Iterable[str]) -> Stock:
    stock = Stock()
    for word in words:
        getattr(stock, _shelf(word)).append(word)
    return stock


def join(words: Sequence[str]) -> str:
    """Write words as a text: `.` and `,` stand without a space before them."""
    text = " ".join(words).replace(" ,", ",").replace(" .", ".")
    return text[:1].upper() + text[1:]


def split(text: str) -> list[str]:
    """Take a text apart again; the first word keeps its capital."""
    return text.replace(",", " ,").replace(".", " .").split()


class Composer:
    """Writes one sentence: every choice that the words leave open is the random generator's."""

    def __init__(self, words: Sequence[str], rng: Random) -> None:
        self.rng = rng
        self.stock = _stock(words)
        self.adjectives = self.stock.adjectives
        self.modal = rng.choices(("", "will", "can"), (80, 12, 8))[0]
        self.nouns_left = len(self.stock.animates) + len(self.stock.things) + len(self.stock.places)
        self.first_person = False
        self.tenders = self._tenders()

    def _tenders(self) -> dict[str, list[str]]:
        """Give each adjective a noun that it can stand before."""
        stock = self.stock
        given: dict[str, list[str]] = {}
        lex = lexicon()
        for adjective in list(stock.adjectives):
            state = lex.group_of(adjective) == "state"
            fitting = stock.animates if state else [*stock.things, *stock.animates, *stock.places]
            free = [noun for noun in fitting if len(given.get(noun, ())) < 2]  # noqa: PLR2004
            if free and self.rng.random() < 0.9:  # noqa: PLR2004
                given.setdefault(self.rng.choice(free), []).append(adjective)
                stock.adjectives.remove(adjective)
        return given

    def noun(self, noun: str) -> tuple[tuple[str, ...], bool]:
        """Return a noun phrase, and whether it is plural."""
        lex, rng = lexicon(), self.rng
        group = lex.group_of(noun)
        adjectives = tuple(self.tenders.pop(noun, ()))
        if group in MASS:
            return ((rng.choice(("the", "the", "some")), *adjectives, noun), False)
        if noun in {"sun", "moon", "rain", "snow", "wind", "king", "queen"} or group == "place":
            return ((rng.choices(("the", "a"), (9, 1 if adjectives else 0))[0], *adjectives, noun), False)
        if noun in {"mom", "dad", "mother", "father", "grandmother", "grandfather"}:
            return ((rng.choice(("my", "my", "her", "his", "our")), *adjectives, noun), False)
        if rng.random() < 0.12:  # noqa: PLR2004
            return ((rng.choice(("the", "the", "two", "some")), *adjectives, lex.plural(noun)), True)
        return ((rng.choices(("the", "a", "my", "his", "her"), (62, 22, 8, 4, 4))[0], *adjectives, noun), False)

    def finite(self, verb: str, *, plural: bool) -> tuple[str, ...]:
        """Return the verb as the subject wants it."""
        often = (self.stock.oftens.pop(),) if self.stock.oftens else ()
        if self.modal:
            base = {"is": "be", "has": "have", "goes": "go", "gets": "get"}.get(verb, verb)
            return (self.modal, *often, base)
        if verb in {"is", "has", "goes", "gets"}:
            form = {"is": "are", "has": "have", "goes": "go", "gets": "get"}[verb] if plural else verb
            form = "am" if form == "are" and self.first_person else form
            return (form, *often) if verb == "is" else (*often, form)
        return (*often, verb if plural else lexicon().third_person(verb))

    def subject(self) -> tuple[list[Chunk], bool]:
        """Return the subject, and whether it is plural."""
        stock, rng = self.stock, self.rng
        self.first_person = False
        if stock.animates:
            words, plural = self.noun(stock.animates.pop(0))
            chunks = [Chunk(words)]
            if len(stock.animates) + 1 > len(stock.verbs) + 1 and rng.random() < 0.4:  # noqa: PLR2004
                more, _ = self.noun(stock.animates.pop(0))
                return [*chunks, Chunk(("and", *more))], True
            return chunks, plural
        pronoun = rng.choice(PRONOUNS)
        self.first_person = pronoun == "I"
        return [Chunk((pronoun,))], pronoun in PLURAL_PRONOUNS

    def objects(self, verb: str, *, last: bool) -> list[Chunk]:
        """Return what the verb is done to."""
        stock, group = self.stock, lexicon().group_of(verb)
        wanted = OBJECT_GROUPS.get(group, ())
        pool = stock.things if group != "meet" or not stock.animates else stock.animates
        fitting = [w for w in pool if lexicon().group_of(w) in wanted or (group == "read" and w in TEXTS)] or pool
        chunks: list[Chunk] = []
        if fitting and group in TAKES_OBJECT:
            noun = fitting[0]
            pool.remove(noun)
            chunks.append(Chunk(self.noun(noun)[0]))
            if last and pool is stock.things and stock.things and self.rng.random() < 0.7:  # noqa: PLR2004
                chunks.append(Chunk(("and", *self.noun(stock.things.pop(0))[0]), loose=True))
        elif group in TRANSITIVE:
            chunks.append(Chunk((self.rng.choice(("it", "it", "them")) if group != "meet" else "them",)))
        if group == "give" and stock.animates:
            chunks.append(Chunk(("to", *self.noun(stock.animates.pop(0))[0]), loose=True))
        return chunks

    def tail(self, verb: str) -> list[Chunk]:
        """Return every phrase that is left for the end of the sentence."""
        stock, chunks = self.stock, []
        if stock.manners:
            chunks.append(Chunk((" and ".join(stock.manners),), loose=True))
        for count, noun in enumerate([*stock.animates, *stock.things]):
            chunks.append(Chunk((("with", "and", "near", "and")[count % 4], *self.noun(noun)[0]), loose=True))
        chunks += [self.place(noun, verb, near=i > 0) for i, noun in enumerate(stock.places)]
        chunks += [Chunk(phrase_for(noun), loose=True) for noun in stock.times]
        chunks += [Chunk((word,), loose=True) for word in (*stock.oftens, *stock.whens)]
        return chunks

    def place(self, noun: str, verb: str, *, near: bool = False) -> Chunk:
        """Return where it happens, or where it goes."""
        preposition = phrase_for(noun)[0]
        if near:
            preposition = "near"
        elif lexicon().group_of(verb) == "move" and self.rng.random() < 0.5:  # noqa: PLR2004
            preposition = "to"
        return Chunk((preposition, *self.noun(noun)[0]), loose=True)

    def front(self) -> list[Chunk]:
        """Return a time that opens the sentence, sometimes."""
        stock = self.stock
        if stock.times and self.rng.random() < 0.3:  # noqa: PLR2004
            return [Chunk((*phrase_for(stock.times.pop(0)), ","), loose=True)]
        if stock.whens and self.rng.random() < 0.4:  # noqa: PLR2004
            return [Chunk((stock.whens.pop(0), ","), loose=True)]
        return []

    def without_verb(self) -> list[Chunk]:
        """Return a sentence that says what is, or who has what."""
        stock = self.stock
        if not stock.animates and (stock.things or (stock.places and not stock.manners)):
            shelf = stock.things or stock.places
            words, plural = self.noun(shelf.pop(0))
            chunks = [Chunk(words)]
            while stock.things:
                chunks.append(Chunk(("and", *self.noun(stock.things.pop(0))[0])))
                plural = True
            return [*chunks, *self.being(plural=plural), *self.tail("is")]
        chunks, plural = self.subject()
        being = self.being(plural=plural) if stock.adjectives else []
        if being and (stock.things or stock.manners):
            chunks += [*being, Chunk(("and",))]
        if stock.things:
            chunks.append(Chunk(self.finite("gets" if stock.manners else "has", plural=plural)))
            chunks.append(Chunk(self.noun(stock.things.pop(0))[0]))
            if stock.things:
                chunks.append(Chunk(("and", *self.noun(stock.things.pop(0))[0]), loose=True))
            return [*chunks, *self.tail("has")]
        if stock.manners:
            return [*chunks, Chunk(self.finite("goes", plural=plural)), *self.tail("run")]
        return [*chunks, *(being or self.being(plural=plural)), *self.tail("is")]

    def being(self, *, plural: bool) -> list[Chunk]:
        """Return `is` with the adjectives that are left."""
        chunks = [Chunk(self.finite("is", plural=plural))]
        left, self.stock.adjectives[:] = list(self.stock.adjectives), []
        if left:
            chunks.append(Chunk((" and ".join(left),), loose=True))
        elif not (self.stock.animates or self.stock.things or self.stock.places):
            chunks.append(Chunk(("here",)))
        return chunks

    def clauses(self) -> list[Chunk]:
        """Return one clause a verb; a clause without its own subject shares the one before."""
        stock, chunks, plural = self.stock, [], False
        verbs = list(stock.verbs)
        for index, verb in enumerate(verbs):
            stock.verbs.pop(0)
            if index == 0 or (stock.animates and self.rng.random() < 0.6):  # noqa: PLR2004
                subject, plural = self.subject()
                chunks += [Chunk((self.rng.choice(("and", "and", "while")),))] if index else []
                chunks += subject
                if stock.adjectives and index == 0:
                    chunks += [*self.being(plural=plural), Chunk(("and",))]
            else:
                chunks.append(Chunk(("and",)))
            chunks.append(Chunk(self.finite(verb, plural=plural)))
            chunks += self.objects(verb, last=index == len(verbs) - 1)
        return chunks + self.tail(verbs[-1])

    def sentence(self) -> list[Chunk]:
        """Return the whole sentence."""
        front = self.front()
        chunks = self.clauses() if self.stock.verbs else self.without_verb()
        return _articles([*front, *chunks, Chunk((".",))])


def phrase_for(noun: str) -> tuple[str, ...]:
    """Return the plainest phrase that brings a place or a time into a sentence."""
    if lexicon().group_of(noun) == "time":
        preposition = next((p for p, nouns in TIMES.items() if noun in nouns), "in")
        return (preposition, noun) if preposition != "in" else ("in", "the", noun)
    return (next((p for p, nouns in PLACES.items() if noun in nouns), "in"), "the", noun)


def _articles(chunks: Sequence[Chunk]) -> list[Chunk]:
    flat = [tuple(" ".join(chunk.words).split()) for chunk in chunks]
    following = [*[words[0] for words in flat[1:]], "."]
    mended = []
    for chunk, words, after in zip(chunks, flat, following, strict=True):
        pairs = zip(words, (*words[1:], after), strict=True)
        mended.append(Chunk(tuple("an" if a == "a" and b[0] in VOWELS else a for a, b in pairs), chunk.loose))
    return mended


def compose(words: Sequence[str], rng: Random) -> list[Chunk]:
    """Return a sentence whose content words are exactly the given ones.

    Raises:
        ValueError: The grammar has no sentence for them.
    """
    shuffled = list(words)
    for _ in range(TRIES):
        rng.shuffle(shuffled)
        chunks = Composer(shuffled, rng).sentence()
        written = {part for chunk in chunks for part in chunk.words}
        if all(written.intersection(lexicon().forms(word)) for word in words):
            return chunks
    raise ValueError(f"no sentence for {', '.join(words)}")
