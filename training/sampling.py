"""The model's own answers, drawn from the network while it is in training."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import torch

from redraft.agents import get_agent
from training.examples import task_for
from training.words import sample_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from training.model import Network
    from training.tokens import Encoder

__all__ = ["Sampler", "own_drafts"]


@dataclass(frozen=True)
class Sampler:
    """Answers prompts with the network as it is now."""

    network: Network
    encoder: Encoder
    temperature: float
    most: int
    seed: int

    @torch.inference_mode()
    def answers(self, prompts: Sequence[Sequence[int]]) -> list[str]:
        """Answer prompts; those of one length are answered together."""
        generator = torch.Generator().manual_seed(self.seed)
        texts = [""] * len(prompts)
        order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
        for _, group in groupby(order, key=lambda index: len(prompts[index])):
            indices = list(group)
            rows = self._continued(torch.tensor([list(prompts[index]) for index in indices]), generator)
            for index, row in zip(indices, rows, strict=True):
                texts[index] = self.encoder.decode(row)
        return texts

    def _continued(self, ids: torch.Tensor, generator: torch.Generator) -> list[list[int]]:
        past: list[list[torch.Tensor]] = [[] for _ in self.network.blocks]
        start, written, end = 0, [], self.encoder.end
        done = torch.zeros(len(ids), dtype=torch.bool)
        for _ in range(self.most):
            logits = self.network.logits(self.network.hidden(ids, start=start, past=past)[:, -1]).float()
            start += ids.shape[1]
            ids = self._drawn(logits, generator)
            done |= ids[:, 0] == end
            written.append(ids[:, 0].clone())
            if done.all():
                break
        rows = torch.stack(written, dim=1).tolist()
        return [row[: row.index(end)] if end in row else row for row in rows]

    def _drawn(self, logits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        if self.temperature == 0:
            return logits.argmax(dim=-1, keepdim=True)
        return torch.multinomial(torch.softmax(logits / self.temperature, dim=-1), 1, generator=generator)


def own_drafts(network: Network, encoder: Encoder, rng: Random, *, count: int) -> list[tuple[tuple[str, ...], str]]:
    """Return words and the draft that the network writes for them."""
    given = [tuple(sample_words(rng)) for _ in range(count)]
    agent = get_agent("generator")
    prompts = [encoder.prompt(agent.render({"task": task_for(words)})) for words in given]
    texts = Sampler(network, encoder, temperature=0.9, most=40, seed=rng.randrange(2**31)).answers(prompts)
    return [(words, text) for words, text in zip(given, texts, strict=True) if text.strip()]
