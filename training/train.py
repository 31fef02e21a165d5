"""The training run: so many steps, the same from run to run, and resumable."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import torch

from training.batches import tree_of
from training.crew import LANES, Crew, crew
from training.curriculum import CURRICULUM, ONWARDS, mix_at
from training.errors import TrainingError
from training.examples import examples
from training.export import export
from training.families import Item, families
from training.growing import grow
from training.loading import load, tokens_in
from training.losses import Closed, Losses, learn
from training.model import Network, Shape
from training.own import Own
from training.sampling import own_drafts
from training.tokens import Encoder
from training.validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.batches import Tree
    from training.curriculum import Mix
    from training.families import Family

__all__ = ["Plan", "Run", "train"]

MOST_OWN = 2000
"""Drafts of its own that are kept, of each family."""

WARM_UP, FALL = 100, 0.9
BARE = 0.1  # far enough to tell a word behind a space from the same word elsewhere
SMOOTHING = 0.05
# What may change when a run goes on; of the weights at most the last digits depend on it, by the threads.
FREE = ("folder", "target", "workers", "threads", "save_every", "log_every", "validate_every")


@dataclass(frozen=True)
class Plan:
    """How long and how fast. Steps are the only measure: the same plan gives the same weights on any day.

    Attributes:
        seed: Seed of the weights and of the data.
        steps: Length of the whole run; the learning rate falls to nothing by then.
        tokens: Tokens of a step, padding not counted.
        parts: Into how many batches of like length each lane of a step is cut.
        rate: Highest learning rate of the matrices.
        close_weight: How much an answer loses by words that it has used or was not asked for (`Closed`).
        draft_every: Steps between samples of the model's own drafts.
        draft_count: How many drafts of each family are sampled then.
        shares: Which share of the tokens a family has; those that are not named share the rest alike.
        save_every: Steps between checkpoints.
        log_every: Steps between lines of the log.
        validate_every: Steps between losses on examples that no step sees.
        shape: The network's sizes; the tokenizer says how many tokens there are.
        start: A GGUF whose weights the run starts from, grown to the shape and the vocabulary; without one they are
            random.
        folder: Where the checkpoint and the log go.
        target: Where the GGUF goes.
        workers: Processes that compute a step together, 1 or 2; the weights do not depend on it.
        threads: Threads of one operation. Sums have another order with more of them, and weights other last digits.
    """

    seed: int = 1
    steps: int = 10_000
    tokens: int = 4000
    parts: int = 2
    rate: float = 0.006
    close_weight: float = 4.0
    draft_every: int = 400
    draft_count: int = 128
    shares: Mapping[str, float] = field(default_factory=dict)
    save_every: int = 200
    log_every: int = 20
    validate_every: int = 250
    shape: Shape = field(default_factory=Shape)
    start: Path | None = None
    folder: Path = Path("training/build")
    target: Path = Path("training/build/model.gguf")
    workers: int = 1
    threads: int = 1

    def onwards(self) -> Plan:
        """Return a plan for weights that were trained before: shorter, with drafts of its own more often."""
        return replace(self, steps=5600, draft_every=200, shares={"sentence": 0.1})

    @property
    def fixed(self) -> dict[str, object]:
        """What must not change when a run goes on."""
        return {name: str(value) for name, value in asdict(self).items() if name not in FREE}


class Run:
    """One training run, or what one process of several does of it.

    Args:
        plan: How long and how fast.
        crew: Who this process is.
    """

    def __init__(self, plan: Plan, crew: Crew | None = None) -> None:
        self.crew = crew or Crew()
        torch.set_num_threads(plan.threads)
        torch.manual_seed(plan.seed)
        self.plan = plan
        self.encoder = Encoder()
        self.network = Network(replace(plan.shape, vocabulary=self.encoder.size))
        _tie_words(self.network, self.encoder)
        if plan.start:
            grow(self.network, load(plan.start), tokens_in(plan.start), self.encoder)
        self.closed = Closed(self.encoder, plan.close_weight)
        self.twins = torch.tensor(self.encoder.twins).T
        self.optimizers = _optimizers(self.network, plan.rate)
        self.step, self.seen, self.seconds = 0, 0, 0.0
        self.own: dict[str, list[Own]] = {name: [] for name in families()}
        self.spent = {lane: dict.fromkeys(families(), 0) for lane in range(LANES)}
        self.smooth: dict[str, float] = {}

    @property
    def share(self) -> float:
        """Which share of the run is over."""
        return self.step / self.plan.steps

    @property
    def mix(self) -> Mix:
        """How much of what is trained now."""
        return mix_at(self.share, ONWARDS if self.plan.start else CURRICULUM)

    def trees(self, lane: int) -> list[Tree]:
        """Return the examples of this step's lane, those of a task together; families take turns by their share."""
        rng, spent = Random(f"{self.plan.seed}:{self.step}:{lane}"), self.spent[lane]
        trees, total = [], 0
        while total < self.plan.tokens / LANES:
            family = self._next(spent)
            trees.append(tree_of(examples(family, rng, self.mix, self.own[family.name]), self.encoder))
            total += len(trees[-1].ids)
            spent[family.name] += len(trees[-1].ids)
        return trees

    def _next(self, spent: Mapping[str, int]) -> Family:
        """Return the family that lags behind its share of the tokens the most."""
        left = 1 - sum(self.plan.shares.values())
        others = len(families()) - len(self.plan.shares)
        shares = {name: self.plan.shares.get(name, left / max(1, others)) for name in families()}
        return min(
            (family for family in families().values() if shares[family.name] > 0),
            key=lambda family: spent[family.name] / shares[family.name],
        )

    def advance(self) -> Losses:
        """Take one step; return its losses."""
        heat = min(1.0, (self.step + 1) / WARM_UP) * min(1.0, (1 - self.share) / FALL)
        losses, seen = Losses(), torch.zeros(1)
        for lane in self.crew.lanes:
            trees = self.trees(lane)
            seen += sum(len(tree.ids) for tree in trees)
            losses.include(learn(self.network, trees, parts=self.plan.parts, closed=self.closed, share=1 / LANES))
        gradients = [p.grad for p in self.network.parameters() if p.grad is not None]
        self.crew.add_up([*gradients, losses.sums, losses.counts, seen])
        self.seen += int(seen)
        self._tie_gradients()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["top"] * heat
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        for name, lost in losses.by_kind().items():
            self.smooth[name] = lost + (1 - SMOOTHING) * (self.smooth.get(name, lost) - lost)
        return losses

    def _tie_gradients(self) -> None:
        """Give both vectors of a word the gradient of both, so that they stay as far apart as they began.

        Nothing else would tell the model that `"kite" is missing` and ` kite` are about one word.
        """
        grad = self.network.embedding.weight.grad
        if grad is not None:
            grad[self.twins] = grad[self.twins].sum(dim=0)

    def draft(self) -> dict[str, float]:
        """Add drafts of the model's own; return which share of each family's was right."""
        mine = [name for turn, name in enumerate(families()) if turn % self.crew.size == self.crew.rank]
        drafted = self.crew.shared({name: self._drafted(name) for name in mine})
        for name, fresh in drafted.items():
            self.own[name] = [*self.own[name], *(_unpacked(one) for one in fresh)][-MOST_OWN:]
        return {
            name: round(sum(own.right for own in self.own[name][-len(fresh) :]) / max(1, len(fresh)), 4)
            for name, fresh in drafted.items()
        }

    def _drafted(self, name: str) -> list[tuple[Any, ...]]:
        rng = Random(f"{self.plan.seed}:{self.step}:drafts:{name}")
        count = self.plan.draft_count
        fresh = own_drafts(families()[name], self.network, self.encoder, rng, count=count, mix=self.mix)
        return [_packed(one) for one in fresh]

    def line(self) -> dict[str, Any]:
        """Return what the log says now."""
        smooth = {name: round(lost, 4) for name, lost in self.smooth.items()}
        return {"step": self.step, "tokens": self.seen, "seconds": round(self.seconds)} | smooth

    def save(self) -> None:
        """Write a checkpoint, then a GGUF; each appears whole or not at all."""
        spent = self.crew.shared({lane: self.spent[lane] for lane in self.crew.lanes})
        if not self.crew.leads:
            return
        for folder in (self.plan.folder, self.plan.target.parent):
            folder.mkdir(parents=True, exist_ok=True)
        state: dict[str, Any] = {
            "plan": self.plan.fixed,
            "network": self.network.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "counts": (self.step, self.seen, self.seconds),
            "smooth": self.smooth,
            "own": {name: [_packed(one) for one in own] for name, own in self.own.items()},
            "spent": spent,
        }
        fresh = self.plan.folder / "checkpoint.new"
        torch.save(state, fresh)
        fresh.replace(self.plan.folder / "checkpoint.pt")
        export(self.network, self.encoder, self.plan.target)

    def resume(self) -> None:
        """Go on from the checkpoint, where there is one.

        Raises:
            TrainingError: If the checkpoint is of another plan.
        """
        path = self.plan.folder / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        _check(path, state["plan"], self.plan.fixed)
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.seen, self.seconds = state["counts"]
        self.smooth, self.spent = state["smooth"], state["spent"]
        self.own = {name: [_unpacked(one) for one in own] for name, own in state["own"].items()}


def _check(path: Path, saved: dict[str, object], plan: dict[str, object]) -> None:
    changed = [f"{name} was {saved.get(name)}, is {plan[name]}" for name in plan if saved.get(name) != plan[name]]
    if changed:
        raise TrainingError(
            f"{path} is of another run: {'; '.join(changed)}. Name another folder with --build, or delete the file."
        )


@torch.no_grad()
def _tie_words(network: Network, encoder: Encoder) -> None:
    """Set the two vectors of each word of the lexicon apart by one and the same difference."""
    spaced, bare = torch.tensor(encoder.twins).T
    weight = network.embedding.weight
    weight[bare] = weight[spaced] + BARE * torch.randn(weight.shape[1])


def _optimizers(network: Network, rate: float) -> list[torch.optim.Optimizer]:
    matrices = [p for name, p in network.named_parameters() if p.ndim == 2 and "embedding" not in name]  # noqa: PLR2004
    others = [p for name, p in network.named_parameters() if p.ndim != 2 or "embedding" in name]  # noqa: PLR2004
    muon = torch.optim.Muon(matrices, lr=rate, weight_decay=0.01, momentum=0.95)
    adam = torch.optim.AdamW(others, lr=3e-3, betas=(0.9, 0.95), weight_decay=0.0)
    for optimizer in (muon, adam):
        for group in optimizer.param_groups:
            group["top"] = group["lr"]
    return [muon, adam]


def train(plan: Plan) -> Run:
    """Train to the last step, saving as it goes."""
    with crew(plan.workers, plan.folder, partial(_trained, plan)) as one:
        return _trained(plan, one)


def _trained(plan: Plan, one: Crew) -> Run:
    run = Run(plan, one)
    run.resume()
    log = _Log(plan.folder / "log.jsonl", run.step) if one.leads else None
    while run.step < plan.steps:
        began = time.monotonic()
        run.advance()
        line = _extras(run)
        run.seconds += time.monotonic() - began
        if log and (line or run.step % plan.log_every == 0):
            log.add(run.line() | line)
        if run.step % plan.save_every == 0 or run.step == plan.steps:
            run.save()
    return run


def _extras(run: Run) -> dict[str, Any]:
    """Do what is due at this step; return what the log says of it."""
    line: dict[str, Any] = {}
    if run.step % run.plan.draft_every == 0 and run.mix.own:
        line["right"] = run.draft()
    if run.crew.leads and (run.step % run.plan.validate_every == 0 or run.step == run.plan.steps):
        line["validation"] = {name: round(lost, 4) for name, lost in validate(run.network, run.encoder).items()}
    return line


class _Log:
    """The log of a run, without the lines that are later than a step, or cut short: they are written again."""

    def __init__(self, path: Path, step: int) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            whole = [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]
            path.write_text("".join(line for line in whole if json.loads(line)["step"] <= step), encoding="utf-8")

    def add(self, line: Mapping[str, Any]) -> None:
        """Write a line."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _packed(own: Own) -> tuple[Any, ...]:
    """Return a draft as what a checkpoint may hold."""
    return (*own[:1], own.item.to_json(), *own[2:])


def _unpacked(packed: tuple[Any, ...]) -> Own:
    family, item, *rest = packed
    return Own(family, Item.from_json(item), *rest)
