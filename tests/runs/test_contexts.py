"""A model is opened with the context that its graph needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import redraft
from redraft.agents import get_agent
from redraft.errors import ModelFileError
from redraft.files import embedded_model
from redraft.graph.loading import load_graph
from redraft.graph.needs import Needs, bytes_of
from redraft.runs.contexts import context_for
from redraft.runs.preparation import Order, prepare
from redraft.task import Task
from tests.llama.conftest import write_model

if TYPE_CHECKING:
    from pathlib import Path

WRITER = get_agent("generator").model_copy(update={"max_tokens": 100})
REFINE = load_graph("refine")


def size(path: Path, prompt: str = "Go.", agent: Any = WRITER, **rest: Any) -> int | None:
    return context_for(path, [agent], Needs(REFINE, [agent], Task(prompt=prompt)), **rest)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("long") / "long.gguf", qwen2__context_length=32_768)


def test_a_context_is_what_is_needed_in_steps_and_not_less_than_the_least(long: Path) -> None:
    assert size(long) == 512
    assert size(long, "x" * 1000) == 1536
    assert size(long, least=8192) == 8192


def test_a_context_is_never_longer_than_what_the_model_was_trained_with() -> None:
    assert size(embedded_model(), "word " * 5000) == 2048
    assert size(embedded_model(), least=8192) == 2048


def test_a_long_task_is_counted_in_tokens(long: Path) -> None:
    for words in (6_000, 15_000):
        prompt = " dog" * words  # of four bytes and two tokens each
        assert 2 * words < (size(long, prompt) or 0) < 2 * words + 1024 < bytes_of(prompt)


def test_where_nothing_can_be_told_the_engine_decides(long: Path) -> None:
    picky = WRITER.model_copy(update={"prompt": "{{ notes.plan.missing }}", "reads": ("notes",)})
    assert size(long, agent=picky) is None


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError):
        size(tmp_path / "none.gguf")


async def test_a_run_opens_its_model_with_what_its_graph_needs(long: Path) -> None:
    prepared = prepare(Order("Say it in short. " * 20, graph="refine", model=str(long)))
    try:
        assert 4096 < prepared.engines["default"].context < 8192
    finally:
        await prepared.engines.close()


def test_a_task_that_needs_more_than_the_usual_context_has_it(long: Path) -> None:
    spec = redraft.Graph("one").node("writer", agent="generator").node("check", evaluators={"repetition": 1.0})
    graph = spec.edge("start", "writer", "check", "end").spec()
    node = graph.nodes["writer"].model_copy(update={"max_tokens": 4})
    graph = graph.model_copy(update={"nodes": graph.nodes | {"writer": node}})
    outcome = redraft.run(" dog" * 5000, graph=graph, model=str(long))
    assert outcome.usage.prompt_tokens > 10_000
    assert outcome.stop.check == "end"
