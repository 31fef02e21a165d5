"""What a reranker's head gives for some tokens, computed with numpy: a second opinion on llama.cpp's scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    Weights = Mapping[str, Array]

__all__ = ["ALIBI", "EPSILON", "FREQUENCY", "HEAD", "HEADS", "answer"]

HEADS, HEAD = 2, 16
"""Attention heads of a layer, and the length of a row of one."""

FREQUENCY, EPSILON, ALIBI = 10_000.0, 1e-5, 8.0


def answer(arch: str, weights: Weights, ids: list[int]) -> Array:
    """Return what the head gives for the tokens of a pair.

    Args:
        arch: The architecture: `bert`, `jina-bert-v2` or `qwen3`.
        weights: The model's tensors, rows first.
        ids: The tokens.
    """
    layers = [_layer(weights, at) for at in range(len({name.split(".")[1] for name in weights if name[:4] == "blk."}))]
    state: Array = weights["token_embd.weight"][ids]
    if arch == "qwen3":
        for layer in layers:
            state = _decoded(state, layer)
        last = _rms(state, weights["output_norm.weight"])[-1]
        return _softmax(np.asarray(weights["cls.output.weight"] @ last))
    state = state + weights["token_types.weight"][0]
    if arch == "bert":
        state = state + weights["position_embd.weight"][: len(ids)]
    state = _norm(state, weights, "token_embd_norm")
    for layer in layers:
        state = _encoded(state, layer, alibi=arch != "bert")
    first = np.asarray(np.tanh(_linear(state[:1], weights, "cls")), np.float32)
    return (first if arch != "bert" else _linear(first, weights, "cls.output")).reshape(-1)


def _layer(weights: Weights, at: int) -> Weights:
    begin = f"blk.{at}."
    return {name.removeprefix(begin): values for name, values in weights.items() if name.startswith(begin)}


def _encoded(state: Array, layer: Weights, *, alibi: bool) -> Array:
    """Return what a layer that reads both ways makes of each token."""
    places = np.arange(len(state))
    distance = -np.abs(places[:, None] - places[None, :]) if alibi else np.zeros((len(state),) * 2)
    query, key, value = (_heads(_linear(state, layer, part)) for part in ("attn_q", "attn_k", "attn_v"))
    slopes = [2 ** (-ALIBI * (head + 1) / HEADS) if alibi else 0.0 for head in range(HEADS)]
    mixed = [_attended(query[at], key[at], value[at], slopes[at] * distance) for at in range(HEADS)]
    state = _norm(_linear(np.concatenate(mixed, axis=1), layer, "attn_output") + state, layer, "attn_output_norm")
    inner = _linear(state, layer, "ffn_up")
    inner = _gelu(_linear(state, layer, "ffn_gate")) * inner if alibi else _gelu(inner)
    return _norm(_linear(inner, layer, "ffn_down") + state, layer, "layer_output_norm")


def _decoded(state: Array, layer: Weights) -> Array:
    """Return what a layer that reads from left to right makes of each token."""
    later = np.triu(np.full((len(state),) * 2, -np.inf), 1)
    seen = _rms(state, layer["attn_norm.weight"])
    query = [_turned(_rms(part, layer["attn_q_norm.weight"])) for part in _heads(_linear(seen, layer, "attn_q"))]
    key = _turned(_rms(_linear(seen, layer, "attn_k"), layer["attn_k_norm.weight"]))
    value = _linear(seen, layer, "attn_v")
    mixed = [_attended(part, key, value, later) for part in query]
    state = state + _linear(np.concatenate(mixed, axis=1), layer, "attn_output")
    seen = _rms(state, layer["ffn_norm.weight"])
    gate = _linear(seen, layer, "ffn_gate")
    return state + _linear(gate / (1 + np.exp(-gate)) * _linear(seen, layer, "ffn_up"), layer, "ffn_down")


def _linear(state: Array, layer: Weights, name: str) -> Array:
    return np.asarray(state @ layer[f"{name}.weight"].T + layer.get(f"{name}.bias", 0), np.float32)


def _heads(state: Array) -> list[Array]:
    return np.split(state, state.shape[1] // HEAD, axis=1)


def _attended(query: Array, key: Array, value: Array, mask: NDArray[np.float64]) -> Array:
    return _softmax(query @ key.T / np.sqrt(HEAD) + mask) @ value


def _softmax(logits: NDArray[np.floating]) -> Array:
    parts = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=-1, keepdims=True), np.float32)


def _norm(state: Array, layer: Weights, name: str) -> Array:
    centred = state - state.mean(axis=1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + EPSILON)
    return np.asarray(scaled * layer[f"{name}.weight"] + layer[f"{name}.bias"], np.float32)


def _rms(state: Array, weight: Array) -> Array:
    return np.asarray(state / np.sqrt((state**2).mean(axis=1, keepdims=True) + EPSILON) * weight, np.float32)


def _turned(state: Array) -> Array:
    """Turn each token's pairs of numbers by its place."""
    half = HEAD // 2
    angles = np.arange(len(state))[:, None] * FREQUENCY ** (-np.arange(half) / half)[None, :]
    left, right, cosine, sine = state[:, :half], state[:, half:], np.cos(angles), np.sin(angles)
    return np.concatenate([left * cosine - right * sine, left * sine + right * cosine], axis=1).astype(np.float32)


def _gelu(values: Array) -> Array:
    """Return the Gaussian error linear unit, by ggml's approximation; ggml looks it up by half floats."""
    half = values.astype(np.float16).astype(np.float32)
    curve = half / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * half * (1 + 0.044715 * half**2)))
    return np.where(values < -10, 0, np.where(values > 10, values, curve.astype(np.float16))).astype(np.float32)
