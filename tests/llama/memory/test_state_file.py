import os
import stat
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.memory.state_file import MAGIC, make_head, read_head, read_state, write_state

KEY, SECRET = b"k" * 32, b"s" * 32
TOKENS, STATE = [1, 2, 300, 40_000], b"what llama.cpp gave"

keys = st.binary(min_size=32, max_size=32)
token_lists = st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=50)
states = st.binary(min_size=1, max_size=500)


@pytest.fixture
def head():
    return make_head(KEY, TOKENS, len(STATE))


@pytest.fixture
def path(tmp_path, head):
    write_state(tmp_path / "a.state", head, STATE, SECRET)
    return tmp_path / "a.state"


def refused(path, head, secret=SECRET):
    """Whether a file's state is refused; whatever else happens is an error of the test."""
    try:
        read_state(path, head, secret)
    except ValueError:
        return True
    return False


@given(keys, token_lists, states, keys)
def test_what_was_written_is_always_read(tmp_path_factory, key, tokens, state, secret):
    path = tmp_path_factory.getbasetemp() / "round.state"
    head = make_head(key, tokens, len(state))
    write_state(path, head, state, secret)
    found = read_head(path, secret)
    assert (found.key, found.tokens.tolist(), found.size, found.name) == (key, tokens, len(state), head.name)
    assert path.stat().st_size == head.file_size
    assert read_state(path, head, secret) == state


def test_a_file_with_any_one_bit_changed_is_refused(path, head):
    content = path.read_bytes()
    assert not refused(path, head)
    for at in range(len(content) * 8):
        changed = bytearray(content)
        changed[at // 8] ^= 1 << at % 8
        # The time of creation is signed like the rest.
        path.write_bytes(changed)
        assert refused(path, head), f"bit {at}"


def test_a_file_of_any_other_length_is_refused(path, head):
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        assert refused(path, head), f"{length} bytes"
    path.write_bytes(content + b"\0")
    assert refused(path, head)


@given(st.binary(max_size=400), st.booleans())
def test_any_other_bytes_are_refused(tmp_path_factory, content, begins_right):
    path = tmp_path_factory.getbasetemp() / "other.state"
    path.write_bytes(MAGIC * begins_right + content)
    assert refused(path, make_head(KEY, TOKENS, len(STATE)))


@given(keys.filter(lambda secret: secret != SECRET))
def test_a_file_made_without_the_secret_is_refused(tmp_path_factory, secret):
    path = tmp_path_factory.getbasetemp() / "forged.state"
    head = make_head(KEY, TOKENS, len(STATE))
    write_state(path, head, STATE, secret)
    assert refused(path, head)
    with pytest.raises(ValueError, match="MAC"):
        read_head(path, SECRET)


@pytest.mark.parametrize(
    "other", [make_head(KEY, [*TOKENS, 5], len(STATE)), make_head(b"o" * 32, TOKENS, len(STATE))], ids=["tokens", "key"]
)
def test_a_file_of_another_state_is_refused(path, other):
    with pytest.raises(ValueError, match="another state"):
        read_state(path, other, SECRET)


def test_a_length_that_the_file_does_not_have_is_not_believed(path, head):
    content = bytearray(path.read_bytes())
    for tokens, size in ((0, 19), (4, 0), (4, 2**63), (4, 2**36), (2**32 - 1, 19), (4, 20)):
        struct.pack_into("<IQ", content, len(MAGIC) + 32, tokens, size)
        path.write_bytes(content)
        with pytest.raises(ValueError, match="cut short"):
            read_head(path, SECRET)


def test_a_file_that_cannot_be_written_is_not_left_in_part(tmp_path, head, monkeypatch):
    def full(*_names):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_state(tmp_path / "a.state", head, STATE, SECRET)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX's")
def test_its_owner_alone_can_read_it(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_can_be_stored_is_bounded():
    assert make_head(KEY, [1], 1).storable
    assert not make_head(KEY, [], 1).storable
    assert not make_head(KEY, [1], 0).storable
    assert not make_head(KEY, [1], 2**36 + 1).storable
