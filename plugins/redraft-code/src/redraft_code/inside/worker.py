"""The worker: a process that has the code under test, and does with it what the tester asks.

Whatever the code does to this process, the tester hears nothing but data from it, and knows what is expected alone.
"""

from __future__ import annotations

import builtins
import json
import operator
import sys
import traceback
import types

from redraft_code.inside.wire import Channel, decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["DRAFT", "Worker", "main"]

DRAFT = "<draft>"
"""The file name of the code under test in tracebacks."""

_MODULE = "solution"
_MOST_EXPORTED = 1 << 20
_PLAIN: tuple[type, ...] = (dict, list, tuple, set, frozenset, str, int, float)
_CHANGEABLE = (list, dict, set, bytearray)


class Worker:
    """The code under test, its values that are no plain data, and the way to the tester."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.kept: dict[int, Any] = {}
        self.module = types.ModuleType(_MODULE)
        sys.modules[_MODULE] = self.module

    def serve(self) -> None:
        """Answer until the tester is gone."""
        while True:
            self.answer(self.channel.receive())

    def answer(self, order: dict[str, Any]) -> None:
        """Do what one message asks, and say what came of it."""
        try:
            reply = self.outcome(order)
        except BaseException as error:  # noqa: BLE001 - whatever the code raises is what the tester wants to know
            reply = {"raised": _raised(error, self.keep)}
        try:
            self.channel.send(reply)
        except ValueError as error:
            self.channel.send({"raised": _raised(error, self.keep)})

    def outcome(self, order: dict[str, Any]) -> dict[str, Any]:
        """Return what a function gives, and the content of each container that it was given and has changed."""
        arguments = [decode(item, self.find) for item in order["arguments"]]
        before = [self.content(item) for item in arguments]
        named = {name: decode(item, self.find) for name, item in order.get("named", {}).items()}
        value = self.does(order["do"])(*arguments, **named)
        if order["do"] == "load":
            return {"exports": value}
        after = [self.content(item) for item in arguments]
        changed = {str(place): new for place, new in enumerate(after) if new != before[place]}
        return {"value": encode(value, self.keep), "changed": changed}

    def content(self, value: Any) -> Any:
        """Return the content of a container that can change."""
        return encode(value, self.keep) if isinstance(value, _CHANGEABLE) else None

    def does(self, what: str) -> Callable[..., Any]:
        """Return the function that an order names."""
        own: dict[str, Callable[..., Any]] = {"load": self.load, "evaluate": self.evaluate, "call": _call}
        function: Callable[..., Any] = own.get(what) or getattr(operator, what, None) or getattr(builtins, what)
        return function

    def load(self, code: str) -> dict[str, list[Any]]:
        """Run the code under test, and return what it defines: for each public name its kind and what it stands for."""
        exec(compile(code, DRAFT, "exec", dont_inherit=True), self.module.__dict__)  # noqa: S102 - what the sandbox is for
        names = [name for name in list(vars(self.module)) if not name.startswith("__")]
        return {name: self.exported(vars(self.module)[name]) for name in names}

    def exported(self, value: Any) -> list[Any]:
        """Return what a name of the code stands for, as far as the tester can use it."""
        if isinstance(value, types.ModuleType):
            return ["module", value.__name__]
        if isinstance(value, type) and issubclass(value, BaseException):
            return ["exception", [kind.__name__ for kind in value.__mro__]]
        sent = encode(value, self.keep)
        return ["value", sent if len(json.dumps(sent)) <= _MOST_EXPORTED else self.keep(value)]

    def evaluate(self, body: str, last: str) -> Any:
        """Run statements in the code's own module, and return the value of an expression after them."""
        exec(compile(body, "<workload>", "exec", dont_inherit=True), self.module.__dict__)  # noqa: S102
        return eval(compile(last, "<workload>", "eval", dont_inherit=True), self.module.__dict__)  # noqa: S307

    def keep(self, value: Any) -> list[Any]:
        """Keep a value that is no plain data, and return a reference to it; a container's content goes with it."""
        if isinstance(value, _Callback):
            return ["yours", value.number]
        named: Any = value if isinstance(value, type | types.FunctionType) else type(value)
        if value is vars(builtins).get(named.__name__):
            return ["builtin", named.__name__]
        self.kept[id(value)] = value
        return ["kept", id(value), named.__name__, _as_data(value, self.keep)]

    def find(self, reference: list[Any]) -> Any:
        """Return what a reference of the tester stands for."""
        kind, number = reference[:2]
        if kind == "function":
            return _Callback(self, number)
        return getattr(builtins, number) if kind == "builtin" else self.kept[number]


class _Callback:
    """A function of the tests, called from the code under test."""

    def __init__(self, worker: Worker, number: int) -> None:
        self.worker = worker
        self.number = number

    def __call__(self, *arguments: Any) -> Any:
        sent = [encode(item, self.worker.keep) for item in arguments]
        self.worker.channel.send({"callback": self.number, "arguments": sent})
        while "do" in (reply := self.worker.channel.receive()):
            self.worker.answer(reply)
        if "raised" in reply:
            raise getattr(builtins, reply["raised"], RuntimeError)
        return decode(reply["value"], self.worker.find)


def _call(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    return function(*arguments, **named)


def _as_data(value: Any, keep: Callable[[Any], list[Any]]) -> Any:
    """Return the content of a value of a class that is derived from a plain one: a named tuple, a Counter."""
    plain: Any = next((kind for kind in _PLAIN if isinstance(value, kind)), None)
    if plain is None:
        return None
    return ["content", encode(plain(dict.items(value)) if plain is dict else plain(value), keep)]


def _raised(error: BaseException, keep: Callable[[Any], list[Any]]) -> dict[str, Any]:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == DRAFT]
    if isinstance(error, SyntaxError) and error.filename == DRAFT:
        lines = [error.lineno]
    return {
        "kinds": [kind.__name__ for kind in type(error).__mro__],
        "text": str(error),
        "arguments": [encode(item, keep) for item in error.args if isinstance(item, str | int | float)],
        "line": lines[-1] if lines else None,
    }


def main(reads: int, writes: int) -> None:
    """Serve the tester over two pipes.

    Args:
        reads: The handle that messages come from.
        writes: The handle that answers go to.
    """
    Worker(Channel(reads, writes)).serve()
