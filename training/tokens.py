"""The tokenizer: byte-level BPE in which every word of the lexicon is one token."""

from __future__ import annotations

from collections import Counter
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from redraft_text.everyday.lexicon import lexicon
from training.examples import fixed_texts
from training.families import families
from training.families.sentence.grammar import PRONOUNS
from training.phrases import phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from redraft.task import Message
    from training.families import Family

__all__ = ["END", "PAD", "SPECIALS", "Encoder", "build"]

PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIALS = (PAD, START, END)
GRAMMAR_WORDS = (
    *PRONOUNS, "at", "on", "by", "under", "every", "the", "a", "an", "my", "his", "her", "our", "some", "two", "and",
    "while", "but", "because", "who", "that", "there", "with", "near", "to", "in", "is", "are", "am", "be", "has",
    "have", "will", "can", "something", "someone", "here",
)  # fmt: skip
CRITIQUE_WORDS = (
    "for", "no", "after", "start", "all", "of", "add", "remove", "say", "wrong", "words", "too", "much", "not",
    "complete",
)  # fmt: skip


class Part(NamedTuple):
    """Some text of a prompt: the template's own, which may hold control tokens, or plain."""

    text: str
    special: bool


def _words(family: Family) -> Iterator[str]:
    """Yield every word of a family, with and without a space before it."""
    for word in family.words:
        yield from (f" {word}", word)


def _others() -> Iterator[str]:
    """Yield the text around the words: of prompts, critiques and answers; numbers stay digits."""
    for word in (*GRAMMAR_WORDS, *CRITIQUE_WORDS):
        yield from (f" {word}", word, word.capitalize())
    yield from fixed_texts()


def _split(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    for text in texts:
        for part, _ in splitter.pre_tokenize_str(text):
            yield tuple(part)


def _merged(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    out: list[str] = []
    for symbol in word:
        if out and (out[-1], symbol) == pair:
            out[-1] += symbol
        else:
            out.append(symbol)
    return tuple(out)


def _learned(words: Iterable[tuple[str, ...]], merges: list[tuple[str, str]]) -> None:
    """Go on merging the commonest pair until every word is one token; ties go to the pair that sorts first."""
    left = set(words)
    for pair in merges:
        left = {_merged(word, pair) for word in left}
    while left := {word for word in left if len(word) > 1}:
        pairs = Counter(pair for word in left for pair in pairwise(word))
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        left = {_merged(word, best) for word in left}


def _is_whole(part: str) -> bool:
    """Whether a part of a text may become one token: no number, and no form that only adds letters to a word.

    ` throws` stays ` throw` + `s`, so that copying ` throw` from the task is copying a token.
    """
    return not any(letter.isdigit() for letter in part) and part.removeprefix("Ġ").lower() not in _longer_forms()


@cache
def _longer_forms() -> frozenset[str]:
    lex = lexicon()
    return frozenset(form for word in lex.words for form in lex.forms(word) if form.startswith(word) and form != word)


@cache
def build() -> Tokenizer:
    """Make the tokenizer; the same input gives the same tokenizer.

    The merges of the words come first, family by family: none that another text suggests, such as `e` + `s`, may cut a
    word in two, and a new family does not change how those before it are cut.
    """
    merges: list[tuple[str, str]] = []
    for family in families().values():
        words = [*_words(family)]
        # Where words stand without spaces no merge may reach over two characters: those come first.
        _learned(_split(sorted({sign for word in words for sign in word if not sign.isascii()})), merges)
        _learned(_split(words), merges)
    _learned((word for word in _split(_others()) if _is_whole("".join(word))), merges)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = dict.fromkeys((*SPECIALS, *alphabet, *(a + b for a, b in merges)))
    tokenizer = Tokenizer(models.BPE(vocab={token: index for index, token in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIALS])
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in phrases()])
    return tokenizer


class Encoder:
    """Turns conversations into token ids by the pieces that the engine makes."""

    def __init__(self) -> None:
        self.special = build()
        self.plain = Tokenizer.from_str(self.special.to_str())
        self.plain.encode_special_tokens = True
        vocabulary = self.special.get_vocab()
        self.end, self.pad = vocabulary[END], vocabulary[PAD]
        self._frames: dict[str, list[int]] = {}

    @property
    def twins(self) -> list[tuple[int, int]]:
        """The ids of each word: behind a space, and elsewhere, as behind a quotation mark."""
        words = dict.fromkeys(word for family in families().values() for word in family.words)
        return [(self._id(f" {word}"), self._id(word)) for word in words]

    def _id(self, word: str) -> int:
        (found,) = self.text(word)
        return found

    @cached_property
    def kin(self) -> dict[int, tuple[int, ...]]:
        """For each token that is a word of the lexicon, the tokens of all forms of that word."""
        vocabulary, lex = self.special.get_vocab(), lexicon()
        kin: dict[int, tuple[int, ...]] = {}
        for word in lex.words:
            written = dict.fromkeys(text for form in lex.forms(word) for text in (f"Ġ{form}", form))
            tokens = tuple(vocabulary[text] for text in written if text in vocabulary)
            kin |= dict.fromkeys(tokens, tokens)
        return kin

    @cached_property
    def free(self) -> dict[str, frozenset[int]]:
        """The tokens that a sentence may use at any place but its first, and those that a critique may use."""
        vocabulary = self.special.get_vocab()
        spaced = [f"Ġ{word}" for word in (*GRAMMAR_WORDS, *CRITIQUE_WORDS)]
        sentence = {vocabulary[text] for text in (*spaced[: len(GRAMMAR_WORDS)], ".", ",", "s", "es", END)}
        braces = (phrase for phrase in phrases() if phrase.startswith(('{"', '",', '"}')))
        critique = sentence.union(vocabulary[text] for text in (*spaced, *CRITIQUE_WORDS, *braces, "in", "at"))
        return {"sentence": frozenset(sentence), "critique": frozenset(critique)}

    @property
    def tokens(self) -> list[str]:
        """Every token, in the order of the ids."""
        vocabulary = self.special.get_vocab()
        return sorted(vocabulary, key=lambda token: vocabulary[token])

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return self.special.get_vocab_size()

    def text(self, text: str) -> list[int]:
        """Return the ids of plain text: nothing in it becomes a control token."""
        return self.plain.encode(text).ids

    def frame(self, text: str) -> list[int]:
        """Return the ids of the template's own text."""
        if text not in self._frames:
            self._frames[text] = self.special.encode(text).ids
        return self._frames[text]

    def prompt(self, messages: Sequence[Message]) -> list[int]:
        """Return the ids of a conversation, ready for the assistant's turn."""
        return [i for part in _parts(messages) for i in (self.frame if part.special else self.text)(part.text)]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids, control tokens left out."""
        return self.special.decode(list(ids), skip_special_tokens=True)


def _parts(messages: Sequence[Message]) -> Iterator[Part]:
    before = ""
    for message in messages:
        yield Part(f"{before}{START}{message.role}\n", special=True)
        yield Part(message.content, special=False)
        before = f"{END}\n"
    yield Part(f"{before}{START}assistant\n", special=True)
