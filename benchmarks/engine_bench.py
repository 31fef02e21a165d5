"""What measurements share: models, workers, repeats in turn."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from benchmarks.engine_workload import Workload
from benchmarks.make_gguf import SHAPES, Recipe, cached_model
from benchmarks.peers.interface import Setup, quiet
from benchmarks.peers.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

__all__ = ["Bench", "Limit", "in_turn"]

T = TypeVar("T")


@dataclass(frozen=True)
class Limit:
    """Tokens a second of llama-batched-bench.

    Args:
        prompt: Of a prompt.
        decode: By the number of sequences.
    """

    prompt: float
    decode: Mapping[int, float]


@dataclass(frozen=True)
class Bench:
    """A run of the benchmark.

    Args:
        cache: Where models and programs are.
        programs: The folder of llama.cpp's programs; None where they are not built.
        threads: Threads of every system.
        repeats: How often each pair is measured.
        quick: Whether lengths are cut.
        shape: Of the model.
        policy: How the threads of peers wait.
    """

    cache: Path
    programs: Path | None
    threads: int = 2
    repeats: int = 3
    quick: bool = False
    shape: str = "0.5b"
    policy: str = "alike"

    def model(self, kind: str = "q4_0") -> Path:
        """Return the file of the chained model."""
        return cached_model(self.cache, Recipe(shape=self.shape, kind=kind, text="chain"))

    @property
    def vocabulary(self) -> int:
        """Tokens of its vocabulary."""
        return SHAPES[self.shape].vocabulary

    @cached_property
    def work(self) -> Workload:
        """The workload, laid out as the engine's users write it."""
        return Workload(Recipe(shape=self.shape).vocabulary)

    def open(
        self, system: str, *, kind: str = "q4_0", threads: int | None = -1, context: int = 2_048, **options: Any
    ) -> Worker:
        """Start a system in a process of its own; threads of -1 are the benchmark's."""
        used = self.threads if threads == -1 else threads
        setup = Setup(str(self.model(kind)), self.vocabulary, used, context, str(self.programs or ""), options)
        return Worker(system, setup, policy=self.policy)

    def limit(self, kind: str = "q4_0", counts: Sequence[int] = (8, 16)) -> Limit:
        """Run llama-batched-bench: one prompt shared by so many sequences."""
        command = [f"{self.programs}/llama-batched-bench", "-m", str(self.model(kind)), "-t", str(self.threads)]
        command += ["-c", "8192", "-b", "512", "-ub", "512", "-npp", "512", "-ntg", "64", "-fa", "on", "-kvu", "-pps"]
        command += ["-npl", ",".join(map(str, counts)), "-ngl", "99", "--output-format", "jsonl"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=quiet(self.policy))
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return Limit(max(line["speed_pp"] for line in lines), {line["pl"]: line["speed_tg"] for line in lines})

    def say(self, text: str) -> None:
        """Tell how far it is."""
        print(text, file=sys.stderr, flush=True)


def in_turn(repeats: int, jobs: Mapping[str, Callable[[int], T]]) -> list[dict[str, T]]:
    """Run jobs in turn, every other time in the opposite order, and return what each repeat gave.

    What disturbs the machine for a while disturbs all of them.
    """
    found: list[dict[str, T]] = []
    for number in range(repeats):
        names = list(jobs) if number % 2 == 0 else list(jobs)[::-1]
        found.append({name: jobs[name](number) for name in names})
    return found
