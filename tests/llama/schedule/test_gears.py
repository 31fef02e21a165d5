from redraft.llama.schedule.gears import MOST_PATIENCE, PATIENCE, Gears


def untold():
    """A system that does not tell how long threads wait."""


class Waits:
    """How long each of two threads has waited, as a system tells it."""

    def __init__(self):
        self.seconds = [0.0, 0.0]

    def __call__(self):
        return dict(enumerate(self.seconds))


def drive(gears, seconds, granted):
    """Make steps for some seconds, in which the threads set get a share of their time."""
    for _ in range(int(seconds / 0.05)):
        threads = max(1, gears.threads[1] >> gears._at)
        gears.observe(0.05, 0.05 * threads * granted(threads), rows=8)


def test_fewer_threads_compute_where_others_take_a_processor():
    changes = []
    gears = Gears((4, 4), lambda *threads: changes.append(threads), untold)
    drive(gears, 0.3, lambda threads: 1.0 if threads < 4 else 0.5)
    assert changes == [(2, 2)]


def test_all_threads_are_tried_again_and_stay_where_they_are_granted():
    changes = []
    gears = Gears((2, 2), lambda *threads: changes.append(threads), untold)
    drive(gears, 0.3, lambda threads: 0.5 if threads == 2 else 1.0)
    drive(gears, 4 * PATIENCE, lambda threads: 1.0)
    assert changes == [(1, 1), (2, 2)]
    assert gears._patience == PATIENCE


def test_trials_become_rarer_and_never_end():
    changes = []
    gears = Gears((2, 1), lambda *threads: changes.append(threads), untold)
    for _ in range(int(4 * MOST_PATIENCE / 0.05)):
        gears.observe(0.05, 0.05, rows=1)
    assert 3 < len(changes) < 20
    assert gears._patience == MOST_PATIENCE


def test_one_thread_is_the_least():
    changes = []
    drive(Gears((1, 1), lambda *threads: changes.append(threads), untold), 2.0, lambda threads: 0.1)
    assert changes == []


def test_threads_that_have_little_to_do_are_kept_where_none_waits_for_a_processor():
    changes = []
    drive(Gears((2, 2), lambda *threads: changes.append(threads), Waits()), 5.0, lambda threads: 0.4)
    assert changes == []


def test_one_thread_that_waits_half_of_the_time_is_enough():
    changes, waits = [], Waits()
    gears = Gears((2, 2), lambda *threads: changes.append(threads), waits)
    for _ in range(8):
        waits.seconds[1] += 0.025
        gears.observe(0.05, 0.075, rows=8)
    assert changes == [(1, 1)]


def test_a_thread_that_is_new_has_not_waited_yet():
    changes, waits = [], Waits()
    gears = Gears((2, 2), lambda *threads: changes.append(threads), waits)
    drive(gears, 0.2, lambda threads: 1.0)
    waits.seconds.append(60.0)
    drive(gears, 0.2, lambda threads: 1.0)
    assert changes == []
