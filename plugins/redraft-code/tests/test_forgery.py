"""Code that would rather seem right than be right: none of it passes a test that it does not know the answer to."""

from __future__ import annotations

import pytest

from redraft import Draft, Task
from redraft_code.examples import examples
from redraft_code.hidden_tests import hidden_tests

# What is expected is known to the tests alone.
TESTS = "expected = 20261129\nassert f(1) == expected\nassert f(2) == expected + 1"

ALWAYS_EQUAL = """
class Any:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __lt__(self, other): return True
    def __sub__(self, other): return self
    def __rsub__(self, other): return self
    def __abs__(self): return self
    def __bool__(self): return True
def f(x):
    return Any()
"""

FORGERIES = """
### exits before the tests
import sys
sys.exit(0)
### exits in a call
import sys
def f(x):
    sys.exit(0)
### ends its process before the tests
import os
os._exit(0)
### ends its process in a call
import os
def f(x):
    os._exit(0)
### raises SystemExit
raise SystemExit
### leaves at exit
import atexit, os
atexit.register(os._exit, 0)
def f(x): pass
### equals everything, as an int
class Any(int):
    __eq__ = lambda self, other: True
def f(x):
    return Any(1)
### replaces builtins
import builtins
builtins.AssertionError = BaseException
builtins.isinstance = builtins.bool = lambda *a: True
def f(x): return 1
### replaces builtins of the tests
def abs(x): return 0
def isinstance(*a): return True
def f(x): return 1
### replaces the helpers of the tests
def __redraft_check(*a, **k): pass
__redraft_true = __redraft_check
def f(x): return 1
### replaces what it runs in
import sys
for module in list(sys.modules.values()):
    for name in ("encode", "decode"):
        if hasattr(module, name):
            setattr(module, name, lambda *a, **k: 1)
def f(x): return 1
### prints a result
import json
print("\\n" + "a" * 64 + " " + json.dumps({"found": [None, None]}))
def f(x): return 1
### writes into every handle
import os
body = b'{"value": true, "exports": {}}'
for handle in range(64):
    try: os.write(handle, len(body).to_bytes(4, "big") + body)
    except OSError: pass
def f(x): return 1
### hands a builtin back
def f(x):
    return eval
### closes every handle
import os
os.closerange(0, 64)
def f(x): return 1
### looks for the tests in files
import glob, os, re
text = ""
for folder in ("/sandbox/**", "/tmp/**", "/proc/*/cmdline", "/proc/*/environ", "/proc/*/fd/*"):
    for name in glob.glob(folder, recursive=True):
        try: text += open(name).read(1 << 20) if os.path.isfile(name) else ""
        except (OSError, ValueError): pass
found = re.search("2026" + "1129", text)
def f(x): return int(found.group()) + x - 1
### reads its parent's memory
import os, re
parent = f"/proc/{os.getppid()}"
parts = [line.split()[0].split("-") for line in open(parent + "/maps") if "rw-p" in line]
memory = open(parent + "/mem", "rb", 0)
data = b""
for start, end in parts:
    memory.seek(int(start, 16))
    data += memory.read(int(end, 16) - int(start, 16))
found = int(re.search(b"expected = " + b"([0-9]+)", data).group(1))
def f(x): return found + x - 1
### traces its parent
import ctypes, os
assert ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0
def f(x): return 20261128 + x
### writes to its parent's output
import os
with open(f"/proc/{os.getppid()}/fd/1", "w") as out:
    out.write("x")
def f(x): return 20261128 + x
### kills its parent
import os, signal
os.kill(os.getppid(), signal.SIGKILL)
def f(x): return 20261128 + x
### kills everybody
import os, signal
os.kill(-1, signal.SIGKILL)
def f(x): return 20261128 + x
### plants modules for its parent
for name in ("math", "json", "operator"):
    open(name + ".py", "w").write("raise SystemExit(0)")
def f(x): return 1
"""


def named():
    for part in FORGERIES.split("### ")[1:]:
        name, _, code = part.partition("\n")
        yield name, code
    yield "equals everything", ALWAYS_EQUAL


def passed(ctx, text, tests=TESTS, **params):
    task = Task(prompt="Write it.", inputs={"tests": tests})
    return examples(Draft(text=text), task, examples.validate_params({"seconds": 2, **params}), ctx)


def test_forged_results_do_not_count(ctx, subtests):
    assert passed(ctx, "def f(x):\n    return 20261128 + x").value == 1.0
    for name, text in named():
        with subtests.test(name):
            found = passed(ctx, text)
            assert found.value == 0.0
            assert found.reasons


def test_what_is_not_a_number_does_not_come_close_to_one(ctx):
    assert passed(ctx, ALWAYS_EQUAL, "assert abs(f(1) - 3.5) < 1e-6").value == 0.0
    assert (
        passed(ctx, "def abs(x):\n    return 0\ndef f(x):\n    return 1", "assert abs(f(1) - 3.5) < 1e-6").value == 0.0
    )


def test_a_module_of_the_code_is_no_module_of_the_tests(ctx):
    fake = "import types\nmath = types.SimpleNamespace(isclose=lambda *a: True)\ndef f(x):\n    return 1"
    assert passed(ctx, fake, "import math\nassert math.isclose(f(1), 3.5)").value == 0.0
    assert passed(ctx, "import os as math\ndef f(x):\n    return 1", "assert math.isclose(f(1), 3.5)").value == 0.0


HEAVY = {
    "imports os": ("import os\nos.listdir('/')\ndef f(x): return 20261128 + x", 1.0),
    "forks": ("import os, time\nif os.fork() == 0:\n    time.sleep(60)\ndef f(x): return 20261128 + x", 1.0),
    "is a fork bomb": ("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", 0.0),
    "prints 100 MB": ("for _ in range(100):\n    print('x' * 10**6)\ndef f(x): return 20261128 + x", 1.0),
    "takes all memory": ("x = bytearray(2 << 30)\ndef f(x): return 20261128 + x", 0.0),
    "fills the disk": (
        "with open('a', 'wb') as a:\n    for _ in range(1000): a.write(bytes(10**6))\ndef f(x): return 1",
        0.0,
    ),
    "opens a socket": ("import socket\nsocket.create_connection(('127.0.0.1', 9))\ndef f(x): return 1", 0.0),
    "returns 100 MB": ("def f(x):\n    return 'x' * 10**8", 0.0),
    "returns what nests without end": ("def f(x):\n    a = []\n    a.append(a)\n    return a", 0.0),
    "crashes": ("import ctypes\ndef f(x):\n    ctypes.string_at(0)", 0.0),
}


def test_heavy_code_is_contained(ctx, subtests):
    for name, (text, value) in HEAVY.items():
        with subtests.test(name):
            assert passed(ctx, text).value == value


def test_a_program_that_prints_too_much_is_stopped(ctx):
    found = passed(ctx, "while True:\n    print('x' * 10**6)", [{"input": "", "output": "1"}])
    assert found.value == 0.0
    assert "it wrote more than" in found.reasons[0]


def test_programs_must_end_well(ctx):
    found = passed(ctx, "print(1, flush=True)\nimport os\nos._exit(3)", [{"input": "", "output": "1"}])
    assert found.reasons == ('input "": it ended with exit code 3',)


def test_hidden_tests_are_an_oracle_of_their_own(ctx):
    task = Task(prompt="Write it.", inputs={"tests": "assert f(1) == 1", "hidden_tests": "assert f(2) == 4"})
    score = hidden_tests(Draft(text="def f(x):\n    return x"), task, hidden_tests.validate_params({}), ctx)
    assert hidden_tests.kind == "oracle"
    assert (score.value, score.reasons) == (0.0, ("f(2): expected 4, got 2",))
    with pytest.raises(KeyError):
        hidden_tests(Draft(text="x = 1"), Task(prompt="x"), hidden_tests.validate_params({}), ctx)
