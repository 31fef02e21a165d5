"""The workload of the engine's benchmark: lengths, the copied share, and the same loop in every system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.engine_bench import Bench
from benchmarks.engine_decode import calls_needed
from benchmarks.engine_loops import prompt_tokens
from benchmarks.engine_rows import Row
from benchmarks.engine_workload import CRITIQUE, DRAFT, INSTRUCTIONS, TASK, Plan, Workload
from benchmarks.gguf_vocabulary import made_vocabulary
from benchmarks.make_gguf import Recipe, cached_model
from redraft.llama.native.model import Model
from redraft.llama.template import ChatTemplate
from redraft.task import Message

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.engine_workload import Layout

TEMPLATE = 16
"""Most tokens of a template's own in a prompt."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def tiny(cache: Path) -> Bench:
    return Bench(cache, None, threads=1, repeats=1, quick=True, shape="tiny")


@pytest.fixture
def work() -> Workload:
    return Workload(made_vocabulary(16_384))


def test_prompts_have_the_lengths_that_are_printed(work: Workload) -> None:
    critique = work.words("critique", CRITIQUE)
    call = work.call("reviser", work.task("x"), work.written, critique, tokens=DRAFT)
    assert len(call.ids) - (TASK + DRAFT + CRITIQUE + INSTRUCTIONS) in range(TEMPLATE)


def test_a_draft_differs_from_its_revision_in_a_tenth(work: Workload, subtests: pytest.Subtests) -> None:
    for loop, turn in [("a", 0), ("a", 1), ("b", 0)]:
        with subtests.test(loop=loop, turn=turn):
            draft = work.altered(work.written, loop, turn)
            kept = [token for token in draft if token in work.written]
            assert kept == sorted(kept, key=work.written.index)
            assert len(kept) == DRAFT * 9 // 10
            assert abs(len(draft) - DRAFT) <= 2


def test_prompts_are_what_the_template_makes(cache: Path, subtests: pytest.Subtests) -> None:
    model = Model(cached_model(cache, Recipe(text="chain")))
    template = ChatTemplate(model.metadata["tokenizer.chat_template"], bos="", eos="<|im_end|>")
    layouts: tuple[Layout, ...] = ("shared", "role")
    for layout in layouts:
        with subtests.test(layout=layout):
            work = Workload(made_vocabulary(1_024), layout)
            call = work.call("critic", work.task("x"), work.written, tokens=1)
            said = [Message(role="system", content=call.system), Message(role="user", content=call.user)]
            assert model.vocabulary.encode(template.pieces(said)) == call.ids
    model.close()


def test_every_system_writes_the_same_loop(tiny: Bench, subtests: pytest.Subtests) -> None:
    for system in ("redraft", "llama"):
        with subtests.test(system=system), tiny.open(system, kind="q8_0", context=1_024) as worker:
            answer = worker.loops(Plan(1, 1))  # raises where a text is not the model's
            assert answer.written == 2 * DRAFT + CRITIQUE
            call = tiny.work.revision("x", copied=True)
            assert worker.calls([call]).wrong == 0


def test_a_worker_that_dies_is_named(tiny: Bench) -> None:
    with pytest.raises(RuntimeError, match="redraft ended with exit code"), tiny.open("redraft", context=-1):
        pass


def test_less_is_computed_than_without_a_tree(tiny: Bench) -> None:
    for line in prompt_tokens(tiny):
        assert isinstance(line, Row)
        assert line.ok, line


def test_requests_share_their_steps(tiny: Bench) -> None:
    (line,) = calls_needed(tiny)
    assert isinstance(line, Row)
    assert line.ok, line
