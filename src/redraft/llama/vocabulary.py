"""A model's vocabulary: text to token ids, where only special text may become control tokens."""

from __future__ import annotations

import ctypes
import re
from functools import cached_property, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from redraft.llama.native.library import library

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from redraft.llama.interface import Piece

__all__ = ["Vocabulary"]

SEGMENT = 8_000
"""Characters tokenised at a time: some of llama.cpp's splitters recurse at each character and overrun the stack."""

GUARD = "\n"
"""Put before a text whose first word must not get the space that SentencePiece puts at the beginning of a text."""

_MARKER = re.compile(r"<[^<>\s]{1,60}>|\[[A-Z_/]{1,60}\]", re.DOTALL)


class Vocabulary:
    """Text to tokens, tokens to bytes.

    Args:
        pointer: llama.cpp's vocabulary; its model must stay loaded.
        metadata: The model file's metadata.
    """

    def __init__(self, pointer: Any, metadata: Mapping[str, str]) -> None:
        self._api = library()
        self.pointer = pointer
        self.size: int = self._api.llama_vocab_n_tokens(pointer)
        self.bos: int = self._api.llama_vocab_bos(pointer)
        self.eos: int = self._api.llama_vocab_eos(pointer)
        self._add_bos: bool = self._api.llama_vocab_get_add_bos(pointer)
        spaced = metadata.get("tokenizer.ggml.add_space_prefix", "true") == "true"
        self.prefixes_space = metadata.get("tokenizer.ggml.model") == "llama" and spaced
        # Caches of the object's own: one on the class would keep every vocabulary that was ever loaded.
        self._encode = lru_cache(maxsize=8)(self._encode_pieces)
        self._bytes = lru_cache(maxsize=65_536)(self._piece)
        self._containing = lru_cache(maxsize=8)(self._containing_one)

    @cached_property
    def ends(self) -> frozenset[int]:
        """The tokens that end a generation."""
        return frozenset(self._where(self._api.llama_vocab_is_eog))

    @cached_property
    def barred(self) -> NDArray[np.intp]:
        """The tokens that are never sampled: control tokens that do not end a generation, unknown and unused ones."""
        barred = self._api.LLAMA_TOKEN_ATTR_CONTROL | self._api.LLAMA_TOKEN_ATTR_UNKNOWN
        barred |= self._api.LLAMA_TOKEN_ATTR_UNUSED
        found = [token for token in range(self.size) if self.attribute(token) & barred and token not in self.ends]
        return np.array(found, dtype=np.intp)

    @cached_property
    def specials(self) -> dict[str, int]:
        """The control and user-defined tokens, by the text that stands for each in a template."""
        marked = self._api.LLAMA_TOKEN_ATTR_CONTROL | self._api.LLAMA_TOKEN_ATTR_USER_DEFINED
        tokens = (token for token in range(self.size) if self.attribute(token) & marked)
        texts = (
            (self._api.llama_vocab_get_text(self.pointer, token).decode(errors="replace"), token) for token in tokens
        )
        return {text: token for text, token in texts if text}

    @cached_property
    def markers(self) -> frozenset[str]:
        """The texts of user-defined tokens that look like markers, such as `<tool_call>`.

        llama.cpp finds user-defined tokens in plain text too, so these are kept apart by hand.
        """
        defined = self._api.LLAMA_TOKEN_ATTR_USER_DEFINED
        tokens = (token for token in range(self.size) if self.attribute(token) & defined)
        texts = (self._api.llama_vocab_get_text(self.pointer, token).decode(errors="replace") for token in tokens)
        return frozenset(text for text in texts if _MARKER.fullmatch(text))

    @cached_property
    def _marker_begun(self) -> re.Pattern[str]:
        tails = (re.escape(marker[1:]) for marker in sorted(self.markers))
        return re.compile(rf"[<\[](?={'|'.join(tails)})")

    def containing(self, texts: Sequence[str]) -> frozenset[int]:
        """Return the tokens whose text holds one of some texts."""
        return self._containing(tuple(texts))

    def _containing_one(self, texts: tuple[str, ...]) -> frozenset[int]:
        sought = [text.encode() for text in texts]
        tokens = ((token, self._piece(token, special=False)) for token in range(self.size))
        return frozenset(token for token, data in tokens if any(text in data for text in sought))

    @cached_property
    def pieces(self) -> tuple[bytes, ...]:
        """The bytes of every token, as `bytes_of` gives them: at once, for what reads the whole vocabulary."""
        room = 256
        # One buffer for all: to make one for each token takes longer than the calls.
        buffer: Any = ctypes.create_string_buffer(room)
        read, pointer = self._api.llama_token_to_piece, self.pointer
        lengths = (read(pointer, token, buffer, room, 0, False) for token in range(self.size))  # noqa: FBT003
        return tuple(
            buffer[:length] if length >= 0 else self._piece(token, special=False)
            for token, length in enumerate(lengths)
        )

    def attribute(self, token: int) -> int:
        """Return llama.cpp's attribute bits of a token."""
        return int(self._api.llama_vocab_get_attr(self.pointer, token))

    def is_control(self, token: int) -> bool:
        """Return whether a token is a control token."""
        return bool(self._api.llama_vocab_is_control(self.pointer, token))

    def text_of(self, token: int) -> str:
        """Return a token's own text, control tokens included; empty where there is no such token."""
        return self._piece(token, special=True).decode(errors="replace") if token >= 0 else ""

    def bytes_of(self, token: int) -> bytes:
        """Return the bytes that a token stands for; none for a control token."""
        return self._bytes(token, special=False)

    def encode(self, pieces: Sequence[Piece]) -> tuple[int, ...]:
        """Return the tokens of a prompt, with the beginning-of-sequence token where the model wants one."""
        return self._encode(tuple(pieces))

    def _encode_pieces(self, pieces: tuple[Piece, ...]) -> tuple[int, ...]:
        ids: list[int] = []
        runs = groupby(pieces, key=lambda piece: (bool(piece.ids), piece.special))
        for (given, special), run in runs:
            if given:
                ids += [token for piece in run for token in piece.ids]
                continue
            text = "".join(piece.text for piece in run)
            ids += self.tokens_of(text, special=special, start=not ids)
        if self._add_bos and self.bos >= 0 and ids[:1] != [self.bos]:
            ids.insert(0, self.bos)
        return tuple(ids)

    def tokens_of(self, text: str, *, special: bool = False, start: bool = False) -> list[int]:
        """Return the tokens of a text.

        Args:
            text: The text; a lone surrogate becomes a question mark.
            special: Whether control tokens that are written in it are taken as such.
            start: Whether a prompt begins with it.
        """
        ids: list[int] = []
        for segment in _segments(text):
            for part in [segment] if special else self._apart(segment):
                ids += self._tokenise(part, special=special, start=start and not ids)
        return ids

    def _apart(self, text: str) -> Iterator[str]:
        """Cut a plain text behind the first character of each marker that it holds, one inside another included."""
        begin = 0
        for match in self._marker_begun.finditer(text) if self.markers else ():
            yield text[begin : match.end()]
            begin = match.end()
        yield text[begin:]

    def _tokenise(self, text: str, *, special: bool, start: bool) -> list[int]:
        if not text:
            return []
        if start or not self.prefixes_space:
            return self._call(text, special=special)
        guarded, guard = self._call(GUARD + text, special=special), self._call(GUARD, special=False)
        held = guarded[: len(guard)] == guard
        return guarded[len(guard) :] if held else self._call(text, special=special)

    def _call(self, text: str, *, special: bool) -> list[int]:
        data = text.encode(errors="replace")
        room = len(data) + 8
        buffer = (self._api.llama_token * room)()
        count = self._api.llama_tokenize(self.pointer, data, len(data), buffer, room, False, special)  # noqa: FBT003
        if count < 0:
            buffer = (self._api.llama_token * -count)()
            count = self._api.llama_tokenize(self.pointer, data, len(data), buffer, -count, False, special)  # noqa: FBT003
        return list(buffer[:count])

    def _piece(self, token: int, *, special: bool) -> bytes:
        room = 64
        while True:
            buffer = ctypes.create_string_buffer(room)
            length = self._api.llama_token_to_piece(self.pointer, token, buffer, room, 0, special)
            if length >= 0:
                return buffer.raw[:length]
            room = -length

    def _where(self, holds: Any) -> list[int]:
        return [token for token in range(self.size) if holds(self.pointer, token)]


def _segments(text: str) -> Iterator[str]:
    begin = 0
    while len(text) - begin > SEGMENT:
        cut = max(text.rfind(blank, begin + 1, begin + SEGMENT) for blank in (" ", "\n"))
        end = cut if cut > begin else begin + SEGMENT
        yield text[begin:end]
        begin = end
    yield text[begin:]
