"""The simplest use of llama.cpp there is: a fresh context, one sequence, token by token."""

from __future__ import annotations

import numpy as np

from redraft.llama.native.library import library
from redraft.llama.native.model import Model


class Naive:
    """Computes what a model says of some tokens, by llama.cpp's functions alone.

    Args:
        path: The model's file.
        kv_type: ggml's number of the type of keys and values.
        flash: llama.cpp's number of whether flash attention is used; None leaves it to llama.cpp.
    """

    def __init__(self, path, *, kv_type=1, flash=None):
        self._api = library()
        self.model = Model(path)
        self._kv_type, self._flash = kv_type, flash

    def logits(self, tokens, *, last):
        """Return the logits after each of the last tokens; what is never sampled has minus infinity."""
        api = self._api
        params = api.llama_context_default_params()
        params.n_ctx = len(tokens) + 8
        params.n_batch = params.n_ubatch = 1
        params.n_threads = params.n_threads_batch = 1
        params.type_k = params.type_v = self._kv_type
        params.swa_full = True
        if self._flash is not None:
            params.flash_attn_type = self._flash
        context = api.llama_init_from_model(self.model.pointer, params)
        rows = []
        for at, token in enumerate(tokens):
            one = (api.llama_token * 1)(token)
            assert api.llama_decode(context, api.llama_batch_get_one(one, 1)) == 0
            if at >= len(tokens) - last:
                row = np.ctypeslib.as_array(api.llama_get_logits_ith(context, -1), (self.model.vocabulary.size,)).copy()
                row[self.model.vocabulary.barred] = -np.inf
                rows.append(row)
        api.llama_free(context)
        return np.array(rows)

    def lacking(self, prompt, written):
        """Return by how much the logits of what was written fall short of the greatest, at most."""
        rows = self.logits([*prompt, *written[:-1]], last=len(written))
        return max(float(row.max() - row[token]) for row, token in zip(rows, written, strict=True))

    def missed(self, prompt, written, seed):
        """Return by how much draws miss what was written, at most, where all tokens may be drawn as likely as they are.

        Args:
            prompt: The prompt.
            written: What was written after it.
            seed: The seed of the draws.
        """
        rows = self.logits([*prompt, *written[:-1]], last=len(written)).astype(np.float64)
        draws = np.random.Generator(np.random.PCG64(seed)).random(len(written))
        bounds = np.exp(rows - rows.max(axis=1, keepdims=True)).cumsum(axis=1)
        bounds /= bounds[:, -1:]
        bounds = np.pad(bounds, [(0, 0), (1, 0)])
        at, ids = np.arange(len(written)), np.array(written)
        low, high = bounds[at, ids], bounds[at, ids + 1]
        return float(np.maximum(low - draws, draws - high).max())

    def rated(self, prompt, choices):
        """Return the probability of each choice, each a sequence of tokens, normalised over them."""
        sums = []
        for choice in choices:
            rows = self.logits([*prompt, *choice[:-1]], last=len(choice)).astype(np.float64)
            shifted = rows - rows.max(axis=1, keepdims=True)
            each = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            sums.append(sum(each[at, token] for at, token in enumerate(choice)))
        weights = np.exp(np.array(sums) - max(sums))
        return weights / weights.sum()

    def close(self):
        self.model.close()
