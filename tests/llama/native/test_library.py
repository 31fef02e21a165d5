import platform

import psutil
import pytest

from redraft.llama.native.library import memory_returned

BLOCK = 100_000
"""Bytes: glibc takes what is larger from the system, one by one, and gives it back at once."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep nothing, or cannot be told")
def test_freed_memory_goes_back_to_the_system():
    blocks = [bytes([at % 256]) * BLOCK for at in range(600)]
    last = blocks.pop()
    held = psutil.Process().memory_info().rss
    blocks.clear()
    memory_returned()
    assert held - psutil.Process().memory_info().rss > 400 * BLOCK
    assert len(last) == BLOCK
