"""Inputs that record which of them are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, KeysView, ValuesView

    from redraft.task import Task

__all__ = ["RecordedInputs", "recording"]


class RecordedInputs(dict[str, Any]):
    """A task's inputs; `read` has the names that were asked for, whether they are there or not."""

    def __init__(self, inputs: dict[str, Any]) -> None:
        super().__init__(inputs)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.read.add(str(name))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self.read.update(super().keys())
        return super().__iter__()

    def get(self, name: str, default: Any = None) -> Any:
        """Return an input, and note its name."""
        self.read.add(name)
        return super().get(name, default)

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        """Return all inputs: all are read."""
        self.read.update(super().keys())
        return super().items()

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """Return all names: all are read."""
        self.read.update(super().keys())
        return super().keys()

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        """Return all values: all are read."""
        self.read.update(super().keys())
        return super().values()


def recording(task: Task) -> tuple[Task, RecordedInputs]:
    """Return a task like another one, and its inputs, which record who is read."""
    inputs = RecordedInputs(task.inputs)
    return task.model_copy(update={"inputs": inputs}), inputs
