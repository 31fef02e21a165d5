"""How far the evaluators of `redraft-dialogue` agree with what is known of the problems of GSM8K.

A problem's question is the user's turn, and its statements are the reply; those of another problem are beside the
point. The statements are facts as well: as they stand nothing contradicts them, with a number changed or a verb denied
something does. The Chinese facts are a table, for there are no Chinese texts among the data.
"""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import regex

from benchmarks.evaluators.row import Row
from redraft.numbers import number_list
from redraft.task import Draft, Task
from redraft.text import sentence_list, word_list
from redraft_dialogue.answers_last_turn import answers_last_turn
from redraft_dialogue.contradiction import contradiction
from redraft_dialogue.echo import echo
from redraft_dialogue.turn_repetition import turn_repetition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from redraft.evaluation import Evaluator

__all__ = ["measure"]

_FIGURE = r"(?<![\d.,/:$%]|\d )[1-9]\d{0,4}(?![\d.,/:%]*\d| \d|%|\p{L})"
_VERB = r"\b(is|are|was|were|can|will|has|have|had)\b"
_HAS = ("has", "have", "had")

# Facts, what agrees with them in other words, and what contradicts them.
_CHINESE = (
    (
        "商店早上九点开门。",
        (
            "商店9点开门。",
            "商店早上九点就开门了。",
            "早上九点商店开门，欢迎光临。",
        ),
        (
            "商店早上十点开门。",
            "商店早上九点不开门。",
        ),
    ),
    (
        "博物馆星期一关门。",
        (
            "星期一博物馆关门。",
            "博物馆星期一不开门。",
        ),
        (
            "博物馆星期一开门。",
            "博物馆星期一不关门。",
        ),
    ),
    (
        "门票每张二十元。",
        (
            "一张门票是20元。",
            "门票每张二十元，学生半价。",
        ),
        (
            "门票每张三十元。",
            "门票每张15元。",
        ),
    ),
    (
        "酒店有一百五十个房间。",
        (
            "酒店有150个房间。",
            "这家酒店一共有一百五十个房间。",
        ),
        (
            "酒店有一百二十个房间。",
            "酒店有50个房间。",
        ),
    ),
    (
        "图书馆里不可以吃东西。",
        (
            "图书馆里不可以吃东西，谢谢。",
            "图书馆里不能吃东西。",
        ),
        ("图书馆里可以吃东西。",),
    ),
    (
        "小明喜欢踢足球。",
        (
            "小明很喜欢踢足球。",
            "小明也喜欢踢足球和游泳。",
        ),
        (
            "小明不喜欢踢足球。",
            "小明讨厌踢足球。",
        ),
    ),
    (
        "火车已经到站了。",
        ("火车已经到站了，请上车。",),
        (
            "火车没有到站。",
            "火车还没到站。",
        ),
    ),
    (
        "公司成立于1998年。",
        (
            "公司1998年成立。",
            "公司成立于一九九八年。",
        ),
        ("公司成立于2001年。",),
    ),
    (
        "首都: 北京",
        (
            "首都是北京。",
            "北京是首都。",
        ),
        (
            "首都是上海。",
            "首都不是北京。",
        ),
    ),
    (
        "停车免费: 是",
        ("停车是免费的。",),
        ("停车不免费。",),
    ),
)


def measure(data: Path) -> Iterator[Row]:
    """Yield the figures.

    Args:
        data: The folder of the data.
    """
    lines = (data / "gsm8k_test.jsonl").read_text("utf-8").splitlines()
    problems = [problem for line in lines if (problem := _problem(json.loads(line)["input"]))]
    yield from _answered(problems)
    yield from _facts([problem.statements for problem in problems])
    yield from _chinese()
    yield from _copied(problems)


@dataclass(frozen=True, slots=True)
class _Problem:
    """A problem: what it asks, and what it tells."""

    question: str
    statements: list[str]

    @property
    def told(self) -> str:
        return " ".join(self.statements)


def _problem(text: str) -> _Problem | None:
    """Return a problem that ends in one question, after two statements or more."""
    *statements, last = sentence_list(text)
    supposes = any(regex.search(r"\bif\b|\?", statement.casefold()) for statement in statements)
    return _Problem(last, statements) if last.endswith("?") and len(statements) > 1 and not supposes else None


def _value(evaluator: Evaluator, text: str, turns: Sequence[str], **rest: Any) -> float:
    task = Task.model_validate({"prompt": "Write the next turn.", "inputs": {"turns": list(turns), **rest}})
    return float(evaluator(Draft(text=text), task, evaluator.validate_params({})).value)


def _row(name: str, right: Sequence[bool], what: str, least: float) -> Row:
    return Row(name, len(right), sum(right) / max(1, len(right)), what, least)


def _answered(problems: Sequence[_Problem]) -> Iterator[Row]:
    """A problem's own statements, those of the problem before, and both without numbers."""
    own = [_value(answers_last_turn, one.told, [one.question]) for one in problems]
    name = "answers_last_turn"
    yield _row(name, [value == 1 for value in own], "statements of GSM8K accepted as replies to their questions", 0.9)
    pairs = list(itertools.pairwise(problems))
    strange = [_value(answers_last_turn, old.told, [old.told, "I see.", new.question]) for old, new in pairs]
    yield _row(name, [value < 1 for value in strange], "statements of the turn before refused as replies", 0.7)
    ranked = [value > other for value, other in zip(own[1:], strange, strict=True)]
    yield _row(name, ranked, "statements ranked above those of the turn before", 0.7)
    asked = [one for one in problems if regex.search(r"\bhow (?:many|much)\b", one.question.casefold())]
    refused = [_value(answers_last_turn, f"{_words_only(one.told)}.", [one.question]) < 1 for one in asked]
    yield _row(name, refused, "statements without their numbers refused as replies to `how many`", 0.6)
    given = [_value(answers_last_turn, f"It is {number + 2}.", [one.question]) == 1 for number, one in enumerate(asked)]
    yield _row(name, given, "a bare number accepted as a reply to `how many`", 0.95)


def _words_only(text: str) -> str:
    """Return a text without numbers, those in words among them."""
    for number in reversed(number_list(text)):
        text = f"{text[: number.start]} {text[number.end :]}"
    return " ".join(word for word in word_list(text) if word.isalpha())


def _facts(told: Sequence[list[str]]) -> Iterator[Row]:
    """The statements of GSM8K's problems as facts."""
    rng = random.Random(0)
    own = [_value(contradiction, " ".join(facts), ["Tell me."], facts=facts) == 1 for facts in told]
    yield _row("contradiction", own, "statements of a problem accepted beside themselves as facts", 0.9)
    other = [
        _value(contradiction, " ".join(told[n - 1]), ["Tell me."], facts=facts) == 1 for n, facts in enumerate(told)
    ]
    yield _row("contradiction", other, "statements of one problem accepted beside the facts of another", 0.99)
    ways: dict[str, tuple[str, Callable[[str], str], float]] = {
        "a number changed": (_FIGURE, lambda number: str(int(number) + rng.randint(1, 9)), 0.9),
        "a verb denied": (_VERB, _denied, 0.9),
    }
    for what, (pattern, change, least) in ways.items():
        facts = [sentence for sentences in told for sentence in sentences if len(regex.findall(pattern, sentence)) == 1]
        spoiled = [regex.sub(pattern, lambda match, change=change: change(match[0]), fact) for fact in facts]
        refused = [
            _value(contradiction, text, ["?"], facts=[fact]) < 1 for fact, text in zip(facts, spoiled, strict=True)
        ]
        yield _row("contradiction", refused, f"statements with {what} refused", least)


def _denied(verb: str) -> str:
    return f"never {verb}" if verb in _HAS else f"{verb} not"


def _chinese() -> Iterator[Row]:
    agree = [(fact, text) for fact, texts, _ in _CHINESE for text in texts]
    differ = [(fact, text) for fact, _, texts in _CHINESE for text in texts]
    sound = [_value(contradiction, text, ["?"], facts=[fact]) == 1 for fact, text in agree]
    yield _row("contradiction", sound, "Chinese sentences that agree with a fact accepted", 0.9)
    found = [_value(contradiction, text, ["?"], facts=[fact]) < 1 for fact, text in differ]
    yield _row("contradiction", found, "Chinese sentences that contradict a fact refused", 0.85)


def _copied(problems: Sequence[_Problem]) -> Iterator[Row]:
    """Statements are words of their own beside their question; a question or a reply said again is not."""
    own = [_value(echo, one.told, [one.question]) == 1 for one in problems]
    yield _row("echo", own, "statements of GSM8K accepted as replies to their questions", 0.95)
    copied = [_value(echo, f"So {one.question}", [one.question]) < 1 for one in problems]
    yield _row("echo", copied, "questions said back refused", 0.95)
    pairs = list(itertools.pairwise(problems))
    new = [_value(turn_repetition, b.told, [a.question, a.told, b.question]) == 1 for a, b in pairs]
    yield _row("turn_repetition", new, "statements accepted behind those of another problem", 0.95)
    again = [_value(turn_repetition, f"{a.told} Yes.", [a.question, a.told, b.question]) < 1 for a, b in pairs]
    yield _row("turn_repetition", again, "statements told a second time refused", 0.99)
