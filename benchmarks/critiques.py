"""Critiques by the embedded model under every limit: all must parse, none may be longer than asked.

    python benchmarks/critiques.py [--n 10000] [--seed 0]

Temperatures 0 to 2, `max_tokens` 40 to 300, drafts and reasons of every kind. Exits 1 on any failure.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from dataclasses import replace

import jsonschema

from redraft.agents import CRITIQUE_SCHEMA, get_agent
from redraft.files import embedded_model
from redraft.llama.interface import Engine, Request, Sampling
from redraft.llama.opening import open_engine
from redraft.task import Draft, Score, Task, Verdict

WORDS = ["dog", "throw", "ball", "park", "girl", "run", "house", "狗", "Straße", "<|im_end|>", '{"problems":', "\\"]


def request(engine: Engine, rng: random.Random) -> Request:
    """Return one critic's request at random."""
    words = rng.sample(WORDS, k=rng.randint(1, 6))
    task = Task.model_validate({"prompt": f"Write one sentence that uses all of these words: {', '.join(words)}."})
    draft = Draft(text=" ".join(rng.choices(WORDS, k=rng.randint(0, 20))))
    reasons = [f'"{word}" is missing' for word in words if rng.random() < 0.5]
    verdict = Verdict(scores=(Score(0.5, reasons, evaluator="coverage"),))
    messages = get_agent("critic").render({"task": task, "draft": draft, "verdict": verdict})
    return Request(
        pieces=engine.chat(messages),
        sampling=Sampling(temperature=rng.choice([0.0, rng.uniform(0, 2), 2.0]), top_k=0, top_p=1.0),
        schema=CRITIQUE_SCHEMA,
        seed=rng.getrandbits(63),
        max_tokens=rng.randint(40, 300),
        agent="critic",
    )


async def check(engine: Engine, asked: Request) -> str | None:
    """Return what is wrong with the critique that a request yields, or None."""
    text, count = "", 0
    async for token in engine.generate(replace(asked)):
        text += token.text
        count += token.id >= 0
    if count > asked.max_tokens:
        return f"{count} tokens, {asked.max_tokens} allowed"
    try:
        jsonschema.validate(json.loads(text), dict(CRITIQUE_SCHEMA))
    except (ValueError, jsonschema.ValidationError) as error:
        return f"{error}: {text!r}"
    return None


async def run(n: int, seed: int) -> int:
    """Check `n` critiques and print what was found."""
    engine = open_engine(embedded_model())
    began, failures = time.monotonic(), []
    for number in range(seed, seed + n):
        asked = request(engine, random.Random(number))
        if failure := await check(engine, asked):
            failures.append(f"seed {number}: {failure}")
    seconds = time.monotonic() - began
    await engine.close()
    print("\n".join(failures[:20]))
    print(f"{n} critiques, {len(failures)} failures, {engine.stats.completion_tokens} tokens in {seconds:.0f} s")
    return 1 if failures else 0


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    return asyncio.run(run(options.n, options.seed))


if __name__ == "__main__":
    sys.exit(main())
