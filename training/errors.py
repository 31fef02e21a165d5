"""What stops a stage, said in one line."""

from __future__ import annotations

__all__ = ["TrainingError"]


class TrainingError(Exception):
    """A stage cannot go on: what happened, where, and what to do."""
