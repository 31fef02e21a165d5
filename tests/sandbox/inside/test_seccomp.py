"""The filter decides on every call as its table says: run here by an interpreter of the kernel's byte code."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.sandbox.inside.seccomp import ARCHITECTURES, REFUSED, program

ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, EACCES, ENOSYS = (0x00050000 | number for number in (1, 13, 38))
NEW_USER, NEW_NET, THREAD = 0x10000000, 0x40000000, 0x003D0F00
HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}
OTHERS = {"clone": (56, 220), "clone3": (435, 435), "socket": (41, 198), "socketpair": (53, 199), "ioctl": (16, 29)}


def decision(machine, number, *arguments, architecture=None):
    """Return what the filter decides on a call."""
    padded = [argument & (1 << 64) - 1 for argument in (*arguments, *[0] * (6 - len(arguments)))]
    data = struct.pack("<IIQ6Q", number, ARCHITECTURES[machine] if architecture is None else architecture, 0, *padded)
    code = list(struct.iter_unpack("HBBI", program(machine)))
    value = at = 0
    while True:
        operation, if_true, if_false, constant = code[at]
        at += 1
        match operation:
            case 0x20:
                (value,) = struct.unpack_from("<I", data, constant)
            case 0x15:
                at += if_true if value == constant else if_false
            case 0x25:
                at += if_true if value > constant else if_false
            case 0x45:
                at += if_true if value & constant else if_false
            case 0x06:
                return constant


def expected(machine, number, first, second):
    which = tuple(ARCHITECTURES).index(machine)
    numbers = {name: both[which] for name, both in (REFUSED | OTHERS).items()}
    if number > 467 or number == numbers["clone3"]:
        return ENOSYS
    if number in {numbers[name] for name in REFUSED}:
        return EPERM
    if number == numbers["clone"]:
        return EPERM if first & 0x7E020000 else ALLOW
    if number in (numbers["socket"], numbers["socketpair"]):
        return ALLOW if first & 0xFFFFFFFF == 1 else EACCES
    if number == numbers["ioctl"]:
        return EPERM if second & 0xFFFFFFFF in (0x5412, 0x541C) else ALLOW
    return ALLOW


interesting = st.sampled_from([0, 1, 2, 10, 16, 17, THREAD, NEW_USER | 17, NEW_NET, 0x5412, 0x541C, 1 << 32 | 1])


@given(
    machine=st.sampled_from(sorted(ARCHITECTURES)),
    number=st.integers(0, 500) | st.integers(0, (1 << 32) - 1),
    first=interesting | st.integers(0, (1 << 64) - 1),
    second=interesting | st.integers(0, (1 << 64) - 1),
)
def test_each_call_is_decided_as_the_table_says(machine, number, first, second):
    assert decision(machine, number, first, second) == expected(machine, number, first, second)


@given(architecture=st.integers(0, (1 << 32) - 1), number=st.integers(0, 500))
def test_calls_of_another_architecture_always_end_the_process(architecture, number):
    for machine, own in ARCHITECTURES.items():
        if architecture != own:
            assert decision(machine, number, architecture=architecture) == KILL


def test_what_programs_need_is_allowed():
    for number in (0, 1, 9, 57, 59, 61, 202, 257):  # read, write, mmap, fork, execve, wait4, futex, openat
        assert decision("x86_64", number) == ALLOW


@pytest.mark.parametrize("machine", sorted(HEADERS))
def test_numbers_are_those_of_the_kernel(machine):
    header = Path(HEADERS[machine])
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    told = subprocess.run(
        ["cc", "-E", "-dM", "-D__BITS_PER_LONG=64", "-D__ARCH_WANT_MEMFD_SECRET", "-D__ARCH_WANT_SYS_CLONE3", "-"],
        input=f'#include "{header}"',
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    known = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)$", told, re.MULTILINE)}
    which = tuple(ARCHITECTURES).index(machine)
    ours = {name: both[which] for name, both in (REFUSED | OTHERS).items() if both[which] is not None}
    assert {name: known[name] for name in ours if name in known} == {name: ours[name] for name in ours if name in known}
    assert len(ours.keys() & known.keys()) >= len(ours) - 1  # the newest may be missing in older headers
