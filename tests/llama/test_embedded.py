"""The embedded model as an engine: its template, its vocabulary and its agents' prompts fit together."""

from __future__ import annotations

import asyncio
import json
import math

import jsonschema
import pytest

from redraft.agents import CRITIQUE_SCHEMA, agents, get_agent
from redraft.catalog.header import inspect
from redraft.errors import DefinitionError, GenerationError
from redraft.files import embedded_model
from redraft.llama.grammar.schema import shortest_instance
from redraft.llama.interface import Engine, Piece, Request, Sampling
from redraft.llama.opening import open_engine
from redraft.task import Critique, Draft, Message, Problem, Score, Task, Verdict

VALUES = {
    "task": Task.model_validate({"prompt": "Write one sentence that uses all of these words: dog, park."}),
    "draft": Draft(text="A dog sleeps."),
    "verdict": Verdict(scores=(Score(0.5, ['"park" is missing'], evaluator="coverage"),)),
    "critique": Critique(problems=(Problem(where="end", problem='"park" is missing', fix='add "park"'),)),
}
SCHEMAS = (
    CRITIQUE_SCHEMA,
    {"type": "integer", "minimum": -7, "maximum": 1200},
    {"type": "number", "minimum": 0, "maximum": 1},
    {"enum": ["yes", "no", None, 12.5]},
    {"type": "object", "properties": {"名": {"type": "string", "maxLength": 5}}, "required": ["名"]},
    {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 4},
    {"anyOf": [{"type": "string", "minLength": 3, "maxLength": 9}, {"type": "null"}]},
)


@pytest.fixture
def prompt(embedded):
    """The pieces of a shipped agent's prompt."""

    def pieces(name):
        agent = get_agent(name)
        return embedded.chat(agent.render({key: VALUES[key] for key in agent.reads}))

    return pieces


def text_of(tokens):
    return "".join(token.text for token in tokens)


def test_each_shipped_prompt_leaves_most_of_the_context_free(embedded, prompt):
    for name in ("generator", "critic", "reviser", "judge"):
        assert embedded.count(prompt(name)) < embedded.context / 2


def test_each_shipped_prompt_has_its_frame_special_and_its_text_plain(prompt, embedded):
    for name in ("generator", "critic", "reviser", "judge"):
        pieces = prompt(name)
        assert VALUES["task"].prompt in "".join(piece.text for piece in pieces if not piece.special)
        assert embedded.count(tuple(piece for piece in pieces if piece.special)) >= 5


def test_the_prompts_of_a_task_share_their_beginning(embedded, prompt):
    encoded = [embedded._vocabulary.encode(prompt(name)) for name in ("critic", "reviser", "judge")]
    shared = next(at for at, tokens in enumerate(zip(*encoded, strict=False)) if len(set(tokens)) > 1)
    assert shared > embedded.count((Piece(VALUES["task"].prompt),))


async def test_each_writer_writes_something(embedded, prompt, gather):
    for name in ("generator", "reviser"):
        tokens = await gather(embedded, Request(pieces=prompt(name), max_tokens=40, seed=1))
        assert text_of(tokens).strip()


async def test_the_judge_rates_with_every_choice(embedded, prompt):
    choices = get_agent("judge").choices
    found = await embedded.rate(prompt("judge"), choices)
    assert len(found) == len(choices)
    assert math.isclose(sum(found), 1, abs_tol=1e-6)


async def test_a_rating_does_not_depend_on_what_was_asked_before(embedded, prompt, gather):
    choices = get_agent("judge").choices
    first = await embedded.rate(prompt("judge"), choices)
    await gather(embedded, Request(pieces=prompt("generator"), max_tokens=20))
    assert await embedded.rate(prompt("judge"), choices) == pytest.approx(first, abs=1e-5)


async def test_the_order_of_choices_does_not_matter(embedded, prompt):
    forth = await embedded.rate(prompt("judge"), ["1", "2", "3"])
    back = await embedded.rate(prompt("judge"), ["3", "2", "1"])
    assert forth == pytest.approx(tuple(reversed(back)), abs=1e-5)


async def test_every_schema_is_kept_to_at_any_temperature(embedded, prompt, gather, subtests):
    for schema in SCHEMAS:
        with subtests.test(schema=schema):
            for seed, temperature in enumerate((0, 0.7, 1.3, 2)):
                request = Request(
                    pieces=prompt("critic"), schema=schema, seed=seed, max_tokens=80, sampling=Sampling(temperature)
                )
                jsonschema.validate(json.loads(text_of(await gather(embedded, request))), schema)


async def test_every_schema_is_kept_to_in_the_least_room(embedded, prompt, gather, subtests):
    for schema in SCHEMAS:
        with subtests.test(schema=schema):
            least = len(shortest_instance(schema).encode())
            request = Request(pieces=prompt("critic"), schema=schema, max_tokens=least)
            jsonschema.validate(json.loads(text_of(await gather(embedded, request))), schema)


async def test_a_schema_that_cannot_be_enforced_is_refused_before_it_is_asked(embedded, prompt, gather):
    calls = embedded.stats.decode_calls
    schema = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    with pytest.raises(DefinitionError, match="uniqueItems"):
        await gather(embedded, Request(pieces=prompt("critic"), schema=schema))
    assert embedded.stats.decode_calls == calls


async def test_cold_is_the_same_for_every_seed(embedded, prompt, gather):
    cold = [
        text_of(
            await gather(embedded, Request(pieces=prompt("generator"), sampling=Sampling(0), seed=seed, max_tokens=30))
        )
        for seed in range(3)
    ]
    assert len(set(cold)) == 1


async def test_a_lower_limit_gives_the_beginning_of_the_same_text(embedded, prompt, gather):
    whole = text_of(await gather(embedded, Request(pieces=prompt("generator"), seed=3, max_tokens=30)))
    for limit in (1, 2, 5, 9):
        tokens = await gather(embedded, Request(pieces=prompt("generator"), seed=3, max_tokens=limit))
        assert whole.startswith(text_of(tokens))


async def test_tokens_are_counted_as_they_come(embedded, prompt, gather):
    before = embedded.stats.completion_tokens
    tokens = await gather(embedded, Request(pieces=prompt("generator"), seed=3, max_tokens=30))
    written = sum(token.id >= 0 for token in tokens)
    assert written <= embedded.stats.completion_tokens - before <= written + 1


async def test_a_log_probability_is_never_above_zero(embedded, prompt, gather):
    request = Request(pieces=prompt("generator"), sampling=Sampling(1.5), max_tokens=40, logprobs=True)
    tokens = await gather(embedded, request)
    assert all(token.logprob <= 1e-6 for token in tokens)


async def test_whole_characters_come_out_of_a_hot_model(embedded, prompt, gather):
    hot = Sampling(temperature=2.0, top_k=0, top_p=1.0)
    for seed in range(10):
        text = text_of(
            await gather(embedded, Request(pieces=prompt("reviser"), sampling=hot, seed=seed, max_tokens=60))
        )
        assert text.encode().decode() == text


async def test_what_a_conversation_holds_is_all_in_the_prompt(embedded):
    said = [Message(role=role, content=f"turn {n}") for n, role in enumerate(["system", "user", "assistant", "user"])]
    plain = [piece.text for piece in embedded.chat(said) if not piece.special]
    assert plain == ["turn 0", "turn 1", "turn 2", "turn 3"]


async def test_like_texts_have_like_embeddings(embedded):
    one, same, other = await embedded.embed(["a dog in a park", "a dog in a park", "zeugma"])
    assert one == same
    assert sum(a * b for a, b in zip(one, other, strict=True)) < 1


async def test_no_texts_have_no_embeddings(embedded):
    assert await embedded.embed([]) == ()


def test_the_engine_says_what_the_file_says(embedded):
    header = inspect(embedded_model())
    assert embedded.metadata["general.architecture"] == header.architecture
    assert embedded.context <= header.context_length
    assert isinstance(embedded, Engine)


def test_the_model_knows_the_prompts_it_was_trained_on(embedded):
    assert set(json.loads(embedded.metadata["redraft.frame"])) <= set(agents())


async def test_two_engines_of_one_file_do_not_disturb_each_other(embedded, prompt, gather):
    other = open_engine(embedded_model(), threads=1)
    request = Request(pieces=prompt("generator"), seed=9, max_tokens=20)
    one, two = await asyncio.gather(gather(embedded, request), gather(other, request))
    assert text_of(one) == text_of(two)
    await other.close()
    with pytest.raises(GenerationError, match="closed"):
        other.count(request.pieces)
    assert text_of(await gather(embedded, request)) == text_of(one)
