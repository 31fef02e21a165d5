"""The sandbox for other systems, tried on this one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from redraft.sandbox.conformance import CHECKS, has_to_pass
from redraft.sandbox.portable import PortableSandbox

LINUX = {
    "daemon after the end",  # what leaves its parent at once is not seen
    "daemon after the timeout",
    "the caller is killed",
    "capabilities",
    "set user id programs",
    "priority",
    "raised limits",
    "disk filled by many files",  # looked at a few times a second: who writes fast is over before that
}
"""What only Linux has the means for."""
HERE = [check for check in CHECKS if has_to_pass("process", check) and check.name not in LINUX]
NAMES = [check.name for check in HERE]


@pytest.fixture(scope="module")
def got_out():
    """What got out, by the name of the check."""
    sandbox = PortableSandbox()
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(NAMES, pool.map(lambda check: check.breach(sandbox), HERE), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_kept_in(name, got_out):
    assert got_out[name] is None


def test_it_keeps_in_most_of_what_the_weakest_has_to():
    assert len(HERE) >= 20
