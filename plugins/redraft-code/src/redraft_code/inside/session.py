"""A session: a worker that has the code under test, and what the tests can name of it."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import re
import signal
import subprocess
import sys
import time
import types

from redraft_code.inside.remote import Remote, mirror
from redraft_code.inside.wire import Channel, ClosedError, LateError, decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["EndedError", "Session", "brief"]

_START = """
import json, os, sys, types
reads, writes = map(int, sys.argv[1:])
def read(size):
    body = b""
    while len(body) < size:
        body += os.read(reads, size - len(body)) or sys.exit(1)
    return body
for name, source in json.loads(read(int.from_bytes(read(4), "big"))).items():
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)
sys.modules["redraft_code.inside.worker"].main(reads, writes)
"""
_WORKER = ("redraft_code", "redraft_code.inside", "redraft_code.inside.wire", "redraft_code.inside.worker")
_MODULE = "solution"
_SHOWN = 80
# Where an object lies is another place each time.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+>")
# Only these come back from the worker as what they are: a builtin function would run in this process.
_TYPES = (
    bool,
    bytearray,
    bytes,
    complex,
    dict,
    float,
    frozenset,
    int,
    list,
    object,
    range,
    set,
    str,
    tuple,
    type(None),
)
_SIGNALS = {signal.SIGSEGV: "a segmentation fault", signal.SIGKILL: "being killed", signal.SIGXCPU: "its time"}


class EndedError(Exception):
    """The code under test ended its process, or did not answer in time; the message says so."""


class Session:
    """A process with the code under test.

    Args:
        sources: The text of each module that the worker needs, by name.
        seconds: The time that one test gets.
        asked: Names of the code that may stand for a builtin of the same name.
    """

    def __init__(self, sources: dict[str, str], seconds: float, asked: tuple[str, ...]) -> None:
        self.seconds = seconds
        self.asked = asked
        self.deadline = time.monotonic() + seconds
        self.last_call = ""
        self.namespace: dict[str, Any] = {}
        self.ended = False
        self._functions: list[Any] = []
        self._exceptions: dict[str, type[BaseException]] = {}
        self._start({name: sources[name] for name in _WORKER})

    def load(self, code: str) -> None:
        """Run the code under test, and make what it defines known to the tests.

        Raises:
            EndedError: It ended the process.
            BaseException: What it raises.
        """
        exports = self._ask({"do": "load", "arguments": [code]}, ())["exports"]
        for name, (kind, thing) in exports.items():
            if not hasattr(builtins, name) or name in self.asked:
                self._export(name, kind, thing)
        module = sys.modules[_MODULE] = types.ModuleType(_MODULE)
        vars(module).update(self.namespace)
        self.namespace["__name__"] = "tests"

    def ask(self, what: str, *arguments: Any, **named: Any) -> Any:
        """Have the worker do something, and return what came of it.

        Raises:
            EndedError: The process is gone, or does not answer in time.
            BaseException: What the code under test raises.
        """
        if what == "call":
            self.last_call = _told(arguments, named)
        sent: dict[str, Any] = {"do": what, "arguments": [encode(item, self._keep) for item in arguments]}
        sent |= {"named": {name: encode(item, self._keep) for name, item in named.items()}}
        value = decode(self._ask(sent, arguments)["value"], self._find)
        if what == "call":
            self.last_call += f" gave {brief(value)}"
        return value

    def stop(self) -> None:
        """End the process, and all that it started in its session."""
        self.ended = True
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.channel.close()

    def _start(self, sources: dict[str, str]) -> None:
        (from_here, to_worker), (from_worker, to_here), (nothing, no_more) = os.pipe(), os.pipe(), os.pipe()
        (printed, prints) = os.pipe()
        os.close(no_more)
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-I", "-S", "-c", _START, str(from_here), str(to_here)],
            stdin=nothing,
            stdout=prints,
            stderr=prints,
            pass_fds=(from_here, to_here),
            start_new_session=True,
        )
        for handle in (from_here, to_here, nothing, prints):
            os.close(handle)
        self.channel = Channel(from_worker, to_worker, printed)
        self.channel.send(sources)

    def _ask(self, sent: dict[str, Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
        try:
            self.channel.send(sent)
            reply: dict[str, Any] = self.channel.receive(self.deadline)
            while "callback" in reply:
                self.channel.send(self._called(reply))
                reply = self.channel.receive(self.deadline)
        except LateError:
            self.stop()
            raise EndedError(f"no result within {self.seconds:g} s") from None
        except ClosedError:
            raise EndedError(self._ending()) from None
        for place, new in reply.get("changed", {}).items():
            _change(arguments[int(place)], decode(new, self._find))
        if "raised" in reply:
            raise self._exception(**reply["raised"])
        return reply

    def _called(self, order: dict[str, Any]) -> dict[str, Any]:
        """Call a function of the tests that the code under test was given."""
        try:
            arguments = [decode(item, self._find) for item in order["arguments"]]
            return {"value": encode(self._functions[order["callback"]](*arguments), self._keep)}
        except Exception as error:  # noqa: BLE001 - it is the code under test that must live with it
            return {"raised": type(error).__name__}

    def _ending(self) -> str:
        """Say how the process ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1)
        code = self.process.returncode
        self.stop()
        if code is None:
            return "the code closed the channel of its results"
        if code < 0:
            return f"the code ended its process by {_SIGNALS.get(signal.Signals(-code), f'signal {-code}')}"
        return f"the code ended its process with exit code {code}"

    def _export(self, name: str, kind: str, thing: Any) -> None:
        if kind == "exception":
            self.namespace[name] = mirror(thing, self._exceptions)
        elif kind == "module":
            # The tests' own copy, and only under its own name: `import os as math` is no `math`.
            if name == thing and name in sys.stdlib_module_names:
                self.namespace[name] = importlib.import_module(name)
        else:
            self.namespace[name] = decode(thing, self._find)

    def _keep(self, value: Any) -> list[Any]:
        if isinstance(value, Remote):
            reference: list[Any] = value._reference  # noqa: SLF001 - a friend: `reference` may be a name of the code's own
            return reference
        name = getattr(value, "__name__", "")
        if getattr(builtins, name, self) is value:
            return ["builtin", name]
        if callable(value):
            self._functions.append(value)
            return ["function", len(self._functions) - 1]
        raise TypeError(f"the tests hand over a {type(value).__name__}, which is no plain data")

    def _find(self, reference: list[Any]) -> Any:
        kind, *rest = reference
        if kind == "yours":
            return self._functions[rest[0]]
        if kind == "builtin":
            found = getattr(builtins, rest[0])
            if found in _TYPES or (isinstance(found, type) and issubclass(found, BaseException)):
                return found
        if kind == "kept":
            number, name, content = rest
            data = {"content": decode(content[1], self._find)} if content else {}
            return Remote(self, ["kept", number], str(name), **data)
        raise ValueError("the worker sent no value")

    def _exception(self, kinds: list[str], text: str, arguments: list[Any], line: int | None) -> BaseException:
        kind = mirror(kinds, self._exceptions)
        try:
            error = kind(*(arguments or [text]))
        except Exception:  # noqa: BLE001 - UnicodeDecodeError wants five arguments
            error = Exception(text)
        error.__dict__["draft"] = (str(kinds[0]), brief(text, plain=True), line)
        return error


def brief(value: object, *, plain: bool = False) -> str:
    """Return a value as it stands in a reason, shortened."""
    try:
        text = str(value) if plain else repr(value)
    except Exception as error:  # noqa: BLE001 - a number of more than 4,300 digits, or an object of the code
        text = f"<{type(error).__name__} in repr()>"
    text = _ADDRESS.sub(">", text)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _told(arguments: tuple[Any, ...], named: dict[str, Any]) -> str:
    function, *rest = arguments
    parts = [brief(item) for item in rest] + [f"{name}={brief(item)}" for name, item in named.items()]
    return f"{function._name if isinstance(function, Remote) else brief(function)}({', '.join(parts)})"  # noqa: SLF001


def _change(old: Any, new: Any) -> None:
    """Give a container of the tests the content that the code gave its copy."""
    if isinstance(old, list | bytearray):
        old[:] = new
    elif isinstance(old, dict | set):
        old.clear()
        old.update(new)
