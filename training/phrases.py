"""The fixed text of the shipped prompts and of critiques, each piece one token of the embedded model."""

from __future__ import annotations

import re
from functools import cache

from training.families import families

__all__ = ["phrases", "without_phrases"]

SHARED = (
    "You help to write the best possible answer.",
    "Task:\n",
    "\n\nDo the task. Write only the answer, in the language of the task.",
    "\n\nDraft:\n",
    "\n\nChecks:\n",
    "- all passed\n",
    *(f"- {whole}." for whole in range(1, 6)),
    *(f"{tenth} of 5\n" for tenth in range(10)),
    "\nCritique:\n",
    "- nothing\n",
    (
        "\nRewrite the draft so that every problem is gone, and keep the rest. "
        "Write only the new answer, in the language of the task."
    ),
    (
        "\nSay what is wrong with the draft and how to fix it, as JSON: "
        '{"problems": [{"where": "...", "problem": "...", "fix": "..."}]}. '
        "If nothing is wrong, the list is empty. Write in the language of the task."
    ),
    "\n\nRate how well the draft does the task, from 1 (not at all) to 5 (perfectly). Answer with one digit.",
    '{"problems":[{"where":"',
    '","problem":"',
    '","fix":"',
    '"},{"where":"',
    '"}]}',
    '{"problems":[]}',
)


@cache
def phrases() -> tuple[str, ...]:
    """Return the phrases that all families share, then those of each."""
    own = (phrase for family in families().values() for phrase in family.phrases)
    return tuple(dict.fromkeys((*SHARED, *own)))


@cache
def _fixed() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(phrase) for phrase in sorted(phrases(), key=len, reverse=True)))


def without_phrases(text: str) -> str:
    """Return what is left of a prompt or an answer: words of the task, the draft and the critique."""
    return _fixed().sub("\n", text)
