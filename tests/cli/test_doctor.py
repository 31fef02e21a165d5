from __future__ import annotations

import json

from redraft.cli import examination
from redraft.cli.examination import GPU_BUILDS, examine
from redraft.errors import ExitCode
from redraft.llama.machine.devices import Device
from redraft.llama.machine.threads import OpenMP


def symptom(name):
    return next(symptom for symptom in examine() if symptom.name == name)


def test_a_sound_machine_is_well(inside):
    done = inside("doctor", "--json")
    assert done.returncode == ExitCode.DONE, done.stdout
    found = json.loads(done.stdout)
    assert found["ok"]
    names = [check["name"] for check in found["checks"]]
    expected = ("redraft", "python", "platform", "libraries", "llama.cpp", "threads", "gpu", "memory", "embedded model")
    for name in (*expected, "plugins"):
        assert name in names


def test_a_person_sees_one_line_for_each(inside):
    shown = inside("doctor").stdout
    assert "✓ python" in shown
    assert "pip install --force-reinstall --no-cache-dir --no-deps llama-cpp-python" in shown


def test_a_missing_embedded_model_is_broken(inside, monkeypatch, tmp_path):
    monkeypatch.setattr("redraft.files.embedded_model", lambda: tmp_path / "embedded.gguf")
    done = inside("doctor")
    assert done.returncode == ExitCode.INTERNAL
    assert "✗ embedded model" in done.stdout


def test_an_embedded_model_that_is_no_model_is_broken(monkeypatch, tmp_path):
    (tmp_path / "embedded.gguf").write_text("<html>")
    monkeypatch.setattr("redraft.files.embedded_model", lambda: tmp_path / "embedded.gguf")
    assert symptom("embedded model").state == "broken"


def test_a_shadowed_agent_does_not_fit_the_embedded_model(inside, project):
    (project / "agents").mkdir()
    (project / "agents" / "critic.md").write_text("---\nredraft: 1\nwrites: note\n---\nHello.\n")
    found = symptom("embedded model")
    assert found.state == "note"
    assert "critic" in found.detail


def test_a_gpu_that_the_build_cannot_use_comes_with_the_command(subtests, monkeypatch):
    monkeypatch.setattr("llama_cpp.llama_cpp.llama_supports_gpu_offload", lambda: False)
    for kind, build in GPU_BUILDS.items():
        with subtests.test(kind=kind):
            monkeypatch.setattr(examination, "_gpu_kind", lambda kind=kind: kind)
            found = symptom("gpu")
            assert found.state == "note"
            assert f'CMAKE_ARGS="{build}" pip install' in found.mend


def test_each_gpu_has_its_free_memory(subtests, monkeypatch):
    monkeypatch.setattr("llama_cpp.llama_cpp.llama_supports_gpu_offload", lambda: True)
    cards = [Device(f"CUDA{at}", "a card", "gpu", (at + 1) * 2**30, 8 * 2**30) for at in range(2)]
    for found, detail in [
        (cards, "CUDA0 (a card): 1.0 GiB of 8.0 GiB free; CUDA1 (a card): 2.0 GiB of 8.0 GiB free"),
        ([Device("CPU", "", "cpu", 1, 2)], "this build of llama.cpp offloads layers to GPUs elsewhere"),
    ]:
        with subtests.test(found=found):
            monkeypatch.setattr("redraft.llama.machine.devices.devices", lambda found=found: found)
            assert symptom("gpu").state == "ok"
            assert symptom("gpu").detail == detail


def test_threads_that_would_spin_are_named_with_the_mend(subtests, monkeypatch):
    monkeypatch.setattr("redraft.llama.machine.threads.usable_cpus", lambda: 4)
    gomp = frozenset({"libgomp.so.1"})
    for openmp, state, detail in [
        (OpenMP(frozenset(), reused=False, chosen=False), "ok", "4 usable CPUs; threads that wait leave theirs"),
        (OpenMP(gomp, reused=True, chosen=True), "ok", "4 usable CPUs; threads wait as the environment says"),
        (OpenMP(gomp, reused=True, chosen=False), "note", "4 usable CPUs, one is used: libgomp.so.1 was loaded"),
    ]:
        with subtests.test(openmp=openmp):
            monkeypatch.setattr("redraft.llama.machine.threads.openmp_state", lambda openmp=openmp: openmp)
            found = symptom("threads")
            assert found.state == state
            assert found.detail.startswith(detail)
            assert bool(found.mend) is (state == "note")


def test_memory_is_what_the_control_group_leaves(monkeypatch):
    monkeypatch.setattr("redraft.llama.machine.cgroup.memory_room", lambda: 3 * 2**20)
    assert symptom("memory").detail == "3.0 MiB free for models and their contexts, as the control group allows"


def test_a_folder_that_cannot_be_written_is_no_harm(monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    assert symptom("data folder").state == "note"


def test_a_build_for_amx_is_named(monkeypatch):
    for allowed in (True, False):
        monkeypatch.setattr("redraft.llama.native.library.extra_buffers", lambda allowed=allowed: allowed)
        assert ("AMX kernels are not used" in symptom("llama.cpp").detail) is not allowed
