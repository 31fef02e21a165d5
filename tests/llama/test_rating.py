import math

import numpy as np
import pytest

from redraft.errors import PromptTooLongError, UsageError
from redraft.llama.interface import Piece
from redraft.llama.rating import Continuation, probabilities, variants_of
from redraft.llama.sampling.sampler import logprob


def test_a_continuations_log_probability_is_the_sum_of_those_of_its_tokens():
    logits = np.random.default_rng(0).standard_normal((3, 10)).astype(np.float32)
    work = Continuation((1, 2), (3, 4), (5, 6), "mine")
    assert (work.prompt, work.scored, work.adapter) == ((1, 2, 3, 4), 3, "mine")
    work.feed(logits, ())
    begun = logprob(logits[0], 3) + logprob(logits[1], 4)
    assert work.done
    assert work.items() == [{token: pytest.approx(begun + logprob(logits[2], token)) for token in (5, 6)}]
    assert work.items() == []


def test_logits_may_come_in_parts_and_begin_again():
    logits = np.random.default_rng(1).standard_normal((5, 10)).astype(np.float32)
    whole, parts = Continuation((1,), (2, 3, 4, 5), (6,)), Continuation((1,), (2, 3, 4, 5), (6,))
    whole.feed(logits, ())
    parts.score(logits[:1], 4)
    parts.score(logits[1:3], 2)
    # The sequence lost its place, and was begun again.
    parts.score(logits[:2], 3)
    assert not parts.done
    parts.score(logits[2:4], 1)
    parts.feed(logits[4:], ())
    assert parts.items() == whole.items()


def test_probabilities_are_normalised_over_the_choices():
    scores = {(1,): math.log(0.2), (2,): math.log(0.1), (3,): math.log(0.1)}
    assert probabilities([[(1,)], [(2,), (3,)]], scores) == pytest.approx((0.5, 0.5))
    assert probabilities([[(1,)], [(2,)]], {(1,): -5000.0, (2,): -9000.0}) == pytest.approx((1.0, 0.0))


def test_a_choice_that_is_the_beginning_of_another_has_to_end(vocabulary):
    one, ten = variants_of(["z", "zz"], vocabulary)
    assert {ids[-1] for ids in (*one, *ten)} == {vocabulary.eos}
    for ids in variants_of(["z", "q"], vocabulary):
        assert vocabulary.eos not in ids[0]


async def test_choices_longer_than_a_step_are_rated_like_short_ones(subtests, tiny):
    """The probability of a long text is the product of those of its parts."""
    for count in (40, 256, 300):
        with subtests.test(count=count):
            begun = "z" * count
            found = await tiny.rate((Piece("abc"),), [begun + "q", begun + "x"])
            parts = await tiny.rate((Piece("abc" + begun),), ["q", "x"])
            assert found == pytest.approx(parts, rel=0.05)
            assert await tiny.rate((Piece("abc"),), [begun + "x", begun + "q"]) == pytest.approx(found[::-1], rel=0.05)


async def test_long_choices_that_differ_early_are_compared_by_all_of_their_tokens(tiny):
    pieces = (Piece("abc"),)
    once = await tiny.rate(pieces, ["z" * 280, "q" * 280])
    assert await tiny.rate(pieces, ["q" * 280, "z" * 280]) == pytest.approx(once[::-1], rel=0.1)


async def test_a_choice_that_the_context_does_not_hold_is_refused(tiny):
    with pytest.raises(PromptTooLongError):
        await tiny.rate((Piece("abc"),), ["z" * 600, "q"])


async def test_a_rating_with_an_adapter_that_is_not_there_is_refused(tiny):
    with pytest.raises(UsageError, match="there is no adapter 'mine'"):
        await tiny.rate((Piece("abc"),), ["a", "b"], adapter="mine")
