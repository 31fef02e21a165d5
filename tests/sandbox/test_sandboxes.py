"""What every sandbox does for those who use it."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from redraft.errors import ExitCode, SandboxError
from redraft.sandbox import Limits, Sandbox
from redraft.sandbox.conformance.endings import survivors


def test_files_lie_in_the_working_folder(sandbox):
    files = {"a.txt": "ä", "deep/er/b.bin": b"\0\xff"}
    ran = sandbox.python("print(open('a.txt').read(), open('deep/er/b.bin', 'rb').read())", files=files)
    assert ran.ok, ran
    assert ran.stdout == "ä b'\\x00\\xff'\n"


def test_a_program_imports_what_it_is_given(sandbox):
    ran = sandbox.python(
        "import solution; print(solution.double(21))", files={"solution.py": "def double(x): return 2*x"}
    )
    assert ran.stdout == "42\n"


def test_a_program_does_not_import_what_is_installed_unless_told(sandbox):
    code = "import pydantic; print(pydantic.__name__)"
    assert "ModuleNotFoundError" in sandbox.python(code).stderr
    assert sandbox.python(code, flags=()).stdout == "pydantic\n"


def test_any_program_of_the_system_runs(sandbox):
    ran = sandbox.run(["sh", "-c", "cat; echo $0 $HOME >&2; exit 3"], stdin="in")
    assert (ran.stdout, ran.exit_code, ran.ok, ran.ended) == ("in", 3, False, "exit")
    assert "root" not in ran.stderr


def test_a_pipe_that_nobody_reads_ends_a_program(sandbox):
    assert sandbox.run(["sh", "-c", "yes | head -1"]).stdout == "y\n"


def test_a_program_throws_away_what_it_does_not_want(sandbox):
    code = "import subprocess as s; print(s.run(['sh', '-c', 'echo a'], stdout=s.DEVNULL, stdin=s.DEVNULL).returncode)"
    ran = sandbox.python(code)
    assert (ran.stdout, ran.stderr) == ("0\n", "")


def test_what_a_command_may_take_is_told_when_it_took_more(sandbox):
    slow = sandbox.python("import time; time.sleep(9)", limits=Limits(seconds=0.2))
    assert (slow.ended, slow.exit_code, slow.signal) == ("timeout", None, signal.SIGKILL)
    assert slow.detail == "it took longer than 0.2 seconds"
    assert 0.2 <= slow.seconds < 5
    loud = sandbox.python("print('x' * 5000)", limits=Limits(output=1000))
    assert (loud.ended, loud.stdout) == ("output", "x" * 1000)
    assert loud.detail == "it wrote more than 1,000 bytes"


def test_output_up_to_the_limit_is_no_excess(sandbox):
    ran = sandbox.python("print('x' * 999)", limits=Limits(output=1000))
    assert (ran.ended, len(ran.stdout)) == ("exit", 1000)


def test_a_sandbox_is_one(sandbox):
    assert isinstance(sandbox, Sandbox)


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "a/../../up", "", ".", "nul\0"])
def test_no_file_leaves_the_folder(sandbox, name):
    with pytest.raises(SandboxError, match="is no name for a file") as caught:
        sandbox.run(["true"], files={name: ""})
    assert caught.value.exit_code is ExitCode.PLUGIN


def test_what_cannot_be_run_is_said(sandbox):
    with pytest.raises(SandboxError, match="'no-such-program'"):
        sandbox.run(["no-such-program"])
    with pytest.raises(SandboxError, match="no command"):
        sandbox.run([])
    with pytest.raises(SandboxError, match="the limit is 65,536"):
        sandbox.run(["true"], files={"big": "x" * 70_000}, limits=Limits(disk=65_536))
    with pytest.raises(SandboxError, match="name of the code"):
        sandbox.python("", files={"__main__.py": ""})


def test_what_a_model_wrote_is_never_an_error(sandbox):
    for code in ("\ud800", "print(1)\0", "print(input())", "\ufeffprint(1)"):
        ran = sandbox.python(code, stdin="\udfff", files={"input.txt": "\ud800"})
        assert ran.ended == "exit"


def test_files_that_cannot_lie_side_by_side_are_refused(sandbox):
    for files in ({"a": "", "a/b": ""}, {"x" * 300: ""}):
        with pytest.raises(SandboxError):
            sandbox.run(["true"], files=files)


def test_the_smallest_limits_still_run_python(sandbox):
    smallest = Limits(memory=32 << 20, disk=64 << 10, processes=1, files=16, output=2)
    assert sandbox.python("print(1)", limits=smallest).stdout == "1\n"


async def test_the_loop_goes_on_meanwhile(sandbox):
    async def count():
        for number in range(1_000_000):
            await asyncio.sleep(0)
            if ran.done():
                return number
        return None

    ran = asyncio.ensure_future(asyncio.to_thread(sandbox.python, "print(1)"))
    assert await count() > 10
    assert (await ran).stdout == "1\n"


def test_it_starts_beside_many_threads(sandbox):
    done = threading.Event()
    threads = [threading.Thread(target=done.wait) for _ in range(60)]
    for thread in threads:
        thread.start()
    try:
        assert sandbox.python("print(1)").stdout == "1\n"
    finally:
        done.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def temporary():
    """A folder in /tmp, which code in a sandbox has one of its own in place of."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_an_interpreter_in_a_folder_that_the_sandbox_replaces_is_shown(sandbox, temporary):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", temporary / "venv"], check=True)
    (temporary / "secret").touch()
    kind = type(sandbox)
    code = f"import os, sys; print(sys.executable, sorted(os.listdir({str(temporary)!r})), os.listdir('.'))"
    caller = f"from {kind.__module__} import {kind.__qualname__} as S; print(S().python({code!r}).stdout)"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [temporary / "venv" / "bin" / "python", "-c", caller],
        capture_output=True,
        check=True,
        env=environment,
        text=True,
    )
    shown = "['secret', 'venv']" if sandbox.strength == "process" else "['venv']"
    assert done.stdout.strip() == f"{temporary}/venv/bin/python {shown} ['__main__.py']"


def within(code, *, before="", prefix=()):
    """Run code in another process that uses the strongest sandbox of each strength."""
    text = f"{before}\nfrom redraft.sandbox import Limits, available\n{code}"
    return subprocess.run(
        [*prefix, sys.executable, "-c", text], capture_output=True, check=False, text=True, timeout=120
    )


EACH = "print([p.sandbox.python('print(1)').stdout for p in available() if p.usable])"
LIMITED = """
import os, resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
tasks = 0
for pid in filter(str.isdecimal, os.listdir("/proc")):
    try:
        tasks += len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        continue
resource.setrlimit(resource.RLIMIT_NPROC, (tasks + 20, tasks + 20))
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
"""


def test_it_works_in_a_process_that_is_limited_itself(ordinary):
    for prefix in ([], ordinary):
        done = within(EACH, before=LIMITED, prefix=prefix)
        assert "'1\\n'" in done.stdout, done.stderr


def test_lower_limits_of_the_caller_hold(sandbox):
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[1])"
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert sandbox.python(code, limits=Limits(files=50)).stdout == "50\n"
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before


def test_an_interrupt_leaves_nothing(sandbox):
    marker = os.urandom(8).hex()
    kind = type(sandbox)
    code = (
        f"import os, sys; os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(60)', {marker!r}])"
    )
    caller = f"from {kind.__module__} import {kind.__qualname__} as S; S().python({code!r})"
    with subprocess.Popen([sys.executable, "-c", caller], stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 20
        while not survivors(marker):
            assert time.monotonic() < until
        process.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in process.stderr.read()
    assert not survivors(marker)


def test_nothing_is_left_open(sandbox):
    sandbox.python("print(1)")
    before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(3):
        sandbox.python("import os; os.close(1)", stdin="x" * 100_000)
    assert set(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
