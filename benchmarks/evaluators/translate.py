"""How far the evaluators of `redraft-translate` agree with real translations and with sacrebleu's own tool.

The translations are those that Django's translators made, with their placeholders and tags: `pip install Django`.
Where it is not installed, only the questions of GSM8K and the repository's own Chinese are measured.
"""

from __future__ import annotations

import gettext
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from benchmarks.evaluators.row import Row
from redraft.task import Draft, Task
from redraft.text import graphemes, sentence_list, word_list
from redraft_translate.bleu import bleu
from redraft_translate.chrf import chrf
from redraft_translate.glossary import glossary
from redraft_translate.kept import kept
from redraft_translate.length_ratio import length_ratio
from redraft_translate.protected import protected, without
from redraft_translate.script import script
from redraft_translate.ter import ter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from redraft.evaluation import Evaluator

__all__ = ["measure"]

_LANGUAGES = {
    "zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant", "ja": "ja", "ko": "ko", "de": "de", "fr": "fr", "es": "es", "ru": "ru",
    "ar": "ar", "pl": "pl", "hi": "hi",
}  # fmt: skip
_OTHER_SCRIPTS = ("zh-Hans", "ja", "ko", "ru", "ar", "hi")
_PAGE = 10
_PAGES = 500
_SENTENCE = 40


@dataclass(frozen=True, slots=True)
class _Pair:
    source: str
    text: str
    language: str


def measure(data: Path) -> Iterator[Row]:
    """Yield the figures.

    Args:
        data: The folder of the data.
    """
    questions = [json.loads(line)["input"] for line in (data / "gsm8k_test.jsonl").read_text("utf-8").splitlines()]
    yield from _measures(questions)
    yield from _numbers(questions)
    if importlib.util.find_spec("django") is None:
        return
    pairs = {code: _translations(code) for code in _LANGUAGES}
    yield from _kept(pairs)
    yield from _script(pairs)
    yield from _lengths(pairs)
    yield from _terms(pairs["zh-Hans"])


def _translations(code: str) -> list[_Pair]:
    """Return Django's strings with their translations, those that were left as they are aside."""
    spec = importlib.util.find_spec("django")
    folder = Path((spec and spec.origin) or "").parent
    found: dict[str, str] = {}
    for file in sorted(folder.rglob(f"locale/{_LANGUAGES[code]}/LC_MESSAGES/django*.mo")):
        with file.open("rb") as opened:
            catalog: dict[Any, str] = gettext.GNUTranslations(opened)._catalog  # type: ignore[attr-defined]  # noqa: SLF001 - the only way to list them
        found |= {source.split("\x04")[-1]: text for source, text in catalog.items() if isinstance(source, str)}
    return [_Pair(source, text, code) for source, text in found.items() if source.strip() and text not in ("", source)]


def _value(evaluator: Evaluator, pair: _Pair, text: str | None = None, **params: Any) -> float:
    inputs = {"source": pair.source, "language": pair.language, "source_language": "en"}
    task = Task.model_validate({"prompt": "Translate.", "inputs": inputs})
    score = evaluator(Draft(text=pair.text if text is None else text), task, evaluator.validate_params(params))
    return float(score.value)


def _row(name: str, right: Sequence[bool], what: str, least: float) -> Row:
    return Row(name, len(right), sum(right) / max(1, len(right)), what, least)


def _measures(questions: Sequence[str]) -> Iterator[Row]:
    """The measures of references beside what sacrebleu's command prints for the same sentences."""
    rng = random.Random(0)
    chinese = [
        sentence
        for sentence in sentence_list((Path(__file__).parents[2] / "README.zh.md").read_text("utf-8"))
        if regex.search(r"\p{Han}", sentence)
    ]
    cases: list[tuple[Evaluator, str, Sequence[str], list[str]]] = [
        (bleu, "en", questions[:300], ["-m", "bleu"]),
        (bleu, "zh", chinese, ["-m", "bleu", "-tok", "zh"]),
        (chrf, "en", questions[:300], ["-m", "chrf"]),
        (chrf, "zh", chinese, ["-m", "chrf"]),
        (ter, "en", questions[:100], ["-m", "ter"]),
        (ter, "zh", chinese, ["-m", "ter", "--ter-asian-support", "--ter-normalized"]),
    ]
    for evaluator, language, texts, options in cases:
        lines = [" ".join(text.split()) for text in texts]
        drafts = [_spoiled(line, rng) for line in lines]
        printed = _printed(drafts, lines, options)
        wanted = [max(0.0, 1 - number / 100) if evaluator is ter else number / 100 for number in printed]
        given = [_against(evaluator, draft, line, language) for draft, line in zip(drafts, lines, strict=True)]
        equal = [abs(one - other) < 1e-6 for one, other in zip(given, wanted, strict=True)]
        yield _row(evaluator.name, equal, f"sentences with the number that sacrebleu prints ({language})", 1.0)


def _against(evaluator: Evaluator, draft: str, reference: str, language: str) -> float:
    inputs = {"reference": reference, "language": language}
    task = Task.model_validate({"prompt": "Translate.", "inputs": inputs})
    return float(evaluator(Draft(text=draft), task, evaluator.validate_params({})).value)


def _spoiled(line: str, rng: random.Random) -> str:
    """Return a line with some of its words left away, moved or said twice."""
    chinese = regex.search(r"\p{Han}", line) is not None
    parts = list(line) if chinese else line.split()
    for _ in range(rng.randint(0, len(parts) // 3)):
        part = parts.pop(rng.randrange(len(parts)))
        for _ in range(rng.choice([0, 1, 2])):
            parts.insert(rng.randint(0, len(parts)), part)
        parts = parts or [part]
    return ("" if chinese else " ").join(parts).strip() or line


def _printed(drafts: Sequence[str], references: Sequence[str], options: Sequence[str]) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("references", "drafts")]
        for file, lines in zip(files, (references, drafts), strict=True):
            file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        command = [sys.executable, "-m", "sacrebleu", str(files[0]), "-i", str(files[1]), "-sl", "-b", "-w", "8"]
        done = subprocess.run([*command, *options], capture_output=True, check=True, text=True, encoding="utf-8")
    return [float(line.split()[-1]) for line in done.stdout.splitlines() if line.strip()]


def _numbers(questions: Sequence[str]) -> Iterator[Row]:
    """The numbers of GSM8K's questions, written in other ways, and changed."""
    rng = random.Random(0)
    figures = r"(?<![\d.,/:]|\d )[1-9]\d{0,6}(?![\d.,/:]*\d| \d)(?!\p{L})"
    pairs = [_Pair(text, text, "en") for text in questions if regex.search(figures, text)]
    same = [
        _value(kept, pair, regex.sub(figures, lambda match: f"{int(match[0]):,}", pair.text)) == 1 for pair in pairs
    ]
    yield _row("kept", same, "questions of GSM8K with their numbers grouped accepted", 0.99)
    wide = [
        _value(kept, pair, regex.sub(figures, lambda m: _wide(m[0]), pair.text), language="zh") == 1 for pair in pairs
    ]
    yield _row("kept", wide, "questions of GSM8K with their numbers in wide digits accepted", 0.99)
    changed = [_value(kept, pair, _with_one(figures, pair.text, _other, rng)) < 1 for pair in pairs]
    yield _row("kept", changed, "questions of GSM8K with a number changed refused", 0.95)
    lost = [_value(kept, pair, _with_one(figures, pair.text, lambda _, __: "some", rng)) < 1 for pair in pairs]
    yield _row("kept", lost, "questions of GSM8K with a number left away refused", 0.9)


def _wide(digits: str) -> str:
    return "".join(chr(0xFF10 + int(digit)) for digit in digits)


def _other(digits: str, rng: random.Random) -> str:
    return str(int(digits) + rng.randint(1, 9) * 10 ** rng.randrange(len(digits)))


def _with_one(pattern: str, text: str, change: Callable[[str, random.Random], str], rng: random.Random) -> str:
    match = rng.choice(list(regex.finditer(pattern, text)))
    return text[: match.start()] + change(match.group(), rng) + text[match.end() :]


def _kept(pairs: dict[str, list[_Pair]]) -> Iterator[Row]:
    """Django's translations as they are, and with a placeholder, a tag or a number spoiled."""
    rng = random.Random(0)
    for code, some in pairs.items():
        right = [_value(kept, pair) == 1 for pair in some]
        yield _row("kept", right, f"translations by Django's translators accepted ({code})", 0.985)
    some = [pair for each in pairs.values() for pair in each if protected(pair.text) and _value(kept, pair) == 1]
    ways: dict[str, Callable[[str, random.Random], str]] = {
        "left away": lambda _, __: "",
        "said twice": lambda item, _: f"{item} {item}",
        "misspelled": _misspelled,
    }
    for what, change in ways.items():
        spoiled = [_value(kept, pair, _changed_item(pair.text, change, rng)) < 1 for pair in some]
        yield _row("kept", spoiled, f"the same with a placeholder, tag or address {what} refused", 0.99)


def _changed_item(text: str, change: Callable[[str, random.Random], str], rng: random.Random) -> str:
    item = rng.choice([item for item in protected(text) if item in text] or [text])
    return text.replace(item, change(item, rng), 1)


def _misspelled(item: str, rng: random.Random) -> str:
    letters = [place for place, sign in enumerate(item) if sign.isascii() and sign.isalpha()]
    if not letters:
        return item[:-1]
    place = rng.choice(letters)
    return item[:place] + ("y" if item[place] == "x" else "x") + item[place + 1 :]


def _script(pairs: dict[str, list[_Pair]]) -> Iterator[Row]:
    """Django's translations are in their script; their sources, and the other Chinese, are not."""
    for code, some in pairs.items():
        right = [_value(script, pair) == 1 for pair in some]
        yield _row("script", right, f"translations accepted as {code}", 0.97)
    for code, other in (("zh-Hans", "zh-Hant"), ("zh-Hant", "zh-Hans")):
        strange = [pair for pair in pairs[other] if len(regex.findall(r"\p{Han}", pair.text)) >= _PAGE]
        refused = [_value(script, _Pair(pair.source, pair.text, code)) < 1 for pair in strange]
        yield _row("script", refused, f"translations into {other} of ten characters and more refused as {code}", 0.97)
    left = [pair for code in _OTHER_SCRIPTS for pair in pairs[code] if len(word_list(without(pair.source))) > _PAGE]
    yield _row(
        "script", [_value(script, pair, pair.source) < 1 for pair in left], "sources left as they are refused", 0.99
    )
    half = [f"{pair.text} {' '.join(pair.source.split()[: len(pair.source.split()) // 2])}" for pair in left]
    refused = [_value(script, pair, text) < 1 for pair, text in zip(left, half, strict=True)]
    yield _row("script", refused, "translations with half of the source behind them refused", 0.98)


def _lengths(pairs: dict[str, list[_Pair]]) -> Iterator[Row]:
    """Whole translations, halves and doubles; a page is ten strings together."""
    rng = random.Random(0)
    single = [pair for each in pairs.values() for pair in each if graphemes(without(pair.source)) >= _SENTENCE]
    every = [_value(length_ratio, pair) == 1 for each in pairs.values() for pair in each]
    yield _row("length_ratio", every, "translations of any length accepted", 0.98)
    whole = [_value(length_ratio, pair) == 1 for pair in single]
    yield _row("length_ratio", whole, "translations of forty characters and more accepted", 0.97)
    wholes, halves, doubles = [], [], []
    for code, each in pairs.items():
        for _ in range(_PAGES // len(pairs)):
            page = rng.sample(each, _PAGE)
            source = "\n".join(pair.source for pair in page)
            texts = [pair.text for pair in sorted(page, key=lambda pair: len(pair.text))]
            wholes.append(_value(length_ratio, _Pair(source, "\n".join(texts), code)) == 1)
            halves.append(_value(length_ratio, _Pair(source, "\n".join(texts[:-3]), code)) < 1)
            doubles.append(_value(length_ratio, _Pair(source, "\n".join(texts * 2), code)) < 1)
    yield _row("length_ratio", wholes, "pages of ten strings accepted", 0.98)
    yield _row("length_ratio", halves, "pages without their three longest strings refused", 0.9)
    yield _row("length_ratio", doubles, "pages said twice refused", 0.97)


def _terms(pairs: Sequence[_Pair]) -> Iterator[Row]:
    """Django's own short strings as a glossary of its longer ones: accepted, and refused without the term."""
    short = {pair.source: pair.text for pair in pairs if regex.fullmatch(r"[A-Za-z]{4,}", pair.source)}
    longer = [
        (pair, term, short[term])
        for pair in pairs
        for term in short
        if pair.source != term and regex.search(rf"\b{term}\b", pair.source) and short[term] in pair.text
    ]
    right = [_value(glossary, pair, glossary={term: target}) == 1 for pair, term, target in longer]
    yield _row("glossary", right, "translations that use a term accepted (zh-Hans)", 1.0)
    lost = [
        _value(glossary, pair, pair.text.replace(target, ""), glossary={term: target}) < 1
        for pair, term, target in longer
    ]
    yield _row("glossary", lost, "the same without the term refused (zh-Hans)", 0.99)
