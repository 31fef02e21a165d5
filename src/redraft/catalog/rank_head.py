"""The ranking head of a model: how what it makes of a query and a document becomes numbers.

Where a file says that it ranks and has no fitting head, llama.cpp takes what stands in its memory for scores, or gives
one constant. So the header is asked first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn

from redraft.catalog.kinds import RANK, require_model
from redraft.catalog.lora import tensors_of
from redraft.errors import ModelFileError

if TYPE_CHECKING:
    from redraft.catalog.header import GGUFHeader

__all__ = ["Activation", "RankHead", "rank_head"]

Activation = Literal["none", "tanh", "softmax"]
"""What llama.cpp puts the head's numbers through."""

_HEADS: dict[str, tuple[str, Activation]] = {
    "bert": ("cls.output.weight", "none"),
    "modern-bert": ("cls.output.weight", "none"),
    "neo-bert": ("cls.output.weight", "none"),
    "jina-bert-v2": ("cls.weight", "tanh"),
    "qwen3": ("cls.output.weight", "softmax"),
    "qwen3vl": ("cls.output.weight", "softmax"),
}
"""The architectures for which llama.cpp loads a head: the tensor that gives its numbers, and what follows it."""

_DECODERS = frozenset({"qwen3", "qwen3vl"})
_MEAN = 1
"""The classifier pooling that takes the mean of all tokens, where others take one."""

_TEMPLATE = "tokenizer.chat_template.rerank"
_MEND = "Convert it again, from a model for sequence classification."


@dataclass(frozen=True, slots=True)
class RankHead:
    """What a model gives for a query and a document.

    Args:
        outputs: How many numbers.
        labels: What they are called; empty where there is one number without a name.
        activation: What they have been put through: `softmax` makes them probabilities.
        context: Most tokens of a query and a document together.
        heads: Attention heads of a layer.
        in_parts: Whether it reads from left to right, so that a text can be computed in several steps.
        template: How the two stand in one text, with `{query}` and `{document}`; None for token by token as in BERT.
    """

    outputs: int
    labels: tuple[str, ...]
    activation: Activation
    context: int
    heads: int
    in_parts: bool
    template: str | None


def rank_head(header: GGUFHeader) -> RankHead:
    """Return the head of a model that scores texts.

    Raises:
        ModelFileError: The file holds another kind of model, or one whose head llama.cpp would not compute rightly.
    """
    require_model(header)
    _require_ranking(header)
    arch = header.architecture
    if arch not in _HEADS:
        _refuse(header, f"llama.cpp computes no scores with a model of the kind '{arch}'", "Name another reranker.")
    activation, outputs = _HEADS[arch][1], _outputs(header)
    if activation == "softmax" and outputs < 2:  # noqa: PLR2004 - the softmax of one number is 1
        _refuse(header, "its head has one output, which llama.cpp makes 1 for every text", _MEND)
    if not header.context_length or header.context_length < 1:
        _refuse(header, "it does not say how many tokens it reads (context_length)", _MEND)
    return RankHead(
        outputs=outputs,
        labels=header.labels,
        activation=activation,
        context=header.context_length,
        heads=max(_number(header, "attention.head_count", 1), 1),
        in_parts=_reads_on(header),
        template=_template(header),
    )


def _require_ranking(header: GGUFHeader) -> None:
    if header.pooling > RANK:
        _refuse(header, f"its pooling_type {header.pooling} is unknown", "Convert the model again.")
    if header.pooling == RANK:
        return
    if header.pooling:
        what = "it is an embedding model and gives no scores"
    else:
        what = "it is no reranker: it has no head that scores texts (its pooling_type is not rank)"
    mend = "Name a reranker or reward model; to have a chat model judge, name an agent in place of the scorer."
    _refuse(header, what, mend)


def _outputs(header: GGUFHeader) -> int:
    """Return how many numbers the head gives."""
    name = _HEADS[header.architecture][0]
    tensor = tensors_of(header).get(name)
    if tensor is None:
        _refuse(header, f"its head is missing (the tensor {name}), so it has no scores to give", _MEND)
    outputs = tensor.shape[1] if len(tensor.shape) > 1 else 1
    if outputs != max(len(header.labels), 1):
        named = f"{len(header.labels)} labels" if header.labels else "no labels"
        _refuse(header, f"its head has {outputs} outputs and {named}", _MEND)
    return outputs


def _reads_on(header: GGUFHeader) -> bool:
    causal = header.metadata.get(f"{header.architecture}.attention.causal", True)
    pools = _number(header, "classifier.pooling_type", 0)
    return header.architecture in _DECODERS and causal is not False and pools != _MEAN


def _template(header: GGUFHeader) -> str | None:
    template = header.metadata.get(_TEMPLATE)
    if not isinstance(template, str) or not template.strip():
        return None
    missing = next((name for name in ("{query}", "{document}") if name not in template), None)
    if missing:
        _refuse(header, f"its template for reranking leaves out {missing}", _MEND)
    return template


def _number(header: GGUFHeader, key: str, default: int) -> int:
    value = header.metadata.get(f"{header.architecture}.{key}", default)
    return value if isinstance(value, int) else default


def _refuse(header: GGUFHeader, what: str, mend: str) -> NoReturn:
    raise ModelFileError(what, where=str(header.path), mend=mend)
