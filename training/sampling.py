"""The model's own answers, drawn from the network while it is in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from pydantic import ValidationError

from redraft.task import Critique, Draft
from training.examples import asked_of
from training.own import Own, heard_of, mended

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

    from training.curriculum import Mix
    from training.examples import Role
    from training.families import Family, Item
    from training.model import Network
    from training.tokens import Encoder

__all__ = ["Sampler", "own_drafts"]

ROWS = 128
RATINGS = (1, 2, 3, 4, 5)
LONGEST = 72
"""Tokens of an answer, at most: a critique of four problems has about as many."""


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


def own_drafts(  # noqa: PLR0913  (who writes, what, and how)
    family: Family, network: Network, encoder: Encoder, rng: Random, *, count: int, mix: Mix
) -> list[Own]:
    """Return drafts that the network writes, each with what it should become.

    Where a first draft is not right the network criticises and revises it, and what it then writes is a draft too: the
    reviser learns from the second mistake as from the first.

    Args:
        family: The kind of work.
        network: The network as it is now.
        encoder: The tokenizer.
        rng: Draws the tasks and the samples.
        count: First drafts to write.
        mix: Whether it rates them too.
    """
    writer = _Writer(family, network, encoder, rng, mix)
    items = [family.hard(rng) for _ in range(count)]
    drafts = writer.rated(writer.mended(items, writer.answers("generator", [{"task": family.task(i)} for i in items])))
    wrong = [own for own in drafts if not own.right]
    read = [writer.read(own) for own in wrong]
    critiques = [_critique(text) for text in writer.answers("critic", read)]
    asked = [values | {"critique": critique} for values, critique in zip(read, critiques, strict=True)]
    revised = writer.rated(writer.mended([own.item for own in wrong], writer.answers("reviser", asked)))
    criticised = [_told(own, critique) for own, critique in zip(wrong, critiques, strict=True)]
    return [*(own for own in drafts if own.right), *criticised, *revised]


@dataclass(frozen=True)
class _Writer:
    """The network in each of its roles, at work on one family."""

    family: Family
    network: Network
    encoder: Encoder
    rng: Random
    mix: Mix

    def answers(self, role: Role, asked: Sequence[Mapping[str, object]]) -> list[str]:
        """Answer in a role."""
        heat = {"generator": 0.8, "reviser": 0.6}.get(role, 0.0)
        sampler = Sampler(self.network, self.encoder, heat, most=LONGEST, seed=self.rng.randrange(2**31))
        return sampler.answers(self._prompts(role, asked))

    def read(self, own: Own) -> dict[str, object]:
        """Return what critic and reviser read of a draft."""
        heard = heard_of(own, self.rng, self.mix)
        return {"task": self.family.task(own.item), "draft": Draft(text=own.draft), "verdict": heard}

    def mended(self, items: Sequence[Item], texts: Sequence[str]) -> list[Own]:
        """Return the drafts that show nothing that is held out, each with what it should become."""
        pairs = zip(items, texts, strict=True)
        found = (mended(self.family, item, text, self.rng) for item, text in pairs if text.strip())
        return [own for own in found if own]

    def rated(self, drafts: Sequence[Own]) -> list[Own]:
        """Return drafts with the network's own ratings, where its graph asks for any."""
        if not (self.mix.judged and self.family.judged):
            return [*drafts]
        asked = [{"task": self.family.task(own.item), "draft": Draft(text=own.draft)} for own in drafts]
        sampler = Sampler(self.network, self.encoder, temperature=0, most=1, seed=0)
        ratings = sampler.ratings(self._prompts("judge", asked))
        return [own._replace(rated=rating) for own, rating in zip(drafts, ratings, strict=True)]

    def _prompts(self, role: Role, asked: Sequence[Mapping[str, object]]) -> list[list[int]]:
        return [self.encoder.prompt(asked_of(self.family, role, values).messages) for values in asked]


def _told(own: Own, critique: Critique) -> Own:
    """Return a draft with the model's own critique, unless that shows what is held out."""
    said = tuple((one.where, one.problem, one.fix) for one in critique.problems)
    text = "\n".join(part for one in said for part in one)
    return own if own.kind.held_out(own.item, own.draft, text) else own._replace(said=said)


def _critique(text: str) -> Critique:
    try:
        return Critique.model_validate_json(text)
    except ValidationError:
        return Critique()
