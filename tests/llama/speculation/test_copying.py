from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.speculation.copying import CopyCursor

SOURCE = st.lists(st.integers(0, 10_000), min_size=60, max_size=120, unique=True)


def missed(cursor, output):
    """Return where the cursor did not foresee the next token of an output."""
    wrong = []
    for at, token in enumerate(output):
        if tuple(cursor.ahead(1)) != (token,):
            wrong.append(at)
        cursor.follow(token)
    return wrong


def test_a_copy_is_foreseen():
    assert missed(CopyCursor(range(50)), range(50)) == []
    assert list(CopyCursor(range(50)).ahead(4)) == [0, 1, 2, 3]
    assert missed(CopyCursor([]), range(5)) == [0, 1, 2, 3, 4]


@given(SOURCE, st.integers(10, 40), st.integers(0, 5), st.integers(0, 5))
def test_after_an_edit_the_copy_is_found_again_within_two_tokens(source, at, dropped, added):
    output = [*source[:at], *range(20_000, 20_000 + added), *source[at + dropped :]]
    wrong = missed(CopyCursor(source), output)
    assert set(wrong) <= set(range(at, at + added + 3))


@given(SOURCE, st.lists(st.tuples(st.integers(5, 12), st.integers(0, 5), st.integers(0, 5)), max_size=4))
def test_after_each_of_several_edits_too(source, edits):
    output, costly, at = [], 0, 0
    for number, (kept, dropped, added) in enumerate(edits):
        output += [*source[at : at + kept], *range(20_000 + 10 * number, 20_000 + 10 * number + added)]
        at += kept + dropped
        costly += added + 3 if added or dropped else 0
    output += source[at:]
    assert len(missed(CopyCursor(source), output)) <= costly


@given(SOURCE, st.integers(5, 40), st.integers(1, 5))
def test_a_substitution_costs_what_is_substituted(source, at, count):
    output = [*source[:at], *range(20_000, 20_000 + count), *source[at + count :]]
    assert missed(CopyCursor(source), output) == list(range(at, at + count))


@given(st.lists(st.integers(0, 3), max_size=60), st.lists(st.integers(0, 3), max_size=80), st.integers(0, 9))
def test_whatever_is_written_the_cursor_stays_in_its_source(source, output, count):
    cursor = CopyCursor(source)
    for token in output:
        cursor.follow(token)
        ahead = tuple(cursor.ahead(count))
        assert len(ahead) <= count
        assert ahead == tuple(source[cursor._at : cursor._at + count])
        assert 0 <= cursor._at <= len(source)


def test_what_is_written_behind_the_end_is_not_foreseen():
    cursor = CopyCursor(range(5))
    assert missed(cursor, [*range(5), 77, 78, 79]) == [5, 6, 7]
    assert cursor.lost
    assert list(cursor.ahead(8)) == []


def test_a_text_that_stands_twice_is_followed_where_the_output_is():
    twice = [*range(30), 70, 71, *range(30), 80, 81]
    assert missed(CopyCursor(twice), twice) == []
    assert missed(CopyCursor(twice), [*range(30), 99, *twice[32:]]) in ([30], [30, 31])


@given(SOURCE, st.integers(0, 200))
def test_behind_a_long_insertion_the_copy_is_found_again(source, added):
    preface = range(20_000, 20_000 + added)
    wrong = missed(CopyCursor(source), [*source[:20], *preface, *source[20:]])
    assert set(wrong) <= set(range(20, 20 + added + 3))
