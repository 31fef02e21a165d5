"""YAML front matter: what stands between two lines `---` at the top of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from redraft.errors import DefinitionError
from redraft.files.place import Located, Place, spell_key
from redraft.files.reading import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.files.place import KeyPath

__all__ = ["FrontMatter", "load_front_matter"]

LIMIT = 1 << 16
"""Characters of front matter: PyYAML reads about a hundred thousand a second."""

FENCE = "---"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A file's settings, the body below them, and the line of the file that the body begins at."""

    settings: Located
    body: str
    first_line: int


def load_front_matter(path: Path) -> FrontMatter:
    """Return a file's front matter and body; blank lines round the body are not part of it.

    Raises:
        DefinitionError: The file cannot be read, or its front matter is not sound YAML: a key twice, an alias, …
    """
    lines = read_text(path).split("\n")
    if lines[0].rstrip() != FENCE:
        raise DefinitionError("the file does not begin with '---'", where=f"{path}:1", mend="Put front matter on top.")
    close = next((number for number, line in enumerate(lines) if number and line.rstrip() == FENCE), None)
    if close is None:
        what = "the front matter has no closing '---'"
        raise DefinitionError(what, where=f"{path}:1", mend="End it with a line of three dashes.")
    body = "\n".join(lines[close + 1 :])
    blank = len(body) - len(body.lstrip())
    return FrontMatter(
        settings=_parse("\n".join(["", *lines[1:close]]), path),
        body=body.strip(),
        first_line=close + 2 + body[:blank].count("\n"),
    )


def _parse(text: str, path: Path) -> Located:
    if len(text) > LIMIT:
        raise DefinitionError("the front matter is larger than 64 KiB", where=str(path))
    reader = _Reader(path)
    try:
        data = reader.read(text)
    except RecursionError as error:
        raise DefinitionError("the front matter is nested too deeply", where=str(path)) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        what = f"the front matter is not YAML: {error.problem or error.context}"
        mend = "Put text with ': ' or '#' in quotes; indent with spaces."
        raise DefinitionError(what, where=str(Place(path, line)), mend=mend) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DefinitionError(f"the front matter is not YAML: {error}".splitlines()[0], where=str(path)) from error
    return Located(path, data, reader.lines)


class _Reader:
    """Builds plain data from YAML's nodes, and keeps the line of every key."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines: dict[KeyPath, int] = {}

    def read(self, text: str) -> dict[str, Any]:
        loader = yaml.SafeLoader(text)
        try:
            self._refuse_aliases(text)
            node = loader.get_single_node()
            data = {} if node is None else self._value(loader, node, ())
        finally:
            loader.dispose()
        if not isinstance(data, dict):
            raise DefinitionError("the front matter is not a list of 'key: value' lines", where=f"{self._path}:2")
        return data

    def _refuse_aliases(self, text: str) -> None:
        # An alias is expanded each time it is named: nine lines can make a billion values.
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                where = Place(self._path, token.start_mark.line + 1)
                raise DefinitionError("anchors and aliases are not supported", where=str(where), mend="Write it out.")

    def _value(self, loader: yaml.SafeLoader, node: yaml.Node, path: KeyPath) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        match node:
            case yaml.MappingNode(tag="tag:yaml.org,2002:map"):
                return self._table(loader, node, path)
            case yaml.SequenceNode(tag="tag:yaml.org,2002:seq"):
                return [self._value(loader, item, (*path, number)) for number, item in enumerate(node.value)]
            case _:
                return self._scalar(loader, node, path)

    def _table(self, loader: yaml.SafeLoader, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise DefinitionError("a key is one word", where=str(Place(self._path, line, spell_key(path))))
            key = key_node.value
            place = Place(self._path, line, spell_key((*path, key)))
            if key in table:
                raise DefinitionError(f"the key '{key}' is there twice", where=str(place), mend="Keep one of them.")
            self.lines[(*path, key)] = line
            table[key] = self._value(loader, value_node, (*path, key))
        return table

    def _scalar(self, loader: yaml.SafeLoader, node: yaml.Node, path: KeyPath) -> Any:
        try:
            return loader.construct_object(node)
        except ValueError as error:
            place = Place(self._path, node.start_mark.line + 1, spell_key(path))
            raise DefinitionError(f"the value is not sound: {error}", where=str(place)) from error
