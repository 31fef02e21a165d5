from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from redraft.cli.flow import BAR, Flow

WORDS = st.lists(st.text("abcdefg", min_size=1, max_size=12), max_size=60)


def flowed(pieces, width):
    out = io.StringIO()
    flow = Flow(Console(file=out, width=10_000, soft_wrap=True, highlight=False, markup=False), width=width)
    for piece in pieces:
        flow.write(piece)
    flow.close()
    return out.getvalue()


def test_words_that_come_in_pieces_stay_whole():
    assert flowed(["The do", "g thr", "ows ", "the ball"], 14) == "│ The dog\n│ throws the\n│ ball\n"


def test_chinese_wraps_between_characters():
    assert flowed(["今天天气很好"], 9) == "│ 今天天\n│ 气很好\n"


def test_indentation_is_kept():
    assert flowed(["if x:\n    y"], None) == "│ if x:\n│     y\n"


def test_an_escape_sequence_is_spelled_out_even_where_it_comes_in_pieces():
    assert flowed(["a\x1b", "[2", "Jb"], None) == "│ a\\x1b[2Jb\n"


def test_nothing_shows_nothing():
    assert flowed([], 20) == ""


def test_a_word_without_an_end_is_shown_before_its_end():
    out = io.StringIO()
    flow = Flow(Console(file=out, width=10_000, soft_wrap=True), width=None)
    flow.write("a" * 1000)
    assert "a" * 1000 in out.getvalue()


@given(words=WORDS, width=st.integers(16, 60), cuts=st.integers(1, 7))
def test_no_line_is_longer_than_the_width_and_no_word_is_lost(words, width, cuts):
    text = " ".join(words)
    lines = flowed([text[i : i + cuts] for i in range(0, len(text), cuts)], width).splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert " ".join(line.removeprefix(BAR) for line in lines).split() == words
