"""The family `functions`: its tasks, drafts, critiques and what is held out, beside the graph's own evaluators."""

from __future__ import annotations

import ast
import asyncio
from itertools import pairwise
from random import Random

import pytest

from redraft import Draft, RedraftError
from redraft.evaluation import Context, Use, assess
from redraft.plugins import load_plugins
from redraft.sandbox import strongest
from redraft_code.hidden_tests import hidden_tests
from training.families.functions.family import Functions
from training.families.functions.operations import filled, operation_of, operations
from training.families.functions.steps import body_of, held_out, written
from training.families.functions.tasks import sayings_of
from training.families.functions.trials import known

FAMILY = Functions()
ITEMS = [FAMILY.sample(Random(seed)) for seed in range(60)]
HELD_OUT = [FAMILY.sample(Random(seed), kept_back=True) for seed in range(60)]


def drafts(item, seed, count):
    rng = Random(seed)
    return [FAMILY.spoiled(item, rng) for _ in range(count)]


def test_a_task_shows_no_test_that_is_hidden():
    for item in [*ITEMS, *HELD_OUT]:
        assert set(item.inputs["tests"]).isdisjoint(item.truth["hidden_tests"])
        assert len(item.truth["hidden_tests"]) >= 8
        assert any(test.startswith(("assert f([]) ==", "assert f('') ==")) for test in item.truth["hidden_tests"])


def test_what_is_held_out_is_two_operations_in_a_row_in_that_order():
    pairs = {
        tuple(map(operation_of, pair))
        for item in HELD_OUT
        for pair in pairwise(body_of(item.truth["solution"]))
        if held_out(written(pair))
    }
    assert len(pairs) > 20
    shown = [pair for item in ITEMS for pair in pairwise(body_of(item.truth["solution"]))]
    assert pairs.isdisjoint(tuple(map(operation_of, pair)) for pair in shown)


def test_the_tests_of_a_task_tell_every_vague_wording_apart():
    item = next(item for item in ITEMS if "sort them" in item.inputs["problem"])
    code = item.truth["solution"]
    other = code.replace("sorted(x)", "sorted(x, reverse=True)")
    if other == code:
        other = code.replace("sorted(x, reverse=True)", "sorted(x)")
    assert FAMILY.verdict(FAMILY.task(item), other).value < 1


def test_the_words_of_a_task_stand_for_its_lines():
    for item in ITEMS:
        assert len(sayings_of(item.inputs["problem"])) == len(body_of(item.truth["solution"]))


def test_what_a_draft_becomes_is_right_and_keeps_its_right_lines():
    for seed, item in enumerate(ITEMS):
        for draft in drafts(item, seed, 10):
            target = FAMILY.mended(item, draft, Random(0))
            assert FAMILY.is_right(item, target)
            assert not FAMILY.held_out(item, target)
            right = [line for line in body_of(item.truth["solution"]) if line in body_of(draft)]
            kept = [line for line in right if line in body_of(target)]
            assert len(kept) >= len(right) - 1


def test_one_wrong_line_is_one_problem_with_the_words_of_the_task():
    item = next(item for item in ITEMS if "sort them" in item.inputs["problem"])
    code = item.truth["solution"]
    line = next(line for line in body_of(code) if line.startswith("sorted"))
    draft = code.replace(f"x = {line}\n", "x = x\n")
    (problem,) = FAMILY.problems(item, draft, code)
    assert (problem.where, problem.problem, problem.fix) == ("at x = x", "wrong for sort them", f"say x = {line}")


def test_a_critique_has_at_most_three_problems_and_a_right_draft_none():
    for seed, item in enumerate(ITEMS):
        code = item.truth["solution"]
        assert FAMILY.problems(item, code, code) == ()
        for draft in drafts(item, seed, 5):
            target = FAMILY.mended(item, draft, Random(0))
            assert (len(FAMILY.problems(item, draft, target)) > 0) == (draft != target)
            assert len(FAMILY.problems(item, draft, target)) <= 3


def test_every_step_that_can_be_drawn_is_known_again_by_its_code():
    for name, operation in operations().named.items():
        code = filled(operation.code, operations().slots(operation, Random(1)))
        # What doubles is known as what multiplies: by two.
        assert operation_of(code) == ("times" if name == "double" else name)
        ast.parse(code)


@pytest.fixture(scope="module")
def uses():
    try:
        strongest("namespace")
    except RedraftError as error:
        pytest.skip(f"no sandbox here: {error}")
    registry = load_plugins().registry
    return [Use(registry.evaluator(use.name), use.weight, use.params, gate=use.gate) for use in FAMILY.uses]


ODD = [
    "def f(x):\n    x = [n for n in x if n > 'a']\n    return x",
    "def f(x):\n    y = x + 1\n    return y",
    "def f(x):\n    x = sorted(y)\n    return x",
    "def f(x):\n    x = y\n    y = x\n    return x",
    "def f(x):\n    x = [n.upper() for n in x]\n    x = max(x)\n    return x",
    "def f(x):\n    x = x.split(",
    "def f(x):\nreturn x",
    "def g(x):\n    return x",
    "def f(x):\n    x = len(x)",
    "def f(x):\n    x = x[9]\n    return x",
    "def f(x):\n    x = [n + m for n, m in x]\n    return x",
    "def f(x):\n    x = [n % 0 for n in x]\n    return x",
    "",
    "the cat sat",
]


def test_scores_are_those_of_the_graph_s_own_evaluators(uses):
    texts = [(item, text) for item in ITEMS[:3] for text in ODD]
    texts += [(item, draft) for seed, item in enumerate(HELD_OUT[:12]) for draft in drafts(item, seed, 3)]

    async def all_of_them():
        return [await assess(Draft(text=text), FAMILY.task(item), uses) for item, text in texts]

    for (item, text), real in zip(texts, asyncio.run(all_of_them()), strict=True):
        assert known(text, item.inputs["tests"])
        mine = FAMILY.verdict(FAMILY.task(item), text)
        assert [(s.evaluator, s.value, s.reasons, s.weight, s.gate) for s in mine.scores] == [
            (s.evaluator, s.value, s.reasons, s.weight, s.gate) for s in real.scores
        ], text


def test_the_truth_is_that_of_the_oracle(uses):
    ctx = Context(least="namespace")
    pairs = [(item, draft) for seed, item in enumerate(ITEMS[:12]) for draft in drafts(item, seed, 2)]
    for item, draft in pairs:
        task = FAMILY.task(item)
        judged = task.model_copy(update={"inputs": {**task.inputs, **item.truth}})
        score = hidden_tests(Draft(text=draft), judged, hidden_tests.validate_params({}), ctx)
        assert (score.value == 1) == FAMILY.is_right(item, draft)
