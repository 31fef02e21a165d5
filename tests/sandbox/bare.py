"""No sandbox at all: it keeps nothing in, and tells half of what it should."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from redraft.sandbox import Limits, Ran

_PATIENCE = 20


class Bare:
    """Runs commands in one folder that they share, with all that the caller has, and cleans up behind links."""

    strength = "process"

    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="redraft-bare-")
        self._cleaning = threading.Lock()

    def run(self, command, *, files=None, stdin="", limits=None):
        for name, content in (files or {}).items():
            Path(self._folder, name).write_text(content)
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            close_fds=False,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE,
        )
        self._clean_badly()
        out, err = (text.decode(errors="ignore") for text in (done.stdout, done.stderr))
        return Ran(exit_code=min(1, done.returncode), stdout=out, stderr=err)

    def python(self, code, *, files=None, stdin="", limits=None, flags=("-S",)):
        return self.run([sys.executable, *flags, "-c", code], files=files, stdin=stdin, limits=limits or Limits())

    def close(self):
        for parent, folders, _ in os.walk(self._folder):
            for name in folders:
                if not Path(parent, name).is_symlink():
                    Path(parent, name).chmod(0o700)
        shutil.rmtree(self._folder)

    def _clean_badly(self):
        with self._cleaning:  # Runs beside this one have the same folder.
            for path in Path(self._folder).iterdir():
                if path.is_symlink() and path.is_dir():
                    for file in path.resolve().iterdir():
                        file.unlink()
                    path.unlink()
