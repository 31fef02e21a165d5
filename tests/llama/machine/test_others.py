from __future__ import annotations

from collections import namedtuple

import pytest

from redraft.llama.machine import others
from redraft.llama.machine.others import Watch

Times = namedtuple("Times", "user system idle iowait steal")  # noqa: PYI024 -- as psutil's


@pytest.fixture
def machine(monkeypatch):
    """A machine of four processors for whose clocks the test sets the hands."""
    hands = {"seconds": 0.0, "own": 0.0, "busy": 0.0}
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(4)), raising=False)
    monkeypatch.setattr(others.time, "perf_counter", lambda: hands["seconds"])
    monkeypatch.setattr(others.time, "process_time", lambda: hands["own"])
    monkeypatch.setattr(
        "psutil.cpu_times", lambda percpu: [Times(hands["busy"] / 4, 0, 100, 7, 0)] * 4 + [Times(500, 0, 0, 0, 0)]
    )
    return hands


def test_what_is_left_must_suffice(subtests, machine):
    for own, busy, wanted, quiet in [
        (4.0, 4.0, 4, True),
        (4.0, 4.5, 4, True),
        (3.0, 4.0, 4, False),
        (1.0, 4.0, 1, True),  # three processors' worth of others, and one was wanted
        (1.0, 2.5, 4, False),
    ]:
        with subtests.test(own=own, busy=busy, wanted=wanted):
            machine.update(seconds=0.0, own=0.0, busy=0.0)
            watch = Watch()
            machine.update(seconds=1.0, own=own, busy=busy)
            assert watch.quiet(wanted) is quiet


def test_a_moment_is_too_short_to_tell(machine):
    watch = Watch()
    machine.update(seconds=0.1, busy=4.0)
    assert watch.quiet(4)
