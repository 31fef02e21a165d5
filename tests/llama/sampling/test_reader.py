from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.sampling.reader import Reader


def cut(data, places):
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[begin:end] for begin, end in pairwise(edges)]


@given(st.text(st.characters(codec="utf-8")), st.lists(st.integers(0, 1000)))
def test_whole_characters_come_through_however_they_are_cut(text, places):
    reader = Reader()
    parts = [reader.read(part) for part in cut(text.encode(), places)]
    assert "".join(parts) + reader.rest() == text
    assert not any("\ufffd" in part for part in parts) or "\ufffd" in text


@given(
    st.text("ab."),
    st.lists(st.text("ab.", min_size=1, max_size=3), min_size=1, max_size=3),
    st.lists(st.integers(0, 50)),
)
def test_text_ends_before_the_first_stop_string(text, stops, places):
    reader = Reader(tuple(stops))
    seen = ""
    for part in cut(text.encode(), places):
        seen += reader.read(part)
        if reader.stopped:
            break
    seen += reader.rest()
    assert not any(stop in seen for stop in stops)
    assert text.startswith(seen)
    assert reader.stopped == any(stop in text for stop in stops)


def test_what_may_begin_a_stop_string_is_held_back(subtests):
    for held, shown in [("a", "a"), ("a\n", "a"), ("a\n\n", "a"), ("a\n\nb", "a\n\nb")]:
        with subtests.test(held=held):
            reader = Reader(("\n\nEnd",))
            assert reader.read(held.encode()) == shown


def test_an_incomplete_character_is_left_out_at_the_end():
    reader = Reader()
    assert reader.read("aé".encode()[:-1]) == "a"
    assert reader.rest() == ""
