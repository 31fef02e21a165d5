import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.errors import GenerationError
from redraft.llama.interface import Sampling
from redraft.llama.sampling.sampler import Sampler, logprob, pick

rows = st.lists(st.floats(-20, 20, width=32), min_size=2, max_size=300).map(lambda row: np.array(row, dtype=np.float32))
draws = st.floats(0, 1, exclude_max=True)


@given(rows, draws)
def test_temperature_zero_takes_the_likeliest(row, draw):
    assert pick(row, Sampling(temperature=0), draw).token == int(row.argmax())


@given(rows, draws, st.integers(1, 10))
def test_top_k_leaves_k(row, draw, k):
    found = pick(row, Sampling(temperature=2.0, top_k=k, top_p=1.0), draw).token
    assert np.count_nonzero(row > row[found]) < k


@given(rows, draws, st.floats(0.01, 1))
def test_min_p_leaves_what_is_likely_enough(row, draw, least):
    found = pick(row, Sampling(temperature=2.0, top_k=0, top_p=1.0, min_p=least), draw).token
    assert math.exp(row[found] - row.max()) >= least * 0.999


@given(rows, draws, st.floats(0.01, 0.99))
def test_top_p_leaves_the_smallest_set_of_that_weight(row, draw, share):
    found = pick(row, Sampling(temperature=1.0, top_k=0, top_p=share), draw).token
    weights = np.exp(row.astype(np.float64) - row.max())
    assert weights[row > row[found]].sum() / weights.sum() < share + 1e-9


@given(rows, draws)
def test_what_is_left_of_a_draw_is_a_draw(row, draw):
    assert 0 <= pick(row, Sampling(temperature=1.0), draw).rest < 1


def test_draws_follow_the_distribution(subtests):
    for size in [40, 5000]:
        with subtests.test(size=size):
            row = np.full(size, -30, dtype=np.float32)
            row[[3, 17, 30]] = np.log([0.5, 0.3, 0.2])
            sampler = Sampler(Sampling(temperature=1.0, top_k=3, top_p=1.0), 0)
            drawn = [sampler.pick(row, sampler.uniform()).token for _ in range(4000)]
            assert [drawn.count(token) / 4000 for token in (3, 17, 30)] == pytest.approx([0.5, 0.3, 0.2], abs=0.035)


@given(rows)
def test_log_probabilities_sum_to_one(row):
    assert sum(math.exp(logprob(row, token)) for token in range(len(row))) == pytest.approx(1, abs=1e-3)


def test_logits_that_are_no_numbers_are_an_error(subtests):
    for value in [-np.inf, np.nan, np.inf]:
        with subtests.test(value=value), pytest.raises(GenerationError, match="finite"):
            pick(np.full(5, value, dtype=np.float32), Sampling(), 0.5)
