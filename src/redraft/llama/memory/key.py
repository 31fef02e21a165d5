"""What a state depends on: two contexts whose keys are equal can read each other's states."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["StateKey", "library_version"]


@dataclass(frozen=True, slots=True)
class StateKey:
    """What a state depends on.

    Args:
        model: The model file's fingerprint.
        library: The version of what computed it.
        context: The context's parameters that change a state's format or meaning, in any order.
        adapter: The adapter's fingerprint; "" for none.
    """

    model: str
    library: str
    context: Mapping[str, str | int]
    adapter: str = ""

    @property
    def digest(self) -> bytes:
        """A digest of all of it, 32 bytes."""
        canonical = json.dumps([self.model, self.library, sorted(self.context.items()), self.adapter])
        return hashlib.blake2b(canonical.encode(), digest_size=32).digest()


def library_version() -> str:
    """Return the versions of llama.cpp and its binding, and the instructions that the build uses."""
    from importlib.metadata import version

    from redraft.llama.native.library import library

    api = library()
    return " | ".join([version("llama-cpp-python"), *_texts(api.llama_version(), api.llama_print_system_info())])


def _texts(*said: bytes | None) -> list[str]:
    return [(text or b"").decode(errors="replace").strip() for text in said]
