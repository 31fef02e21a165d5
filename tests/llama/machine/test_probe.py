from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.machine.probe import BUDGET, probe


class Machine:
    """A machine whose steps take what a formula says."""

    def __init__(self, seconds, speed_up=lambda threads: threads, noise=()):
        self._seconds = seconds
        self._speed_up = speed_up
        self._noise = iter(noise)
        self.threads = (0, 0)
        self.spent = 0.0
        self.longest = 0.0

    def set_threads(self, decode, prefill):
        self.threads = (decode, prefill)

    def time_rows(self, rows):
        threads = self.threads[rows > 1]
        seconds = self._seconds(rows) / self._speed_up(threads) * next(self._noise, 1.0)
        self.spent += seconds
        self.longest = max(self.longest, seconds)
        return seconds


def half_a_billion(rows):
    return 0.022 * (0.7 + 0.3 * rows)


def test_more_threads_are_used_where_they_are_faster(subtests):
    for speed_up, usable, chosen in [
        (lambda threads: threads, 8, 8),
        (lambda threads: min(threads, 4), 8, 4),
        (lambda threads: 1 + 0.005 * threads, 8, 1),  # four hundredths are not worth a processor
        (lambda threads: 1 / threads, 2, 1),  # threads that wait for one another
        (lambda threads: threads, 1, 1),
    ]:
        with subtests.test(chosen=chosen, usable=usable):
            machine = Machine(half_a_billion, speed_up)
            profile = probe(machine, usable)
            assert (profile.threads, profile.threads_batch) == machine.threads == (chosen, chosen)


def test_one_row_and_many_have_their_own_threads():
    machine = Machine(half_a_billion)
    # Memory feeds one thread's worth of single rows.
    machine.time_rows = lambda rows: 0.02 if rows == 1 else half_a_billion(rows) / machine.threads[1]
    profile = probe(machine, 4)
    assert (profile.threads, profile.threads_batch) == (1, 4)


def test_where_a_gpu_computes_many_rows_threads_are_those_for_few():
    machine = Machine(half_a_billion)
    # Layers that are not on the GPU are brought there for a step of many rows, and threads do not matter then.
    machine.time_rows = lambda rows: 0.04 if rows >= 32 else half_a_billion(rows) / machine.threads[1]
    assert probe(machine, 4).threads_batch == 1
    assert probe(machine, 4, elsewhere=True).threads_batch == 4


def test_the_costs_are_those_of_the_chosen_threads():
    profile = probe(Machine(half_a_billion), 2)
    assert list(profile.costs)[:7] == [1, 2, 4, 8, 16, 32, 64]
    for rows, seconds in profile.costs.items():
        assert seconds == pytest.approx(half_a_billion(rows) / 2)


def test_rows_beyond_the_largest_step_are_not_asked_for():
    assert max(probe(Machine(lambda rows: 0.001 * rows), 2, most_rows=32).costs) == 32
    assert list(probe(Machine(lambda rows: 0.001 * rows), 2, most_rows=1).costs) == [1]


@given(st.floats(1e-5, 3), st.floats(0.05, 1), st.integers(1, 64), st.lists(st.floats(1, 3), max_size=60))
def test_a_probe_is_bounded_and_more_rows_never_cost_less(single, share, usable, noise):
    machine = Machine(lambda rows: single * (1 - share + share * rows), noise=noise)
    profile = probe(machine, usable)
    assert machine.spent < BUDGET + 6 * machine.longest
    assert list(profile.costs) == sorted(profile.costs)
    assert list(profile.costs.values()) == sorted(profile.costs.values())
    assert {1} < set(profile.costs)
    assert machine.threads == (profile.threads, profile.threads_batch)
