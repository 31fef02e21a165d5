"""The processes that train one network together: each computes its lanes of a step, and all have the same weights."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import distributed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from torch import Tensor

__all__ = ["LANES", "Crew", "crew"]

LANES = 2
"""Into how many parts each step is cut, whoever computes them: so the weights do not depend on how many do."""


@dataclass(frozen=True)
class Crew:
    """Who this process is among those that train together."""

    rank: int = 0
    size: int = 1

    @property
    def lanes(self) -> list[int]:
        """The lanes that this process computes."""
        return [lane for lane in range(LANES) if lane % self.size == self.rank]

    @property
    def leads(self) -> bool:
        """Whether this process writes the files."""
        return self.rank == 0

    def add_up(self, tensors: Iterable[Tensor]) -> None:
        """Replace tensors by their sums over all processes."""
        if self.size == 1:
            return
        listed = list(tensors)
        flat = torch.cat([tensor.reshape(-1) for tensor in listed])
        distributed.all_reduce(flat)
        for tensor, part in zip(listed, flat.split([tensor.numel() for tensor in listed]), strict=True):
            tensor.copy_(part.view_as(tensor))

    def shared(self, own: dict[Any, Any]) -> dict[Any, Any]:
        """Return the entries of all processes' tables, in the order of the keys."""
        tables: list[Any] = [own]
        if self.size > 1:
            tables = [None] * self.size
            distributed.all_gather_object(tables, own)
        merged = {key: value for table in tables for key, value in table.items()}
        return {key: merged[key] for key in sorted(merged)}


@contextmanager
def crew(size: int, folder: Path, work: Callable[[Crew], object]) -> Iterator[Crew]:
    """Start the other processes, which call `work` with who they are, and yield who this one is.

    Args:
        size: How many processes there are, this one among them; at most `LANES`.
        folder: Where they meet.
        work: What the others do; it must be a thing that can be pickled.
    """
    if size == 1:
        yield Crew()
        return
    folder.mkdir(parents=True, exist_ok=True)
    meeting = folder / "meeting"
    meeting.unlink(missing_ok=True)
    context = torch.multiprocessing.get_context("spawn")
    others = [
        context.Process(target=_join, args=(Crew(rank, size), str(meeting.absolute()), work), daemon=True)
        for rank in range(1, size)
    ]
    for process in others:
        process.start()
    try:
        _meet(Crew(0, size), str(meeting.absolute()))
        yield Crew(0, size)
        for process in others:
            process.join()
    finally:
        for process in others:
            process.kill()
        distributed.destroy_process_group()
        meeting.unlink(missing_ok=True)


def _meet(one: Crew, meeting: str) -> None:
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=one.rank, world_size=one.size)


def _join(one: Crew, meeting: str, work: Callable[[Crew], object]) -> None:
    _meet(one, meeting)
    work(one)
