"""The training run: resumable, and the same data from run to run."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch.nn import functional as F  # noqa: N812

from training.batches import Tree, batches
from training.examples import Mix, examples
from training.export import export
from training.model import Network, Shape
from training.sampling import own_drafts
from training.tokens import Encoder

__all__ = ["Plan", "train"]

IGNORED = -100


@dataclass(frozen=True)
class Plan:
    """How long and how fast.

    Attributes:
        seed: Seed of the weights and of the data.
        seconds: Wall-clock length of the whole run; the learning rate falls to nothing by then.
        tokens: Tokens of a step, padding not counted.
        parts: Into how many batches of like length a step is cut.
        rate: Highest learning rate of the matrices.
        save_every: Seconds between checkpoints.
        draft_every: Seconds between samples of the model's own drafts.
        folder: Where checkpoints go.
        target: Where the GGUF goes.
    """

    seed: int = 1
    seconds: float = 3700.0
    tokens: int = 6000
    parts: int = 3
    rate: float = 0.02
    save_every: float = 150.0
    draft_every: float = 400.0
    folder: Path = Path("training/build")
    target: Path = Path("training/embedded.gguf")


def mix_at(share: float) -> Mix:
    """Return what is trained when a share of the run is over: copying first, then the model's own drafts."""
    if share < 0.12:  # noqa: PLR2004
        return Mix(copying=0.5, verbatim=0.6)
    if share < 0.35:  # noqa: PLR2004
        return Mix(copying=0.15, verbatim=0.3, own=0.2)
    return Mix(copying=0.04, verbatim=0.15, own=0.4)


class Run:
    """One training run."""

    def __init__(self, plan: Plan) -> None:
        torch.manual_seed(plan.seed)
        self.plan = plan
        self.encoder = Encoder()
        self.network = Network(Shape(vocabulary=self.encoder.size))
        self.optimizers = _optimizers(self.network, plan.rate)
        self.step, self.seen, self.spent = 0, 0, 0.0
        self.own: list[tuple[tuple[str, ...], str]] = []
        self.losses: dict[str, float] = {}

    @property
    def share(self) -> float:
        """Which share of the run is over."""
        return min(1.0, self.spent / self.plan.seconds)

    def trees(self) -> list[Tree]:
        """Return the examples of this step, those of a task together."""
        rng = Random(f"{self.plan.seed}:{self.step}")
        mix, trees, total = mix_at(self.share), [], 0
        while total < self.plan.tokens:
            tree = Tree()
            for drawn in examples(rng, mix, self.own):
                prompt = self.encoder.prompt(drawn.messages)
                tree.add([*prompt, *self.encoder.text(drawn.answer), self.encoder.end], len(prompt))
            trees.append(tree)
            total += len(tree.ids)
        self.seen += total
        return trees

    def advance(self) -> float:
        """Take one step; return its loss on answers."""
        heat = min(1.0, (self.step + 1) / 100) * max(0.0, min(1.0, (1 - self.share) / 0.6))
        trees = self.trees()
        whole, lost = sum(len(tree.answers) for tree in trees), 0.0
        for batch in batches(trees, parts=self.plan.parts):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = self.network.logits(self.network.hidden_at(batch.ids, batch.layout))
            loss = F.cross_entropy(logits.float(), batch.targets, reduction="sum") / whole
            loss.backward()  # type: ignore[no-untyped-call]
            lost += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["top"] * heat
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return lost

    def save(self) -> None:
        """Write a checkpoint, then a GGUF; each appears whole or not at all."""
        self.plan.folder.mkdir(parents=True, exist_ok=True)
        state: dict[str, Any] = {
            "network": self.network.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "counts": (self.step, self.seen, self.spent),
            "own": self.own,
        }
        fresh = self.plan.folder / "checkpoint.new"
        torch.save(state, fresh)
        fresh.replace(self.plan.folder / "checkpoint.pt")
        export(self.network, self.encoder, self.plan.target)

    def resume(self) -> None:
        """Go on from the checkpoint, where there is one."""
        path = self.plan.folder / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, weights_only=False)
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.seen, self.spent = state["counts"]
        self.own = state["own"]


def _optimizers(network: Network, rate: float) -> list[torch.optim.Optimizer]:
    matrices = [p for name, p in network.named_parameters() if p.ndim == 2 and "embedding" not in name]  # noqa: PLR2004
    others = [p for name, p in network.named_parameters() if p.ndim != 2 or "embedding" in name]  # noqa: PLR2004
    muon = torch.optim.Muon(matrices, lr=rate, weight_decay=0.01, momentum=0.95)
    adam = torch.optim.AdamW(others, lr=3e-3, betas=(0.9, 0.95), weight_decay=0.0)
    for optimizer in (muon, adam):
        for group in optimizer.param_groups:
            group["top"] = group["lr"]
    return [muon, adam]


def train(plan: Plan) -> None:
    """Train until the time is over, saving as it goes."""
    run = Run(plan)
    run.resume()
    log = plan.folder / "log.jsonl"
    plan.folder.mkdir(parents=True, exist_ok=True)
    saved, drafted, smooth = run.spent, run.spent, 0.0
    while run.share < 1.0:
        began = time.monotonic()
        lost = run.advance()
        smooth = lost if not smooth else 0.95 * smooth + 0.05 * lost
        run.spent += time.monotonic() - began
        if run.step % 20 == 0:
            line = {"step": run.step, "tokens": run.seen, "seconds": round(run.spent), "loss": round(smooth, 4)}
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        if run.spent - saved > plan.save_every:
            saved = run.spent
            run.save()
        if run.spent - drafted > plan.draft_every:
            drafted = run.spent
            began = time.monotonic()
            run.own = [*run.own, *own_drafts(run.network, run.encoder, Random(run.step), count=384)][-4000:]
            run.spent += time.monotonic() - began
    run.save()
