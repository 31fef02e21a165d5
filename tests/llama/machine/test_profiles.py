from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redraft.llama.machine.probe import Profile
from redraft.llama.machine.profiles import Machine, ProfileKey, load, save, this_machine

MACHINE = Machine("a processor", 2, 16)
KEY = ProfileKey(MACHINE, "abc", "0.3.36", {"kv": "f16", "rows": 128})
PROFILE = Profile(1, 2, {1: 0.02, 64: 0.3}, exact=True)


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("REDRAFT_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_what_is_saved_is_found_again():
    assert load(KEY) is None
    save(KEY, PROFILE)
    assert load(KEY) == PROFILE
    save(KEY, replace(PROFILE, exact=None))
    assert load(KEY) == replace(PROFILE, exact=None)
    assert [path.suffix for path in KEY.path.parent.iterdir()] == [".json"]


def test_another_machine_model_library_or_setting_has_another_profile(subtests):
    save(KEY, PROFILE)
    for other in [
        replace(KEY, machine=replace(MACHINE, cpus=1)),
        replace(KEY, model="abd"),
        replace(KEY, library="0.3.37"),
        replace(KEY, context={"kv": "bf16", "rows": 128}),
    ]:
        with subtests.test(other=other):
            assert load(other) is None
    assert load(replace(KEY, context={"rows": 128, "kv": "f16"})) == PROFILE


def test_a_file_that_no_probe_wrote_is_ignored(subtests):
    save(KEY, PROFILE)
    sound = json.loads(KEY.path.read_text())
    profile = sound["profile"]
    for text in [
        "",
        "[]",
        "null",
        "{",
        "[" * 100_000,
        "x" * 200_000,
        "\xff",
        json.dumps({"key": sound["key"] | {"model": "other"}, "profile": profile}),
        *(
            json.dumps({"key": sound["key"], "profile": profile | change})
            for change in [
                {"threads": 0},
                {"threads": True},
                {"threads": 10**6},
                {"threads_batch": "2"},
                {"costs": {}},
                {"costs": {"2": 0.1}},
                {"costs": {"1": -0.1}},
                {"costs": {"1": "nan"}},
                {"costs": {"1": 0.1, "x": 1}},
                {"costs": [1]},
                {"exact": "yes"},
            ]
        ),
    ]:
        with subtests.test(text=text[:200]):
            KEY.path.write_bytes(text.encode("latin-1"))
            assert load(KEY) is None


@given(st.integers(0, 1000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_that_is_cut_short_is_ignored(length):
    save(KEY, PROFILE)
    whole = KEY.path.read_bytes()
    KEY.path.write_bytes(whole[: min(length, len(whole) - 1)])
    assert load(KEY) is None


def test_what_others_disturbed_is_not_kept():
    save(KEY, replace(PROFILE, quiet=False))
    assert load(KEY) is None


def test_an_old_profile_is_measured_anew(subtests):
    save(KEY, PROFILE)
    now = KEY.path.stat().st_mtime
    for days, found in [(0, PROFILE), (6, PROFILE), (8, None), (-8, None)]:
        with subtests.test(days=days):
            os.utime(KEY.path, (now, now - days * 24 * 3600))
            assert load(KEY) == found


def test_a_folder_that_cannot_be_written_is_no_error(cache):
    (cache / "profiles").write_text("a file where the folder should be")
    save(KEY, PROFILE)
    assert load(KEY) is None


def test_this_machine_is_described():
    found = this_machine()
    assert found.processor
    assert 1 <= found.cpus <= (os.cpu_count() or 1)
    assert found.gibibytes >= 1
