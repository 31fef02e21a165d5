"""The model's own answers, drawn from the network while it is in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from pydantic import ValidationError

from redraft.agents import get_agent
from redraft.task import Critique, Draft
from training.own import Own, heard_of, mended
from training.truth import task_for
from training.words import held_out, sample_words, words_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from training.curriculum import Mix
    from training.examples import Role
    from training.model import Network
    from training.tokens import Encoder

__all__ = ["Sampler", "own_drafts"]

ROWS = 128
RATINGS = (1, 2, 3, 4, 5)
SIZES = {3: 1, 4: 2, 5: 3, 6: 4, 7: 5, 8: 5}
"""Of how many words the tasks of its drafts are: mostly of many, for it learns from mistakes."""


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
        """Answer prompts; those of like length are answered together."""
        generator = torch.Generator().manual_seed(self.seed)
        texts = [""] * len(prompts)
        for indices, ids, unseen in self._filled(prompts):
            rows = self._continued(ids, unseen, generator)
            for index, row in zip(indices, rows, strict=True):
                texts[index] = self.encoder.decode(row)
        return texts

    @torch.inference_mode()
    def ratings(self, prompts: Sequence[Sequence[int]]) -> list[float]:
        """Return what the network expects to answer, where it answers with a rating."""
        found = [0.0] * len(prompts)
        choices = torch.tensor([self.encoder.text(str(rating))[0] for rating in RATINGS])
        for indices, ids, unseen in self._filled(prompts):
            logits = self.network.logits(self.network.hidden(ids, unseen=unseen)[:, -1]).float()[:, choices]
            expected = logits.softmax(dim=-1) @ torch.tensor(RATINGS, dtype=torch.float32)
            for index, rating in zip(indices, expected.tolist(), strict=True):
                found[index] = rating
        return found

    def _filled(self, prompts: Sequence[Sequence[int]]) -> Iterator[tuple[list[int], torch.Tensor, torch.Tensor]]:
        """Yield prompts of like length together: which they are, their rows, and by how much each is filled up."""
        order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
        for first in range(0, len(order), ROWS):
            indices = order[first : first + ROWS]
            longest = len(prompts[indices[-1]])
            unseen = [longest - len(prompts[index]) for index in indices]
            ids = [[self.encoder.pad] * gap + [*prompts[i]] for gap, i in zip(unseen, indices, strict=True)]
            yield indices, torch.tensor(ids), torch.tensor(unseen)

    def _continued(self, ids: torch.Tensor, unseen: torch.Tensor, generator: torch.Generator) -> list[list[int]]:
        past: list[list[torch.Tensor]] = [[] for _ in self.network.blocks]
        start, written, end = 0, [], self.encoder.end
        done = torch.zeros(len(ids), dtype=torch.bool)
        for _ in range(self.most):
            logits = self.network.logits(self.network.hidden(ids, start=start, past=past, unseen=unseen)[:, -1]).float()
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


def own_drafts(network: Network, encoder: Encoder, rng: Random, *, count: int, mix: Mix) -> list[Own]:
    """Return drafts that the network writes, each with what it should become.

    Where a first draft is not right the network criticises and revises it, and what it then writes is a draft too: the
    reviser learns from the second mistake as from the first.

    Args:
        network: The network as it is now.
        encoder: The tokenizer.
        rng: Draws the words and the samples.
        count: First drafts to write.
        mix: Whether it rates them too, and how they are mended.
    """
    sizes = rng.choices(list(SIZES), list(SIZES.values()), k=count)
    given = [tuple(sample_words(rng, size=size)) for size in sizes]
    first = _answers(network, encoder, rng, "generator", [{"task": task_for(words)} for words in given])
    drafts = _mended(given, first, rng, mix)
    drafts = _rated(network, encoder, drafts) if mix.judged else drafts
    wrong = [own for own in drafts if not own.right]
    read = [_read(own, rng, mix) for own in wrong]
    critiques = [_critique(text) for text in _answers(network, encoder, rng, "critic", read)]
    asked = [values | {"critique": critique} for values, critique in zip(read, critiques, strict=True)]
    second = _answers(network, encoder, rng, "reviser", asked)
    criticised = [_told(own, critique) for own, critique in zip(wrong, critiques, strict=True)]
    right = [own for own in drafts if own.right]
    revised = _mended([own.words for own in wrong], second, rng, mix)
    return [*right, *criticised, *(_rated(network, encoder, revised) if mix.judged else revised)]


def _rated(network: Network, encoder: Encoder, drafts: Sequence[Own]) -> list[Own]:
    judge = get_agent("judge")
    asked = [judge.render({"task": task_for(own.words), "draft": Draft(text=own.draft)}) for own in drafts]
    sampler = Sampler(network, encoder, temperature=0, most=1, seed=0)
    ratings = sampler.ratings([encoder.prompt(messages) for messages in asked])
    return [own._replace(rated=rating) for own, rating in zip(drafts, ratings, strict=True)]


def _told(own: Own, critique: Critique) -> Own:
    """Return a draft with the model's own critique, unless that has words which are held out."""
    said = tuple((one.where, one.problem, one.fix) for one in critique.problems)
    shown = words_in(" ".join([own.draft, *(part for one in said for part in one)])).union(own.words)
    return own if held_out(shown) else own._replace(said=said)


def _answers(
    network: Network, encoder: Encoder, rng: Random, role: Role, asked: Sequence[Mapping[str, object]]
) -> list[str]:
    agent = get_agent(role)
    prompts = [encoder.prompt(agent.render({name: values[name] for name in agent.reads})) for values in asked]
    heat = {"generator": 0.8, "reviser": 0.6}.get(role, 0.0)
    return Sampler(network, encoder, temperature=heat, most=48, seed=rng.randrange(2**31)).answers(prompts)


def _read(own: Own, rng: Random, mix: Mix) -> dict[str, object]:
    return {"task": task_for(own.words), "draft": Draft(text=own.draft), "verdict": heard_of(own, rng, mix)}


def _critique(text: str) -> Critique:
    try:
        return Critique.model_validate_json(text)
    except ValidationError:
        return Critique()


def _mended(given: Sequence[tuple[str, ...]], texts: Sequence[str], rng: Random, mix: Mix) -> list[Own]:
    found = (mended(words, text, rng, mix) for words, text in zip(given, texts, strict=True) if text.strip())
    return [own for own in found if own]
