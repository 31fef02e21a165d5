"""`python -m training`: make the embedded model, stage by stage."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

from training.errors import TrainingError

__all__ = ["main"]

HERE = Path(__file__).parent
SHIPPED = HERE / "embedded.gguf"


def data(options: argparse.Namespace) -> None:
    """Print examples as they are trained on, or the digest of many."""
    from training.curriculum import mix_at
    from training.examples import examples
    from training.families import families

    if options.prove:
        _prove(options)
        return
    rng, digest = Random(f"{options.seed}:data"), hashlib.sha256()
    for index in range(options.count):
        for family in families().values():
            for drawn in examples(family, rng, mix_at(index / options.count)):
                text = "\n".join([*(message.content for message in drawn.messages), f"=> {drawn.answer}"])
                digest.update(text.encode())
                if options.show:
                    print(f"--- {drawn.kind}\n{text}")
    print(f"sha256 of the examples of {options.count} tasks: {digest.hexdigest()}")


def _prove(options: argparse.Namespace) -> None:
    from training.proof import prove

    proof = prove(seed=options.seed, count=options.count)
    print(proof)
    if proof.violations:
        raise TrainingError(f"the first of them:\n{proof.violations[0]}")


def tokenizer(options: argparse.Namespace) -> None:
    """Write the tokenizer, and print its digest."""
    from training.tokens import build

    text = build().to_str()
    options.build.mkdir(parents=True, exist_ok=True)
    (options.build / "tokenizer.json").write_text(text, encoding="utf-8")
    print(f"sha256 of the tokenizer: {hashlib.sha256(text.encode()).hexdigest()}")


def train(options: argparse.Namespace) -> None:
    """Train from the first step, or go on from the checkpoint."""
    from training.train import Plan
    from training.train import train as run

    plan = Plan(
        seed=options.seed,
        start=options.start,
        workers=options.workers,
        threads=options.threads,
        folder=options.build,
        target=options.model or options.build / "model.gguf",
    )
    plan = plan.onwards() if plan.start else plan
    run(plan if options.steps is None else replace(plan, steps=options.steps))


def export(options: argparse.Namespace) -> None:
    """Write a trained GGUF again, with the card and the agents' fingerprints as they are now."""
    from training.export import export as write
    from training.loading import load
    from training.tokens import Encoder

    encoder = Encoder()
    target = options.model or SHIPPED
    network = load(options.start or target, encoder=encoder)
    write(network, encoder, target, card=(HERE / "card.md").read_text(encoding="utf-8"))


def curve(options: argparse.Namespace) -> None:
    """Draw the loss of one or several runs."""
    from training.curve import draw, read

    draw([read(path) for path in options.log or [options.build / "log.jsonl"]], HERE / "curve.png")


def scaling(options: argparse.Namespace) -> None:
    """Train networks of several sizes for the same time, and print what each comes to."""
    from training.scaling import table, trials

    for line in table(trials(options.seconds, seed=options.seed)):
        print(line, flush=True)


def measure(options: argparse.Namespace) -> None:
    """Measure a GGUF on tasks that training never saw."""
    from training.measure import measure as figures

    for found in figures(options.model or SHIPPED, options.family, tasks=options.count, seed=options.seed):
        print(found.to_json(), flush=True)


def tasks(options: argparse.Namespace) -> None:
    """Write held-out tasks beside the graph of each family, for `redraft bench`."""
    from training.families import families

    for name in options.family or families():
        family = families()[name]
        path = family.spec.tasks_file
        if path is None:
            raise TrainingError(f"graph '{family.graph}' names no file of tasks in [bench].")
        lines = [item.to_json() for item in family.held_out_tasks(options.count)]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        print(f"{path.name}: {len(lines)} tasks")


STAGES = {stage.__name__: stage for stage in (data, tokenizer, train, export, curve, scaling, measure, tasks)}


def main(arguments: list[str] | None = None) -> None:
    """Run one stage."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, help="length of the training run, instead of the shipped model's")
    parser.add_argument("--workers", type=int, default=1, choices=(1, 2), help="processes that train together")
    parser.add_argument("--threads", type=int, default=1, help="threads of the training run")
    parser.add_argument("--from", dest="start", type=Path, help="the GGUF whose weights are trained on, or exported")
    parser.add_argument("--seconds", type=float, default=240.0, help="time for each size that `scaling` compares")
    parser.add_argument("--count", type=int, default=100, help="examples to draw, or tasks of each family")
    parser.add_argument("--show", action="store_true", help="print the examples")
    parser.add_argument("--prove", action="store_true", help="look for what is held out in the examples")
    parser.add_argument("--family", nargs="+", default=(), help="families, instead of all")
    parser.add_argument("--log", type=Path, nargs="+", help="the logs that `curve` draws")
    parser.add_argument("--build", type=Path, default=HERE / "build", help="folder of checkpoints")
    parser.add_argument(
        "--model",
        type=Path,
        help="the GGUF to write or measure, instead of the shipped one, or of the one in --build where `train` writes",
    )
    options = parser.parse_args(arguments)
    try:
        STAGES[options.stage](options)
    except TrainingError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
