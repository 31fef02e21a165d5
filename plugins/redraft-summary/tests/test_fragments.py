"""The fragments that a summary shares with its source."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft_summary.fragments import fragments


def as_in_the_paper(source, summary):
    """Return the fragments by the procedure of figure 1 in Grusky et al. (2018), word by word."""
    found, i, j = [], 0, 0
    while i < len(summary):
        longest, j = [], 0
        while j < len(source):
            if summary[i] == source[j]:
                start, k = i, j
                while i < len(summary) and k < len(source) and summary[i] == source[k]:
                    i, k = i + 1, k + 1
                if len(longest) < i - start:
                    longest = summary[start:i]
                i, j = start, k
            else:
                j += 1
        i += max(len(longest), 1)
        found.append(longest)
    return [fragment for fragment in found if fragment]


def longest_runs(source, summary):
    """Return the fragments by trying every place of the source."""
    found, i = [], 0
    while i < len(summary):
        lengths = (
            next(
                (n for n in range(len(summary) - i) if j + n >= len(source) or source[j + n] != summary[i + n]),
                len(summary) - i,
            )
            for j in range(len(source))
        )
        best = max(lengths, default=0)
        found.append(best)
        i += max(best, 1)
    return [length for length in found if length]


WORDS = st.lists(st.sampled_from("abc"), max_size=30)


@given(WORDS, WORDS)
def test_each_fragment_is_the_longest_there_is(source, summary):
    assert [length for _, length in fragments(source, summary).spans] == longest_runs(source, summary)


@given(st.lists(st.integers(0, 100), max_size=30, unique=True), st.lists(st.integers(0, 100), max_size=30))
def test_fragments_are_the_papers_where_no_word_of_the_source_comes_twice(source, summary):
    words, said = [str(word) for word in source], [str(word) for word in summary]
    spans = fragments(words, said).spans
    assert [said[start : start + length] for start, length in spans] == as_in_the_paper(words, said)


MEASURED = [
    ("a b c d e", "a b c d e", 1.0, 5.0, (0, 5)),
    ("a b c d e", "a b x d e", 0.8, (4 + 4) / 5, (0, 2)),
    ("a b c d e", "x y", 0.0, 0.0, (0, 0)),
    ("a b c", "x a", 0.5, 0.5, (1, 1)),
    ("", "a", 0.0, 0.0, (0, 0)),
    ("a", "", 0.0, 0.0, (0, 0)),
]


def test_coverage_and_density(subtests):
    for source, summary, coverage, density, longest in MEASURED:
        with subtests.test(source=source, summary=summary):
            found = fragments(source.split(), summary.split())
            assert (found.coverage, found.density, found.longest) == (
                pytest.approx(coverage),
                pytest.approx(density),
                longest,
            )


def test_the_time_grows_with_the_length():
    words = ["a", "b"] * 20_000
    began = time.process_time()
    assert fragments(words, words).coverage == 1
    assert time.process_time() - began < 3
