"""The model that redraft brings, loaded once for all tests: real behaviour at the price of one load."""

from __future__ import annotations

import asyncio
import signal
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest

from redraft.files import embedded_model
from redraft.llama.opening import open_engine

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from redraft.llama.engine import LlamaEngine
    from redraft.llama.interface import Request, Token


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Let what tests start be interrupted, though a shell started the tests in the background: it ignores SIGINT there.

    A signal that is ignored stays so in every process below.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def embedded() -> Iterator[LlamaEngine]:
    """An open engine on the embedded model."""
    engine = open_engine(embedded_model(), threads=1)
    yield engine
    asyncio.run(engine.close())


class Recorded:
    """The embedded model, with what it was asked and the tokens it answered, one list for each request."""

    def __init__(self, engine: LlamaEngine) -> None:
        self._engine = engine
        self.requests: list[Request] = []
        self.answers: list[list[Token]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def generate(self, request: Request) -> AsyncGenerator[Token, None]:
        answer: list[Token] = []
        self.requests.append(request)
        self.answers.append(answer)
        async with aclosing(self._engine.generate(request)) as tokens:
            async for token in tokens:
                answer.append(token)
                yield token


@pytest.fixture
def recorded(embedded: LlamaEngine) -> Recorded:
    return Recorded(embedded)
