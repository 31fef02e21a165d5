"""Kinds of GGUF files: models that write text, models that embed it, and parts of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from redraft.errors import ModelFileError

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.catalog.header import GGUFHeader

__all__ = ["RANK", "require_embedder", "require_generator", "require_model"]

_ENCODERS = frozenset(
    {"bert", "modern-bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "eurobert", "jina-bert-v2", "jina-bert-v3"}
    | {"t5encoder", "gemma-embedding", "clip", "wavtokenizer-dec"}
)
_NOT_TEXT = frozenset({"clip", "t5encoder", "wavtokenizer-dec"})
"""Encoders whose texts cannot be embedded here."""

RANK = 4
"""The pooling type of models that judge pairs of texts; llama.cpp ends the process at one that it does not know."""

_NO_VOCABULARIES = frozenset({"no_vocab", "none"})
"""What stands for a tokenizer in a file without one; llama.cpp ends the process when it is asked for a token's text."""


def require_generator(header: GGUFHeader) -> None:
    """Make sure that a file holds a model that writes text.

    Raises:
        ModelFileError: It is a vocabulary, an embedding model, an adapter or another part of a model.
    """
    require_model(header)
    if header.pooling == RANK:
        mend = "Name it as the `scorer` of the evaluator `judge`, and here a model that generates."
        _refuse(header.path, "it is a reranker: it scores texts and cannot write any", mend)
    if header.architecture in _ENCODERS or header.pooling:
        _refuse(header.path, "it is an embedding model and cannot write text", "Name a model that generates.")


def require_embedder(header: GGUFHeader) -> None:
    """Make sure that a file holds a model that texts can be embedded with: one made for it, or one that generates.

    Raises:
        ModelFileError: It is a vocabulary, a reranker, an adapter or another part of a model.
    """
    require_model(header)
    if header.architecture in _NOT_TEXT:
        _refuse(header.path, f"a model of the kind '{header.architecture}' cannot embed texts here", "Name another.")
    if header.pooling == RANK:
        _refuse(header.path, "it is a reranker and gives no embeddings", "Name an embedding model.")
    if header.pooling > RANK:
        _refuse(header.path, f"its pooling_type {header.pooling} is unknown", "Convert the model again.")


def require_model(header: GGUFHeader) -> None:
    """Make sure that a file holds a whole model, whatever it is made for.

    Raises:
        ModelFileError: It is a vocabulary, an adapter or another part of a model.
    """
    path, kind = header.path, header.metadata.get("general.type", "model")
    if kind == "adapter":
        _refuse(path, "it is a LoRA adapter, not a model", "Name the model that it belongs to.")
    if kind == "mmproj" or header.architecture == "clip":
        _refuse(path, "it is the image part of a model, not a model", "Name the model that it belongs to.")
    if not header.architecture:
        _refuse(path, "it names no architecture")
    if not header.has_weights:
        _refuse(path, "it holds a vocabulary and no weights", "Name a whole model.")
    if header.metadata.get("tokenizer.ggml.model") in _NO_VOCABULARIES:
        _refuse(path, "it has no vocabulary, so no text can be read or written", "Convert it with its tokenizer.")
    if header.metadata.get("split.no", 0):
        _refuse(path, "it is a later part of a split model", "Name the first part.")


def _refuse(path: Path, what: str, mend: str | None = None) -> NoReturn:
    raise ModelFileError(what, where=str(path), mend=mend)
