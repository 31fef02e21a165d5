"""Each evaluator holds to what redraft asks of every evaluator."""

from __future__ import annotations

from redraft.testing import EvaluatorTests, make_task
from redraft_code.complexity import complexity
from redraft_code.examples import examples
from redraft_code.hidden_tests import hidden_tests
from redraft_code.lint import lint
from redraft_code.parses import parses
from redraft_code.runtime import runtime

ADD = "def add(a, b):\n    return a + b\n"
ASSERTION = "assert add(2, 2) == 4"
# It is found out before any process is started, and these checks call it a hundred times.
BROKEN = "def add(a, b)\n    return a + b\n"


class TestComplexity(EvaluatorTests):
    evaluator = complexity
    params = {"most": 2}
    good = ADD
    bad = "def add(a, b):\n    if a:\n        return a\n    if b:\n        return b\n    return 0\n"


class TestExamples(EvaluatorTests):
    evaluator = examples
    task = make_task("Write add(a, b).", tests=[ASSERTION])
    good = ADD
    bad = BROKEN


class TestHiddenTests(EvaluatorTests):
    evaluator = hidden_tests
    task = make_task("Write add(a, b).", hidden_tests=ASSERTION)
    good = ADD
    bad = BROKEN


class TestLint(EvaluatorTests):
    evaluator = lint
    good = ADD
    bad = f"import os\n{ADD}"


class TestParses(EvaluatorTests):
    evaluator = parses
    good = ADD
    bad = BROKEN


class TestRuntime(EvaluatorTests):
    evaluator = runtime
    task = make_task("Write a fast add(a, b).", baseline=ADD, workload="add(1, 1)")
    params = {"repeats": 2, "most": 3.0}
    good = ADD
    bad = BROKEN
