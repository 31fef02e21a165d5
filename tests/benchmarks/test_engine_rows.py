"""The table of the engine's benchmark: medians, spreads, goals, and what is not measured."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.engine_bench import in_turn
from benchmarks.engine_rows import TARGETS, Row, Skipped, Target, as_json, row, table

if TYPE_CHECKING:
    import pytest


def test_a_goal_is_met_at_its_bound(subtests: pytest.Subtests) -> None:
    for sense, ratio, met in [
        ("≥", 2.0, True),
        ("≥", 1.99, False),
        ("≤", 2.0, True),
        ("≤", 2.01, False),
        (None, 9, None),
    ]:
        with subtests.test(sense=sense, ratio=ratio):
            assert Target("what", "whom", sense, 2.0).met(ratio) is met


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=9), st.sampled_from(sorted(TARGETS)))
def test_a_line_says_the_middle_and_the_extremes(ratios: list[float], key: str) -> None:
    line = row(key, ratios)
    assert line.low == min(ratios) <= line.ratio <= max(ratios) == line.high
    assert line.ok is TARGETS[key].met(line.ratio)


def test_the_table_names_what_was_missed_and_what_was_skipped() -> None:
    lines = [row("loops-llama", [3.0, 2.0, 4.0]), row("loops-chat", [1.0]), Skipped("decode", "peer", "not built")]
    printed = table(lines)
    assert "| 3 | 2 … 4 | ≥ 2.5 | ok |" in printed
    assert "| 1 | 1 … 1 | ≥ 2.5 | MISSED |" in printed
    assert "skipped: not built" in printed


def test_json_has_the_measured_lines_alone() -> None:
    rows: list[Row | Skipped] = [row("python", [0.01]), Skipped("decode", "peer", "not built")]
    assert [sorted(line) for line in as_json(rows)] == [
        sorted(("name", "against", "ratio", "low", "high", "goal", "ok"))
    ]


def test_every_line_is_measured_somewhere() -> None:
    folder = Path(__file__).parents[2] / "benchmarks"
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in folder.glob("engine_*.py") if path.stem != "engine_rows"
    )
    written = {*re.findall(r'(?:row|unbuilt)\(\s*f?"([^"]+)"', code), *re.findall(r'key = f"([^"]+)"', code)}
    patterns = [re.compile(re.sub(r"\{[^}]+\}", "[a-z0-9_]+", key)) for key in written]
    assert [key for key in TARGETS if not any(pattern.fullmatch(key) for pattern in patterns)] == []


def test_jobs_take_turns() -> None:
    order: list[str] = []

    def job(name: str) -> int:
        order.append(name)
        return len(order)

    found = in_turn(2, {"a": lambda _number: job("a"), "b": lambda _number: job("b")})
    assert order == ["a", "b", "b", "a"]
    assert found == [{"a": 1, "b": 2}, {"b": 3, "a": 4}]
