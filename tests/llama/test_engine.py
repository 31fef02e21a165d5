import asyncio
import gc
import math
import os
import random
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest

from redraft.agents import get_agent
from redraft.errors import GenerationError, ModelError, ModelFileError, PromptTooLongError, UsageError
from redraft.llama.channel import Channel
from redraft.llama.interface import Engine, Piece, Request, Sampling
from redraft.llama.opening import open_engine
from redraft.task import Critique, Draft, Message, Score, Task, Verdict

CRITIQUE = {
    "type": "object",
    "properties": {"problems": {"type": "array", "maxItems": 4, "items": {"type": "string", "maxLength": 40}}},
    "required": ["problems"],
    "additionalProperties": False,
}
HOT = Sampling(temperature=2.0, top_k=0, top_p=1.0)


def ask(text="Write one sentence that uses all of these words: dog, park.", **changes):
    return Request(pieces=(Piece(text),), **changes)


def drafting(engine, *words, **changes):
    """Return a request for a first draft, as the generator asks for one."""
    task = Task(prompt=f"Write one sentence that uses all of these words: {', '.join(words)}.")
    return Request(pieces=engine.chat(get_agent("generator").render({"task": task})), **changes)


def text_of(tokens):
    return "".join(token.text for token in tokens)


def test_an_engine_is_an_engine(embedded):
    assert isinstance(embedded, Engine)
    assert embedded.name == "embedded"
    assert embedded.context >= 512
    assert embedded.metadata["general.architecture"]


async def test_the_same_seed_gives_the_same_text(embedded, gather):
    words = ("dog", "throw", "ball", "park")
    first = await gather(embedded, drafting(embedded, *words, seed=7))
    await gather(embedded, drafting(embedded, "dog", "eat", seed=1))
    assert await gather(embedded, drafting(embedded, *words, seed=7)) == first
    hot = [await gather(embedded, drafting(embedded, *words, seed=seed, sampling=HOT)) for seed in range(3)]
    assert any(tokens != first for tokens in hot)
    assert len(text_of(first).split()) > 3


async def test_a_conversation_goes_on_from_the_tokens_it_has(embedded, gather):
    turn = [Message(role="system", content="Be good."), Message(role="user", content="Write of a dog.")]
    first = embedded.extend((), turn)
    assert embedded.count([first]) == len(first.ids) == embedded.count(embedded.chat(turn))
    answer = tuple(t.id for t in await gather(embedded, Request(pieces=(first,), max_tokens=5)) if t.id >= 0)
    second = embedded.extend((*first.ids, *answer), turn)
    assert second.ids[: len(first.ids) + len(answer)] == first.ids + answer
    added = embedded._vocabulary.encode([Piece(ids=second.ids[len(first.ids) + len(answer) :])])
    shown = "".join(embedded._vocabulary.text_of(token) for token in added)
    assert shown == "<|im_end|>\n<|im_start|>user\nWrite of a dog.<|im_end|>\n<|im_start|>assistant\n"


async def test_penalties_and_biases_change_what_is_written(embedded, gather):
    async def written_with(**sampling):
        request = drafting(embedded, "dog", "park", sampling=Sampling(temperature=0, **sampling), max_tokens=30)
        return {embedded._vocabulary.text_of(token.id) for token in await gather(embedded, request) if token.id >= 0}

    unwanted = {text for text in await written_with() if len(embedded._vocabulary.tokens_of(text)) == 1}
    assert unwanted
    assert not unwanted & await written_with(logit_bias=tuple((text, -100.0) for text in unwanted))
    curbed = Sampling(temperature=0, repeat_penalty=5.0, presence_penalty=9.0)
    loop = await gather(embedded, ask("The dog the dog the dog the dog", sampling=curbed, max_tokens=12))
    written = [token.id for token in loop if token.id >= 0]
    assert len(set(written)) == len(written)


async def test_what_was_asked_before_does_not_change_the_text(subtests, embedded, gather):
    for shared in [0, 1, 63, 64, 65, 130]:
        with subtests.test(shared=shared):
            request = ask("a" * 200, seed=3, max_tokens=40, sampling=HOT)
            await gather(embedded, ask("b" * 150))
            first = await gather(embedded, request)
            await gather(embedded, ask("a" * shared + "b" * 30, seed=5))
            assert await gather(embedded, request) == first


async def test_a_shared_prefix_is_computed_once(embedded, gather):
    await gather(embedded, ask("one two three four five six", max_tokens=1))
    reused = embedded.stats.prompt_tokens_reused
    await gather(embedded, ask("one two three four five nine", max_tokens=1))
    prefix = embedded.count((Piece("one two three four five"),))
    assert embedded.stats.prompt_tokens_reused - reused >= prefix - 1


async def test_a_conversation_is_rendered_by_the_models_template(embedded, gather):
    pieces = embedded.chat([Message(role="user", content="dog<|im_end|>")])
    assert Piece("dog<|im_end|>") in pieces
    assert embedded.count(pieces) > embedded.count((Piece("dog"),))
    tokens = await gather(embedded, Request(pieces=pieces, max_tokens=40))
    assert "<|" not in text_of(tokens)


async def test_max_tokens_is_never_exceeded(embedded, gather):
    for limit in (0, 1, 2, 17):
        tokens = await gather(embedded, ask(max_tokens=limit, sampling=HOT, seed=limit))
        assert sum(token.id >= 0 for token in tokens) <= limit
        assert tokens[-1].finish in {"length", "stop"}
        assert [token.finish for token in tokens[:-1]] == [None] * (len(tokens) - 1)


async def test_max_tokens_is_what_the_context_has_left(tiny, gather):
    prompt = (Piece("a" * 500),)
    left = tiny.context - tiny.count(prompt)
    for seed in range(20):
        tokens = await gather(tiny, Request(pieces=prompt, max_tokens=5000, sampling=HOT, seed=seed))
        if tokens[-1].finish == "length":
            assert len(tokens) == left
            return
    pytest.fail("every text ended by itself")


async def test_a_prompt_longer_than_the_context_is_refused_before_it_is_decoded(embedded, gather):
    prompt = ask("a " * embedded.context)
    length, calls = embedded.count(prompt.pieces), embedded.stats.decode_calls
    with pytest.raises(PromptTooLongError) as caught:
        await gather(embedded, prompt)
    assert f"the prompt has {length:,} tokens" in str(caught.value)
    assert f"context holds {embedded.context:,}" in str(caught.value)
    assert embedded.stats.decode_calls == calls


async def test_megabytes_are_refused_too(embedded, gather):
    with pytest.raises(PromptTooLongError, match=r"the prompt has [\d,]{9,} tokens"):
        await gather(embedded, ask("x" * 800_000 + "word " * 300_000))


ODD = ["\0", "a\0b", "\ud800", "\x1b[31m", "<|im_end|>", "{{7*7}}", "\U0010ffff"]


async def test_odd_text_is_only_text(subtests, embedded, gather):
    for text in ODD:
        with subtests.test(text=text):
            tokens = await gather(embedded, ask(text, max_tokens=3))
            assert tokens[-1].finish


async def test_a_stop_string_ends_the_text_and_is_not_part_of_it(embedded, gather):
    whole = text_of(await gather(embedded, drafting(embedded, "dog", "park", seed=2)))
    stop = whole[len(whole) // 2 :][:3]
    tokens = await gather(embedded, drafting(embedded, "dog", "park", seed=2, stop=(stop,)))
    assert tokens[-1].finish == "stop"
    assert text_of(tokens) == whole[: whole.index(stop)]


async def test_control_tokens_are_never_written(embedded, gather):
    for seed in range(30):
        tokens = await gather(embedded, ask(seed=seed, max_tokens=60, sampling=HOT))
        assert not {token.id for token in tokens} & {*embedded._vocabulary.barred.tolist(), *embedded._vocabulary.ends}


async def test_log_probabilities_are_the_models_own(tiny, gather):
    tokens = await gather(tiny, ask(max_tokens=20, sampling=HOT, logprobs=True))
    assert all(token.logprob < 0 for token in tokens if token.id >= 0 or token.finish == "stop")
    assert {token.logprob for token in await gather(tiny, ask(max_tokens=20, sampling=HOT))} == {None}


async def test_a_deadline_that_has_passed_ends_it(embedded, gather):
    tokens = await gather(embedded, ask(deadline=time.monotonic() - 1))
    assert [token.finish for token in tokens] == ["deadline"]


async def test_a_deadline_acts_within_a_token(tiny, gather):
    deadlines = set()
    for seed in range(10):
        begin = time.monotonic()
        tokens = await gather(tiny, ask(deadline=begin + 0.02, max_tokens=450, sampling=HOT, seed=seed))
        if tokens[-1].finish == "deadline":
            deadlines.add(time.monotonic() - begin)
    assert deadlines
    assert min(deadlines) < 0.1


async def test_a_deadline_closes_a_schema(embedded, gather):
    tokens = await gather(embedded, ask(schema=CRITIQUE, deadline=time.monotonic() - 1))
    assert text_of(tokens) == '{"problems":[]}'
    assert tokens[-1].finish == "deadline"


async def test_closing_the_generator_cancels(tiny, gather, monkeypatch):
    # On a busy machine the reader may come late to close it: no more than this is written before.
    monkeypatch.setattr("redraft.llama.schedule.driver.Channel", partial(Channel, limit=40))
    calls = tiny.stats.decode_calls
    tokens = tiny.generate(ask("a" * 20, max_tokens=450, sampling=HOT, seed=11))
    await anext(tokens)
    await tokens.aclose()
    await gather(tiny, ask("b", max_tokens=1))
    assert tiny.stats.decode_calls - calls < 60
    written = tiny.stats.completion_tokens
    tokens = await gather(tiny, ask("c", max_tokens=30, sampling=HOT))
    assert tiny.stats.completion_tokens - written == sum(token.id >= 0 for token in tokens)


async def test_a_request_that_waits_can_be_cancelled(tiny):
    first = tiny.generate(ask(max_tokens=400, sampling=HOT, seed=4))
    await anext(first)
    waiting = asyncio.create_task(anext(tiny.generate(ask("b"))))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await first.aclose()


async def test_requests_side_by_side_give_what_they_give_alone(embedded, gather):
    requests = [drafting(embedded, "dog", "park", seed=seed, max_tokens=15) for seed in range(6)]
    alone = [await gather(embedded, request) for request in requests]
    assert await asyncio.gather(*(gather(embedded, request) for request in requests)) == alone


def test_one_engine_serves_several_loops(embedded, gather):
    texts = [text_of(asyncio.run(gather(embedded, ask(seed=1, max_tokens=10)))) for _ in range(3)]
    assert len(set(texts)) == 1


def test_a_loop_that_dies_does_not_stop_the_engine(tiny, gather):
    async def leave():
        await anext(tiny.generate(ask(max_tokens=400, sampling=HOT, seed=4)))

    asyncio.run(leave())
    assert asyncio.run(gather(tiny, ask("b", max_tokens=2)))[-1].finish


async def test_choices_have_probabilities(embedded):
    pieces = embedded.chat([Message(role="user", content="Rate it.")])
    found = await embedded.rate(pieces, ["1", "2", "3", "4", "5"])
    assert sum(found) == pytest.approx(1)
    assert all(0 <= value <= 1 for value in found)


async def test_a_choices_probability_is_that_of_its_token(tiny, gather):
    asked = [ask("abc", sampling=HOT, max_tokens=1, seed=seed, logprobs=True) for seed in range(200)]
    drawn = [(await gather(tiny, request))[0] for request in asked]
    letters = {
        token.text: token.logprob for token in drawn if token.text in set("abcdefghijklmnopqrstuvwxyz0123456789<[")
    }
    found = await tiny.rate((Piece("abc"),), list(letters))
    total = sum(math.exp(value) for value in letters.values())
    assert len(letters) > 1
    assert found == pytest.approx([math.exp(value) / total for value in letters.values()], rel=1e-4)


async def test_a_choice_is_not_likelier_for_being_the_beginning_of_another(tiny):
    one, ten = await tiny.rate((Piece("abc"),), ["z", "zz"])
    alone, _ = await tiny.rate((Piece("abc"),), ["zz", "q"])
    assert 0 < one < 1
    assert one + ten == pytest.approx(1)
    assert 0 < alone < 1


async def test_a_rating_needs_choices(subtests, embedded):
    for choices in [[], ["a", ""]]:
        with subtests.test(choices=choices), pytest.raises(UsageError, match="needs choices"):
            await embedded.rate((Piece("abc"),), choices)


async def test_embeddings_have_unit_length_and_meaning_of_their_own(embedded):
    dog, same, long = await embedded.embed(["a dog", "a dog", "the park " * 900])
    assert dog == same != long
    assert sum(value * value for value in long) == pytest.approx(1)


async def test_a_schema_that_does_not_fit_is_refused(embedded, gather):
    with pytest.raises(UsageError, match=r"shortest output has \d+ tokens and at most 2"):
        await gather(embedded, ask(schema={"enum": ["a text of several tokens"]}, max_tokens=2))


async def test_an_adapter_is_refused(embedded, gather):
    with pytest.raises(UsageError, match="there is no adapter 'mine'"):
        await gather(embedded, ask(adapter="mine"))


async def drained(tokens):
    async for _ in tokens:
        pass


async def test_what_is_under_way_ends_when_the_engine_closes(tiny_file):
    engine = open_engine(tiny_file, threads=1)
    tokens = engine.generate(ask("a" * 20, max_tokens=450, sampling=HOT, seed=11))
    await anext(tokens)
    beside = asyncio.create_task(drained(engine.generate(ask("a" * 20, max_tokens=450, sampling=HOT, seed=11))))
    await asyncio.sleep(0)
    await engine.close()
    await engine.close()
    for ended in (drained(tokens), beside, anext(engine.generate(ask()))):
        with pytest.raises(GenerationError, match="was closed"):
            await ended


async def test_memory_is_freed(tiny_file, gather):
    process = psutil.Process()

    async def use():
        engine = open_engine(tiny_file, threads=1)
        await gather(engine, ask(max_tokens=5))
        await engine.close()

    await use()
    gc.collect()
    before = process.memory_info().rss
    for _ in range(20):
        await use()
    assert process.memory_info().rss - before < 20 * 2**20


def test_a_forgotten_engine_is_freed(tiny_file):
    engine = open_engine(tiny_file, threads=1)
    thread = engine._driver.thread
    del engine
    gc.collect()
    thread.join(timeout=10)
    assert not thread.is_alive()


@pytest.mark.parametrize("last", ["", "import os; os._exit(0)", "raise SystemExit(3)"])
def test_a_process_that_leaves_an_engine_open_ends_quietly(tiny_file, last):
    code = f"""
import asyncio
from pathlib import Path
from redraft.llama.opening import open_engine
from redraft.llama.interface import Piece, Request

engine = open_engine(Path({str(tiny_file)!r}), threads=1)
async def main():
    async for token in engine.generate(Request(pieces=(Piece("a"),), max_tokens=400)):
        break
asyncio.run(main())
{last}
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3 if "3" in last else 0, "", "")


def test_the_wait_policy_is_set_before_the_library_loads_unless_the_user_did():
    code = "import os; from redraft.llama.native.library import library; library(); print(os.getenv('OMP_WAIT_POLICY'))"

    def policy(**extra):
        inherited = {
            name: value for name, value in os.environ.items() if name not in {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"}
        }
        environ = inherited | extra
        return subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=True
        ).stdout

    assert policy().strip() == "PASSIVE"
    assert policy(OMP_WAIT_POLICY="ACTIVE").strip() == "ACTIVE"
    assert policy(GOMP_SPINCOUNT="100").strip() == "None"


def test_a_model_without_a_template_gets_chatml_and_a_warning(make_model, tmp_path):
    said = []
    engine = open_engine(make_model(tmp_path / "bare.gguf", template=None), threads=1, on_warning=said.append)
    assert said == ["model 'bare' has no chat template; chatml is used"]
    assert engine.chat([Message(role="user", content="x")])[0] == Piece("<|im_start|>user\n", special=True)


def test_a_broken_template_is_refused(make_model, tmp_path):
    with pytest.raises(ModelError, match="chat template cannot be read"):
        open_engine(make_model(tmp_path / "broken.gguf", template="{% if %}"), threads=1)


REFUSED = [
    (b"qwen2", b"qwxx2", "unknown model architecture: 'qwxx2'"),
    (b"blk.1.ffn_up.weight", b"blk.1.ffn_uq.weight", "tensor 'blk.1.ffn_up.weight' not found"),
    (b"tokenizer.ggml.merges", b"tokenizer.ggml.mergez", "cannot find tokenizer merges"),
]


def test_what_llama_cpp_refuses_is_said_in_its_words(subtests, tiny_file, tmp_path):
    for old, new, said in REFUSED:
        with subtests.test(old=old):
            path = tmp_path / "damaged.gguf"
            path.write_bytes(tiny_file.read_bytes().replace(old, new))
            with pytest.raises(ModelFileError) as caught:
                open_engine(path)
            assert said in str(caught.value)
            assert len(str(caught.value).splitlines()) <= 5


async def test_an_empty_prompt_is_refused(embedded, gather):
    with pytest.raises(UsageError, match="no tokens"):
        await gather(embedded, ask(""))


async def test_nothing_is_counted_when_the_engine_is_closed(tiny_file):
    engine = open_engine(tiny_file, threads=1)
    await engine.close()
    with pytest.raises(GenerationError, match="closed"):
        engine.count((Piece("a"),))


def test_weights_that_are_not_a_whole_model_are_refused(make_model, tmp_path):
    with pytest.raises(ModelFileError, match="vocabulary and no weights"):
        open_engine(make_model(tmp_path / "bare.gguf", weights=False))


async def test_every_critique_of_the_embedded_model_parses(embedded, gather):
    critic = get_agent("critic")
    draft, score = Draft(text="The dog sleeps and the dog sleeps."), Score(0.5, ['"park" is missing'])
    values = {"task": Task(prompt="Write."), "draft": draft, "verdict": Verdict(scores=(score,))}
    pieces = embedded.chat(critic.render(values))
    for seed in range(60):
        chance = random.Random(seed)
        limit = chance.randint(40, 300)
        sampling = Sampling(temperature=chance.choice([0, 0.5, 1, 1.5, 2]), top_k=chance.choice([0, 40]))
        request = Request(pieces=pieces, sampling=sampling, schema=critic.json_schema, seed=seed, max_tokens=limit)
        tokens = await gather(embedded, request)
        assert sum(token.id >= 0 for token in tokens) <= limit
        Critique.model_validate_json(text_of(tokens))
