import ctypes
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.errors import UsageError
from redraft.llama.interface import Dry, Sampling
from redraft.llama.native.library import library
from redraft.llama.sampling.penalties import Penalties, longest_repeats
from redraft.llama.sampling.sampler import Sampler, pick

WRITTEN = st.lists(st.integers(60, 66), max_size=40)
SHARES = st.floats(-2, 2, allow_subnormal=False, width=32)


def logits_of(size, seed):
    return np.random.default_rng(seed).normal(0, 4, size).astype(np.float32)


def changed(sampling, vocabulary, written, logits):
    penalties = Penalties(sampling, vocabulary)
    for token in written:
        penalties.accept(token)
    return penalties.applied(logits)


def by_llama(sampler, written, logits):
    """Return what one of llama.cpp's own samplers makes of logits after it has accepted tokens."""
    api = library()
    for token in written:
        api.llama_sampler_accept(sampler, token)
    rows = (api.llama_token_data * len(logits))(
        *(api.llama_token_data(id=token, logit=float(logit), p=0.0) for token, logit in enumerate(logits))
    )
    table = api.llama_token_data_array(data=rows, size=len(logits), selected=-1, sorted=False)
    api.llama_sampler_apply(sampler, ctypes.byref(table))
    left = {table.data[at].id: table.data[at].logit for at in range(table.size)}
    api.llama_sampler_free(sampler)
    return left


SAMPLING = st.builds(
    Sampling,
    repeat_penalty=st.floats(0.5, 2, width=32),
    frequency_penalty=SHARES,
    presence_penalty=SHARES,
    penalty_last_n=st.integers(0, 50),
)


@given(WRITTEN, SAMPLING, st.integers(0, 99))
def test_penalties_are_those_of_llama_cpp(vocabulary, written, asked, seed):
    logits = logits_of(vocabulary.size, seed)
    settings = (asked.penalty_last_n, asked.repeat_penalty, asked.frequency_penalty, asked.presence_penalty)
    theirs = by_llama(library().llama_sampler_init_penalties(vocabulary.size, *settings), written, logits)
    ours = changed(asked, vocabulary, written, logits)
    assert ours == pytest.approx([theirs[token] for token in range(len(ours))], abs=1e-3)


@given(WRITTEN, st.sampled_from([(), ("A",), ("B", "@")]), st.integers(1, 4), st.integers(0, 99))
def test_dry_is_that_of_llama_cpp(vocabulary, written, breakers, allowed, seed):
    logits = logits_of(vocabulary.size, seed)
    texts = (ctypes.c_char_p * len(breakers))(*(text.encode() for text in breakers))
    theirs = by_llama(
        library().llama_sampler_init_dry(vocabulary.pointer, 0.8, 1.75, allowed, 1000, texts, len(breakers)),
        written,
        logits,
    )
    ours = changed(Sampling(dry=Dry(allowed_length=allowed, breakers=breakers)), vocabulary, written, logits)
    assert ours == pytest.approx([theirs[token] for token in range(len(ours))], rel=1e-3, abs=1e-3)


@given(st.lists(st.floats(-12, 12, width=32), min_size=2, max_size=200), st.floats(0.05, 0.95), st.floats(0, 0.999))
def test_typical_keeps_what_llama_cpp_keeps(row, share, draw):
    logits = np.array(row, dtype=np.float32)
    kept = by_llama(library().llama_sampler_init_typical(share, 1), [], logits)
    sampling = Sampling(temperature=1.0, top_k=0, top_p=1.0, typical_p=share)
    found = {pick(logits, sampling, (draw + step / 400) % 1.0).token for step in range(400)}
    assert all(any(abs(row[one] - row[token]) < 1e-3 for token in kept) for one in found)
    chances = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    likely = [token for token in kept if chances[token] > 0.02]
    assert all(any(abs(row[one] - row[token]) < 1e-3 for one in found) for token in likely)


@given(st.lists(st.integers(0, 3), max_size=60))
def test_a_repeat_is_what_stands_twice_and_what_followed_it(written):
    for token, length in longest_repeats(written).items():
        again = [*written[-length:], token]
        assert any(written[at : at + length + 1] == again for at in range(len(written) - length))
    for one, other in pairwise(written):
        assert one != written[-1] or other in longest_repeats(written)


def test_what_asks_for_nothing_costs_nothing(vocabulary):
    penalties = Penalties(Sampling(), vocabulary)
    assert penalties.idle
    logits = logits_of(vocabulary.size, 1)
    assert Sampler(Sampling(), 1, penalties).pick(logits, 0.5) == Sampler(Sampling(), 1).pick(logits, 0.5)


def test_a_bias_makes_a_token_certain_or_impossible(vocabulary):
    logits = logits_of(vocabulary.size, 2)
    (letter,) = vocabulary.tokens_of("q")
    for bias, certain in ((100.0, True), (-100.0, False)):
        penalties = Penalties(Sampling(logit_bias=(("q", bias),)), vocabulary)
        sampler = Sampler(Sampling(temperature=1.0, top_k=0, top_p=1.0), 3, penalties)
        assert {sampler.pick(logits, sampler.uniform()).token == letter for _ in range(200)} == {certain}


def test_a_text_of_several_tokens_cannot_be_biased(vocabulary):
    with pytest.raises(UsageError, match=r"logit_bias: 'dog park ball' is \d+ tokens"):
        Penalties(Sampling(logit_bias=(("dog park ball", 1.0),)), vocabulary)


def test_what_a_long_repeat_costs_is_a_number(vocabulary):
    dry = Dry(base=10.0, breakers=())
    with np.errstate(all="raise"):
        found = changed(Sampling(dry=dry), vocabulary, [60] * 100, logits_of(vocabulary.size, 1))
    assert np.isfinite(found).all()
    assert found[60] < -1e29
