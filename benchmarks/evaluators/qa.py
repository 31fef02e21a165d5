"""How far the evaluators of `redraft-qa` agree with real data.

`agreement` is not measured: it says what a model says, whatever that is worth.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import string
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from benchmarks.evaluators.corruption import WAYS, in_han, in_words, wrong_numbers
from benchmarks.evaluators.row import Row
from redraft.evaluation import Use, assess
from redraft.task import Draft, Task
from redraft.text import is_unspaced, sentence_list
from redraft_qa.evidence import evidence
from redraft_qa.exact_match import exact_match
from redraft_qa.f1 import f1
from redraft_qa.numeric import numeric
from redraft_qa.program import program
from redraft_qa.units import units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft.evaluation import Evaluator

__all__ = ["measure"]

_CHINESE = Path(__file__).parents[2] / "README.zh.md"
_HOW_MANY = re.compile(r"[Hh]ow many (?:more |total |different )?([a-z]+s)\b")
_HAN_RUN = regex.compile(r"[\p{Han}，；：]+")
# `how many times` asks for a ratio; the others are units by themselves.
_NO_THINGS = {"times", "dollars", "hours", "minutes", "days", "weeks", "months", "years", "miles", "feet", "pounds"}
_AS_WRITTEN = (
    "{n}",
    "{n:,}",
    "#### {n}",
    "The answer is {n}.",
    "**Final answer:** {n:,}",
    r"\boxed{{{n}}}",
    "答案是{n}。",
)


def measure(data: Path) -> Iterator[Row]:
    """Yield the figures.

    Args:
        data: The folder of the data.
    """
    lines = (data / "gsm8k_test.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [(row["input"], row["target"]) for row in map(json.loads, lines)]
    yield from _answers(numeric, rows, WAYS)
    yield from _answers(exact_match, rows, _AS_WRITTEN)
    yield from _squad(rows)
    yield from _units(rows)
    yield from _programs(rows)
    yield from _evidence([text for text, _ in rows], "questions")
    yield from _evidence(_pages(_CHINESE.read_text(encoding="utf-8")), "pages of the Chinese README")


def _answers(oracle: Evaluator, rows: Sequence[tuple[str, int]], ways: Sequence[str]) -> Iterator[Row]:
    """GSM8K's answers, in each way to write them; and answers that are wrong."""
    rng = random.Random(0)
    right = [_value(oracle, _written(way, answer), answer=answer) == 1 for _, answer in rows for way in ways]
    yield Row(oracle.name, len(right), _share(right), f"GSM8K answers accepted, in {len(ways)} ways to write them", 1.0)
    refused: dict[str, list[bool]] = {}
    for question, answer in rows:
        for name, number in wrong_numbers(answer, question, rng).items():
            for way in ways:
                refused.setdefault(name, []).append(_value(oracle, _written(way, number), answer=answer) == 0)
    for name, judged in refused.items():
        yield Row(oracle.name, len(judged), _share(judged), f"GSM8K answers refused that are wrong by {name}", 1.0)


def _written(way: str, number: int) -> str:
    return way.format(n=number, words=in_words(number), han=in_han(number))


def _squad(rows: Sequence[tuple[str, int]]) -> Iterator[Row]:
    """The F1 of two sentences of a question, by SQuAD's script and by the oracle."""
    pairs = [(parts[0], parts[-1]) for parts in (sentence_list(text) for text, _ in rows) if len(parts) > 1]
    plain = [(one, other) for one, other in pairs if (one + other).isascii() and not re.search(r"[.\-]\d", one + other)]
    same = [abs(_value(f1, one, answer=other) - _squads(one, other)) < 1e-12 for one, other in plain]
    yield Row("f1", len(same), _share(same), "F1 of two sentences equal to that of SQuAD's script", 1.0)


def _squads(given: str, wanted: str) -> float:
    """Return the F1 as evaluate-v1.1.py computes it."""
    one, other = _normalised(given).split(), _normalised(wanted).split()
    same = sum((Counter(one) & Counter(other)).values())
    return 2 * (same / len(one)) * (same / len(other)) / (same / len(one) + same / len(other)) if same else 0.0


def _normalised(text: str) -> str:
    plain = "".join(sign for sign in text.lower() if sign not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", plain).split())


def _units(rows: Sequence[tuple[str, int]]) -> Iterator[Row]:
    """Questions that ask for dollars, or how many of something: with what was asked for, without it, with another."""
    asked = [(unit, answer) for text, answer in rows if (unit := _asked(text))]
    right = [_value(units, _with(unit, answer, way), unit=unit) == 1 for unit, answer in asked for way in range(3)]
    yield Row(
        "units", len(right), _share(right), "GSM8K answers accepted with the unit that the question asks for", 0.99
    )
    bare = [_value(units, f"The answer is {answer}.", unit=unit) == 0 for unit, answer in asked]
    yield Row("units", len(bare), _share(bare), "GSM8K answers refused whose unit was dropped", 1.0)
    other = [
        _value(units, f"It is {answer} {name}.", unit=unit) == 0 for unit, answer in asked for name in ("volts", "yen")
    ]
    yield Row("units", len(other), _share(other), "GSM8K answers refused with another unit", 1.0)


def _asked(question: str) -> str:
    last = sentence_list(question)[-1]
    if "$" in question and re.search(r"\bhow much\b|\bdollars\b", last, re.IGNORECASE) and "percent" not in last:
        return "dollars"
    thing = _HOW_MANY.search(last)
    return thing[1] if thing and thing[1] not in _NO_THINGS else ""


def _with(unit: str, answer: int, way: int) -> str:
    if unit == "dollars":
        return (f"It is ${answer:,}.", f"The answer is {answer} dollars.", f"共{answer}美元。")[way]
    return (
        f"It is {answer} {unit}.",
        f"So {answer:,} {unit} are left, and that is all.",
        f"Number of {unit}: {answer}",
    )[way]


def _programs(rows: Sequence[tuple[str, int]]) -> Iterator[Row]:
    """The first questions, with programs written by hand from them, run in the sandbox."""
    written = tomllib.loads(Path(__file__).with_name("programs.toml").read_text(encoding="utf-8"))["programs"]
    rng, right, wrong = random.Random(0), [], []
    for (question, answer), code in zip(rows, written, strict=False):
        right.append(_value(program, f"The answer is {answer}.", program=code) == 1)
        number = rng.choice(list(wrong_numbers(answer, question, rng).values()))
        wrong.append(_value(program, f"The answer is {number}.", program=code) == 0)
    yield Row("program", len(right), _share(right), "GSM8K answers that programs written by hand agree with", 1.0)
    yield Row("program", len(wrong), _share(wrong), "wrong answers that they do not agree with", 1.0)


def _evidence(passages: Sequence[str], what: str) -> Iterator[Row]:
    """Words in a row are found in their own passage, however they are quoted; changed, or in another, they are not."""
    rng, own, changed, strange = random.Random(0), [], [], []
    for place, passage in enumerate(passages):
        gap = "" if is_unspaced(passage) else " "
        words = passage.replace('"', "").split() if gap else max(_HAN_RUN.findall(passage), key=len, default="")
        start = rng.randrange(max(1, len(words) - 12))
        run = words[start : start + 12]
        if len(run) < 12 or any(mark in gap.join(run) for mark in '"“”「」…[]>'):
            continue
        task = {"passage": passage.replace('"', "")}
        own += [_value(evidence, quoted, **task) == 1 for quoted in _quoted(run, gap)]
        swapped = [*run[:5], *run[6:]]
        changed.append(_value(evidence, f"It says “{gap.join(swapped)}”.", **task) < 1)
        other = passages[(place + 1) % len(passages)].replace('"', "")
        strange.append(_value(evidence, f"It says “{gap.join(run)}”.", passage=other) < 1)
    yield Row("evidence", len(own), _share(own), f"quotations accepted that stand in {what}", 1.0)
    yield Row("evidence", len(changed), _share(changed), f"quotations of {what} refused with a word left out", 0.99)
    yield Row("evidence", len(strange), _share(strange), f"quotations of {what} refused that are another's", 0.99)


def _quoted(run: Sequence[str], gap: str) -> tuple[str, ...]:
    whole = gap.join(run)
    return (
        f"It says “{whole}”.",
        f'It says "{whole.upper()}".',
        f"「{gap.join(run[:5])}……{gap.join(run[7:])}」",
        f"> {gap.join(run[:6])}\n> {gap.join(run[6:])}\n\nSo it is.",
    )


def _pages(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if re.search(r"[\u4e00-\u9fff]{8}", line)]
    return ["\n".join(lines[start : start + 3]) for start in range(0, len(lines), 3)]


def _value(evaluator: Evaluator, text: str, **inputs: Any) -> float:
    task = Task.model_validate({"prompt": "Answer.", "inputs": inputs})
    if not evaluator.is_async:
        given = {"draft": Draft(text=text), "task": task, "params": evaluator.validate_params({})}
        return float(evaluator(**{name: given[name] for name in evaluator.arguments}).value)
    verdict = asyncio.run(assess(Draft(text=text), task, [Use(evaluator)]))
    return -1.0 if verdict.value is None else verdict.value


def _share(judged: Sequence[bool]) -> float:
    return sum(judged) / len(judged) if judged else 0.0
