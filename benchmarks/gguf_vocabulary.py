"""A made-up vocabulary of any size, in which every word is one token and is found again in any text."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHATML", "SPECIALS", "MadeVocabulary", "made_vocabulary"]

CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxz", "aeiouy"
SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
FIXED = (
    "system", "user", "assistant", "problems", "problem", "where", "fix", "score", "true", "false", "null",
    '{"', '":', '",', '[{"', '"}', "[]", "]}", "},", ": ", ", ", "\n\n",
)  # fmt: skip
"""Words of chat templates and JSON: the only tokens of more than a byte that do not begin with a blank.

None opens a string and ends it: a chained model would write empty ones under a schema.
"""

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@dataclass(frozen=True)
class MadeVocabulary:
    """The tokens of a byte-level BPE, and a fixed order of its words.

    Args:
        tokens: In GPT-2's letters: the bytes, the fixed words, the made words, the control tokens.
        merges: What makes a token of two.
        words: Ids of the made words, which begin with a blank.
    """

    tokens: tuple[str, ...]
    merges: tuple[str, ...]
    words: range

    @cached_property
    def chain(self) -> tuple[int, ...]:
        """All words in an order that looks like chance; what follows the last is the first."""
        return tuple(np.random.default_rng(0).permutation(np.array(self.words)).tolist())

    @cached_property
    def entries(self) -> dict[int, int]:
        """For each token that is no word and no control token: the place in the chain where it leads."""
        begun = self.words.start
        stride = len(self.words) // begun
        return {token: token * stride for token in range(begun)}

    @cached_property
    def _places(self) -> dict[int, int]:
        return {token: place + 1 for place, token in enumerate(self.chain)} | self.entries

    def after(self, token: int, count: int) -> tuple[int, ...]:
        """Return the tokens that a chained model writes after a token."""
        place = self._places[token]
        return tuple(self.chain[at % len(self.chain)] for at in range(place, place + count))

    def bytes_of(self, ids: tuple[int, ...]) -> bytes:
        """Return what tokens stand for; control tokens for nothing."""
        letters = {letter: byte for byte, letter in enumerate(_byte_letters())}
        plain = (token for token in ids if token < self.words.stop)
        return bytes(letters[letter] for token in plain for letter in self.tokens[token])


@lru_cache(maxsize=4)
def made_vocabulary(size: int) -> MadeVocabulary:
    """Return the vocabulary of a size; the same one each time.

    Raises:
        ValueError: The size is too small for the fixed tokens, or larger than words can be made.
    """
    letters = _byte_letters()
    fixed, late = _prefixes(letters)
    room = size - len(letters) - len(fixed) - len(SPECIALS)
    blank = letters[ord(" ")]
    words = list(itertools.islice(_words(), room))
    if room <= len(letters) + len(fixed) or len(words) < room:
        raise ValueError(f"a vocabulary of {size} tokens cannot be made")
    # The words' merges come first, so that no fixed word takes a letter away from them.
    merges = [f"{blank}{word[:-1]} {word[-1]}" for word in words]
    begun = len(letters) + len(fixed)
    tokens = (*letters, *fixed, *(blank + word for word in words), *SPECIALS)
    return MadeVocabulary(tokens, (*merges, *late), range(begun, begun + room))


def _words() -> Iterator[str]:
    """Yield `b`, `c` … `ba` … `bab` …: consonants and vowels in turn, each with its prefixes before it."""
    for length in range(1, 7):
        kinds = [CONSONANTS if place % 2 == 0 else VOWELS for place in range(length)]
        yield from ("".join(parts) for parts in itertools.product(*kinds))


def _prefixes(letters: list[str]) -> tuple[list[str], list[str]]:
    tokens: dict[str, None] = {}
    merges: dict[str, None] = {}
    for word in FIXED:
        parts = [letters[byte] for byte in word.encode()]
        for end in range(1, len(parts)):
            tokens["".join(parts[: end + 1])] = None
            merges[f"{''.join(parts[:end])} {parts[end]}"] = None
    return list(tokens), list(merges)


def _byte_letters() -> list[str]:
    """Return GPT-2's letter for each byte."""
    plain = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    extra = iter(range(0x100, 0x200))
    return [chr(byte) if byte in plain else chr(next(extra)) for byte in range(256)]
