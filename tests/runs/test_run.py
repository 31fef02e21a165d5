"""A run from Python: called, awaited and streamed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from langchain_core.tracers.langchain import wait_for_all_tracers

import redraft
from redraft.errors import ExitCode, GenerationError, LintError, ModelError, UnknownNameError, UsageError
from redraft.evaluation import Use, evaluator
from redraft.files import embedded_model
from redraft.runs.engines import EnginePool
from redraft.runs.events import DraftFinished, Evaluated, RunEnded, RunStarted, TextStreamed, Warned
from redraft.runs.preparation import Engines, Order, prepare
from redraft.testing import ScriptedEngine
from tests.runs.documented import KEYS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from pathlib import Path

    from redraft.llama.interface import Piece, Request, Token
    from redraft.task import Message

COMPLAINT = json.dumps({"problems": [{"where": "", "problem": "dull", "fix": "shine"}]})
WORDS = {"words": ["dog", "ball", "park"]}


def improving(request: Request, visit: int) -> str:
    """A model that misses a word first and uses it when it is told."""
    if request.agent == "critic":
        return COMPLAINT
    return "The dog has a ball." if request.agent == "generator" else "The dog has a ball in the park."


def test_a_run_hands_over_the_best_draft_and_why_it_stopped() -> None:
    engine = ScriptedEngine(improving, ratings=lambda choices: (0.0,) * (len(choices) - 1) + (1.0,))
    outcome = redraft.run(graph="sentence", inputs=WORDS, model=engine)
    assert outcome.answer == "The dog has a ball in the park."
    assert outcome.best == 1
    assert outcome.stop.check == "score"
    assert [record.verdict.value < 1 for record in outcome.drafts if record.verdict] == [True, False]
    assert outcome.drafts[0].critique.problems[0].problem == "dull"  # type: ignore[union-attr]
    assert outcome.usage.completion_tokens > 0


def test_the_answer_is_never_worse_than_the_first_draft() -> None:
    def worsening(request: Request, visit: int) -> str:
        return {"critic": COMPLAINT, "generator": "The dog has a ball."}.get(request.agent, "No.")

    outcome = redraft.run(graph="sentence", inputs=WORDS, model=ScriptedEngine(worsening))
    assert outcome.answer == "The dog has a ball."
    assert outcome.best == 0


def test_a_stream_tells_everything_in_order() -> None:
    with redraft.stream(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving)) as events:
        seen = list(events)
    assert isinstance(seen[0], RunStarted)
    assert isinstance(seen[-1], RunEnded)
    kinds = [type(event) for event in seen]
    assert kinds.index(TextStreamed) < kinds.index(DraftFinished) < kinds.index(Evaluated)


def test_the_json_has_the_documented_keys() -> None:
    made = redraft.run(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving)).to_json()
    assert list(made) == KEYS
    assert list(made["stop"]) == ["check", "detail"]
    assert list(made["usage"]) == ["prompt_tokens", "completion_tokens", "seconds"]
    draft = made["drafts"][0]
    keys = ["index", "round", "text", "value", "complete", "gates_failed", "scores", "critique"]
    assert list(draft) == keys
    assert list(draft["scores"][0]) == ["evaluator", "kind", "value", "reasons", "error"]
    assert json.loads(json.dumps(made)) == made


def test_a_run_says_how_far_its_seed_repeats_it(subtests: pytest.Subtests) -> None:
    for exact, said in ((True, "exactly"), (False, "up to floating-point effects of batching")):
        with subtests.test(exact=exact):
            engine = ScriptedEngine(improving)
            engine.exact = exact  # type: ignore[attr-defined]
            outcome = redraft.run(graph="sentence", inputs=WORDS, model=engine)
            assert outcome.to_json()["reproducible"] == outcome.reproducible == said
    assert redraft.run(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving)).reproducible == "exactly"


def test_a_thread_on_a_model_that_cannot_go_on_is_refused_before_the_run(tmp_path: Path) -> None:
    class Closed(ScriptedEngine):
        def extend(self, held: Sequence[int], messages: Sequence[Message]) -> Piece:
            if held:
                raise ModelError("the model's chat template does not support `context: thread`: no")
            return super().extend(held, messages)

    (tmp_path / "agents").mkdir()
    text = "---\nredraft: 1\nreads: [task]\nwrites: draft\ncontext: thread\n---\n{{ task.prompt }}"
    (tmp_path / "agents" / "generator.md").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="context: thread") as caught:
        prepare(Order(graph="sentence", inputs=WORDS, model=Closed(improving), project=tmp_path))
    assert caught.value.where == "agent generator"
    prepare(Order(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving), project=tmp_path))


async def test_a_run_works_inside_a_running_loop() -> None:
    called = redraft.run(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving))
    awaited = await redraft.arun(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving))
    assert called.answer == awaited.answer


def test_an_added_evaluator_counts_and_rounds_are_overridden() -> None:
    outcome = redraft.run(
        graph="sentence", inputs=WORDS, model=ScriptedEngine(improving), evaluators=["repetition"], rounds=0
    )
    assert len(outcome.drafts) == 1
    assert outcome.drafts[0].verdict.score_of("repetition") is not None  # type: ignore[union-attr]


def test_a_failure_after_a_draft_hands_the_draft_over() -> None:
    def failing(request: Request, visit: int) -> str:
        if request.agent == "reviser":
            raise GenerationError("out of memory")
        return improving(request, visit)

    outcome = redraft.run(graph="sentence", inputs=WORDS, model=ScriptedEngine(failing))
    assert outcome.answer == "The dog has a ball."
    assert outcome.stop.check == "error"
    assert outcome.exit_code == ExitCode.INTERNAL


def test_a_failure_before_any_draft_is_raised() -> None:
    def failing(request: Request, visit: int) -> str:
        raise GenerationError("out of memory")

    with pytest.raises(GenerationError, match="out of memory"):
        redraft.run(graph="sentence", inputs=WORDS, model=ScriptedEngine(failing))


@pytest.mark.parametrize("seen", [1, 2, 4])
async def test_closing_a_stream_ends_its_run(seen: int) -> None:
    events = redraft.astream(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving))
    for _ in range(seen):
        await anext(events)
    await events.aclose()
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_an_evaluator_that_refuses_to_be_cancelled_holds_nobody_up() -> None:
    begun, enough = threading.Event(), threading.Event()

    @evaluator("stubborn", timeout=0.05)
    async def stubborn() -> float:
        begun.set()
        while not enough.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.02)
        return 1.0

    prepared = prepare(Order(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving), rounds=0))
    parts = replace(prepared.parts, uses={"evaluate": (Use(stubborn),)})
    began = time.monotonic()
    with mock.patch("redraft.runs.run.prepare", return_value=replace(prepared, parts=parts)):
        outcome = redraft.run()
    assert begun.is_set()
    assert outcome.stop.check == "rounds"
    assert time.monotonic() - began < 4
    enough.set()
    for thread in threading.enumerate():
        if thread.name == "redraft-run":
            thread.join(10)


def test_a_stream_that_is_over_stays_over() -> None:
    events = redraft.stream(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving))
    assert list(events)
    assert list(events) == []


def test_an_interrupted_run_hands_over_what_it_was_writing() -> None:
    class Hanging(ScriptedEngine):
        async def generate(self, request: Request) -> AsyncGenerator[Token, None]:
            async for token in super().generate(request):
                yield token
                if "ball" in token.text:
                    await asyncio.Event().wait()

    with redraft.stream(graph="sentence", inputs=WORDS, model=Hanging(improving)) as events:
        for event in events:
            if isinstance(event, TextStreamed) and "ball" in event.text:
                events.interrupt()
        assert isinstance(event, RunEnded)
    assert event.outcome.stop.check == "interrupted"
    assert event.outcome.exit_code == ExitCode.INTERRUPTED
    assert event.outcome.answer == "The dog has a ball."
    assert event.outcome.drafts[0].draft.cut
    assert not any(thread.name == "redraft-run" for thread in threading.enumerate())


BAD_ORDERS = [
    ({"graph": "sentense", "inputs": WORDS}, UnknownNameError, "sentence"),
    ({"graph": "sentence"}, UsageError, "words"),
    ({"graph": "sentence", "inputs": {"word": ["a"], **WORDS}}, UsageError, "words"),
    ({"graph": "sentence", "inputs": {"words": []}}, UsageError, "words"),
    ({"prompt": "  \n "}, UsageError, "empty"),
    ({"prompt": "Hi", "rounds": 1001}, UsageError, "0 to 1,000"),
    ({"prompt": "Hi", "evaluators": ["coverge"]}, (UnknownNameError, LintError), "coverage"),
    (
        {"prompt": "Hi", "evaluators": ["coverage"]},
        UsageError,
        "evaluator 'coverage' needs the input 'words', which graph 'refine'",
    ),
]


def test_a_bad_order_is_refused_before_anything_runs(subtests: pytest.Subtests) -> None:
    for order, error, message in BAD_ORDERS:
        with subtests.test(order=order), pytest.raises(error, match=message):
            redraft.run(**{"prompt": None, "model": ScriptedEngine(improving)} | order)


def test_a_free_prompt_needs_a_model_that_serves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDRAFT_MODEL", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(ModelError, match="-m"):
        redraft.run("Why is the sky blue?", project=tmp_path)


def test_no_trace_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "a-key")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        redraft.run(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving))
        wait_for_all_tracers()
        server.shutdown()
        thread.join()
    assert asked == []


def test_an_evaluator_that_is_there_already_counts_once() -> None:
    added = ["coverage", "repetition", "repetition"]
    outcome = redraft.run(graph="sentence", inputs=WORDS, model=ScriptedEngine(improving), evaluators=added)
    scores = outcome.drafts[0].verdict.scores  # type: ignore[union-attr]
    assert [score.evaluator for score in scores] == ["coverage", "length", "judge", "artefact", "repetition"]


def test_a_model_that_says_nonsense_of_its_training_runs(subtests: pytest.Subtests) -> None:
    for frame in ["[]", "1", "null", "{", "[" * 100_000]:
        with subtests.test(frame=frame):
            engine = ScriptedEngine(improving, metadata={"redraft.frame": frame})
            assert redraft.run(graph="sentence", inputs=WORDS, model=engine).answer


def test_a_judges_model_must_be_there_before_the_run_begins(tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    judge = '---\nredraft: 1\nreads: [draft]\nwrites: rating\nmodel: absent\nchoices: ["1", "2"]\n---\n{{ draft.text }}'
    (tmp_path / "agents/strict.md").write_text(judge)
    graph = redraft.Graph("judged").node("generator", agent="generator")
    graph = graph.node("evaluate", evaluators={"judge": {"agent": "strict"}})
    spec = graph.edge("start", "generator", "evaluate", "end").spec()
    with pytest.raises(ModelError, match="absent"):
        redraft.run("Shine.", graph=spec, model=ScriptedEngine(improving), project=tmp_path)


def test_a_model_trained_on_another_prompt_is_named() -> None:
    engine = ScriptedEngine(improving, metadata={"redraft.frame": json.dumps({"critic": "0" * 16})})
    with redraft.stream(graph="sentence", inputs=WORDS, model=engine) as events:
        warned = [event.message for event in events if isinstance(event, Warned)]
    assert any("critic" in message for message in warned)


def test_an_order_of_the_wrong_kind_is_refused_in_plain_words(subtests: pytest.Subtests) -> None:
    for order in [{"model": 3.5}, {"evaluators": "repetition"}]:
        with subtests.test(order=order), pytest.raises(UsageError, match=next(iter(order))):
            redraft.run("Hi", **order)


def test_two_names_of_one_file_share_one_engine(tmp_path: Path) -> None:
    link = tmp_path / "other.gguf"
    link.symlink_to(embedded_model())
    engines = Engines(None, {"default": embedded_model(), "judge": link}.__getitem__, pool=EnginePool(idle=0))
    assert engines["default"] is engines["judge"]
    asyncio.run(engines.close())
