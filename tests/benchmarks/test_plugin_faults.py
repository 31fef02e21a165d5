"""A twentieth of the faults that `benchmarks/plugin_faults.py` tries."""

from __future__ import annotations

import pytest

from benchmarks.plugin_faults import FAULTS, tried

SOME = ("import-exits", "hook-misspelled", "segfaults", "spins", "garbles-the-pipe")


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in SOME], ids=lambda fault: fault.name)
def test_a_fault_is_contained_and_told_with_its_distribution(fault):
    found = tried(fault)
    assert found.contained, found.told


@pytest.mark.soak
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name not in SOME], ids=lambda fault: fault.name)
def test_every_fault_is(fault):
    found = tried(fault)
    assert found.contained, found.told


def test_there_are_a_hundred_different_ones():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 100
    assert len({fault.source for fault in FAULTS if not fault.entry}) >= 100
