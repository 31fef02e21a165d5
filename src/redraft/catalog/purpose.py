"""What a GGUF file is good for: to write text, to embed it, to score it, or nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.catalog.kinds import RANK, require_embedder, require_generator
from redraft.catalog.rank_head import rank_head
from redraft.errors import ModelFileError

if TYPE_CHECKING:
    from redraft.catalog.header import GGUFHeader

__all__ = ["purpose"]

_SCORES = {"scores texts for the evaluator judge; does not chat": rank_head}
_OTHERS = {"writes text": require_generator, "embeds texts; does not chat": require_embedder}


def purpose(header: GGUFHeader) -> str:
    """Return in words what redraft can use a file for."""
    refused = ""
    for use, require in (_SCORES if header.pooling == RANK else _OTHERS).items():
        try:
            require(header)
        except ModelFileError as error:
            refused = error.what
        else:
            return use
    return f"nothing: {refused}"
