"""What happens in a story, read back from its text."""

from __future__ import annotations

import re
from functools import lru_cache

from training.families.stories.grammar import Ending, Facts
from training.families.stories.words import CAUSES, INTENTS, NOUNS, ROLES, VERBS

__all__ = ["read"]

_INTRODUCED = re.compile(r"(?:^|lived |, )(?!There)([A-Z][a-z]+)(?: was|, a|, who)")
_WANTED = re.compile(rf"({'|'.join(INTENTS)}) to ({'|'.join(VERBS)}) (a|\d+) (\w+) ({'|'.join(NOUNS)})s?\.")
_HELPED = re.compile(
    rf"([A-Z][a-z]+), a ({'|'.join(ROLES)}), (?:lent|helped)|The ({'|'.join(ROLES)}) ([A-Z][a-z]+) came"
)


@lru_cache(maxsize=512)
def read(story: str) -> Facts:
    """Return what happens in a story.

    Raises:
        ValueError: The grammar does not tell stories like that.
    """
    first, last = story.partition(". ")[0], story.rpartition(". ")[2]
    named, wanted, helped = _INTRODUCED.search(first), _WANTED.search(story), _HELPED.search(story)
    roles = [word for word in re.findall(r"\w+", first) if word in ROLES]
    causes = [word for word in re.findall(r"\w+", story) if word in CAUSES]
    if not (named and wanted and helped and roles and causes):
        raise ValueError("the grammar does not tell stories like that")
    intent, verb, count, adjective, noun = wanted.groups()
    done = re.search(r"only (\d+)", last)
    ending: Ending = "some" if done else "none" if f" no {noun}" in last else "all"
    return Facts(
        name=named[1],
        woman=False,
        role=roles[0],
        intent=intent,
        verb=verb,
        count=1 if count == "a" else int(count),
        adjective=adjective,
        noun=noun,
        cause=causes[0],
        helper=helped[1] or helped[4],
        helping=helped[2] or helped[3],
        ending=ending,
        done=int(done[1]) if done else 0,
    )
