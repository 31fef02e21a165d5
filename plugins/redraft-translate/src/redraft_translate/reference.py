"""The reference translations of a task, and what sacrebleu makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from redraft_translate.direction import to_language
from redraft_translate.languages import language_of, script_names

if TYPE_CHECKING:
    from redraft import Task
    from redraft_translate.direction import Direction

__all__ = ["Tokenizer", "compared", "other_script", "references", "tokenizer_for"]

Tokenizer = Literal["13a", "intl", "zh", "char", "none"]
"""How a text is cut into words before they are compared, as sacrebleu calls it."""

_TOKENIZERS: dict[str, Tokenizer] = {"zh": "zh", "ja": "char", "th": "char", "ko": "13a", "el": "intl"}
# So few letters of its own script has not even a sentence full of names and code.
_HARDLY = 0.1
_LONGER, _LONG = 50, 10_000


def references(task: Task, params: Direction) -> list[str]:
    """Return the reference translations.

    Raises:
        TypeError: The input `reference` is no text or list of texts.
        ValueError: It is empty, or not written in the letters of the task's language.
    """
    given = task.inputs["reference"]
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        raise TypeError("the input 'reference' must be a text, or a list of texts")
    texts = [str(text) for text in listed]
    if not texts or not all(text.strip() for text in texts):
        raise ValueError("the input 'reference' is empty")
    language = to_language(task, params)
    for text in texts:
        if language and _share(text, language.scripts) < _HARDLY:
            found = max(script_names(text).items(), key=lambda pair: pair[1])[0]
            raise ValueError(f"the reference is written in {found} letters, and is to be in {language.name}")
    return texts


def compared(draft: str, texts: list[str]) -> str:
    """Return what is compared of a draft: all of it, unless it is fifty times as long as every reference.

    A model that goes on for ever scores near 0 whatever else it says, and would take minutes to be counted.
    """
    return draft[: max(_LONG, _LONGER * max(map(len, texts)))]


def other_script(draft: str, texts: list[str]) -> list[str]:
    """Return a reason where the draft has hardly a letter of the script of its references: no measure compares them."""
    scripts = tuple({script for text in texts for script, count in script_names(text).items() if count > 1})
    if not draft.strip() or not scripts or _share(draft, scripts) >= _HARDLY:
        return []
    return [f"the draft is not written in the letters of the reference ({', '.join(sorted(scripts))})"]


def tokenizer_for(task: Task, params: Direction, texts: list[str]) -> Tokenizer:
    """Return how to cut texts of the task's language: `zh` for Chinese, `char` where no space parts words.

    `13a` is what sacrebleu does by itself; `intl` knows the punctuation of other scripts than Latin.
    """
    language = to_language(task, params) or language_of(" ".join(texts))
    if language is None or language.scripts == ("Latin",):
        return "13a"
    return _TOKENIZERS.get(language.base, "intl")


def _share(text: str, scripts: tuple[str, ...]) -> float:
    found = script_names(text)
    letters = sum(found.values())
    return sum(found.get(script, 0) for script in scripts) / letters if letters else 1.0
