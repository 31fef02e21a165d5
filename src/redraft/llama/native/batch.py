"""A batch: the rows of one step, written through numpy views of llama.cpp's own memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from redraft.errors import GenerationError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Batch"]


class Batch:
    """The tokens that one `llama_decode` computes, each a row of some sequence.

    Args:
        api: llama.cpp's functions.
        room: Most rows.
    """

    def __init__(self, api: Any, room: int) -> None:
        self._api = api
        self.room = room
        self.native = api.llama_batch_init(room, 0, 1)
        self._token = np.ctypeslib.as_array(self.native.token, (room,))
        self._pos = np.ctypeslib.as_array(self.native.pos, (room,))
        self._logits = np.ctypeslib.as_array(self.native.logits, (room,))
        np.ctypeslib.as_array(self.native.n_seq_id, (room,))[:] = 1
        # llama_batch_init gives every row its own array of one sequence; these views write into them all.
        self._seq = [np.ctypeslib.as_array(self.native.seq_id[at], (1,)) for at in range(room)]
        self.rows = 0
        self.outputs = 0

    def clear(self) -> None:
        """Take all rows out."""
        self.rows = self.outputs = 0

    def add(self, slot: int, tokens: Sequence[int], begin: int, *, outputs: int) -> None:
        """Append rows of one sequence.

        Args:
            slot: The sequence.
            tokens: Its next tokens.
            begin: The position of the first.
            outputs: How many rows, the last ones, give logits.

        Raises:
            GenerationError: There is no room for so many: nothing was added.
        """
        count, at = len(tokens), self.rows
        end = at + count
        if end > self.room or outputs > count:
            # llama.cpp would read and write beyond its arrays.
            raise GenerationError(f"{count} rows with {outputs} logits are more rows than a step has room for")
        self._token[at:end] = tokens
        self._pos[at:end] = range(begin, begin + count)
        self._logits[at:end] = 0
        if outputs:
            self._logits[end - outputs : end] = 1
        for row in self._seq[at:end]:
            row[0] = slot
        self.rows, self.outputs = end, self.outputs + outputs
        self.native.n_tokens = end

    def close(self) -> None:
        """Free the batch."""
        self._api.llama_batch_free(self.native)
