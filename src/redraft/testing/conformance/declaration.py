"""Checks of what an evaluator declares."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING
from unittest import SkipTest

from pydantic import BaseModel, ValidationError

from redraft.testing.conformance.case import Case, require

if TYPE_CHECKING:
    from typing import Any

__all__ = ["DeclarationChecks"]

_LONGEST = 120
_REFERENCES = frozenset(
    {"gold", "hidden_tests", "label", "labels", "reference", "references", "solution", "solutions", "target"}
)


class DeclarationChecks(Case):
    """What `@evaluator(…)` says is true, and enough for the one who reads `redraft evaluators show`."""

    def test_its_name_is_its_own(self) -> None:
        """No evaluator of redraft itself has its name."""
        from redraft.builtin import redraft_evaluators

        taken = {made.name for made in redraft_evaluators() if made is not self._evaluator}
        require(
            self._evaluator.name not in taken,
            f"the name '{self._evaluator.name}' is reserved: it always means the built-in evaluator",
            "Choose another name in @evaluator(…).",
        )

    def test_it_says_what_it_scores(self) -> None:
        """The first line of its docstring is one short line for `redraft evaluators ls`."""
        about = self._evaluator.description
        require(about.strip(), "its function has no docstring", "Say in one line what a score of 1 means.")
        require(
            len(about) <= _LONGEST,
            f"the first line of its docstring has {len(about)} characters, at most {_LONGEST} are shown",
            "Say it shorter, and put the rest below an empty line.",
        )

    def test_a_verifier_is_deterministic(self) -> None:
        """What is called sound gives the same draft the same score, and asks nobody elsewhere."""
        made = self._evaluator
        require(
            made.kind != "verifier" or (made.deterministic and not made.network),
            "it is declared a verifier, but not deterministic or not without network",
            'Declare kind="heuristic": a run stops where its verifiers are satisfied.',
        )

    def test_what_reads_a_reference_is_an_oracle(self) -> None:
        """An evaluator that needs the right answer cannot steer a run."""
        read = sorted(_REFERENCES & set(self._evaluator.needs))
        require(
            not read or self._evaluator.kind == "oracle",
            f"it needs '{read[0] if read else ''}', but is declared a {self._evaluator.kind}",
            'Declare kind="oracle": a loop that sees the reference answer proves nothing.',
        )

    def test_an_oracle_needs_something(self) -> None:
        """An oracle names the input in which the right answer stands."""
        require(
            self._evaluator.kind != "oracle" or self._evaluator.needs,
            "it is declared an oracle, but needs no input",
            "Name the reference in needs=[…], or declare another kind.",
        )

    def test_what_asks_a_model_says_what_it_costs(self) -> None:
        """A judge is not declared to take milliseconds."""
        require(
            self._evaluator.kind != "judge" or self._evaluator.cost != "low",
            'it is declared a judge with cost "low", which means milliseconds',
            'Declare cost="high" where it asks a model, "medium" where it takes seconds.',
        )

    def test_unknown_parameters_are_refused(self) -> None:
        """A misspelled parameter in a graph is an error, not ignored."""
        model = self._params_model()
        try:
            model.model_validate({"no_such_parameter": 1})
        except ValidationError as error:
            refused = any(fault["type"] == "extra_forbidden" for fault in error.errors())
        else:
            refused = False
        require(refused, f"{model.__name__} takes keys that it does not know", 'Declare it with extra="forbid".')

    def test_no_parameter_is_called_weight(self) -> None:
        """A graph can set every parameter: `weight` beside them is the evaluator's own."""
        names = [field.alias or name for name, field in self._params_model().model_fields.items()]
        require("weight" not in names, "a parameter is named 'weight', which no graph can set", "Rename it.")

    def test_default_parameters_fit_their_own_rules(self) -> None:
        """Each default would be accepted if a graph set it."""
        model = self._params_model()
        for name, field in model.model_fields.items():
            if field.is_required() or field.default_factory is not None:
                continue
            for fault in _faults(model, {field.alias or name: field.default}):
                require(
                    fault["loc"][:1] not in {(name,), (field.alias,)},
                    f"the default {field.default!r} of parameter '{name}' breaks its own rule: {fault['msg']}",
                    "Change the default or the rule.",
                )

    def test_parameters_are_json(self) -> None:
        """Parameters survive the way through a graph file, a record and another process."""
        params = self._params()
        if params is None:
            raise SkipTest("it has no parameters")
        if _faults(type(params), params.model_dump(by_alias=True)):
            raise SkipTest("its default parameters break their own rules")
        try:
            again = type(params).model_validate(json.loads(params.model_dump_json(by_alias=True)))
            type(params).model_json_schema()
        except (ValueError, TypeError) as error:
            raise AssertionError(
                f"its parameters cannot be written as JSON and read again: {error}\n"
                "  Use fields that TOML and JSON have: numbers, texts, booleans, lists, tables."
            ) from error
        require(again == params, "its parameters change when they are written as JSON", "Use fields that JSON has.")

    def test_each_parameter_is_described(self) -> None:
        """`redraft evaluators show` or the model's docstring says what each parameter means."""
        model = self._params_model()
        text = inspect.getdoc(model) or ""
        missing = [n for n, f in model.model_fields.items() if not f.description and f"{f.alias or n}" not in text]
        require(
            not missing,
            f"nothing says what the parameter '{missing[0] if missing else ''}' means",
            f"Give it Field(description=…), or a line in the docstring of {model.__name__}.",
        )

    def test_needs_are_names(self) -> None:
        """Each input that it needs is a name that a graph can declare, and stands there once."""
        needs = self._evaluator.needs
        odd = [name for name in needs if not name.isidentifier() or needs.count(name) > 1]
        require(not odd, f"needs has {odd!r}, which no graph can declare", "Name each input once: letters, digits, _.")

    def _params_model(self) -> type[BaseModel]:
        if self._evaluator.params is None:
            raise SkipTest("it has no parameters")
        return self._evaluator.params


def _faults(model: type[BaseModel], given: dict[str, Any]) -> list[Any]:
    try:
        model.model_validate(given)
    except ValidationError as error:
        return error.errors()
    return []
