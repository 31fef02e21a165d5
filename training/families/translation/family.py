"""The family: translations of short sentences, checked by a base of terms."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, ClassVar

from redraft.task import Draft, Score
from redraft_translate.accepted import plain
from training.families.differences import likeness
from training.families.family import Family, Item
from training.families.translation.chinese import in_chinese
from training.families.translation.clause import Saying, draw
from training.families.translation.english import in_english
from training.families.translation.faults import spoil
from training.families.translation.lexicon import NUMBERS, PLACEHOLDERS, Noun, lexicon, plural
from training.families.translation.meaning import apart
from training.families.translation.scoring import Scoring
from training.families.translation.terms import term_base
from training.families.translation.text import chinese_words, is_chinese, join, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from redraft.task import Task

__all__ = ["Translation"]

MOST_REFERENCES, MOST_WORDS = 48, 26
LAID_DOWN, INVENTED, MANY_TERMS = 0.52, 0.5, 2
USUAL = 0.7
SOUND, ASTRAY, UNHEEDED, LEFT = 0.08, 0.03, 0.45, 0.02
NEAR, UNLIKE = 8, 0.34
ONSETS, VOWELS, CODAS = "bdfgklmnprstvz", "aiou", ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "t")
SYLLABLES = "阿巴达迪多菲卡科拉洛米莫娜诺萨塔"
PHRASES = (
    "Translate into Chinese:",
    "Translate into English:",
    '- "',
    '" is missing\n',
    '" must be translated as "',
    '", which the draft lacks\n',
    '", which the draft lacks; the draft leaves it as it is\n',
    '" or "',
    "- the number",
    ' is missing ("',
    ' is not in the source ("',
    '")\n',
    '" is not in the source\n',
    '- Latin letters in a text for readers of Chinese: "',
    '- Han letters in a text for readers of English: "',
)
SMALL_WORDS = (
    "the", "a", "an", "one", "this", "that", "these", "those", "many", "of", "to", "in", "at", "on", "by", "and",
    "but", "does", "do", "did", "not", "will", "want", "wants", "every", "often", "always",
)  # fmt: skip


class Translation(Family):
    """Short sentences, English into Chinese and Chinese into English."""

    name: ClassVar[str] = "translation"
    graph: ClassVar[str] = "phrases"
    listed: ClassVar[bool] = True  # a Chinese sentence has no spaces, and would be a token as it stands
    phrases: ClassVar[tuple[str, ...]] = PHRASES

    @cached_property
    def words(self) -> tuple[str, ...]:  # type: ignore[override]
        """Every word of both languages, and the characters of invented terms."""
        return tuple(_words())

    @cached_property
    def _scoring(self) -> Scoring:
        return Scoring(self.uses)

    def texts(self) -> Iterator[str]:
        """Yield English words as they begin a sentence, and forms that are more than their word and an ending."""
        lex = lexicon()
        starts = (*SMALL_WORDS, *lex.pronouns, *lex.possessives, *(english for english, _ in NUMBERS.values()))
        for word in (*starts, "yesterday", "today", "tomorrow"):
            yield from (f" {word[:1].upper()}{word[1:]}", word[:1].upper() + word[1:])
        yield from ("。", "，", "s", "es", "ed")
        nouns = ((noun.english, noun.plural) for noun in lex.nouns.values())
        verbs = ((verb.english, form) for verb in lex.verbs.values() for form in (verb.third, verb.past))
        yield from (f" {form}" for word, form in (*nouns, *verbs) if not form.startswith(word))

    def sample(self, rng: Random, *, kept_back: bool = False) -> Item:
        """Draw a sentence, a direction, and perhaps terms that are laid down for it."""
        while True:
            item = self._drawn(rng)
            if item is not None and self.held_out(item) == kept_back:
                return item

    def _drawn(self, rng: Random) -> Item | None:
        """Draw a task; None where the sentence is long, has very many translations, or can be read in two ways."""
        saying, into_chinese = draw(rng), rng.random() < 0.5  # noqa: PLR2004
        if into_chinese and _is_ambiguous(saying):
            return None
        laid_down = _laid_down(saying, rng, into_chinese=into_chinese)
        there = saying.renamed({word: _called(noun, term, into_chinese) for word, (noun, term) in laid_down.items()})
        source = (in_english if into_chinese else in_chinese)(saying)[0]
        listed = [*dict.fromkeys((in_chinese if into_chinese else in_english)(there))]
        if len(listed) > MOST_REFERENCES or max(len(split(source)), len(split(listed[0]))) > MOST_WORDS:
            return None
        glossary = {noun.english if into_chinese else noun.chinese: term for noun, term in laid_down.values()}
        language = "Chinese" if into_chinese else "English"
        return Item({"source": source, "language": language, "glossary": glossary}, {"reference": listed})

    def held_out(self, item: Item, *texts: str) -> bool:
        """Whether a noun stands with a verb or an adjective that training never shows it with."""
        return apart((item.inputs["source"], *texts))

    def answers(self, item: Item, rng: Random, count: int) -> list[str]:
        """Return the usual translation, and mostly it again where others are asked for: one is enough to learn."""
        usual, *others = _references(item)
        others = [text for text in others if "'" not in text]
        return [usual, *(usual if not others or rng.random() < USUAL else rng.choice(others) for _ in range(count - 1))]

    def spoiled(self, item: Item, rng: Random) -> str:
        """Return a translation with mistakes: mostly of words, at times of a term that is laid down."""
        while True:
            text = self._spoiled(item, rng)
            if not text.strip() or self.held_out(item) or self.held_out(item, text):
                continue
            return text

    def _spoiled(self, item: Item, rng: Random) -> str:
        chance, text = rng.random(), self.answers(item, rng, 2)[1]
        if chance < SOUND:
            return text
        if chance < SOUND + ASTRAY:
            return str(self.sample(rng).truth["reference"][0])
        if chance < SOUND + ASTRAY + LEFT:
            return str(item.inputs["source"])
        if item.inputs["glossary"] and rng.random() < UNHEEDED:
            return _unheeding(item, text)
        return join(spoil(split(text), rng))

    def scores(self, task: Task, text: str) -> Mapping[str, Score]:
        """Return what the graph's evaluators say of a draft."""
        return self._scoring.of(task, Draft(text=text))

    def is_right(self, item: Item, text: str) -> bool:
        """Whether a draft is one of the accepted translations."""
        return plain(text) in {plain(one) for one in _references(item)}

    def mended(self, item: Item, draft: str, rng: Random) -> str:
        """Return the accepted translation that is most like the draft; the usual one among those that are alike."""
        del rng
        if self.is_right(item, draft):
            return draft
        words = split(draft)
        nearest = sorted(_references(item), key=lambda text: -_shared(words, split(text)))[:NEAR]
        best = max(nearest, key=lambda text: likeness(words, split(text)))
        return best if likeness(words, split(best)) >= UNLIKE else _references(item)[0]

    def rating(self, item: Item, draft: str, target: str) -> int:
        """Return the rating that a draft deserves; one that has next to nothing of the translation gets the least."""
        rated = super().rating(item, draft, target)
        return rated if likeness(split(draft), split(target)) >= UNLIKE else 1

    def split(self, text: str) -> list[str]:
        """Take a text apart into words, Chinese as well."""
        return split(text)

    def join(self, words: Sequence[str]) -> str:
        """Write words as they stand in a text."""
        return join(words)


def _references(item: Item) -> list[str]:
    return list(item.truth["reference"])


def _shared(one: Sequence[str], other: Sequence[str]) -> float:
    """Return how many words two texts share, fewer for each word that one has more than the other."""
    left = list(one)
    shared = 0
    for word in other:
        if word in left:
            left.remove(word)
            shared += 1
    return shared - 0.1 * (len(left) + len(other) - shared)


def _is_ambiguous(saying: Saying) -> bool:
    """Whether English does not tell when it is, as in `they read books`."""
    return any(
        one.verb.past == one.verb.english and not one.negated and not (one.time and len(one.time.tenses) == 1)
        for one in saying.clauses
        if one.tense in {"past", "present"}
    )


def _laid_down(saying: Saying, rng: Random, *, into_chinese: bool) -> dict[str, tuple[Noun, str]]:
    """Draw terms that are laid down for some of the nouns, by their English words."""
    nouns = list({thing.noun.english: thing.noun for thing in saying.things if thing.noun is not None}.values())
    if not nouns or rng.random() >= LAID_DOWN:
        return {}
    chosen = rng.sample(nouns, min(len(nouns), rng.randint(1, MANY_TERMS)))
    return {noun.english: (noun, _term(noun, rng, into_chinese=into_chinese)) for noun in chosen}


def _term(noun: Noun, rng: Random, *, into_chinese: bool) -> str:
    known = lexicon().terms.get(noun.english)
    if known is not None and rng.random() >= INVENTED:
        return known[1] if into_chinese else known[0]
    if into_chinese:
        return "".join(rng.sample(SYLLABLES, 2))
    return rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS)


def _called(noun: Noun, term: str, into_chinese: bool) -> Noun:  # noqa: FBT001
    if into_chinese:
        return replace(noun, chinese=term)
    return replace(noun, english=term, plural=plural(term))


def _unheeding(item: Item, text: str) -> str:
    """Return a translation that says what the model has learned instead of what is laid down."""
    for source, term in item.inputs["glossary"].items():
        usual = term_base()[source]
        known = usual if isinstance(usual, str) else usual[0]
        if is_chinese(term):
            text = text.replace(term, known)
        else:
            noun = lexicon().nouns[known]
            text = text.replace(plural(term), noun.plural).replace(term, known)
    return text


@cache
def _words() -> tuple[str, ...]:
    lex = lexicon()
    english = (
        *SMALL_WORDS, *lex.nouns, *lex.verbs, *lex.adjectives, *lex.places, *lex.pronouns, *lex.possessives,
        "yesterday", "today", "tomorrow", "day", "morning", "evening", *PLACEHOLDERS,
        *(word for word, _ in NUMBERS.values()), *(word for word, _ in lex.terms.values()),
        "glass", "cup", "bowl", "piece", "slice",
    )  # fmt: skip
    return tuple(dict.fromkeys((*english, *SYLLABLES, *sorted(chinese_words()))))
