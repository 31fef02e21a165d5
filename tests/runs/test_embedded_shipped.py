"""The shipped graphs that choose, argue and translate back, on the embedded model."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import redraft
from redraft.graph.front import front
from redraft.graph.voting import said_by
from redraft.task import Assessed

if TYPE_CHECKING:
    from pathlib import Path

PROMPT = "Write one sentence that uses all of these words: dog, throw, ball."


def test_the_answer_that_most_drafts_give_is_the_answer(embedded: Any) -> None:
    outcome = redraft.run(PROMPT, graph="self_consistency", model=embedded)
    passed = [record.draft.text for record in outcome.drafts if not record.verdict.gates_failed]  # type: ignore[union-attr]
    votes = Counter(map(said_by, passed))
    assert len(outcome.drafts) == 5
    assert outcome.answer is not None
    assert votes[said_by(outcome.answer)] == max(votes.values())


def test_two_argue_and_the_best_of_all_rounds_is_the_answer(embedded: Any) -> None:
    outcome = redraft.run(PROMPT, graph="debate", model=embedded)
    ranks = [record.verdict.rank for record in outcome.drafts if record.verdict]
    authors = [record.draft.author for record in outcome.drafts]
    assert authors == [*("one", "two"), *("one_again", "two_again") * (len(authors) // 2 - 1)]
    assert outcome.best is not None
    assert ranks[outcome.best] == max(ranks)


def test_the_answer_is_on_the_front_of_several_criteria(embedded: Any, tmp_path: Path) -> None:
    (tmp_path / "graphs").mkdir()
    (tmp_path / "graphs" / "mine.toml").write_text(
        'redraft = 1\nextends = "pareto"\n[task]\n'
        "prompt = \"Write one sentence that uses all of these words: {{ words | join(', ') }}.\"\n"
        'inputs = { words = "list" }\n[nodes.evaluate]\n'
        "evaluators = { coverage = 1.0, length = { weight = 1.0, max_words = 6 }, judge = 1.0 }\n"
    )
    words = {"words": ["dog", "throw", "ball", "park"]}
    outcome = redraft.run(graph="mine", inputs=words, model=embedded, project=tmp_path)
    drafts = [Assessed(draft=record.draft, verdict=record.verdict) for record in outcome.drafts]
    assert outcome.best == front(drafts)[0].draft.index


def test_a_translation_goes_there_and_back_and_the_run_ends(embedded: Any) -> None:
    inputs = {"source": "The cat sleeps.", "source_language": "English", "language": "Chinese"}
    outcome = redraft.run(graph="translate_back", inputs=inputs, model=embedded)
    assert outcome.stop.check in {"critique", "rounds", "fixpoint", "oscillation", "regression"}
    assert 1 <= len(outcome.drafts) <= 3
    assert outcome.answer is not None
