import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.interface import Sampling
from redraft.llama.sampling.peaks import BLOCK, Peaks, best, not_below, peaks
from redraft.llama.sampling.sampler import Sampler, pick

SIZES = st.sampled_from([BLOCK * BLOCK, BLOCK * BLOCK + 1, 5_000, 12_345])
SAMPLINGS = st.builds(
    Sampling,
    temperature=st.sampled_from([0.0, 0.7]),
    top_k=st.sampled_from([0, 1, 40]),
    top_p=st.sampled_from([0.5, 0.95, 1.0]),
    min_p=st.sampled_from([0.0, 0.1]),
    typical_p=st.sampled_from([0.9, 1.0]),
)


def logits_of(size, seed, *, barred=0):
    # Few different numbers, so that many are equal.
    logits = np.random.default_rng(seed).integers(-50, 50, size).astype(np.float32) / 4
    logits[:barred] = -np.inf
    return logits


@pytest.fixture
def finder():
    made = Peaks(3)
    yield made
    made.close()


@given(SIZES, st.integers(0, 99), st.sampled_from([0, 3000]), SAMPLINGS, st.floats(0, 0.999))
def test_who_knows_the_peaks_picks_the_same(size, seed, barred, sampling, draw):
    logits = logits_of(size, seed, barred=barred)
    known = peaks(logits)
    assert best(logits, known) == logits.argmax()
    assert pick(logits, sampling, draw, known=known) == pick(logits, sampling, draw)


def test_the_best_may_stand_beyond_the_last_block():
    logits = logits_of(BLOCK * BLOCK + 5, 0)
    logits[-2] = 100
    assert best(logits, peaks(logits)) == len(logits) - 2


def test_what_is_not_below_a_bound_comes_in_order():
    logits = logits_of(12_345, 0)
    assert not_below(logits, peaks(logits), np.float32(9)).tolist() == (logits >= 9).nonzero()[0].tolist()


@pytest.mark.parametrize("rows", [4, 5, 17])
def test_threads_find_the_peaks_of_every_row(finder, rows):
    logits = np.stack([logits_of(5_000, seed) for seed in range(rows)])
    assert np.array_equal(finder.of(logits), peaks(logits))


def test_few_or_short_rows_are_not_looked_through(finder):
    assert finder.of(np.zeros((3, 5_000), np.float32)) is None
    assert finder.of(np.zeros((9, 1_000), np.float32)) is None


def test_peaks_serve_the_logits_that_they_are_of_and_no_others():
    first, second = logits_of(5_000, 0), logits_of(5_000, 1)
    sampler = Sampler(Sampling(temperature=0), 0)
    sampler.know(first, np.full(5_000 // BLOCK, -1e9, np.float32))
    assert sampler.pick(second, 0.5).token == second.argmax()
