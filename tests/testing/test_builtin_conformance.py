"""The built-in evaluators pass what plugins must pass."""

from __future__ import annotations

from redraft.builtin.artefact import artefact
from redraft.builtin.coverage import coverage
from redraft.builtin.form import form
from redraft.builtin.judge import judge
from redraft.builtin.length import length
from redraft.builtin.repetition import repetition
from redraft.testing import EvaluatorTests, make_draft, make_task


class TestArtefact(EvaluatorTests):
    evaluator = artefact
    good = "The dog has a ball."
    bad = make_draft("The dog has a", cut=True)


class TestCoverage(EvaluatorTests):
    evaluator = coverage
    task = make_task("Use the words.", words=["dog", "ball"])
    good = "The dog has a ball."
    bad = "The cat sleeps."


class TestFormat(EvaluatorTests):
    evaluator = form
    good = '{"name": "Ann"}'
    bad = '{"name": 7}'
    params = {"schema": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}}


class TestJudge(EvaluatorTests):
    evaluator = judge
    good = "The dog has a ball."
    bad = "No."


class TestLength(EvaluatorTests):
    evaluator = length
    good = "The dog has a ball."
    bad = "The dog has a ball, and the cat has none of it at all."
    params = {"max_words": 8}


class TestRepetition(EvaluatorTests):
    evaluator = repetition
    good = "The dog has a ball, and the cat sleeps."
    bad = "The dog has a ball. The dog has a ball. The dog has a ball. The dog has a ball."
