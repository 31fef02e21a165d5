"""An answer: what an evaluator did when it was called directly, in a form that another process can send."""

from __future__ import annotations

import time
import traceback
from dataclasses import asdict, dataclass, replace
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from redraft.task import Score

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Answer", "answer_of"]

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What an evaluator did.

    Args:
        how: It gave a `score`, or an `error` in a score; it `raised`; it returned something `odd`; it was `late`; its
            process `died`.
        value: The score's value, whatever number that is.
        reasons: The score's reasons.
        detail: What it raised or returned, for a person.
        type: The name of what it raised.
        seconds: How long it took.
    """

    how: Literal["score", "error", "raised", "odd", "late", "died"]
    value: float | None = None
    reasons: tuple[str, ...] = ()
    detail: str = ""
    type: str = ""
    seconds: float = 0.0

    @property
    def told(self) -> str:
        """What happened, as the end of a sentence that begins with the evaluator."""
        match self.how:
            case "score":
                return f"gave {self.value:g}"
            case "error":
                return f"gave an error: {self.detail}"
            case "odd":
                return f"returned {self.detail}, not a Score or a number"
            case _:
                return self.detail if self.how in ("late", "died") else f"raised {self.detail}"

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Answer:
        """Return the answer that was sent."""
        return cls(**data | {"reasons": tuple(data["reasons"])})


def answer_of(call: Callable[[], Any]) -> Answer:
    """Return what a call comes to, whatever that is."""
    began = time.monotonic()
    answer = _answer(call)
    return replace(answer, seconds=time.monotonic() - began)


def _answer(call: Callable[[], Any]) -> Answer:
    try:
        returned = call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - the boundary of a plugin call
        return Answer("raised", detail=_described(error), type=type(error).__name__)
    if isinstance(returned, Score):
        reasons = tuple(str(reason) for reason in returned.reasons)
        if returned.error is not None:
            return Answer("error", reasons=reasons, detail=str(returned.error))
        return _number(returned.value, reasons)
    return _number(returned, ())


def _number(value: Any, reasons: tuple[str, ...]) -> Answer:
    if isinstance(value, Real):
        return Answer("score", float(value), reasons)
    return Answer("odd", detail="None" if value is None else f"a {type(value).__name__}")


def _described(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())[:_LONGEST]
    except Exception:  # noqa: BLE001 - a plugin's own exception may fail to say what it is
        text = ""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {text}".removesuffix(": ") + place
