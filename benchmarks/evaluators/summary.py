"""How far the evaluators of `redraft-summary` agree with real texts, and with rouge-score's own command.

The texts are the questions of GSM8K, the docstrings of Python's standard library (whose first line sums up the rest),
and the Chinese README.
"""

from __future__ import annotations

import ast
import csv
import json
import random
import re
import subprocess
import sys
import sysconfig
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.evaluators.corruption import in_han, in_words
from benchmarks.evaluators.row import Row
from redraft.numbers import number_list
from redraft.task import Draft, Task
from redraft.text import folded, sentence_list, word_list
from redraft_summary.compression import compression
from redraft_summary.faithful import faithful
from redraft_summary.fragments import fragments
from redraft_summary.key_terms import key_terms
from redraft_summary.names import KnownNames, names
from redraft_summary.rouge import rouge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft.evaluation import Evaluator

__all__ = ["measure"]

_CHINESE = Path(__file__).parents[2] / "README.zh.md"
_VARIANTS = ("rouge1", "rouge2", "rougeL")
_LONG_DOCSTRING = 300
# The command writes six decimals.
_WRITTEN = 0.6e-6


def measure(data: Path) -> Iterator[Row]:
    """Yield the figures.

    Args:
        data: The folder of the data.
    """
    lines = (data / "gsm8k_test.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [sentence_list(json.loads(line)["input"]) for line in lines]
    english = [(" ".join(parts[:-1]), parts[-1]) for parts in questions if len(parts) > 1]
    page = [line.strip() for line in _CHINESE.read_text(encoding="utf-8").splitlines()]
    chinese = [(one, other) for one in page for other in page if _is_chinese(one) and _is_chinese(other)][:2000]
    yield from _rouge(english, "parts of questions")
    yield _rouge_of_chinese(chinese)
    yield _fragments(english)
    yield from _compression([text for text, _ in english])
    yield from _faithful(questions)
    yield from _faithful_chinese(page)
    yield from _key_terms(list(_docstrings()))


def _rouge(pairs: Sequence[tuple[str, str]], what: str) -> Iterator[Row]:
    """The command's own numbers, for each pair."""
    for stem in (False, True):
        same = [
            abs(_value(rouge, text, {"variant": variant, "stem": stem}, reference=reference) - expected[variant])
            < _WRITTEN
            for (reference, text), expected in zip(pairs, _command(pairs, stem=stem), strict=True)
            for variant in _VARIANTS
        ]
        name = "with stems" if stem else "without stems"
        yield Row("rouge", len(same), _share(same), f"ROUGE-1, 2, L of {what} as by rouge-score's command, {name}", 1.0)


def _rouge_of_chinese(pairs: Sequence[tuple[str, str]]) -> Row:
    """The command's numbers for Chinese whose characters are spelled, so that its own tokenizer keeps them."""
    spelled = [(_spelled(reference), _spelled(text)) for reference, text in pairs]
    same = [
        abs(_value(rouge, text, {"variant": variant}, reference=reference) - expected[variant]) < _WRITTEN
        for (reference, text), expected in zip(pairs, _command(spelled, stem=False), strict=True)
        for variant in _VARIANTS
    ]
    return Row("rouge", len(same), _share(same), "the same of lines of the Chinese README, by characters", 1.0)


def _spelled(text: str) -> str:
    """Return a text with each Chinese character as a word of ASCII letters, and everything else as it is."""
    return re.sub(r"[\u3400-\u9fff]", lambda match: f" u{ord(match.group()):x} ", folded(text))


def _command(pairs: Sequence[tuple[str, str]], *, stem: bool) -> list[dict[str, float]]:
    """Return what rouge-score's command writes for each pair of a reference and a text."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place, file in enumerate(("targets", "predictions")):
            lines = "\n".join(" ".join(pair[place].split()) for pair in pairs)
            (folder / file).write_text(lines, encoding="utf-8")
        command = [
            *(sys.executable, "-m", "rouge_score.rouge", "--aggregate=false", f"--use_stemmer={str(stem).lower()}"),
            *(f"--target_filepattern={folder / 'targets'}", f"--prediction_filepattern={folder / 'predictions'}"),
            *(f"--output_filename={folder / 'scores.csv'}", f"--rouge_types={','.join(_VARIANTS)}"),
        ]
        subprocess.run(command, check=True, capture_output=True)
        with (folder / "scores.csv").open(encoding="utf-8") as file:
            return [{name: float(row[f"{name}-F"]) for name in _VARIANTS} for row in csv.DictReader(file)]


def _fragments(pairs: Sequence[tuple[str, str]]) -> Row:
    """Coverage and density by the procedure in the paper, word for word."""
    same = []
    for source, summary in pairs:
        one, other = [folded(word) for word in word_list(source)], [folded(word) for word in word_list(summary)]
        lengths = _papers_fragments(one, other)
        found = fragments(one, other)
        expected = (sum(lengths) / len(other), sum(length * length for length in lengths) / len(other))
        same.append(max(abs(found.coverage - expected[0]), abs(found.density - expected[1])) < 1e-12)
    return Row(
        "copying", len(same), _share(same), "coverage and density as by the procedure of Grusky et al., figure 1", 0.99
    )


def _papers_fragments(source: Sequence[str], summary: Sequence[str]) -> list[int]:
    """Return the lengths of the fragments. Where words repeat, the paper's procedure may skip a longer one."""
    found, i = [], 0
    while i < len(summary):
        longest, j = 0, 0
        while j < len(source):
            length = 0
            while i + length < len(summary) and j + length < len(source) and summary[i + length] == source[j + length]:
                length += 1
            longest, j = max(longest, length), j + max(length, 1)
        found.append(longest)
        i += max(longest, 1)
    return [length for length in found if length]


def _compression(texts: Sequence[str]) -> Iterator[Row]:
    """The first words of a text, as many as the share allows, and one more."""
    within, beyond = [], []
    for text in texts:
        parts, most = text.split(), max(1, int(0.3 * len(word_list(text))))
        within.append(_value(compression, " ".join(word_list(text)[:most]), source=text) == 1)
        beyond.append(_value(compression, " ".join(parts[: most + 6]), source=text) < 1)
    yield Row("compression", len(within), _share(within), "the first 30% of questions accepted", 1.0)
    yield Row("compression", len(beyond), _share(beyond), "some words more refused", 0.99)


def _faithful(questions: Sequence[Sequence[str]]) -> Iterator[Row]:
    """Sentences of a question as its summary: as they are, with numbers written otherwise, with one changed."""
    rng, kept, rewritten, numbers, strange = random.Random(0), [], [], [], []
    people = [name for parts in questions for name in names(" ".join(parts), KnownNames("a"))]
    for parts in questions:
        source, summary = " ".join(parts), " ".join(rng.sample(list(parts), k=max(1, len(parts) // 2)))
        kept.append(_value(faithful, summary, source=source) == 1)
        rewritten.append(_value(faithful, _rewritten(summary), source=source) == 1)
        changed = _changed(summary, source, rng)
        numbers += [_value(faithful, changed, source=source) < 1] if changed else []
        name, own = rng.choice(people), names(summary, KnownNames("a"))
        if own and folded(name) not in folded(source):
            strange.append(_value(faithful, re.sub(rf"\b{re.escape(own[0])}\b", name, summary), source=source) < 1)
    yield Row("faithful", len(kept), _share(kept), "sentences of questions accepted as their summary", 1.0)
    yield Row(
        "faithful",
        len(rewritten),
        _share(rewritten),
        "the same, with their numbers in words and the other way round",
        0.97,
    )
    yield Row(
        "faithful", len(numbers), _share(numbers), "the same refused, with a number that the question lacks", 0.97
    )
    yield Row("faithful", len(strange), _share(strange), "the same refused, with a name inside a sentence changed", 0.9)


def _rewritten(text: str) -> str:
    """Return a text with its whole numbers in words, and those in words in digits."""
    for number in reversed(number_list(text)):
        plain = number.value.denominator == 1 and not (number.ordinal or number.percent) and number.value > 1
        if plain and (number.form == "words" or number.text.isdecimal()):
            new = f"{int(number.value):,}" if number.form == "words" else in_words(int(number.value))
            text = text[: number.start] + new + text[number.end :]
    return text


def _changed(summary: str, source: str, rng: random.Random) -> str:
    """Return a summary with one number in digits that its source lacks, or nothing where it has no number."""
    known = {number.value for number in number_list(source)}
    found = [number for number in number_list(summary) if number.text.isdecimal()]
    if not found:
        return ""
    number = rng.choice(found)
    new = next(value for value in (int(number.value) + step for step in range(1, 99)) if Fraction(value) not in known)
    return f"{summary[: number.start]}{new}{summary[number.end :]}"


def _faithful_chinese(page: Sequence[str]) -> Iterator[Row]:
    """Lines of the Chinese README as its summary: with numbers in Chinese numerals, and with one that it lacks."""
    text, accepted, refused = "\n".join(page), [], []
    for line in filter(_is_chinese, page):
        found = [number for number in number_list(line) if number.text.isdecimal() and number.value > 1]
        for number in found:
            head, tail = line[: number.start], line[number.end :]
            accepted.append(_value(faithful, f"{head}{in_han(int(number.value))}个{tail}", source=text) == 1)
            refused.append(_value(faithful, f"{head}{in_han(int(number.value) + 7919)}个{tail}", source=text) < 1)
    yield Row(
        "faithful", len(accepted), _share(accepted), "lines of the Chinese README accepted, numbers in Chinese", 0.97
    )
    yield Row("faithful", len(refused), _share(refused), "the same refused, with a number that it lacks", 1.0)


def _key_terms(documents: Sequence[tuple[str, str]]) -> Iterator[Row]:
    """The first line of a docstring against those of others: its own uses more of the key terms of the rest."""
    rng, better = random.Random(0), []
    for line, rest in documents:
        own = _value(key_terms, line, {"enough": 1.0}, source=rest)
        for other, _ in rng.sample(list(documents), k=10):
            if other != line:
                strange = _value(key_terms, other, {"enough": 1.0}, source=rest)
                better.append(1.0 if own > strange else 0.5 if own == strange else 0.0)
    share = sum(better) / len(better)
    yield Row("key_terms", len(better), share, "a docstring's own first line above another's (ties count half)", 0.75)


def _docstrings() -> Iterator[tuple[str, str]]:
    """Yield the first line of each long docstring of a module of the standard library, and the rest of it."""
    for file in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        line, _, rest = text.partition("\n\n")
        if len(rest) >= _LONG_DOCSTRING and 4 <= len(line.split()) <= 40:
            yield line, rest


def _is_chinese(line: str) -> bool:
    return len(re.findall(r"[\u4e00-\u9fff]", line)) >= 8


def _value(evaluator: Evaluator, text: str, params: dict[str, Any] | None = None, /, **inputs: Any) -> float:
    task = Task.model_validate({"prompt": "Summarise.", "inputs": inputs})
    given = {"draft": Draft(text=text), "task": task, "params": evaluator.validate_params(params or {})}
    return float(evaluator(**given).value)


def _share(judged: Sequence[bool]) -> float:
    return sum(judged) / len(judged) if judged else 0.0
