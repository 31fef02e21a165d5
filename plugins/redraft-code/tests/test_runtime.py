"""`runtime`: how long the draft's code takes beside a baseline."""

from __future__ import annotations

import pytest

from redraft import Draft, RedraftError, Task
from redraft_code.runtime import runtime

SLOW = "def total(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s"
FAST = "def total(n):\n    return n * (n - 1) // 2"
WORK = "n = 400_000\ntotal(n)"


@pytest.fixture
def score(ctx):
    def scored(text, baseline=SLOW, workload=WORK, **params):
        task = Task(prompt="Make it fast.", inputs={"baseline": baseline, "workload": workload})
        return runtime(Draft(text=text), task, runtime.validate_params({"repeats": 3, **params}), ctx)

    return scored


def test_faster_code_has_a_full_score(score):
    assert (score(FAST).value, score(FAST).reasons) == (1.0, ())


def test_code_that_is_as_fast_has_a_full_score(score):
    assert score(SLOW, most=2.0).value == 1.0


def test_slower_code_is_told_by_how_much(score):
    found = score(SLOW, FAST)
    assert found.value < 0.5
    assert "times as long as the baseline" in found.reasons[0]
    assert "at most 1.2 wanted" in found.reasons[0]


WRONG = [
    ("def total(n):\n    return 0", "the workload gives 0, with the baseline it gives 79999800000"),
    ("def total(n):\n    return x", "raised NameError: name 'x' is not defined (line 2)"),
    ("import os\nos._exit(0)", "the code ended its process with exit code 0"),
    ("def total(n):\n    while True: pass", "no result within 0.5 s"),
    ("x = (", "line 1: '(' was never closed: x = ("),
]


def test_fast_but_wrong_scores_nothing(score, subtests):
    for text, reason in WRONG:
        with subtests.test(text=text):
            found = score(text, seconds=0.5)
            assert (found.value, found.reasons) == (0.0, (reason,))


def test_the_clock_is_not_the_codes_own(score):
    lying = "import time\ntime.monotonic = time.perf_counter = time.time = lambda: 0\n" + SLOW
    assert score(lying, FAST).value < 0.5


def test_work_done_while_loading_counts(score):
    assert score(f"{SLOW}\nkept = total(400_000)\ndef total(n):\n    return kept", FAST).value < 0.5


REFUSED = [
    (7, WORK, "the input 'baseline' must be Python code, not a value of type int"),
    ("x = (", WORK, "the input 'baseline' must be Python code: line 1"),
    ("x = 1", WORK, "the input 'baseline' does not do the workload: raised NameError"),
    (SLOW, "x = 1", "the input 'workload' must end in an expression"),
    (SLOW, "", "the input 'workload' must be Python code: the draft has no"),
]


def test_inputs_that_cannot_be_run_are_refused(score, subtests):
    for baseline, workload, message in REFUSED:
        with subtests.test(baseline=baseline, workload=workload), pytest.raises(RedraftError, match=message):
            score(FAST, baseline, workload)
