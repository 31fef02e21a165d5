"""What every system under test can be told to do, and what it answers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from redraft.llama.native.library import SPINS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.engine_workload import Call, Plan

__all__ = ["Answer", "Setup", "System", "quiet"]


@dataclass(frozen=True)
class Setup:
    """How a system is opened.

    Args:
        model: The file.
        vocabulary: How many tokens it has, all of them made up (`gguf_vocabulary.py`); 0 for another model.
        threads: Threads that compute.
        context: Tokens that one prompt and its answer may have.
        programs: The folder of llama.cpp's programs, for those who need them.
        options: More, by the system.
    """

    model: str
    vocabulary: int
    threads: int | None = 2
    context: int = 2_048
    programs: str = ""
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Answer:
    """What a job took.

    Args:
        seconds: From the first request to the last token.
        decoding: Seconds in which all requests were being answered: from the last one's first token on.
        steady: Tokens written in that time.
        written: Tokens written in all.
        prompt: Tokens of all prompts.
        evaluated: Prompt tokens that were computed.
        wrong: Answers that are not the model's greedy text.
        more: Counters of the system's own.
    """

    seconds: float
    decoding: float = 0.0
    steady: int = 0
    written: int = 0
    prompt: int = 0
    evaluated: int = 0
    wrong: int = 0
    more: Mapping[str, float] | None = None

    @property
    def rate(self) -> float:
        """Tokens a second, once all requests were being answered."""
        return self.steady / self.decoding


class System(Protocol):
    """A system under test, in a process of its own."""

    def loops(self, plan: Plan) -> Answer:
        """Run refinement loops."""
        ...

    def calls(self, calls: Sequence[Call]) -> Answer:
        """Answer some requests, as many at once as the system can."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": SPINS}


def quiet(policy: str) -> dict[str, str]:
    """Return an environment for a process, with how its threads wait: `alike` as redraft's do, `default` unsaid."""
    kept = {name: value for name, value in os.environ.items() if name not in {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"}}
    more = {"LANGSMITH_TRACING": "false", "GGML_NO_BACKTRACE": "1"}
    return kept | more | (WAITING if policy == "alike" else {})
