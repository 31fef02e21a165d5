"""llama-server over HTTP, all requests at once."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Any

import httpx

from benchmarks.engine_workload import SCHEMA, Workload, run_loop
from benchmarks.gguf_vocabulary import made_vocabulary
from benchmarks.peers.clock import Clock
from benchmarks.peers.interface import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.engine_workload import Call, Plan
    from benchmarks.peers.interface import Setup

__all__ = ["opened"]


class _Server:
    def __init__(self, setup: Setup) -> None:
        options = dict(setup.options or {})
        self._work = Workload(made_vocabulary(setup.vocabulary), options.pop("layout", "shared"))
        slots = options.pop("slots", 8)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [f"{setup.programs}/llama-server", "-m", setup.model, "--host", "127.0.0.1", "--port", str(port)]
        command += ["-np", str(slots), "-c", str(setup.context * slots), "-kvu", "-fa", "on", "-t", str(setup.threads)]
        command += ["-ngl", "99"]
        command += [str(part) for pair in options.items() for part in pair]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._url = f"http://127.0.0.1:{port}"
        self._runner = asyncio.Runner()
        self._timings: list[dict[str, float]] = []
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if httpx.get(f"{self._url}/health").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise RuntimeError("llama-server did not start")

    def loops(self, plan: Plan) -> Answer:
        async def all_of_them() -> None:
            async with self._client() as client:
                ask = self._asker(client)
                await asyncio.gather(*(run_loop(ask, self._work, plan, n) for n in range(plan.loops)))

        self._timings, clock = [], Clock()
        self._runner.run(all_of_them())
        return self._told(clock)

    def calls(self, calls: Sequence[Call]) -> Answer:
        async def all_of_them() -> list[tuple[int, ...]]:
            async with self._client() as client:
                return list(await asyncio.gather(*map(self._asker(client), calls)))

        self._timings, clock = [], Clock()
        written = self._runner.run(all_of_them())
        return self._told(clock, self._work.wrong(calls, written))

    def _client(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        return httpx.AsyncClient(base_url=self._url, timeout=1_200, limits=limits)

    def _asker(self, client: httpx.AsyncClient) -> Any:
        async def ask(call: Call) -> tuple[int, ...]:
            body: dict[str, Any] = {"prompt": list(call.ids), "n_predict": call.tokens, "temperature": 0}
            body |= {"return_tokens": True, "cache_prompt": True, "repeat_penalty": 1.0}
            body |= {"json_schema": SCHEMA} if call.constrained else {}
            reply = (await client.post("/completion", json=body)).raise_for_status().json()
            self._timings.append(reply["timings"])
            return tuple(reply["tokens"])

        return ask

    def _told(self, clock: Clock, wrong: int = 0) -> Answer:
        told = self._timings
        return Answer(
            clock.now() - clock.begun,
            decoding=max(timing["predicted_ms"] for timing in told) / 1_000,
            steady=sum(int(timing["predicted_n"]) - 1 for timing in told),
            written=sum(int(timing["predicted_n"]) for timing in told),
            evaluated=sum(int(timing["prompt_n"]) for timing in told),
            prompt=sum(int(timing["prompt_n"] + timing["cache_n"]) for timing in told),
            wrong=wrong,
        )

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._runner.close()


def opened(setup: Setup) -> _Server:
    """Return the system, its server ready."""
    return _Server(setup)
