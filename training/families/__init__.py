"""The kinds of work that the embedded model learns, each with tasks, answers, mistakes and a truth of its own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from training.families.family import Family, Item

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Family", "Item", "families", "family_of"]


@cache
def families() -> Mapping[str, Family]:
    """Return every family by its name, in a fixed order."""
    from training.families.functions.family import Functions
    from training.families.questions.family import Questions
    from training.families.replies.family import Replies
    from training.families.sentence.family import Sentence
    from training.families.stories.family import Stories
    from training.families.translation.family import Translation

    # A family that comes later never changes how the words of those before it are cut.
    known = (Sentence(), Questions(), Stories(), Translation(), Functions(), Replies())
    return {family.name: family for family in known}


def family_of(name: str) -> Family:
    """Return the family of a name."""
    return families()[name]
