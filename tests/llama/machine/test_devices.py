from __future__ import annotations

import psutil
import pytest

from redraft.llama.machine import devices as module
from redraft.llama.machine.devices import Device, devices, gpus


def device(name, kind):
    return Device(name, "", kind, 1, 2)


def test_the_processor_is_a_device():
    found = devices()
    processor = next(found for found in found if found.kind == "cpu")
    assert processor.name == "CPU"
    assert processor.description
    assert 0 < processor.free <= processor.total
    assert processor.total == pytest.approx(psutil.virtual_memory().total, rel=0.01)


def test_a_build_that_does_not_tell_has_no_devices(monkeypatch):
    monkeypatch.setattr(module, "function", lambda *_: None)
    assert devices() == ()


def test_an_integrated_gpu_is_used_only_where_there_is_no_other():
    processor, card, shared = device("CPU", "cpu"), device("CUDA0", "gpu"), device("Vulkan0", "igpu")
    assert gpus([processor, shared, card]) == (card,)
    assert gpus([processor, shared]) == (shared,)
    assert gpus([processor, device("BLAS", "accel")]) == ()
