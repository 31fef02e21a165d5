"""Write rerankers with random weights, and compute what they give: llama.cpp's scores beside an independent sum.

    python -m benchmarks.gguf_reranker --arch bert OUT

The weights are those of a small model of each architecture, drawn so that scores differ widely; a recipe's `answer`
(`reranker_answer.py`) is what numpy finds that the model's head gives for some tokens.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gguf
import numpy as np

from benchmarks.gguf_vocabulary import CHATML, SPECIALS, made_vocabulary
from benchmarks.reranker_answer import ALIBI, EPSILON, FREQUENCY, HEAD, HEADS, answer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["ARCHITECTURES", "RERANK", "WORDS", "Reranker", "write_reranker"]

ARCHITECTURES = ("bert", "jina-bert-v2", "qwen3")
"""`bert` is what BGE's rerankers are converted to; `jina-bert-v2` gives one number without labels; `qwen3` reads from
left to right, by a template of its own."""

WORDS = ("the", "dog", "cat", "ball", "park", "throws", "sleeps", "in", "a", "red", "blue", "yes", "no", "one", "two")
FRAME = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
UNIGRAM_FRAME = ("<s>", "<pad>", "</s>", "<unk>")
RERANK = "<|im_start|>user\n<Query>: {query}\n<Document>: {document}<|im_end|>\n<|im_start|>assistant\n"
SIZE, HIDDEN, LAYERS = HEAD * HEADS, 64, 2
BPE_SIZE = 1_024


@dataclass(frozen=True)
class Reranker:
    """What to write.

    Args:
        arch: One of `ARCHITECTURES`.
        labels: What its outputs are called; none for one number.
        context: Tokens of a pair that it reads.
        seed: Seed of the weights.
        unigram: Whether `bert` has the vocabulary of XLM-RoBERTa's kind, in place of BERT's own.
    """

    arch: str = "bert"
    labels: tuple[str, ...] = ()
    context: int = 128
    seed: int = 0
    unigram: bool = False

    @property
    def outputs(self) -> int:
        """How many numbers its head gives."""
        return max(len(self.labels), 1)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Its vocabulary."""
        if self.arch == "qwen3":
            return made_vocabulary(BPE_SIZE).tokens
        frame = (*UNIGRAM_FRAME, "\u2581") if self.unigram else FRAME
        return (*frame, *(f"\u2581{word}" for word in WORDS), *"abcdefghijklmnopqrstuvwxyz")

    @cached_property
    def weights(self) -> dict[str, Array]:
        """Its tensors, rows first."""
        random = np.random.default_rng(self.seed)
        return {name: _drawn(random, name, shape) for name, shape in self._shapes().items()}

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {"token_embd.weight": (len(self.tokens), SIZE)}
        if self.arch == "qwen3":
            shapes |= {"output_norm.weight": (SIZE,), "cls.output.weight": (self.outputs, SIZE)}
            return shapes | {f"blk.{at}.{part}": shape for at in range(LAYERS) for part, shape in QWEN3.items()}
        shapes |= {"token_types.weight": (1, SIZE), "token_embd_norm.weight": (SIZE,), "token_embd_norm.bias": (SIZE,)}
        if self.arch == "bert":
            shapes |= {"position_embd.weight": (self.context, SIZE), "cls.weight": (SIZE, SIZE), "cls.bias": (SIZE,)}
            shapes |= {"cls.output.weight": (self.outputs, SIZE), "cls.output.bias": (self.outputs,)}
        else:
            shapes |= {"cls.weight": (1, SIZE), "cls.bias": (1,)}
        return shapes | {f"blk.{at}.{part}": shape for at in range(LAYERS) for part, shape in _bert(self.arch).items()}

    def answer(self, ids: list[int]) -> Array:
        """Return what the head gives for the tokens of a pair."""
        return answer(self.arch, self.weights, ids)


QWEN3 = {
    "attn_norm.weight": (SIZE,),
    "ffn_norm.weight": (SIZE,),
    "attn_q.weight": (SIZE, SIZE),
    "attn_k.weight": (HEAD, SIZE),
    "attn_v.weight": (HEAD, SIZE),
    "attn_q_norm.weight": (HEAD,),
    "attn_k_norm.weight": (HEAD,),
    "attn_output.weight": (SIZE, SIZE),
    "ffn_gate.weight": (HIDDEN, SIZE),
    "ffn_up.weight": (HIDDEN, SIZE),
    "ffn_down.weight": (SIZE, HIDDEN),
}
"""A layer; both heads share one of keys and values."""


def _bert(arch: str) -> dict[str, tuple[int, ...]]:
    """Return the tensors of a layer that reads both ways."""
    shapes: dict[str, tuple[int, ...]] = {}
    for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
        shapes |= {f"{part}.weight": (SIZE, SIZE), f"{part}.bias": (SIZE,)}
    for part in ("attn_output_norm", "layer_output_norm"):
        shapes |= {f"{part}.weight": (SIZE,), f"{part}.bias": (SIZE,)}
    shapes |= {"ffn_up.weight": (HIDDEN, SIZE), "ffn_down.weight": (SIZE, HIDDEN), "ffn_down.bias": (SIZE,)}
    return shapes | ({"ffn_up.bias": (HIDDEN,)} if arch == "bert" else {"ffn_gate.weight": (HIDDEN, SIZE)})


def _drawn(random: np.random.Generator, name: str, shape: tuple[int, ...]) -> Array:
    """Return a tensor: norms around 1, all else around 0, tokens apart."""
    values = random.standard_normal(shape)
    if name.endswith("norm.weight"):
        return (1 + values * 0.2).astype(np.float32)
    # What comes of half floats, by which ggml looks up an activation, stays small beside the rest.
    spread = 1.0 if name.startswith(("token_", "position_")) else 0.1 if "ffn_down" in name else 0.4
    return (values * spread).astype(np.float32)


def write_reranker(path: Path, recipe: Reranker, *, without: str | None = None, **changes: object) -> Path:
    """Write a GGUF.

    Args:
        path: The file.
        recipe: What to write.
        without: A tensor to leave out.
        changes: Metadata to set in place of its own, dots as two underscores; `ARCH` stands for the architecture.
    """
    writer = gguf.GGUFWriter(path, recipe.arch)
    writer.add_name(f"{recipe.arch} reranker")
    _add_shape(writer, recipe)
    if recipe.arch == "qwen3":
        _add_bpe(writer, recipe)
    else:
        (_add_unigram if recipe.unigram else _add_words)(writer, recipe)
    if recipe.labels:
        writer.add_classifier_output_labels(recipe.labels)
    for key, value in changes.items():
        _change(writer, key.replace("__", ".").replace("ARCH", recipe.arch), value)
    for name, values in recipe.weights.items():
        if name != without:
            writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _change(writer: gguf.GGUFWriter, key: str, value: object) -> None:
    for data in writer.kv_data:
        data.pop(key, None)
    adds: dict[type, Any] = {bool: writer.add_bool, int: writer.add_uint32, str: writer.add_string}
    if value is not None:
        adds.get(type(value), writer.add_array)(key, value)


def _add_shape(writer: gguf.GGUFWriter, recipe: Reranker) -> None:
    writer.add_block_count(LAYERS)
    writer.add_context_length(recipe.context)
    writer.add_embedding_length(SIZE)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_pooling_type(gguf.PoolingType.RANK)
    if recipe.arch == "qwen3":
        writer.add_head_count_kv(1)
        writer.add_key_length(HEAD)
        writer.add_value_length(HEAD)
        writer.add_layer_norm_rms_eps(EPSILON)
        writer.add_rope_freq_base(FREQUENCY)
        return
    writer.add_layer_norm_eps(EPSILON)
    writer.add_causal_attention(False)  # noqa: FBT003
    writer.add_token_type_count(1)
    if recipe.arch == "jina-bert-v2":
        writer.add_float32("jina-bert-v2.attention.max_alibi_bias", ALIBI)


def _add_words(writer: gguf.GGUFWriter, recipe: Reranker) -> None:
    writer.add_tokenizer_model("bert")
    writer.add_token_list(recipe.tokens)
    framing = [gguf.TokenType.UNKNOWN if name == "[UNK]" else gguf.TokenType.CONTROL for name in FRAME]
    writer.add_token_types(framing + [gguf.TokenType.NORMAL] * (len(recipe.tokens) - len(FRAME)))
    writer.add_pad_token_id(0)
    writer.add_unk_token_id(1)
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(3)
    writer.add_sep_token_id(3)
    writer.add_add_bos_token(True)  # noqa: FBT003
    writer.add_add_eos_token(True)  # noqa: FBT003
    writer.add_add_sep_token(False)  # noqa: FBT003


def _add_unigram(writer: gguf.GGUFWriter, recipe: Reranker) -> None:
    writer.add_tokenizer_model("t5")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(recipe.tokens)
    writer.add_token_scores([0.0 if name in UNIGRAM_FRAME else -10.0 / len(name) for name in recipe.tokens])
    kinds = dict.fromkeys(UNIGRAM_FRAME, gguf.TokenType.CONTROL) | {"<unk>": gguf.TokenType.UNKNOWN}
    writer.add_token_types([kinds.get(name, gguf.TokenType.NORMAL) for name in recipe.tokens])
    writer.add_add_space_prefix(True)  # noqa: FBT003
    writer.add_bos_token_id(0)
    writer.add_pad_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_sep_token_id(2)
    writer.add_unk_token_id(3)
    writer.add_add_bos_token(True)  # noqa: FBT003
    writer.add_add_eos_token(True)  # noqa: FBT003
    writer.add_add_sep_token(True)  # noqa: FBT003


def _add_bpe(writer: gguf.GGUFWriter, recipe: Reranker) -> None:
    vocabulary = made_vocabulary(BPE_SIZE)
    normal = len(vocabulary.tokens) - len(SPECIALS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * normal + [gguf.TokenType.CONTROL] * len(SPECIALS))
    writer.add_token_merges(vocabulary.merges)
    writer.add_eos_token_id(vocabulary.tokens.index("<|im_end|>"))
    writer.add_add_bos_token(False)  # noqa: FBT003
    writer.add_chat_template([{"name": "default", "template": CHATML}, {"name": "rerank", "template": RERANK}])


def main() -> int:
    """Write one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--arch", choices=ARCHITECTURES, default="bert")
    parser.add_argument("--label", action="append", default=[], dest="labels", help="what an output is called")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    write_reranker(given.out, Reranker(given.arch, tuple(given.labels), seed=given.seed))
    print(f"{given.out}: {given.out.stat().st_size / 2**10:,.1f} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
