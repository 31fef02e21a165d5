"""Exact mode: the same tokens and the same logits, to the bit, whatever is computed beside them.

    python -m benchmarks.exactness [--sequences 1000] [--model FILE]

Every sequence is generated alone first, without speculation, on one thread. Then all of them again: sixteen at once,
with speculation, on two threads, in a pool too small for them, and by an engine that begins with the states another
one left. A sequence's digest is taken over all logits that a token was drawn from.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from redraft.llama.generation import Generation
from redraft.llama.interface import Piece, Request, Sampling
from redraft.llama.opening import open_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.llama.engine import LlamaEngine

PROMPTS = (8, 60, 300, 530, 700)
"""Lengths of the texts that prompts begin with; beyond 512 tokens processors may compute in another way."""

TOKENS = 48


@dataclass(frozen=True)
class Setting:
    """How all sequences are generated once."""

    name: str
    at_once: int
    threads: int
    speculation: bool
    opening: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What came of a sequence: its tokens, and the digest of the logits they were drawn from."""

    tokens: tuple[int, ...]
    text: str
    digest: str


class Digests:
    """Takes a digest of all logits that each generation draws from, by its seed."""

    def __init__(self) -> None:
        self._digests: dict[int, Any] = {}
        self._pick = Generation._pick  # noqa: SLF001 -- what it draws from is nobody's business else

    def __enter__(self) -> Self:
        digests, pick = self._digests, self._pick

        def watched(generation: Generation, logits: np.ndarray, draw: float) -> int | None:
            seed = generation._request.seed  # noqa: SLF001
            digests.setdefault(seed, hashlib.blake2b(digest_size=16)).update(logits.tobytes())
            return pick(generation, logits, draw)

        Generation._pick = watched  # type: ignore[method-assign]  # noqa: SLF001
        return self

    def __exit__(self, *_: object) -> None:
        Generation._pick = self._pick  # type: ignore[method-assign]  # noqa: SLF001

    def taken(self, seed: int) -> str:
        """Return a digest, and begin anew."""
        return str(self._digests.pop(seed).hexdigest())


def prompts(count: int, vocabulary: int) -> list[tuple[int, ...]]:
    """Return prompts of many lengths, many of which share their beginning."""
    random = np.random.default_rng(1)
    texts = [random.integers(300, min(vocabulary, 2000), length).tolist() for length in PROMPTS for _ in range(4)]
    return [(*texts[at % len(texts)], *random.integers(300, min(vocabulary, 2000), 5).tolist()) for at in range(count)]


async def generated(engine: LlamaEngine, requests: Sequence[Request], at_once: int, digests: Digests) -> list[Found]:
    """Return what comes of each request."""
    gate = asyncio.Semaphore(at_once)

    async def one(request: Request) -> Found:
        async with gate:
            tokens = [token async for token in engine.generate(request)]
        ids = tuple(token.id for token in tokens if token.id >= 0)
        return Found(ids, "".join(token.text for token in tokens), digests.taken(request.seed))

    return list(await asyncio.gather(*(one(request) for request in requests)))


async def run(model: Path, setting: Setting, requests: Sequence[Request]) -> tuple[list[Found], LlamaEngine]:
    """Open an engine, generate everything, and close it."""
    engine = open_engine(
        model, exact=True, threads=setting.threads, speculation=setting.speculation, context=1024, **setting.opening
    )
    with Digests() as digests:
        try:
            return await generated(engine, requests, setting.at_once, digests), engine
        finally:
            await engine.close()


def edited(text: str, at: int) -> str:
    """Return a text with one word in ten replaced, so that copying it is not all there is."""
    words = text.split(" ")
    return " ".join("other" if (number + at) % 10 == 0 else word for number, word in enumerate(words))


def settings(states: Path) -> list[Setting]:
    """Return what is compared with each sequence alone."""
    whole = {"pool": 16384}
    return [
        Setting("16 at once", 16, 1, speculation=False, opening=whole),
        Setting(
            "16 at once, speculation, 2 threads, states saved",
            16,
            2,
            speculation=True,
            opening=whole | {"states": states},
        ),
        Setting("alone, speculation, 2 threads", 1, 2, speculation=True, opening=whole),
        Setting("16 at once, states restored", 16, 1, speculation=True, opening=whole | {"states": states}),
        Setting("16 at once in a pool too small", 16, 1, speculation=True, opening={"pool": 3072}),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print, and return 1 where anything differed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sequences", type=int, default=1000)
    parser.add_argument("--model", type=Path, help="a model of type Q8_0 or Q4_0; a tiny random one if left out")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        model = options.model or _tiny(Path(folder))
        return asyncio.run(_compared(model, options.sequences, Path(folder) / "states"))


def _tiny(folder: Path) -> Path:
    from benchmarks.make_gguf import Recipe, write_model

    return write_model(folder / "tiny.gguf", Recipe(arch="qwen2", shape="tiny", kind="q8_0", text="random"))


async def _compared(model: Path, count: int, states: Path) -> int:
    probe = open_engine(model, threads=1, context=256)
    vocabulary = probe._vocabulary.size  # noqa: SLF001
    await probe.close()
    sampling = Sampling(temperature=1.0, top_p=1.0)
    requests = [
        Request((Piece(ids=ids),), sampling, seed=seed, max_tokens=TOKENS)
        for seed, ids in enumerate(prompts(count, vocabulary))
    ]
    reference, _ = await run(model, Setting("alone", 1, 1, speculation=False, opening={"pool": 16384}), requests)
    copying = [
        Request(one.pieces, sampling, seed=one.seed, max_tokens=TOKENS, copies=edited(found.text, one.seed))
        for one, found in zip(requests, reference, strict=True)
    ]
    failed = 0
    for setting in settings(states):
        begin = time.perf_counter()
        found, engine = await run(model, setting, copying if setting.speculation else requests)
        differ = Counter(
            what
            for old, new in zip(reference, found, strict=True)
            for what in ("tokens", "digest")
            if getattr(old, what) != getattr(new, what)
        )
        failed += sum(differ.values())
        stats = engine.stats
        print(
            f"{setting.name}: {count} sequences, {differ['tokens']} with other tokens, "
            f"{differ['digest']} with other logits ({time.perf_counter() - begin:.0f} s; "
            f"accepted {stats.accepted:,} of {stats.proposed:,} proposed, "
            f"reused {stats.prompt_tokens_reused:,} of {stats.prompt_tokens:,} prompt tokens, "
            f"{stats.requeued} requeued)"
        )
    print("PASS" if not failed else "FAIL")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
