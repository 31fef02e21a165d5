"""An interruption: between the lines of the evaluator's own package, and nowhere else."""

from __future__ import annotations

import sys

from redraft.testing import make_draft
from redraft.testing.conformance.interruption import interrupted
from tests.testing.mutants import TASK, Options, shares, sound

DRAFT = make_draft("The dog has a ball in the park.")


def test_a_call_is_interrupted_at_its_lines_and_what_interrupts_it_is_not():
    calls = []

    def between():
        calls.append(sound(make_draft("No."), TASK, Options()).value)

    with interrupted(sound, between):
        assert sound(DRAFT, TASK, Options()).value == 1
    assert 1 < len(calls) <= 100
    assert set(calls) == {0.0}


def test_what_is_shared_between_calls_shows():
    with interrupted(shares, lambda: shares(make_draft("No."), TASK)):
        assert shares(DRAFT, TASK).value == 0
    assert shares(DRAFT, TASK).value == 1


def test_a_tracer_that_was_there_is_there_again():
    def tracer(*_):
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        with interrupted(sound, lambda: None):
            pass
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)
