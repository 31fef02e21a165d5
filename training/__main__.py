"""`python -m training`: make the embedded model, stage by stage."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path
from random import Random

__all__ = ["main"]

HERE = Path(__file__).parent


def data(options: argparse.Namespace) -> None:
    """Print examples as they are trained on, or the digest of many."""
    from training.examples import examples
    from training.train import mix_at

    rng, digest = Random(f"{options.seed}:data"), hashlib.sha256()
    for index in range(options.count):
        for drawn in examples(rng, mix_at(index / options.count)):
            text = "\n".join([*(message.content for message in drawn.messages), f"=> {drawn.answer}"])
            digest.update(text.encode())
            if options.show:
                print(f"--- {drawn.role}\n{text}")
    print(f"sha256 of the examples of {options.count} tasks: {digest.hexdigest()}")


def tokenizer(options: argparse.Namespace) -> None:
    """Write the tokenizer, and print its digest."""
    from training.tokens import build

    text = build().to_str()
    options.build.mkdir(parents=True, exist_ok=True)
    (options.build / "tokenizer.json").write_text(text, encoding="utf-8")
    print(f"sha256 of the tokenizer: {hashlib.sha256(text.encode()).hexdigest()}")


def train(options: argparse.Namespace) -> None:
    """Train from scratch, or go on from the checkpoint."""
    from training.train import Plan
    from training.train import train as run

    run(Plan(seed=options.seed, seconds=options.seconds, folder=options.build, target=options.model))


def export(options: argparse.Namespace) -> None:
    """Write the checkpoint as a GGUF, with its card."""
    from training.export import export as write
    from training.train import Plan, Run

    run = Run(Plan(seed=options.seed, folder=options.build))
    run.resume()
    write(run.network, run.encoder, options.model, card=(HERE / "card.md").read_text(encoding="utf-8"))


def measure(options: argparse.Namespace) -> None:
    """Measure a GGUF on tasks that training never saw."""
    from training.measure import measure as figures

    print(figures(options.model, tasks=options.count).to_json())


STAGES = {stage.__name__: stage for stage in (data, tokenizer, train, export, measure)}


def main(arguments: list[str] | None = None) -> None:
    """Run one stage."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3700.0, help="length of the training run")
    parser.add_argument("--count", type=int, default=100, help="examples to draw, or tasks of each size to measure")
    parser.add_argument("--show", action="store_true", help="print the examples")
    parser.add_argument("--build", type=Path, default=HERE / "build", help="folder of checkpoints")
    parser.add_argument("--model", type=Path, default=HERE / "embedded.gguf")
    options = parser.parse_args(arguments)
    STAGES[options.stage](options)


if __name__ == "__main__":
    main(sys.argv[1:])
