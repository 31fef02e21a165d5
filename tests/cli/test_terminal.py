"""What a person sees: the command on a real (pseudo) terminal."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
import sys
import threading

import pytest

pytest.importorskip("termios", reason="pseudo terminals are POSIX")

import fcntl
import pty
import termios

OURS = re.compile(r"\x1b\[[0-9;]*[mK]")
RUN = ("run", "-g", "sentence", "-i", "words=dog,throw,ball,park")


@pytest.fixture
def on_terminal(environment, project):
    def call(*arguments, columns=72, code=0, keys=(), **env) -> str:
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
        seen, left = b"", list(keys)
        watchdog = threading.Timer(30, process.kill)
        watchdog.start()
        while more := _read(master):
            seen += more
            while left and seen.count(b"\n> ") > len(keys) - len(left):
                key = left.pop(0)
                process.send_signal(key) if isinstance(key, signal.Signals) else os.write(master, key)
        watchdog.cancel()
        os.close(master)
        assert process.wait() == code, seen.decode()
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


REVIEW = ("run", "-g", "human_review", "-m", "embedded", "Write one sentence about a dog.")


def test_a_person_takes_a_draft_or_says_what_should_be_better(on_terminal):
    text = OURS.sub("", on_terminal(*REVIEW, keys=[b"no\n", b"shorter\n", b"\n", b"y\n"])).replace("\r", "")
    order = ["draft 0 ·", "? Take this draft? (yes/no)", "? What should be better?", "shorter", "draft 1 ·", "■ note:"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


def test_an_answer_that_is_no_choice_is_asked_for_again(on_terminal):
    text = on_terminal(*REVIEW, keys=[b"perhaps\n", b"yes\n"])
    assert "answer yes or no" in text


def test_nobody_is_there_after_ctrl_d(on_terminal):
    assert "waiting" in on_terminal(*REVIEW, keys=[b"\x04"], code=7)


def test_ctrl_c_at_a_question_ends_the_run(on_terminal):
    assert "interrupted" in on_terminal(*REVIEW, keys=[signal.SIGINT], code=130)
