"""Values of the code under test as the tests see them: they stay in the worker, and are asked for everything."""

from __future__ import annotations

import builtins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redraft_code.inside.session import Session

__all__ = ["Remote", "mirror"]

_NOTHING = object()


class Remote:
    """A value of the code under test that is no plain data: a function, a class, an object.

    It never equals plain data unless its content does: what says of itself that it equals everything equals nothing.
    """

    # What the code says of its own value, not what is said above.
    __doc__ = property(lambda self: self._session.ask("getattr", self, "__doc__"))

    def __init__(self, session: Session, reference: list[Any], name: str, content: Any = _NOTHING) -> None:
        self.__dict__.update(_session=session, _reference=reference, _name=name, _content=content)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it in the worker."""
        return self._session.ask("call", self, *arguments, **named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__") and name != "__name__":
            raise AttributeError(name)
        return self._session.ask("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._session.ask("setattr", self, name, value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Remote):
            return bool(self._session.ask("eq", self, other))
        return self._content is not _NOTHING and bool(self._content == other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return int(self._session.ask("hash", self))

    def __instancecheck__(self, value: object) -> bool:
        return bool(self._session.ask("isinstance", value, self))

    def __exit__(self, *_error: object) -> None:
        self._session.ask("call", self._session.ask("getattr", self, "__exit__"), None, None, None)

    def __enter__(self) -> Any:
        return self._session.ask("call", self._session.ask("getattr", self, "__enter__"))


def _asking(what: str) -> Callable[..., Any]:
    def method(self: Remote, *arguments: Any) -> Any:
        return self._session.ask(what, self, *arguments)

    return method


def _compared(what: str) -> Callable[..., Any]:
    """Compare with another value of the code by its own rules, with plain data by content or not at all."""

    def method(self: Remote, other: object) -> Any:
        if isinstance(other, Remote):
            return self._session.ask(what, self, other)
        if self._content is _NOTHING:
            return NotImplemented
        return getattr(self._content, f"__{what}__")(other)

    return method


_ASKED = {
    "len": "len",
    "iter": "iter",
    "next": "next",
    "getitem": "getitem",
    "setitem": "setitem",
    "delitem": "delitem",
}
_ASKED |= {"contains": "contains", "str": "str", "repr": "repr", "bool": "bool", "float": "float", "int": "int"}
_ASKED |= {"index": "index", "abs": "abs", "neg": "neg", "pos": "pos", "invert": "invert", "reversed": "reversed"}
_ASKED |= {name: name for name in ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow")}
_ASKED |= {"and": "and_", "or": "or_", "xor": "xor", "lshift": "lshift", "rshift": "rshift"}

for _method, _what in _ASKED.items():
    setattr(Remote, f"__{_method}__", _asking(_what))
for _what in ("lt", "le", "gt", "ge"):
    setattr(Remote, f"__{_what}__", _compared(_what))


def mirror(kinds: list[str], known: dict[str, type[BaseException]]) -> type[BaseException]:
    """Return an exception class that stands for one of the code under test, so that tests can name it in `except`.

    Args:
        kinds: Its name and those of its bases, nearest first.
        known: The ones that were made before.
    """
    for place, name in enumerate(kinds):
        kind = known.get(name) or getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, BaseException):
            for derived in reversed(kinds[:place]):
                kind = known[derived] = type(derived, (kind,), {})
            return kind
    return Exception
