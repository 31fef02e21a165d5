"""The trained network as a GGUF file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, TokenType
from gguf.quants import quantize

from redraft.agents import get_agent
from training.examples import ROLES
from training.phrases import phrases
from training.tokens import END, PAD, SPECIALS

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from training.model import Network
    from training.tokens import Encoder

__all__ = ["CHATML", "export", "frame"]

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CARD = "A model that the training of redraft wrote, as it was at some step. See training/README.md."


def frame() -> dict[str, str]:
    """Return the fingerprint of each shipped agent: the prompts that the model was trained on."""
    return {role: get_agent(role).fingerprint for role in ROLES}


def export(network: Network, encoder: Encoder, path: Path, *, card: str = CARD) -> None:
    """Write the network with its tokenizer, its template and its card; the file appears whole or not at all."""
    fresh = path.with_suffix(".new")
    writer = GGUFWriter(fresh, "qwen2")
    _add_shape(writer, network)
    _add_tokenizer(writer, encoder)
    writer.add_name("redraft embedded")
    writer.add_license("Apache-2.0")
    writer.add_chat_template(CHATML)
    writer.add_string("redraft.frame", json.dumps(frame(), sort_keys=True))
    writer.add_string("redraft.card", card)
    _add_tensors(writer, network)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    fresh.replace(path)


def _add_shape(writer: GGUFWriter, network: Network) -> None:
    shape = network.shape
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_file_type(7)  # mostly Q8_0


def _add_tokenizer(writer: GGUFWriter, encoder: Encoder) -> None:
    vocabulary = encoder.special.get_vocab()
    merges = json.loads(encoder.special.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(encoder.tokens)
    kinds = dict.fromkeys(SPECIALS, TokenType.CONTROL) | dict.fromkeys(phrases(), TokenType.USER_DEFINED)
    writer.add_token_types([kinds.get(token, TokenType.NORMAL) for token in encoder.tokens])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(vocabulary[PAD])
    writer.add_eos_token_id(vocabulary[END])
    writer.add_pad_token_id(vocabulary[PAD])
    writer.add_add_bos_token(False)  # noqa: FBT003


def _add_tensors(writer: GGUFWriter, network: Network) -> None:
    state = {name: _array(tensor) for name, tensor in network.state_dict().items()}
    _add(writer, "token_embd.weight", state["embedding.weight"])
    _add(writer, "output_norm.weight", state["norm.weight"])
    for index in range(network.shape.layers):
        ours, theirs = f"blocks.{index}.", f"blk.{index}."
        for name in ("attn_norm", "ffn_norm"):
            _add(writer, f"{theirs}{name}.weight", state[f"{ours}{name}.weight"])
        for kind in ("weight", "bias"):
            for name, part in zip("qkv", np.split(state[f"{ours}qkv.{kind}"], 3), strict=True):
                _add(writer, f"{theirs}attn_{name}.{kind}", part)
        gate, up = np.split(state[f"{ours}gate_up.weight"], 2)
        _add(writer, f"{theirs}attn_output.weight", state[f"{ours}output.weight"])
        _add(writer, f"{theirs}ffn_gate.weight", gate)
        _add(writer, f"{theirs}ffn_up.weight", up)
        _add(writer, f"{theirs}ffn_down.weight", state[f"{ours}down.weight"])


def _array(tensor: torch.Tensor) -> np.ndarray:
    return np.ascontiguousarray(tensor.detach().float().numpy())


def _add(writer: GGUFWriter, name: str, array: np.ndarray) -> None:
    if array.ndim == 1:
        writer.add_tensor(name, array)
        return
    writer.add_tensor(name, quantize(array, GGMLQuantizationType.Q8_0), raw_dtype=GGMLQuantizationType.Q8_0)
