"""Conformance: what every evaluator must hold to, as tests that a plugin's author runs."""

from __future__ import annotations

from typing import Any

from redraft.testing.conformance.concurrency import ConcurrencyChecks
from redraft.testing.conformance.conduct import ConductChecks
from redraft.testing.conformance.declaration import DeclarationChecks
from redraft.testing.conformance.endurance import EnduranceChecks
from redraft.testing.conformance.inputs import InputChecks
from redraft.testing.conformance.isolation import IsolationChecks
from redraft.testing.conformance.purity import PurityChecks
from redraft.testing.conformance.reasons import ReasonChecks
from redraft.testing.conformance.repeatability import RepeatabilityChecks
from redraft.testing.conformance.running import CheckResult, check_names, run_checks
from redraft.testing.conformance.texts import TextChecks
from redraft.testing.conformance.values import ValueChecks

__all__ = ["CheckResult", "EvaluatorTests", "check_names", "run_checks"]


class EvaluatorTests(
    ConcurrencyChecks,
    IsolationChecks,
    ConductChecks,
    PurityChecks,
    RepeatabilityChecks,
    InputChecks,
    EnduranceChecks,
    TextChecks,
    ReasonChecks,
    ValueChecks,
    DeclarationChecks,
):
    """All checks of an evaluator. Derive from it, give it the examples, and pytest runs the checks.

    Examples:
        class TestPoliteness(EvaluatorTests):
            evaluator = politeness
            task = Task(prompt="Ask for tea.", inputs={"reader": "Ann"})
            good = "Ann, a cup of tea, please."
            bad = "Tea!"
    """

    __test__ = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__test__ = True
