"""The functions of ggml that llama_cpp does not bind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.llama.native.library import library

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["function"]


def function(name: str, arguments: list[Any], result: Any) -> Callable[..., Any] | None:
    """Return a function of ggml's; None where the build does not have it.

    Args:
        name: Its name.
        arguments: The ctypes of its arguments.
        result: The ctype of its result.
    """
    try:
        # By item: each look-up is an object of its own. The loader looks through what libllama is linked with.
        found = library()._lib[name]  # noqa: SLF001 -- the handle has no public name
    except AttributeError:
        return None
    found.argtypes, found.restype = arguments, result
    return found  # type: ignore[no-any-return]
