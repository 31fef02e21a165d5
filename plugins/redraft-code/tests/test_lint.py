"""`lint` and `complexity`: what Ruff finds in the draft's code."""

from __future__ import annotations

import pytest

from redraft import Draft, RedraftError
from redraft_code.complexity import complexity
from redraft_code.lint import lint


def score(evaluator, text, **params):
    return evaluator(Draft(text=text), evaluator.validate_params(params))


def test_clean_code_has_a_full_score():
    found = score(lint, "def add(a, b):\n    return a + b\n")
    assert (found.value, found.reasons) == (1.0, ())


LINTED = [
    ("```python\nimport os\nprint(1)\n```", {}, 0.5, "line 2: `os` imported but unused (F401)"),
    ("import os  # noqa\nprint(1)", {}, 0.5, "line 1: `os` imported but unused (F401)"),
    ("# ruff: noqa\nprint(nothing)", {}, 0.5, "line 2: Undefined name `nothing` (F821)"),
    ("def f(a=[]):\n    return a", {}, 0.5, "line 1: Do not use mutable data structures for argument defaults (B006)"),
    ("x = 1\ny=2", {"select": ["E2"]}, 1.0, None),
    ("import os", {"ignore": ["F401"]}, 1.0, None),
    ("x = (", {}, 0.0, "line 1: '(' was never closed: x = ("),
    ("", {}, 0.0, "the draft has no Python code"),
]


def test_lint(subtests):
    for text, params, value, reason in LINTED:
        with subtests.test(text=text):
            found = score(lint, text, **params)
            assert found.value == value
            assert found.reasons == ((reason,) if reason else ())


def test_a_rule_that_does_not_exist_is_refused():
    with pytest.raises(RedraftError, match="Unknown rule selector"):
        score(lint, "a = 1", select=["QQQ"])
    with pytest.raises(RedraftError, match="select"):
        score(lint, "a = 1", select=[])


def test_a_projects_own_settings_do_not_count(tmp_path, monkeypatch):
    (tmp_path / "ruff.toml").write_text('[lint]\nignore = ["F401"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert score(lint, "import os\n").value == 0.0


BRANCHES = "".join(f"    if x == {n}:\n        return {n}\n" for n in range(11))
MATCH = "def f(x):\n    match x:\n" + "".join(f"        case {n}:\n            return {n}\n" for n in range(6))


def test_a_function_with_many_paths_is_named():
    found = score(complexity, f"def simple():\n    pass\n\ndef tangled(x):\n{BRANCHES}")
    assert found.value == pytest.approx(10 / 12)
    assert found.reasons == ("line 4: tangled has a complexity of 12, at most 10 wanted",)


def test_the_bound_is_included_and_can_be_set():
    code = f"def tangled(x):\n{BRANCHES}"
    assert score(complexity, code, most=12).value == 1.0
    assert score(complexity, code, most=4).value == pytest.approx(4 / 12)
    assert score(complexity, MATCH, most=3).value < 1
    assert (
        score(complexity, f"class A:\n    def m(self, x):\n{BRANCHES.replace('    ', '        ', 1)}x = (").value == 0.0
    )
