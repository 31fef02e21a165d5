"""Pairs: a query and a document as the one run of tokens that a ranking model reads.

As llama.cpp's own server builds it, but that no text of a user's becomes a control token or takes another text's place.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from redraft.errors import ModelFileError, UsageError
from redraft.llama.native.library import library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.catalog.rank_head import RankHead
    from redraft.llama.native.model import Model

__all__ = ["Pairs"]

_PLACE = re.compile(r"\{(query|document)\}")


class Pairs:
    """Writes pairs in the form that a model was trained with.

    Args:
        model: The model.
        head: Its head.

    Raises:
        ModelFileError: The model's vocabulary lacks a token that stands between query and document.
    """

    def __init__(self, model: Model, head: RankHead) -> None:
        self._vocabulary = model.vocabulary
        self._template = head.template
        self._begin, self._between, self._end = ([], [], []) if head.template else _frame(model)

    def tokens(self, query: str, document: str) -> list[int]:
        """Return the tokens of a pair.

        Raises:
            UsageError: There are none.
        """
        if self._template is None:
            ids = [*self._begin, *self._plain(query), *self._between, *self._plain(document), *self._end]
        else:
            ids = list(self._filled({"query": query, "document": document}))
        if not ids:
            raise UsageError("an empty query with an empty document has no score")
        return ids

    def _filled(self, texts: dict[str, str]) -> Iterator[int]:
        begun = False
        for part in self._parts:
            if isinstance(part, int):
                yield part
            else:
                # One text with what stands around it: tokens reach over the joints, as they did in training.
                text = _PLACE.sub(lambda found: texts[found[1]], part)
                yield from self._vocabulary.tokens_of(text, start=not begun)
            begun = True

    @cached_property
    def _parts(self) -> list[str | int]:
        """The template, cut at its own control tokens: those as tokens, the rest as text."""
        special = self._vocabulary.specials
        named = sorted(special, key=len, reverse=True)
        cut = re.split(f"({'|'.join(map(re.escape, named))})" if named else "(?!)", self._template or "")
        return [special.get(part, part) for part in cut if part]

    def _plain(self, text: str) -> list[int]:
        return self._vocabulary.tokens_of(text, start=True)


def _frame(model: Model) -> tuple[list[int], list[int], list[int]]:
    """Return the tokens before a query, between it and a document, and behind that."""
    api, pointer, size = library(), model.vocabulary.pointer, model.vocabulary.size
    bos, sep = int(api.llama_vocab_bos(pointer)), int(api.llama_vocab_sep(pointer))
    eos = int(api.llama_vocab_eos(pointer))
    eos = sep if eos < 0 else eos
    begin = [bos] if api.llama_vocab_get_add_bos(pointer) else []
    end = [eos] if api.llama_vocab_get_add_eos(pointer) else []
    between = [*end, *([sep] if api.llama_vocab_get_add_sep(pointer) else [])]
    if not between or not all(0 <= token < size for token in (*begin, *between)):
        what = "its vocabulary has no token that stands between a query and a document"
        raise ModelFileError(what, where=str(model.path), mend="Convert it again, with its tokenizer.")
    return begin, between, end
