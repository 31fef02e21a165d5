"""Write models with random weights: real llama.cpp mechanics and real costs, without anything to download.

    python -m benchmarks.make_gguf --arch qwen2 --shape 0.5b --type q4_0 OUT

The vocabulary is made up (`gguf_vocabulary.py`): every word is one token, and its text is tokenised to itself. With
`--text chain` what a model writes is known before: after each token its greedy choice is the next of a fixed chain,
although it computes as much as any model of its shape; with `--text random` its choices depend on all it has read, so
that a token computed from the wrong memory shows.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gguf
import numpy as np

from benchmarks.gguf_vocabulary import CHATML, SPECIALS, MadeVocabulary, made_vocabulary
from benchmarks.gguf_weights import KINDS, Weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["ARCHITECTURES", "SHAPES", "Recipe", "Shape", "cached_model", "write_model"]

ARCHITECTURES = ("llama", "qwen2", "gemma", "gemma2", "mamba")
"""`gemma2` has sliding windows, `mamba` is recurrent; both gemmas read and write with one matrix."""

TIED = ("gemma", "gemma2")
FILE_TYPES = {"f32": 0, "f16": 1, "q4_0": 2, "q8_0": 7}
FAINT = 4.3e-4
"""Spread of what layers add in a chained model: too faint to change a choice, and nowhere a denormal number."""

CHAIN_LOGIT = 30.0


@dataclass(frozen=True)
class Shape:
    """The size of a model.

    Args:
        size: Length of an embedding.
        hidden: Length of a feed-forward layer's row.
        layers: How many layers.
        heads: Attention heads.
        kv_heads: Heads of keys and values.
        vocabulary: How many tokens.
        context: Tokens that it claims to be trained with.
        window: What layers with a sliding window see.
    """

    size: int
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    vocabulary: int
    context: int
    window: int = 0

    @property
    def head(self) -> int:
        """Length of a head's row."""
        return self.size // self.heads


SHAPES = {
    "tiny": Shape(256, 512, 2, 4, 2, 1_024, 4_096, window=32),
    "0.5b": Shape(896, 4_864, 24, 14, 2, 151_936, 32_768, window=4_096),
}
"""`0.5b` is the shape of Qwen2.5-0.5B, but that what reads and what writes tokens are two matrices."""


@dataclass(frozen=True)
class Recipe:
    """What to write.

    Args:
        arch: One of `ARCHITECTURES`.
        shape: One of `SHAPES`.
        kind: How matrices are stored: f32, f16, q8_0 or q4_0.
        text: `chain` or `random`.
        seed: Seed of the weights.
    """

    arch: str = "qwen2"
    shape: str = "tiny"
    kind: str = "q8_0"
    text: str = "random"
    seed: int = 0

    @property
    def name(self) -> str:
        """What the model is called."""
        return f"{self.arch}-{self.shape}-{self.kind}-{self.text}-{self.seed}"

    @property
    def vocabulary(self) -> MadeVocabulary:
        """Its vocabulary, which knows the chain."""
        return made_vocabulary(SHAPES[self.shape].vocabulary)


def write_model(path: Path, recipe: Recipe) -> Path:
    """Write a GGUF.

    Raises:
        ValueError: A chain is asked of an architecture that cannot have one.
    """
    if recipe.text == "chain" and recipe.arch in TIED:
        raise ValueError(f"{recipe.arch} reads and writes with one matrix: it cannot follow a chain")
    writer = gguf.GGUFWriter(path, recipe.arch)
    writer.add_name(recipe.name)
    writer.add_file_type(FILE_TYPES[recipe.kind])
    _add_shape(writer, recipe.arch, SHAPES[recipe.shape])
    _add_vocabulary(writer, recipe.vocabulary)
    _add_tensors(writer, recipe)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def cached_model(folder: Path, recipe: Recipe) -> Path:
    """Return the file of a model, written where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{recipe.name}.gguf"
    if not path.exists():
        write_model(path.with_suffix(".part"), recipe).replace(path)
    return path


def _add_shape(writer: gguf.GGUFWriter, arch: str, form: Shape) -> None:
    writer.add_block_count(form.layers)
    writer.add_context_length(form.context)
    writer.add_embedding_length(form.size)
    writer.add_layer_norm_rms_eps(1e-6)
    if arch == "mamba":
        writer.add_feed_forward_length(0)
        writer.add_head_count(0)
        writer.add_ssm_conv_kernel(4)
        writer.add_ssm_inner_size(2 * form.size)
        writer.add_ssm_state_size(16)
        writer.add_ssm_time_step_rank(form.size // 16)
        return
    writer.add_feed_forward_length(form.hidden)
    writer.add_head_count(form.heads)
    writer.add_head_count_kv(form.kv_heads)
    writer.add_key_length(form.head)
    writer.add_value_length(form.head)
    writer.add_rope_dimension_count(form.head)
    writer.add_rope_freq_base(1_000_000.0 if arch == "qwen2" else 10_000.0)
    if arch == "gemma2":
        writer.add_sliding_window(form.window)
        writer.add_attn_logit_softcapping(50.0)
        writer.add_final_logit_softcapping(30.0)


def _add_vocabulary(writer: gguf.GGUFWriter, vocabulary: MadeVocabulary) -> None:
    normal = len(vocabulary.tokens) - len(SPECIALS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * normal + [gguf.TokenType.CONTROL] * len(SPECIALS))
    writer.add_token_merges(vocabulary.merges)
    writer.add_bos_token_id(vocabulary.tokens.index("<|endoftext|>"))
    writer.add_eos_token_id(vocabulary.tokens.index("<|im_end|>"))
    writer.add_add_bos_token(False)  # noqa: FBT003
    writer.add_chat_template(CHATML)


def _add_tensors(writer: gguf.GGUFWriter, recipe: Recipe) -> None:
    arch, form, weights = recipe.arch, SHAPES[recipe.shape], Weights(recipe.kind, recipe.seed)
    chained = recipe.text == "chain"

    def add(name: str, tensor: NDArray[Any]) -> None:
        writer.add_tensor(name, tensor, raw_dtype=KINDS[weights.kind] if tensor.dtype == np.uint8 else None)

    # Gemma multiplies what it reads by the root of its size; what is read must stay fainter than what layers add, or a
    # model with one matrix says the last token again.
    reading = weights.matrix(form.vocabulary, form.size, 0.3 * form.size**-0.5 if arch in TIED else 1.0)
    add("token_embd.weight", reading)
    if arch in TIED:
        add("output_norm.weight", weights.vector(form.size, 10.0))
    else:
        add("output_norm.weight", weights.vector(form.size, CHAIN_LOGIT / form.size if chained else 1.0))
        writing = weights.matrix(form.vocabulary, form.size, 1.0 if chained else 0.2)
        add("output.weight", _chained(writing, reading, recipe.vocabulary) if chained else writing)
    make = _mamba_layer if arch == "mamba" else _attention_layer
    for layer in range(form.layers):
        for name, tensor in make(arch, form, weights, FAINT if chained else 0.3):
            add(f"blk.{layer}.{name}", tensor)


def _chained(writing: NDArray[Any], reading: NDArray[Any], vocabulary: MadeVocabulary) -> NDArray[Any]:
    """Return an output matrix in which the row of what follows a token is the token's embedding."""
    chain = np.array(vocabulary.chain)
    writing[chain] = reading[np.roll(chain, 1)]
    entered = chain[list(vocabulary.entries.values())]
    half = writing.shape[1] // 2
    # Two tokens lead here: half a row for either.
    writing[entered, :half] = reading[list(vocabulary.entries), :half]
    return writing


def _attention_layer(arch: str, form: Shape, weights: Weights, added: float) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the tensors of a layer of attention and feed-forward; `added` is the spread of what writes its results."""
    size, hidden, keys = form.size, form.hidden, form.kv_heads * form.head
    spread = size**-0.5
    norms = ["attn_norm", "ffn_norm"]
    if arch == "gemma2":
        norms += ["post_attention_norm", "post_ffw_norm"]
    for norm in norms:
        yield f"{norm}.weight", weights.vector(size)
    for part, rows in {"attn_q": size, "attn_k": keys, "attn_v": keys}.items():
        yield f"{part}.weight", weights.matrix(rows, size, spread * 2)
        if arch == "qwen2":
            yield f"{part}.bias", weights.vector(rows, 0.0)
    yield "attn_output.weight", weights.matrix(size, size, added)
    yield "ffn_gate.weight", weights.matrix(hidden, size, spread)
    yield "ffn_up.weight", weights.matrix(hidden, size, spread)
    yield "ffn_down.weight", weights.matrix(size, hidden, added)


def _mamba_layer(arch: str, form: Shape, weights: Weights, added: float) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the tensors of a recurrent layer."""
    size, inner, state, rank = form.size, 2 * form.size, 16, form.size // 16
    plain = Weights("f32", int(weights.random.integers(2**31)))
    yield "attn_norm.weight", weights.vector(size)
    yield "ssm_in.weight", weights.matrix(2 * inner, size, size**-0.5)
    yield "ssm_conv1d.weight", plain.matrix(inner, 4, 0.5)
    yield "ssm_conv1d.bias", weights.vector(inner, 0.0)
    yield "ssm_x.weight", weights.matrix(rank + 2 * state, inner, inner**-0.5)
    # Rows of a few numbers make no blocks.
    yield "ssm_dt.weight", plain.matrix(inner, rank, 0.5)
    yield "ssm_dt.bias", weights.vector(inner, -1.0)
    yield "ssm_a", -np.tile(np.arange(1, state + 1, dtype=np.float32), (inner, 1))
    yield "ssm_d", weights.vector(inner)
    yield "ssm_out.weight", weights.matrix(size, inner, added)


def main() -> int:
    """Write one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--arch", choices=ARCHITECTURES, default="qwen2")
    parser.add_argument("--shape", choices=SHAPES, default="tiny")
    parser.add_argument("--type", choices=FILE_TYPES, default="q4_0", dest="kind")
    parser.add_argument("--text", choices=("random", "chain"), default="random")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    write_model(given.out, Recipe(given.arch, given.shape, given.kind, given.text, given.seed))
    print(f"{given.out}: {given.out.stat().st_size / 2**20:,.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
