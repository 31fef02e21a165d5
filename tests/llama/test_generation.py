"""A generation beside the engine's steps: what it writes is what was drawn, proposed or not."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.make_gguf import Recipe
from benchmarks.make_gguf import write_model as write_recipe
from redraft.agents import get_agent
from redraft.errors import PromptTooLongError, UsageError
from redraft.llama.generation import Bounds, Generation, room_for
from redraft.llama.interface import Dry, EngineStats, Piece, Request, Sampling
from redraft.llama.opening import open_engine
from redraft.llama.schedule.costs import RowCosts
from redraft.task import Critique, Draft, Task, Verdict

HOT = Sampling(temperature=1.2, top_k=0, top_p=1.0)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """An exact engine that speculates, and one that does not."""
    path = write_recipe(tmp_path_factory.mktemp("pair") / "exact.gguf", Recipe())
    engines = [open_engine(path, threads=1, context=512, speculation=wish) for wish in (True, False)]
    yield engines
    for engine in engines:
        asyncio.run(engine.close())


def likely(vocabulary, token):
    """Return a row of logits in which one token is nearly certain."""
    row = np.zeros(vocabulary.size, np.float32)
    row[vocabulary.barred] = -np.inf
    row[token] = 60.0
    return row


@pytest.fixture
def begin(tiny):
    """Begin a generation with the tiny model's vocabulary."""

    def begun(limit=50, **changes):
        request = Request((Piece("a"),), **changes)
        return Generation(request, (5, 6, 7), Bounds(limit), tiny._vocabulary, EngineStats())

    return begun


def test_what_is_proposed_counts_for_as_long_as_it_is_drawn(subtests, tiny, begin):
    vocabulary = tiny._vocabulary
    drawn = [vocabulary.tokens_of(letter)[0] for letter in "abcd"]
    logits = np.stack([likely(vocabulary, token) for token in drawn])
    for proposed, accepted in [(drawn[:3], 3), ([*drawn[:1], 9, 9], 1), ([9, 9, 9], 0), ([], 0)]:
        with subtests.test(proposed=proposed):
            work = begin(copies="abcd")
            fed = work.feed(logits[: len(proposed) + 1], proposed)
            assert (list(fed.tokens), fed.accepted) == (drawn[: accepted + 1], accepted)
            assert "".join(token.text for token in work.items()) == "abcd"[: accepted + 1]
            assert work.items() == []
            assert work.left == 50 - accepted - 1


def test_nothing_is_written_behind_the_end(tiny, begin):
    vocabulary = tiny._vocabulary
    letter, end = vocabulary.tokens_of("a")[0], vocabulary.eos
    logits = np.stack([likely(vocabulary, token) for token in (letter, end, letter, letter)])
    work = begin()
    fed = work.feed(logits, [letter, letter, letter])
    assert list(fed.tokens) == [letter]
    assert fed.accepted == 0
    assert work.done
    assert [(token.text, token.finish) for token in work.items()] == [("a", None), ("", "stop")]


def test_no_more_is_proposed_than_may_be_written(begin):
    work = begin(limit=4, copies="one two three one two three")
    assert len(work.propose(50)) == 3
    assert len(work.propose(2)) == 2


def test_a_limit_of_nothing_is_reached_at_once(begin):
    work = begin(limit=0)
    assert work.done
    assert [(token.id, token.finish) for token in work.items()] == [(-1, "length")]


def test_a_deadline_gives_what_was_held_back(tiny, begin):
    """A token that may begin a stop string waits for what follows it."""
    vocabulary = tiny._vocabulary
    work = begin(stop=("abc",))
    work.feed(likely(vocabulary, vocabulary.tokens_of("a")[0])[None], ())
    assert "".join(token.text for token in work.items()) == ""
    work.expire()
    assert [(token.text, token.finish) for token in work.items()] == [("a", "deadline")]


def test_room_is_what_the_context_has_left(subtests):
    assert room_for(5, 8) == 3
    for prompt, error in [(0, UsageError), (8, PromptTooLongError), (9, PromptTooLongError)]:
        with subtests.test(prompt=prompt), pytest.raises(error):
            room_for(prompt, 8)


WORDS = st.lists(st.sampled_from([" dog", " bi", " ca", " do", " fu", "a", "\n"]), min_size=1, max_size=30).map("".join)
SAMPLINGS = st.sampled_from(
    [
        Sampling(0.0),
        HOT,
        Sampling(0.8, min_p=0.02, typical_p=0.9),
        Sampling(0.7, repeat_penalty=1.2, frequency_penalty=0.3, dry=Dry()),
        Sampling(0.5, logit_bias=(("a", 4.0),)),
    ]
)


REQUESTS = st.builds(
    lambda text, copies, seed, sampling: Request(
        (Piece(text),), copies=copies, seed=seed, sampling=sampling, max_tokens=24
    ),
    WORDS,
    st.none() | WORDS,
    st.integers(0, 2**64 - 1),
    SAMPLINGS,
)


@settings(max_examples=60, deadline=None)
@given(request=REQUESTS)
def test_the_same_seed_gives_the_same_text_with_speculation_and_without(pair, gather, request):
    async def both():
        return [await gather(engine, request) for engine in pair]

    with_it, without = asyncio.run(both())
    assert with_it == without


@pytest.fixture
def told_costs(monkeypatch):
    """Whether proposing pays is told, not measured: tiny models on busy machines would make it a matter of luck."""
    monkeypatch.setattr(RowCosts, "seconds", lambda self, rows, outputs=None: 0.01 + 0.001 * rows)


async def test_a_text_that_is_copied_is_written_the_same_and_costs_fewer_steps(pair, gather, told_costs):
    """What a request writes by itself is named as what it copies, spoilt in places."""
    plain = Request((Piece(" dog"),), seed=5, sampling=HOT, max_tokens=120)
    written = [token.id for token in await gather(pair[1], plain)][:-1]
    text = pair[1]._vocabulary
    spoilt = "".join(text.text_of(token) for at, token in enumerate(written) if at % 20)
    request = Request((Piece(" dog"),), seed=5, sampling=HOT, max_tokens=120, copies=spoilt)
    before = [engine.stats.decode_calls for engine in pair]
    assert [token.id for token in await gather(pair[0], request)][:-1] == written
    assert [token.id for token in await gather(pair[1], request)][:-1] == written
    with_it, without = (engine.stats.decode_calls - calls for engine, calls in zip(pair, before, strict=True))
    assert with_it <= 0.7 * without


async def test_a_revision_by_the_embedded_model_takes_fewer_steps(embedded, gather, told_costs):
    """What the reviser writes is the draft, but for a word."""
    values = {
        "task": Task(prompt="Write one sentence that uses all of these words: dog, park, ball, throw."),
        "draft": Draft(text="The boy throws the ball to the dog in the park."),
        "verdict": Verdict(scores=()),
        "critique": Critique(),
    }
    reviser = get_agent("reviser")
    pieces = embedded.chat(reviser.render({key: values[key] for key in reviser.reads}))

    async def revised(copies):
        calls = embedded.stats.decode_calls
        tokens = await gather(embedded, Request(pieces, sampling=Sampling(0.0), max_tokens=60, copies=copies))
        return "".join(token.text for token in tokens), len(tokens), embedded.stats.decode_calls - calls

    text, length, _ = await revised("zeugma")
    words = text.split()
    again, _, steps = await revised(" ".join([*words[:4], "quickly", *words[5:]]))
    assert again == text
    assert length > 10
    assert steps <= 0.7 * length
