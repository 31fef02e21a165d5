"""Rendering: the files of a template folder, filled in."""

from __future__ import annotations

from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

__all__ = ["rendered"]

_SUFFIX = ".j2"
_HIDDEN = {"gitignore": ".gitignore"}


def rendered(template: str, values: Mapping[str, str]) -> dict[PurePosixPath, str]:
    """Return the texts of a template's files, by their paths.

    Args:
        template: The template's folder.
        values: What stands for `<< name >>` in a text, and for NAME in a path.
    """
    from jinja2 import Environment, StrictUndefined

    # Agents and graphs are full of braces themselves.
    environment = Environment(
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML
    )
    root = files("redraft.scaffold") / "templates" / template
    return {
        _named(path, values): environment.from_string(source.read_text(encoding="utf-8")).render(values)
        for path, source in _sources(root, PurePosixPath())
    }


def _sources(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[PurePosixPath, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry, path / entry.name)
        elif entry.name.endswith(_SUFFIX):
            yield path / entry.name.removesuffix(_SUFFIX), entry


def _named(path: PurePosixPath, values: Mapping[str, str]) -> PurePosixPath:
    parts = [_HIDDEN.get(part, part) for part in path.parts]
    for name, value in values.items():
        parts = [part.replace(name.upper(), value) for part in parts]
    return PurePosixPath(*parts)
