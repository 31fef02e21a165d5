"""Words that say nothing of a text's subject."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["chinese_stopwords", "english_stopwords"]


@cache
def english_stopwords() -> frozenset[str]:
    """Return English words, in small letters."""
    return frozenset(_table()["english"].split())


@cache
def chinese_stopwords() -> frozenset[str]:
    """Return Chinese characters that are rarely a part of another word."""
    return frozenset(_table()["han"])


def _table() -> dict[str, str]:
    table: dict[str, str] = tomllib.loads(
        files("redraft_summary").joinpath("stopwords.toml").read_text(encoding="utf-8")
    )
    return table
