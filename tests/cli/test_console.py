from __future__ import annotations

import io
import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from redraft.cli.console import escape, is_terminal, make_console, plain_glyphs, write_answer, write_json

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@given(ANY_TEXT)
def test_what_is_escaped_holds_no_control_character(text):
    for character in escape(text):
        assert character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}


@given(st.text(st.characters(categories=["L", "N", "P", "S", "M"])))
def test_ordinary_text_is_not_touched(text):
    assert escape(text) == text


def test_direction_overrides_are_spelled_out():
    assert escape("a\u202eb\u2066c") == r"a\u202eb\u2066c"


def test_windows_line_ends_are_line_ends():
    assert escape("one\r\ntwo\rthree") == "one\ntwo\\x0dthree"


def test_an_answer_is_escaped_on_a_terminal_alone(monkeypatch):
    for stream, shown in ((Terminal(), "\\x1b[31mred\n"), (io.StringIO(), "\x1b[31mred\n")):
        monkeypatch.setattr("sys.stdout", stream)
        write_answer("\x1b[31mred")
        assert stream.getvalue() == shown


def test_without_stdout_an_answer_goes_nowhere(monkeypatch):
    monkeypatch.setattr("sys.stdout", None)
    write_answer("x")
    assert not is_terminal(None)


@given(value=ANY_TEXT)
def test_json_is_what_was_given_and_holds_no_control_character(value):
    stream = io.StringIO()
    import sys

    before, sys.stdout = sys.stdout, stream
    try:
        write_json({"text": value})
    finally:
        sys.stdout = before
    text = stream.getvalue()
    assert json.loads(text) == {"text": value}
    assert escape(text) == text


def test_ornaments_are_ascii_where_the_encoding_has_no_others():
    assert plain_glyphs("│ ✓ a · b", "ascii") == "| + a - b"
    assert plain_glyphs("│ ✓ a · b", "utf-8") == "│ ✓ a · b"


def test_a_closed_stream_has_a_console():
    make_console(None).print("nobody reads this")
