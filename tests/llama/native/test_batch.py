import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.errors import GenerationError
from redraft.llama.native.batch import Batch
from redraft.llama.native.library import library

ROOM = 64


@pytest.fixture(scope="module")
def batch():
    made = Batch(library(), ROOM)
    yield made
    made.close()


def rows_of(batch):
    """Return what llama.cpp will read: slot, token, position and whether logits are wanted, row by row."""
    native = batch.native
    return [
        (native.seq_id[at][0], native.token[at], native.pos[at], bool(native.logits[at]))
        for at in range(native.n_tokens)
    ]


ADDED = st.lists(
    st.tuples(
        st.integers(0, 255),
        st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=8),
        st.integers(0, 10**6),
        st.integers(0, 8),
    ),
    max_size=8,
)


@given(ADDED)
def test_rows_are_what_was_added_however_often_the_batch_was_used(batch, added):
    batch.clear()
    expected = []
    for slot, tokens, begin, outputs in added:
        wanted = min(outputs, len(tokens))
        batch.add(slot, tokens, begin, outputs=wanted)
        expected += [(slot, token, begin + at, at >= len(tokens) - wanted) for at, token in enumerate(tokens)]
    assert rows_of(batch) == expected or not added
    assert (batch.rows, batch.outputs) == (len(expected), sum(row[3] for row in expected))
    assert {batch.native.n_seq_id[at] for at in range(ROOM)} == {1}


def test_what_the_batch_has_no_room_for_is_never_written(batch):
    batch.clear()
    batch.add(0, range(ROOM - 1), 0, outputs=ROOM - 1)
    for tokens, outputs in [([1, 2], 0), ([1], 2), ([], 1)]:
        with pytest.raises(GenerationError, match="more rows than"):
            batch.add(0, tokens, ROOM, outputs=outputs)
    batch.add(0, [1], ROOM, outputs=1)
    assert batch.rows == batch.outputs == ROOM
    with pytest.raises(GenerationError, match="more rows than"):
        batch.add(0, [1], ROOM, outputs=0)
