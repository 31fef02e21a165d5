from __future__ import annotations

import pytest

from redraft.llama.machine.cgroup import cpu_quota, memory_room


@pytest.fixture
def groups(tmp_path):
    """Write files of control groups, and return where they are mounted and who is in them."""

    def make(membership, files):
        mount, own = tmp_path / "cgroup", tmp_path / "membership"
        own.write_text(membership)
        mount.mkdir()
        for name, text in files.items():
            (mount / name).parent.mkdir(parents=True, exist_ok=True)
            (mount / name).write_text(text)
        return mount, own

    return make


def test_version_2(groups):
    where = groups(
        "0::/outer/inner\n",
        {
            "outer/cpu.max": "150000 100000\n",
            "outer/inner/cpu.max": "max 100000\n",
            "outer/memory.max": "max\n",
            "outer/inner/memory.max": "1000\n",
            "outer/inner/memory.current": "700\n",
            "outer/inner/memory.stat": "anon 500\ninactive_file 100\nactive_file 50\n",
        },
    )
    assert cpu_quota(*where) == 1.5
    assert memory_room(*where) == 450


def test_version_1(groups):
    where = groups(
        "4:memory:/a\n3:cpu,cpuacct:/a\n2:pids:/\n",
        {
            "cpu,cpuacct/a/cpu.cfs_quota_us": "200000\n",
            "cpu,cpuacct/a/cpu.cfs_period_us": "100000\n",
            "memory/memory.limit_in_bytes": "9223372036854771712\n",
            "memory/memory.usage_in_bytes": "5\n",
            "memory/a/memory.limit_in_bytes": "1000\n",
            "memory/a/memory.usage_in_bytes": "1200\n",
            "memory/a/memory.stat": "inactive_file 1\ntotal_inactive_file 300\ntotal_active_file 0\n",
        },
    )
    assert cpu_quota(*where) == 2
    assert memory_room(*where) == 100


def test_a_container_that_is_told_the_path_outside_has_its_limits_at_the_top(groups):
    where = groups("3:cpu,cpuacct:/docker/1234\n", {"cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "100000"})
    assert cpu_quota(*where) == 0.5


def test_no_limits(subtests, groups, tmp_path):
    assert cpu_quota(tmp_path / "none", tmp_path / "none") is None
    where = groups("3:cpu:/\n0::/\n", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"})
    assert cpu_quota(*where) is None
    assert memory_room(*where) is None
