"""`repetition`: how much of a draft repeats what it said before."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from redraft.builtin.repetition import RepetitionParams, repetition
from redraft.task import Draft

ORDINARY = (
    "The dog ran across the park because a child had thrown a ball. Another child watched it roll under the bench, "
    "and for a moment nobody moved. Then the dog came back, wet, proud and without the ball."
)


def repeated(text, **params):
    return repetition(Draft(text=text), RepetitionParams(**params))


NO_LOOPS = [
    "",
    "   ",
    "Yes.",
    "no no no",
    "...",
    ORDINARY,
    "https://example.com/a/one\nhttps://example.com/a/two\nhttps://example.com/a/three",
    "春天来了，花园里的花都开了。孩子们在草地上跑来跑去，老人坐在长椅上晒太阳，谁也不想回家。",
    "| name | age |\n|------|-----|\n| Ann | 5 |\n| Bob | 6 |",
    "for i in range(3):\n    print(i)\n\nfor j in range(4):\n    print(j + 1)",
]


def test_ordinary_text_is_not_faulted(subtests):
    for text in NO_LOOPS:
        with subtests.test(text=text):
            assert repeated(text).value == 1.0


LOOPS = [
    "The dog ran to the park. " * 10,
    "very very very very very very very very",
    "我喜欢狗。" * 20,
    "哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈",
    "!" * 500,
    "?!" * 200,
    "a" * 2000,
    "ha" * 1000,
]


def test_a_loop_is_faulted(subtests):
    for text in LOOPS:
        with subtests.test(text=text):
            score = repeated(text)
            assert score.value < 0.5
            assert "of the text is repeated" in score.reasons[0]


def test_the_reason_shows_what_is_repeated():
    assert repeated("The dog ran to the park. " * 10).reasons == (
        '90% of the text is repeated: "the dog ran to" occurs 10 times',
    )


def test_more_repetition_scores_less():
    values = [repeated(ORDINARY + " The dog ran to the park." * count).value for count in (1, 3, 10, 100)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


def test_what_is_tolerated_can_be_set():
    assert repeated("one two three four one two three four", tolerated=0.5).value == 1.0


def test_ten_megabytes_take_less_than_a_second_and_say_what_was_looked_at(subtests):
    for text in ["the dog ran " * 870_000, "x" * 10_000_000, "字" * 10_000_000]:
        with subtests.test(text=text):
            start = time.perf_counter()
            score = repeated(text)
            assert time.perf_counter() - start < 1
            assert "first and last 50,000 characters" in score.reasons[0]


@given(st.text())
def test_the_value_is_always_a_score(text):
    assert 0 <= repeated(text).value <= 1
