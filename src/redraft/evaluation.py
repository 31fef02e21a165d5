"""Evaluators: what scores a draft, however it is written, becomes a verdict."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

    from redraft.task import Kind

__all__ = ["Evaluator", "evaluator"]

P = ParamSpec("P")
R = TypeVar("R")


class Evaluator(Generic[P, R]):
    """A function that scores drafts, with what it declared. Calling it calls the plain function."""

    def __init__(
        self, function: Callable[P, R], name: str, *, kind: Kind, needs: tuple[str, ...], params: type[BaseModel] | None
    ) -> None:
        self.function = function
        self.name = name
        self.kind = kind
        self.needs = needs
        self.params = params

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the plain function."""
        return self.function(*args, **kwargs)


def evaluator(
    name: str, *, kind: Kind = "heuristic", needs: tuple[str, ...] = (), params: type[BaseModel] | None = None
) -> Callable[[Callable[P, R]], Evaluator[P, R]]:
    """Make a function an evaluator."""
    return lambda function: Evaluator(function, name, kind=kind, needs=needs, params=params)
