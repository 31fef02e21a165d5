import threading

import pytest

from redraft.errors import GenerationError
from redraft.llama.readers import Readers


def test_closing_waits_for_those_who_read():
    readers, order = Readers(), []

    def close():
        readers.close()
        order.append("closed")

    closing = threading.Thread(target=close)
    with readers, readers:
        closing.start()
        while not readers._closed:
            pass
        with pytest.raises(GenerationError, match="the engine was closed"), readers:
            pytest.fail("somebody began to read")
        order.append("read")
    closing.join(timeout=10)
    assert order == ["read", "closed"]


def test_who_fails_reads_no_more():
    readers = Readers()
    with pytest.raises(ZeroDivisionError), readers:
        1 / 0  # noqa: B018
    readers.close()
    with pytest.raises(GenerationError, match="the engine was closed"):
        readers.require_open()
