"""Effects: what calls of an evaluator did to their process and to the world beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Effects"]


@dataclass(frozen=True, slots=True)
class Effects:
    """What calls left behind or did on their way.

    Args:
        imported: What the import of the module did: `printed …`, `connected to …`, `wrote …`, `started …`.
        printed: What calls wrote to stdout.
        changed: The parts of the process that calls changed, each with what it is now.
        threads: Threads that calls left running.
        children: Processes that calls left running.
        written: Files outside the temporary folder that calls wrote.
        network: Where calls connected to.
        descriptors: How many more files were open after the calls.
    """

    imported: tuple[str, ...] = ()
    printed: str = ""
    changed: dict[str, str] = field(default_factory=dict)
    threads: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    descriptors: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the effects as JSON can hold them."""
        return asdict(self)
