"""The weakest sandbox, whose working folder lies on the machine's own disk."""

from __future__ import annotations

import os
import subprocess
import sys
import time

CALLER = """
from redraft.sandbox.process import ProcessSandbox
ProcessSandbox().python("open('made', 'x').close(); import time; time.sleep(60)")
"""


def test_no_folder_is_left_by_a_caller_that_was_killed(tmp_path):
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)}
    until = time.monotonic() + 30
    with subprocess.Popen([sys.executable, "-c", CALLER], env=environment) as process:
        while not list(tmp_path.glob("*/made")):
            assert time.monotonic() < until
        process.kill()
    while list(tmp_path.iterdir()):
        assert time.monotonic() < until
