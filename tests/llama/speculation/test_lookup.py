from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.speculation.lookup import GRAM, PromptLookup

FEW = st.lists(st.integers(0, 3), max_size=40)


class Naive:
    """The same, found by looking through everything: follow a place for as long as it is right, then the latest."""

    def __init__(self, prompt):
        self.text = list(prompt)
        self.at = self.latest()

    def latest(self):
        ends = (end for end in range(len(self.text) - 1, GRAM - 1, -1))
        return next((end for end in ends if self.text[end - GRAM : end] == self.text[-GRAM:]), None)

    def follow(self, token):
        kept = self.at is not None and self.text[self.at] == token
        self.text.append(token)
        self.at = self.at + 1 if kept else self.latest()


@given(FEW, FEW, st.integers(0, 9))
def test_look_up_finds_what_a_search_finds(prompt, output, count):
    lookup, naive = PromptLookup(prompt), Naive(prompt)
    for token in [None, *output]:
        if token is not None:
            lookup.follow(token)
            naive.follow(token)
        assert lookup.lost == (naive.at is None)
        assert list(lookup.ahead(count)) == ([] if naive.at is None else naive.text[naive.at : naive.at + count])


def test_the_latest_of_several_places_is_taken():
    assert list(PromptLookup([1, 2, 3, 4, 1, 2, 3, 5, 1, 2, 3]).ahead(2)) == [5, 1]


def test_a_text_that_repeats_itself_is_foreseen_from_its_second_time_on():
    lookup, wrong = PromptLookup([]), []
    for at in range(60):
        if list(lookup.ahead(1)) != [at % 12]:
            wrong.append(at)
        lookup.follow(at % 12)
    assert wrong == list(range(12 + GRAM))


def test_a_prompt_shorter_than_what_a_place_is_known_by_is_no_trouble():
    for size in range(GRAM + 1):
        lookup = PromptLookup(range(size))
        assert lookup.lost
        assert list(lookup.ahead(5)) == []
