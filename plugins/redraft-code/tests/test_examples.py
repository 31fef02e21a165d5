"""`examples`: the share of the task's visible tests that the draft's code passes."""

from __future__ import annotations

import pytest

from redraft import Draft, RedraftError, Task
from redraft_code.examples import examples

ADD = "def add(a, b):\n    return a + b\n"


@pytest.fixture
def score(ctx):
    def scored(text, tests, **params):
        task = Task(prompt="Write it.", inputs={"tests": tests})
        return examples(Draft(text=text), task, examples.validate_params(params), ctx)

    return scored


PASSED = [
    (ADD, "assert add(2, 2) == 4\nassert 0 == add(0, 0)"),
    (f"```python\n{ADD}```", ["assert add(2, 2) == 4", "assert add('a', 'b') == 'ab'"]),
    (ADD, "import math\nexpected = 0.3\nassert math.isclose(add(0.1, 0.2), expected)"),
    (ADD, "for n in range(3):\n    assert add(n, n) == 2 * n"),
    (ADD, "def test_add():\n    assert add(1, 1) == 2\n\ndef test_zero():\n    assert not add(0, 0)"),
    (ADD, "from solution import add\nassert add((1,), (2,)) == (1, 2)"),
    (ADD, "'''The tests.'''\nassert add(10**40, 1) - 1 == 10**40, 'large'"),
    ("def f(x):\n    raise ValueError('no')", "try:\n    f(1)\nexcept ValueError as e:\n    assert str(e) == 'no'"),
    (
        "class No(KeyError): pass\ndef f(x):\n    raise No(x)",
        "try:\n    f(1)\nexcept No:\n    pass\nelse:\n    assert 0",
    ),
    ("def f(x):\n    x.sort()", "numbers = [3, 1]\nf(numbers)\nassert numbers == [1, 3]"),
    ("def f(g, xs):\n    return [g(x) for x in xs]", "assert f(lambda x: x + 1, [1, 2]) == [2, 3]"),
    ("def f():\n    yield 1\n    yield 2", "assert list(f()) == [1, 2]\nassert sum(f()) == 3"),
    ("from collections import Counter\ndef f(s):\n    return Counter(s)", "assert f('aab') == {'a': 2, 'b': 1}"),
    (
        "from collections import namedtuple\nP = namedtuple('P', 'x y')",
        "assert P(1, 2) == (1, 2)\nassert P(1, 2).x == 1",
    ),
    ("def f(x):\n    return {x, 2}, b'a', None, 1j, range(3)", "assert f(1) == ({1, 2}, b'a', None, 1j, range(3))"),
    ("import math\ndef area(r):\n    return math.pi * r", "assert abs(area(1) - math.pi) < 1e-9"),
    ("def f(x):\n    return type(x)", "assert f(1) is int and isinstance(f(1)('3'), int)"),
    ("print('at import')\nimport sys\nprint('x' * 10**7)\ndef f():\n    return 1", "assert f() == 1"),
    ("def f(x):\n    'About f.'", "assert f.__doc__ == 'About f.' and f.__name__ == 'f'"),
    ("def 加(a, b):\n    return a + b", "assert 加('你', '好') == '你好'"),
    ("if __name__ == '__main__':\n    raise SystemExit(3)\ndef f():\n    return 1", "assert f() == 1"),
    ("print(sum(map(int, input().split())))", [{"input": "1 2", "output": "3\n"}, {"input": "4 5\n", "output": "9"}]),
    ("a = input()\nif __name__ == '__main__':\n    print(a[::-1])", [{"input": "你好", "output": "好你"}]),
]

STACK = """
class Stack:
    def __init__(self):
        self.items = []
    def push(self, item):
        self.items.append(item)
        return self
    def __len__(self):
        return len(self.items)
    def __contains__(self, item):
        return item in self.items
    def __add__(self, other):
        both = Stack()
        both.items = self.items + other.items
        return both
    def __eq__(self, other):
        return self.items == other.items
"""


def test_code_that_is_right_passes(score, subtests):
    for text, tests in PASSED:
        with subtests.test(text=text, tests=tests):
            found = score(text, tests)
            assert (found.value, found.reasons) == (1.0, ())


def test_objects_of_the_code_can_be_used(score):
    tests = "s = Stack()\nassert len(s.push(1).push(2)) == 2\nassert 1 in s and 3 not in s\nassert s.items == [1, 2]\n"
    found = score(
        STACK, tests + "assert len(s + s) == 4\nassert isinstance(s, Stack)\nassert s == Stack().push(1).push(2)"
    )
    assert (found.value, found.reasons) == (1.0, ())


def test_pairs_can_call_a_function(score):
    pairs = [{"input": [2, 3], "output": 5}, {"input": [[1], [2]], "output": [1, 2]}, {"input": [1, 1], "output": 3}]
    found = score(ADD, pairs, function="add")
    assert found.value == pytest.approx(2 / 3)
    assert found.reasons == ("add(1, 1): expected 3, got 2",)
    assert score("def f(x):\n    return x, x", [{"input": 1, "output": [1, 1]}], function="f").value == 1.0


def test_humaneval_checks_a_candidate(score):
    check = "def check(candidate):\n    assert candidate(1, 2) == 3\n    assert candidate(0, 0) == 0"
    assert score(ADD, check, function="add").value == 1.0
    assert score("def add(a, b):\n    return 0", check, function="add").reasons == (
        "check(add): expected 3, got 0; add(1, 2) gave 0",
    )


FAILED = [
    ("def add(a, b):\n    return a - b", "assert add(2, 2) == 4", "add(2, 2): expected 4, got 0"),
    (
        "def add(a, b):\n    return a - b",
        "n = 2\nassert 4 == add(n, n)",
        "add(n, n): expected 4, got 0; add(2, 2) gave 0",
    ),
    (
        "def add(a, b):\n    return a / b",
        "assert add(1, 0) == 1",
        "add(1, 0): raised ZeroDivisionError: division by zero (line 2)",
    ),
    ("def f(x):\n    return x", "assert f(5) < 3", "f(5) < 3: got 5, which is not < 3"),
    ("def f(x):\n    return x", "assert not f(5)", "not f(5): got False"),
    ("def g(x):\n    return x", "assert f(5) == 5", "f(5): the draft does not define it: name 'f' is not defined"),
    ("\nx = y", "assert x == 1", "raised NameError: name 'y' is not defined (line 2)"),
    ("x = input()", "assert x == 1", "the code reads input, and there is none (line 1)"),
    ("import numpy_of_mine", "assert 1", "raised ModuleNotFoundError: No module named 'numpy_of_mine' (line 1)"),
    ("x = (", "assert x", "line 1: '(' was never closed: x = ("),
    (
        "def f(n):\n    return f(n + 1)",
        "assert f(0) == 1",
        "f(0): raised RecursionError: maximum recursion depth exceeded (line 2)",
    ),
    ("class A: pass", "assert A() == 1", "A(): expected 1, got <solution.A object>"),
    ("print(1)\nprint(2)", [{"input": "", "output": "1\n3"}], 'input "": line 2: expected "3", got "2"'),
    ("print(1)", [{"input": "", "output": "1\n3"}], 'input "": line 2: expected "3", got nothing more'),
    (
        "1 / 0",
        [{"input": "x", "output": "1"}],
        'input "x": it ended with exit code 1: ZeroDivisionError: division by zero',
    ),
]


def test_the_reason_is_the_assertion_with_what_came_of_it(score, subtests):
    for text, tests, reason in FAILED:
        with subtests.test(text=text):
            found = score(text, tests)
            assert found.value == 0.0
            assert found.reasons == (reason,)


def test_so_many_failing_tests_are_told_as_are_asked_for(score):
    tests = ["assert add(2, 3) == 5", "assert add(1, 2) == 3", "assert add(2, 2) == 4"]
    found = score("def add(a, b):\n    return a * b", tests, told=1)
    assert (found.value, found.reasons) == (pytest.approx(1 / 3), ("add(2, 3): expected 5, got 6",))


def test_one_test_that_hangs_does_not_take_the_others_along(score):
    code = "def f(n):\n    while n == 1:\n        pass\n    return n\n"
    found = score(code, "offset = 1\nassert f(0) == 0\nassert f(1) == 1\nassert f(1 + offset) == 2", seconds=0.5)
    assert found.value == pytest.approx(2 / 3)
    assert found.reasons == ("f(1): no result within 0.5 s",)


REFUSED = [
    (7, "the input 'tests' must be a text or a list"),
    ([["assert f()"]], "the input 'tests' must be a text or a list"),
    ("", "the input 'tests' has no test"),
    ("x = 1", "the input 'tests' has no test"),
    ("assert f(", "the input 'tests', line 1 must be Python"),
    (["assert f()", "assert ("], "the input 'tests', entry 2, line 1 must be Python"),
    ([{"input": "1"}], "must be pairs of 'input' and 'output', and entry 1 is none"),
    ([{"input": 1, "output": 1}], "must have texts in its pairs, or a graph name a function"),
]


def test_an_input_that_is_no_tests_is_refused(score, subtests):
    for tests, message in REFUSED:
        with subtests.test(tests=tests), pytest.raises(RedraftError, match=message):
            score(ADD, tests)


def test_code_is_refused_where_no_sandbox_was_declared():
    from redraft.evaluation import Context

    task = Task(prompt="x", inputs={"tests": "assert add(1, 1) == 2"})
    with pytest.raises(RedraftError, match="declares no sandbox"):
        examples(Draft(text=ADD), task, examples.validate_params({}), Context())
