"""TOML with lines: every key of every valid document has one."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from redraft.errors import DefinitionError
from redraft.files import load_toml
from redraft.files.toml_lines import key_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCUMENT = '''\
redraft = 1
"quoted = [key]" = 'a # b'
dotted . key = { inner = [1, 2], "in ner" = "}" }  # comment = 3
text = """
lines = 1
\\""" quoted ""\\
"""
literal = \'\'\'
''a = 1\'\'\'
list = [
  { a = 1 },  # first
  # b = 2
  { a = 2, b = { c = 3 } },
]
date = 1979-05-27 07:32:00

[nodes]
a = {}
[nodes . "b c"]
x = 1
[[edges]]
path = ["a",
  "b"]
[edges.when]
rounds = 3
[[edges]]
path = []
[[edges.more]]
z = -inf
'''


LINE_OF_KEY = [
    (("redraft",), 1),
    (("quoted = [key]",), 2),
    (("dotted",), 3),
    (("dotted", "key"), 3),
    (("dotted", "key", "inner"), 3),
    (("dotted", "key", "in ner"), 3),
    (("text",), 4),
    (("literal",), 8),
    (("list",), 10),
    (("list", 0), 11),
    (("list", 1, "b", "c"), 13),
    (("date",), 15),
    (("nodes",), 17),
    (("nodes", "a"), 18),
    (("nodes", "b c"), 19),
    (("nodes", "b c", "x"), 20),
    (("edges", 0), 21),
    (("edges", 0, "path"), 22),
    (("edges", 0, "path", 1), 23),
    (("edges", 0, "when"), 24),
    (("edges", 0, "when", "rounds"), 25),
    (("edges", 1), 26),
    (("edges", 1, "path"), 27),
    (("edges", 1, "more", 0, "z"), 29),
]


def test_a_key_has_its_line(subtests: pytest.Subtests) -> None:
    for path, line in LINE_OF_KEY:
        with subtests.test(path=path):
            tomllib.loads(DOCUMENT)
            assert key_lines(DOCUMENT)[path] == line


def keys(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in steps:
        yield (*path, step)
        yield from keys(value, (*path, step))


KEYS = st.sampled_from(["a", "b", "a.b", '"c d"', "'e'", '"\\u00e9"', "b . 'c'", "1"])
VALUES = st.recursive(
    st.sampled_from(
        ["1", "-inf", "true", '"x"', "'#'", '"""\n"a"\n"""', "'''\n'''", '"\\""', "2020-01-01", '""', "''"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: "[\n" + ",\n # c\n".join(items) + ",\n]"),
        st.lists(st.tuples(KEYS, inner), max_size=2).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}"
        ),
    ),
    max_leaves=6,
)
LINES = st.one_of(
    st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}  # = [x]"),
    KEYS.map(lambda key: f"[{key}]"),
    KEYS.map(lambda key: f"[[ {key} ]]"),
    st.sampled_from(["", "  # [no] = 1", "\t"]),
)


@given(st.lists(LINES, max_size=8).map("\n".join))
@settings(max_examples=400, deadline=None)
def test_every_key_of_every_document_has_a_line(text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assume(False)  # noqa: FBT003
    lines, last = key_lines(text), text.count("\n") + 1
    assert all(1 <= lines[path] <= last for path in keys(data))


@given(st.lists(KEYS, min_size=1, max_size=6, unique=True), st.integers(0, 3))
def test_a_line_holds_its_key(names: list[str], gap: int) -> None:
    text = ("\n" * gap).join(f"{name} = [\n1]\n" for name in names)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assume(False)  # noqa: FBT003
    written = text.split("\n")
    for path, line in key_lines(text).items():
        step = path[-1]
        assert (str(step) if isinstance(step, str) and step != "é" else "") in written[line - 1]


WRONG = [
    ("a = 1\na = 2", ":2", "overwrite"),
    ("[t]\na = 1\n\n[t]\nb = 1", ":4", "twice"),
    ("a = {b = 1, b = 2}", ":1", "Duplicate"),
    ("a = 1\nb = ", ":2", "Invalid value"),
    ("a = 'x", ":1", "not TOML"),
    ("a = [\n1,\n", ":", "not TOML"),
    ("a", ":1", "not TOML"),
    ("\n\n[a", ":3", "not TOML"),
    ("a = " + "[" * 5000 + "]" * 5000, "", "too deeply"),
    ("a = 2020-13-45", ":1", "not TOML"),
    ("a = " + "9" * 5000, "", "not TOML"),
    ("a = \x00", ":1", "not TOML"),
    (b"a = '\xff'", ":1", "not UTF-8"),
    (b"\n\na = '\xff'", ":3", "not UTF-8"),
    (b"a = '" + b"x" * (8 << 20) + b"'", "", "8 MiB"),
]


def test_a_wrong_file_is_one_clear_message(subtests: pytest.Subtests, tmp_path: Path) -> None:
    for text, where, what in WRONG:
        with subtests.test(text=text):
            path = tmp_path / "x.toml"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            with pytest.raises(DefinitionError) as error:
                load_toml(path)
            assert str(error.value.where).startswith(f"{path}{where}")
            assert what in str(error.value)
            assert len(str(error.value).splitlines()) <= 5


def test_a_file_from_windows_is_the_same(subtests: pytest.Subtests, tmp_path: Path) -> None:
    for text in (DOCUMENT.encode("utf-8-sig"), DOCUMENT.replace("\n", "\r\n").encode()):
        with subtests.test(text=text[:5]):
            (tmp_path / "x.toml").write_bytes(text)
            located = load_toml(tmp_path / "x.toml")
            assert located.data == tomllib.loads(DOCUMENT)
            assert located.locate(("edges", 0, "path")).line == 22
            assert (
                str(located.locate(("nodes", "b c", "x", "deeper"))) == f"{tmp_path / 'x.toml'}:20 nodes.b c.x.deeper"
            )
