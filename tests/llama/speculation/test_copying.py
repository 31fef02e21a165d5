from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.speculation.copying import CopyCursor
from redraft.llama.speculation.lookup import GRAM, PromptLookup
from redraft.llama.speculation.proposer import Proposer

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


@given(st.lists(st.integers(0, 4), max_size=30), st.lists(st.integers(0, 4), max_size=30))
def test_look_up_finds_the_latest_place_of_the_last_tokens(prompt, output):
    lookup, text = PromptLookup(prompt), list(prompt)
    for token in output:
        lookup.follow(token)
        text.append(token)
    places = [end for end in range(GRAM, len(text)) if text[end - GRAM : end] == text[-GRAM:]]
    assert lookup.lost == (not places) or len(text) < GRAM
    if not lookup.lost:
        assert text[-GRAM:] in [text[end - GRAM : end] for end in places]
        assert list(lookup.ahead(1)) == [text[lookup._at]]


def test_chances_are_learnt_from_what_is_written():
    copying, other = Proposer([], range(200)), Proposer([], range(200))
    for token in range(100):
        copying.follow(token)
        other.follow(1000 + token)
    assert copying.chance > 0.95
    assert other.chance < 0.1
    assert copying.propose(3) == [100, 101, 102]


def test_without_a_text_to_copy_the_prompt_is_looked_up():
    proposer = Proposer([*range(40), *range(5)])
    assert proposer.propose(4) == [5, 6, 7, 8]
