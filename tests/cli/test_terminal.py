"""What a person sees: the command on a real (pseudo) terminal."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys

import pytest

pytest.importorskip("termios", reason="pseudo terminals are POSIX")

import fcntl
import pty
import termios

OURS = re.compile(r"\x1b\[[0-9;]*[mK]")
RUN = ("run", "-g", "sentence", "-i", "words=dog,throw,ball,park")


@pytest.fixture
def on_terminal(environment, project):
    def call(*arguments, columns=72, **env) -> str:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = subprocess.Popen(
            [sys.executable, "-m", "redraft", *arguments],
            env=environment | env,
            cwd=project,
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        seen = b"".join(iter(lambda: _read(master), b""))
        os.close(master)
        assert process.wait() == 0, seen.decode()
        return seen.decode()

    return call


def _read(master) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # Linux says EIO where the other end is closed
        return b""


def test_a_run_reads_from_top_to_bottom_and_ends_with_the_answer(on_terminal):
    raw = on_terminal(*RUN, columns=44)
    assert "\x1b[" in raw
    text = OURS.sub("", raw).replace("\r", "")
    lines = text.splitlines()
    assert lines[0] == "sentence · embedded"
    order = [text.index(part) for part in ("draft 0 · generator", "  coverage", "best is draft", "tokens")]
    assert order == sorted(order)
    assert lines[-1].strip()
    assert all(len(line) <= 44 for line in lines if line.startswith("│"))


def test_escapes_from_outside_are_spelled_out(on_terminal):
    evil = "words=dog\x1b]0;owned\x07,ball\x9b31m"
    text = on_terminal("run", "-g", "sentence", "-i", evil, "--rounds", "0")
    assert "\\x1b]0;owned\\x07" in text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", OURS.sub("", text))


def test_colour_is_left_out_where_it_is_not_wanted(on_terminal):
    plain = on_terminal(*RUN, "--rounds", "0", NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", plain)


def test_lists_fit_a_narrow_terminal(on_terminal):
    text = OURS.sub("", on_terminal("agents", "ls", columns=60)).replace("\r", "")
    assert all(len(line) <= 60 for line in text.splitlines())


def test_quiet_shows_the_answer_alone(on_terminal):
    assert len(on_terminal(*RUN, "--quiet").splitlines()) == 1
