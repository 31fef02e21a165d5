"""Evaluators that another process can import, each good or bad in its own way."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from pydantic import BaseModel

from redraft.evaluation import evaluator
from redraft.task import Score

calls: list[int] = []


class Shape(BaseModel, extra="forbid"):
    word: str = "dog"
    least: int = 1


@evaluator("words", params=Shape)
def words(draft, task, params, ctx):
    """Whether the draft has a word often enough."""
    reasons = [task.prompt, str(task.inputs), ctx.history[0].draft.text if ctx.history else "no history"]
    return Score(float(draft.text.count(params.word) >= params.least), reasons)


@evaluator("number")
def number(draft):
    return 0.5


@evaluator("where")
def where():
    return Score(1.0, [str(os.getpid())])


@evaluator("remembers")
def remembers():
    calls.append(1)
    return Score(1.0, [str(len(calls))])


@evaluator("moves")
def moves():
    before = os.getcwd()  # noqa: PTH109 - what it is about
    os.chdir("/")
    return Score(1.0, [before])


@evaluator("vouches", in_process=True)
def vouches():
    return Score(1.0, [str(os.getpid())])


@evaluator("segfaults")
def segfaults():
    ctypes.string_at(0)


@evaluator("aborts")
def aborts():
    os.abort()


@evaluator("leaves")
def leaves():
    os._exit(3)


@evaluator("kills-itself")
def kills_itself():
    os.kill(os.getpid(), signal.SIGKILL)


@evaluator("spins", timeout=0.2)
def spins():
    while True:
        pass


@evaluator("holds-the-lock", timeout=0.2)
def holds_the_lock():
    return int(str(9**100_000_000)[:1])


@evaluator("sleeps", timeout=60.0)
def sleeps():
    time.sleep(60)


@evaluator("works", timeout=60.0)
def works():
    time.sleep(0.6)
    return 1.0


@evaluator("grows")
def grows():
    held = []
    while True:
        held.append(b"x" * 1_000_000)


@evaluator("mutates")
def mutates(task):
    task.inputs["words"].append("cat")
    return 1.0


@evaluator("says-much")
def says_much():
    return Score.model_construct(value=0.5, reasons=["x" * 1_000_000] * 100, error=None)


@evaluator("prints")
def prints():
    print("from Python")  # noqa: T201 - what it is about
    os.write(1, b"from below\n")
    print("on stderr", file=sys.stderr)  # noqa: T201 - what it is about
    libc = ctypes.CDLL(None)
    libc.puts(b"from C")
    return 1.0


@evaluator("never-stops-printing", timeout=0.3)
def never_stops_printing():
    while True:
        os.write(1, b"x" * 4096)


@evaluator("logs")
def logs(ctx):
    ctx.log.warning("a %s", "warning")
    logging.getLogger("elsewhere").error("an error")
    ctx.log.debug("for nobody")
    return 1.0


@evaluator("raises")
def raises():
    raise SystemExit("bye")


def _socket_of_the_child():
    return next(fd for fd in range(3, 64) if _is_socket(fd))


def _is_socket(descriptor):
    try:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink()).startswith("socket:")
    except OSError:
        return False


@evaluator("garbles")
def garbles():
    os.write(_socket_of_the_child(), b"\xff" * 100)
    return 1.0


@evaluator("forges")
def forges():
    told = b'{"kind":"scored","number":"x","score":{"value":1.0}}'
    os.write(_socket_of_the_child(), len(told).to_bytes(4, "big") + told)
    return 0.0


@evaluator("closes")
def closes():
    os.closerange(0, 64)
    return 1.0


@evaluator("forks")
def forks():
    os.fork()
    return 0.5


@evaluator("leaves-a-daemon")
def leaves_a_daemon():
    daemon = subprocess.Popen(["sleep", "600"], start_new_session=True)
    return Score(1.0, [str(daemon.pid)])


@evaluator("leaves-a-thread")
def leaves_a_thread():
    threading.Thread(target=threading.Event().wait).start()
    return 1.0


@evaluator("calls-out")
def calls_out():
    return _connect(("127.0.0.1", int(os.environ["REDRAFT_TEST_PORT"])))


@evaluator("may-call-out", network=True)
def may_call_out():
    return _connect(("127.0.0.1", int(os.environ["REDRAFT_TEST_PORT"])))


def _connect(address):
    with socket.create_connection(address, timeout=5):
        return 1.0


@evaluator("unboxed")
def unboxed(ctx):
    return float(ctx.sandbox is not None)


@evaluator("boxed", sandbox="process", timeout=30.0)
def boxed(ctx):
    return Score(1.0, [ctx.sandbox.python("print(6 * 7)").stdout.strip()])


def _made(name):
    @evaluator(name)
    def inner():
        return 1.0

    return inner


made = _made("made")
