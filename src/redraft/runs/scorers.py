"""The models that a run's evaluators score with: open before the run begins, and fit for what is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.errors import ModelError
from redraft.llama.calibration import Calibration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redraft.evaluation import Use
    from redraft.llama.scorer import Scorer

__all__ = ["scorers_of"]


def scorers_of(uses: Iterable[Use], opened: Callable[[str], Scorer]) -> dict[str, Scorer]:
    """Return the models that evaluators name by their parameter `scorer`, by these names.

    Args:
        uses: The evaluators with their parameters.
        opened: Returns the open model of a name.

    Raises:
        ModelError: A model is missing, cannot score, or cannot be loaded.
        DefinitionError: A parameter `calibration` does not fit its model.
    """
    found: dict[str, Scorer] = {}
    for use in uses:
        params = use.evaluator.validate_params(use.params)
        name, calibration = getattr(params, "scorer", None), getattr(params, "calibration", None)
        if not isinstance(name, str):
            continue
        where = f"evaluator '{use.evaluator.name}'"
        found[name] = _named(name, opened, where)
        if isinstance(calibration, Calibration):
            calibration.require_fitting(found[name].head, where=f"{where}, scorer '{name}'")
    return found


def _named(name: str, opened: Callable[[str], Scorer], where: str) -> Scorer:
    try:
        return opened(name)
    except ModelError as error:
        error.where = f"{where}, {error.where or f'scorer {name!r}'}"
        raise
