"""Frames: bytes with their length before them, from somebody who is not trusted."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.evaluation.frame import Frames, GarbledError, framed, receive


@given(st.lists(st.binary(max_size=50), max_size=8), st.lists(st.integers(1, 20), min_size=1))
def test_frames_arrive_whole_however_they_are_cut(contents, cuts):
    stream, frames, found, place = b"".join(map(framed, contents)), Frames(50), [], 0
    while place < len(stream):
        cut = cuts[place % len(cuts)]
        found += frames.feed(stream[place : place + cut])
        place += cut
    assert (found, frames.pending) == (contents, False)


@given(st.binary(max_size=100))
def test_garbage_never_makes_a_frame_that_is_too_long(garbage):
    frames = Frames(10)
    try:
        assert all(len(content) <= 10 for content in frames.feed(garbage))
    except GarbledError:
        assert int.from_bytes(max(garbage[i : i + 4] for i in range(len(garbage))), "big") > 10


def test_a_frame_that_announces_too_much_is_refused_before_it_arrives():
    with pytest.raises(GarbledError):
        Frames(1 << 20).feed(b"\xff\xff\xff\xff")


def test_a_frame_is_received_whole_and_the_end_is_none():
    left, right = socket.socketpair()
    content = b"x" * 3_000_000
    sender = threading.Thread(target=lambda: (right.sendall(framed(content) + b"\0\0"), right.close()))
    sender.start()
    assert receive(left) == content
    assert receive(left) is None
    sender.join()
    left.close()
